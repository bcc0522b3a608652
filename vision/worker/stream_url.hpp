#pragma once
#include "gateway/base/errc.hpp"
#include "gateway/base/secret.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace gatehouse::vision {

// Where a camera's pictures come from. It never holds a user name or password: those join it in login_url()
// for the one call of libav that needs them.
struct StreamUrl {
    enum class Scheme { rtsp, http, https };
    Scheme scheme = Scheme::rtsp;
    std::string host; // name, IPv4 or IPv6 literal without brackets
    std::uint16_t port = 554;
    std::string path = "/"; // with the query, which may hold secrets too: some makers put the password there
};

// total: Errors: bad_input (no URL of ours, a user name or a line break in it, longer than 2,048 bytes).
[[nodiscard]] base::Result<StreamUrl> parse_stream_url(std::string_view text);

// The URL with its log-in, percent-encoded. For libav alone, never for a log.
[[nodiscard]] std::string login_url(const StreamUrl& url, const std::string& username,
                                    const base::Secret& password);

// What may be logged: scheme, host and port.
[[nodiscard]] std::string shown(const StreamUrl& url);

} // namespace gatehouse::vision
