#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::config {

// The offset of a zone without daylight saving time ("Asia/Shanghai", "UTC") or of "+08:00". Nothing for any
// other: a site whose clocks change twice a year is not supported yet, and a silent hour of error would be
// worse than a refusal.
[[nodiscard]] std::optional<std::chrono::minutes> utc_offset_of(std::string_view timezone);
// The zones known by name, for messages.
[[nodiscard]] std::string known_time_zones();

} // namespace gatehouse::config
