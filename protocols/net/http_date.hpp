#pragma once
#include "gateway/base/clock.hpp"

#include <optional>
#include <string_view>

namespace gatehouse::net {

// "Sun, 06 Nov 1994 08:49:37 GMT", the one form that may be sent (RFC 9110 §5.6.7). Nothing for any other
// text. total.
[[nodiscard]] std::optional<base::WallTime> parse_http_date(std::string_view text);

} // namespace gatehouse::net
