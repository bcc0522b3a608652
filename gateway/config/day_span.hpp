#pragma once
#include "gateway/base/clock.hpp"

#include <chrono>
#include <optional>
#include <string_view>

namespace gatehouse::config {

// A part of every day in the site's time, its begin included, its end not; it may pass midnight. Equal ends
// mean the whole day.
struct DaySpan {
    std::chrono::minutes from{0};
    std::chrono::minutes to{0};

    [[nodiscard]] bool contains(std::chrono::minutes of_day) const;
    friend bool operator==(const DaySpan&, const DaySpan&) = default;
};

// "07:00" to "24:00". Nothing for any other text.
[[nodiscard]] std::optional<std::chrono::minutes> parse_day_time(std::string_view text);
// "22:00-07:00"
[[nodiscard]] std::optional<DaySpan> parse_day_span(std::string_view text);

// Where a moment lies in the site's calendar.
struct SiteMoment {
    unsigned weekday = 0;              // 0 Monday .. 6 Sunday
    std::chrono::minutes of_day{0};    // since the site's midnight
    std::chrono::milliseconds past{0}; // since that minute began
};
[[nodiscard]] SiteMoment site_moment(base::WallTime at, std::chrono::minutes utc_offset);

} // namespace gatehouse::config
