#pragma once
#include "gateway/base/clock.hpp"
#include "protocols/zkteco/config.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::zkteco {

// "2026-05-05 17:40:20", local and without a zone; nothing for anything else. total.
[[nodiscard]] std::optional<base::WallTime> read_time(std::string_view text, std::chrono::minutes utc_offset);
[[nodiscard]] std::string write_time(base::WallTime time, std::chrono::minutes utc_offset);

// The access dialect's count of seconds since 2000 with months of 31 days: not epoch (sheet §3).
[[nodiscard]] std::int64_t to_number(base::WallTime time, std::chrono::minutes utc_offset);

// "+0800", and what the TimeZone option says in this form: "8", "480" or "+08:00"; empty for none, and for
// half hours where only hours can be said.
[[nodiscard]] std::string zone_digits(std::chrono::minutes utc_offset);
[[nodiscard]] std::string zone_option(std::chrono::minutes utc_offset, ZoneForm form);

// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 §5.6.7).
[[nodiscard]] std::string http_date(base::WallTime time);

} // namespace gatehouse::zkteco
