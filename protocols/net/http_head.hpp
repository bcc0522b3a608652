#pragma once
#include "gateway/base/errc.hpp"
#include "protocols/net/http_message.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::net {

// Status line and header fields of one answer.
struct HttpHead {
    unsigned status = 0;
    int minor = 1; // HTTP/1.x
    HttpHeaders headers;
    std::size_t size = 0; // bytes it took, with the blank line
};

// Looks for a whole head at the front of `bytes`: nothing yet, a head, or bad_input. total. Forgives what
// devices do: blank lines in front, bare line feeds, no reason phrase, folded lines, lines without a colon
// (left out).
[[nodiscard]] base::Result<std::optional<HttpHead>> parse_head(std::string_view bytes);

// A strict head with only what decides the length of the body and the life of the connection, for Beast's
// parser.
[[nodiscard]] std::string framing_head(const HttpHead& head);

} // namespace gatehouse::net
