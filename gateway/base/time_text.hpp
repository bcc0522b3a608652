#pragma once
#include "gateway/base/clock.hpp"
#include "gateway/base/errc.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::base {

// RFC 3339 with milliseconds and the given offset: 2026-01-01T08:05:00.120+08:00.
[[nodiscard]] std::string format_time(WallTime time, std::chrono::minutes offset);
void append_time(std::string& out, WallTime time, std::chrono::minutes offset);

struct ParsedTime {
    WallTime time{};
    std::optional<std::chrono::minutes> offset; // absent when the text named none
};

// ISO 8601 / RFC 3339 date and time: 'T' or blank between, optional fraction of any length, optional 'Z' or
// ±hh:mm, ±hhmm, ±hh. Without an offset `assumed` is taken. Errors: bad_input.
[[nodiscard]] Result<ParsedTime> parse_time(std::string_view text, std::chrono::minutes assumed);

} // namespace gatehouse::base
