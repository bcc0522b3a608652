#include "gateway/api/callers.hpp"

#include "gateway/base/asio.hpp"
#include "gateway/base/errc.hpp"

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <cmath>

namespace gatehouse::api {
namespace {

// Whoever has an address of IPv6 has 2^64 of them.
std::string key_of(const std::string& address)
{
    base::error_code no_address;
    const auto parsed = asio::ip::make_address(address, no_address);
    if (no_address || !parsed.is_v6()) return address;
    auto bytes = parsed.to_v6().to_bytes();
    std::fill(bytes.begin() + 8, bytes.end(), std::uint8_t{0});
    return asio::ip::make_address_v6(bytes).to_string();
}

} // namespace

bool Callers::is_spared(const std::string& address) const
{
    base::error_code no_address;
    const auto parsed = asio::ip::make_address(address, no_address);
    return !limits_.loopback_too && !no_address && parsed.is_loopback();
}

double Callers::tokens_at(const Caller& caller, base::MonoTime now) const
{
    const auto span = std::chrono::duration<double>(now - caller.filled_at).count();
    return std::min(limits_.burst, caller.tokens + std::max(span, 0.0) * limits_.per_second);
}

Callers::Caller& Callers::caller(const std::string& address, base::MonoTime now)
{
    const auto key = key_of(address);
    if (!callers_.contains(key) && callers_.size() >= limits_.addresses_max) forget_idle(now);
    auto& found = callers_.try_emplace(key, Caller{0, limits_.burst, now}).first->second;
    found.tokens = tokens_at(found, now);
    found.filled_at = now;
    return found;
}

// Those that are here stay known, and they are bounded by the number of connections.
void Callers::forget_idle(base::MonoTime now)
{
    std::erase_if(callers_, [&](const auto& entry) {
        return entry.second.connections == 0 && tokens_at(entry.second, now) >= limits_.burst;
    });
    if (callers_.size() < limits_.addresses_max) return;
    std::erase_if(callers_, [](const auto& entry) { return entry.second.connections == 0; });
}

bool Callers::enter(const std::string& address, base::MonoTime now)
{
    if (is_spared(address)) return true;
    auto& known = caller(address, now);
    if (known.connections >= limits_.connections) return false;
    ++known.connections;
    return true;
}

void Callers::leave(const std::string& address)
{
    const auto known = callers_.find(key_of(address));
    if (known != callers_.end() && known->second.connections > 0) --known->second.connections;
}

std::optional<std::chrono::seconds> Callers::ask(const std::string& address, base::MonoTime now)
{
    if (is_spared(address)) return std::nullopt;
    auto& known = caller(address, now);
    if (known.tokens < 1)
        return std::chrono::seconds(static_cast<long>(std::ceil((1 - known.tokens) / limits_.per_second)));
    known.tokens -= 1;
    return std::nullopt;
}

} // namespace gatehouse::api
