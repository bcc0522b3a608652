#include "gateway/config/listen_address.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <string>

namespace gatehouse::config {
namespace {

bool is_address(const std::string& host, int family)
{
    in6_addr address{}; // the larger of the two
    return ::inet_pton(family, host.c_str(), &address) == 1;
}

std::optional<std::uint16_t> parse_port(std::string_view text)
{
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return port;
}

} // namespace

std::optional<ListenConfig> parse_listen(std::string_view text)
{
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos || text.find('\0') != std::string_view::npos) return std::nullopt;
    const auto port = parse_port(text.substr(colon + 1));
    std::string host(text.substr(0, colon));
    if (!port) return std::nullopt;
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
        host = host.substr(1, host.size() - 2);
        if (!is_address(host, AF_INET6)) return std::nullopt;
    } else if (host != "localhost" && !is_address(host, AF_INET)) {
        return std::nullopt;
    }
    return ListenConfig{std::move(host), *port};
}

bool is_host_name(std::string_view text)
{
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
               c == '.';
    };
    return !text.empty() && text.size() <= 253 && std::all_of(text.begin(), text.end(), allowed) &&
           !is_address(std::string(text), AF_INET);
}

bool is_loopback(std::string_view host)
{
    return host == "localhost" || host == "::1" || host.starts_with("127.");
}

} // namespace gatehouse::config
