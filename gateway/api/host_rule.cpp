#include "gateway/api/host_rule.hpp"

#include "gateway/base/asio.hpp"
#include "gateway/base/errc.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/beast/core/string.hpp>

#include <algorithm>
#include <optional>

namespace gatehouse::api {
namespace {

// The host without its port and, when it is a literal in brackets, without those; nothing when it is
// malformed.
struct Named {
    std::string_view host;
    bool bracketed = false;
};

std::optional<Named> without_port(std::string_view host)
{
    const auto bracket = host.starts_with('[') ? host.find(']') : std::string_view::npos;
    const bool bracketed = bracket != std::string_view::npos;
    const auto end = bracketed ? bracket + 1 : std::min(host.find(':'), host.size());
    const auto port = host.substr(end);
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    if (!port.empty() &&
        (port.size() == 1 || port.front() != ':' || !std::all_of(port.begin() + 1, port.end(), digit)))
        return std::nullopt;
    if (bracketed) return Named{host.substr(1, end - 2), true};
    return Named{host.substr(0, end), false};
}

// RFC 6125 §6.4.3: the star stands for one label, the first.
bool matches(std::string_view pattern, std::string_view host)
{
    if (!pattern.starts_with("*.")) return boost::beast::iequals(pattern, host);
    const auto dot = host.find('.');
    return dot != std::string_view::npos && dot > 0 &&
           boost::beast::iequals(pattern.substr(1), host.substr(dot));
}

} // namespace

HostRule::HostRule(std::vector<std::string> own_names, bool any_address)
    : names_(std::move(own_names)), any_address_(any_address)
{
    names_.emplace_back("localhost");
}

bool HostRule::admits(std::string_view host) const
{
    const auto named = without_port(host);
    if (!named || named->host.empty()) return false;
    base::error_code no_address;
    const auto address = asio::ip::make_address(named->host, no_address);
    if (!no_address) return address.is_v6() == named->bracketed && (any_address_ || address.is_loopback());
    return !named->bracketed && std::any_of(names_.begin(), names_.end(), [&](const std::string& own) {
        return matches(own, named->host);
    });
}

} // namespace gatehouse::api
