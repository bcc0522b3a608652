#include "vision/worker/stream_url.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace gatehouse::vision {
namespace {

constexpr std::size_t url_size_max = 2'048;

struct Known {
    std::string_view prefix;
    StreamUrl::Scheme scheme;
    std::uint16_t port;
};
constexpr Known known[] = {
    {"rtsp://", StreamUrl::Scheme::rtsp, 554},
    {"http://", StreamUrl::Scheme::http, 80},
    {"https://", StreamUrl::Scheme::https, 443},
};

const Known& of(StreamUrl::Scheme scheme)
{
    return *std::ranges::find(known, scheme, &Known::scheme);
}

bool has_control_or_blank(std::string_view text)
{
    return std::ranges::any_of(text, [](unsigned char c) { return c <= 0x20 || c == 0x7f; });
}

// "host", "host:port", "[v6]", "[v6]:port"
bool split_authority(std::string_view authority, StreamUrl& url)
{
    std::string_view port;
    if (authority.starts_with('[')) {
        const auto end = authority.find(']');
        if (end == std::string_view::npos) return false;
        url.host = authority.substr(1, end - 1);
        port = authority.substr(end + 1);
    } else {
        const auto colon = authority.find(':');
        url.host = authority.substr(0, colon);
        if (colon != std::string_view::npos) port = authority.substr(colon);
    }
    if (url.host.empty()) return false;
    if (port.empty()) return true;
    const auto* end = port.data() + port.size();
    const auto [rest, error] = std::from_chars(port.data() + 1, end, url.port);
    return port.front() == ':' && error == std::errc{} && rest == end && url.port != 0;
}

std::string authority(const StreamUrl& url)
{
    const bool v6 = url.host.find(':') != std::string::npos;
    return fmt::format("{}{}{}:{}", v6 ? "[" : "", url.host, v6 ? "]" : "", url.port);
}

std::string percent_encoded(std::string_view text)
{
    constexpr std::string_view plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    std::string out;
    for (const char c : text)
        if (plain.find(c) != std::string_view::npos)
            out += c;
        else
            out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    return out;
}

} // namespace

base::Result<StreamUrl> parse_stream_url(std::string_view text)
{
    if (text.size() > url_size_max || has_control_or_blank(text)) return base::Errc::bad_input;
    const auto* scheme =
        std::ranges::find_if(known, [&](const Known& k) { return text.starts_with(k.prefix); });
    if (scheme == std::end(known)) return base::Errc::bad_input;
    text.remove_prefix(scheme->prefix.size());
    const auto slash = text.find_first_of("/?");
    const auto authority = text.substr(0, slash);
    StreamUrl url{.scheme = scheme->scheme, .host = {}, .port = scheme->port, .path = "/"};
    if (authority.find('@') != std::string_view::npos || !split_authority(authority, url))
        return base::Errc::bad_input;
    if (slash != std::string_view::npos) url.path = text.substr(slash);
    return url;
}

std::string login_url(const StreamUrl& url, const std::string& username, const base::Secret& password)
{
    std::string login;
    if (!username.empty()) login = percent_encoded(username) + ":" + percent_encoded(password.expose()) + "@";
    return fmt::format("{}{}{}{}", of(url.scheme).prefix, login, authority(url), url.path);
}

std::string shown(const StreamUrl& url)
{
    return fmt::format("{}{}", of(url.scheme).prefix, authority(url));
}

} // namespace gatehouse::vision
