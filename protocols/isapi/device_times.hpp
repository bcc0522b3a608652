#pragma once
#include "gateway/base/time_text.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::isapi {

// yyyyMMddHHmmss with an optional 'T' after the day and up to four digits of a fraction behind (absTime,
// captureTime), or ISO 8601. Device local time where no offset stands.
[[nodiscard]] std::optional<base::ParsedTime> parse_compact_time(std::string_view text,
                                                                 std::chrono::minutes assumed);
// The first digits, by default down to the second: the same moment however it is written.
[[nodiscard]] std::string time_digits(std::string_view text, std::size_t count = 14);

} // namespace gatehouse::isapi
