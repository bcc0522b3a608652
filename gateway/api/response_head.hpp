#pragma once
#include "gateway/api/message.hpp"
#include "gateway/base/clock.hpp"

#include <string>
#include <string_view>

namespace gatehouse::api {

struct ResponseFacts {
    bool keep_alive = true;
    bool secure = false; // TLS
    base::WallTime now{};
};

// Status line and fields, with what every answer carries: a browser loads nothing from elsewhere, shows us in
// no frame, tells nobody where it was, and keeps nothing but what the response itself allows.
[[nodiscard]] std::string head_of(const Response& response, const ResponseFacts& facts);
// The fields of the above that every answer carries, one a line.
[[nodiscard]] std::string security_fields(bool secure);
// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 §5.6.7).
[[nodiscard]] std::string http_date(base::WallTime when);

// The field's value, or nothing.
[[nodiscard]] std::string_view field_of(const Response& response, std::string_view name);
// Gives what is small enough to be hashed on the io thread, and has no ETag yet, the hash of its body as one.
void tag(Response& response);
// Whether If-None-Match names what the response would carry (RFC 9110 §13.1.2).
[[nodiscard]] bool is_known_to_client(const Response& response, std::string_view if_none_match);

} // namespace gatehouse::api
