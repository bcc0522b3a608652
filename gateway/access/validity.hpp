#pragma once
#include "gateway/base/clock.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::access {

enum class Validity { valid, not_yet, expired };

// Whether `at` lies within the bounds. A bound that falls on midnight in site time was given as a date, and
// the last day counts in full: a visitor "until 31 January" may leave that evening.
[[nodiscard]] Validity validity_at(std::optional<base::WallTime> from, std::optional<base::WallTime> to,
                                   base::WallTime at, std::chrono::minutes utc_offset);
// The last moment that `to` stands for: the end of its day when it was given as a date.
[[nodiscard]] base::WallTime last_moment(base::WallTime to, std::chrono::minutes utc_offset);
// 2026-01-31 for midnight in site time, else RFC 3339.
[[nodiscard]] std::string date_text(base::WallTime time, std::chrono::minutes utc_offset);
// 2026-01-31, 2026/1/31, 2026.1.31, 2026年1月31日 or RFC 3339; nothing for anything else. A date is its
// midnight in site time.
[[nodiscard]] std::optional<base::WallTime> parse_date(std::string_view text,
                                                       std::chrono::minutes utc_offset);

} // namespace gatehouse::access
