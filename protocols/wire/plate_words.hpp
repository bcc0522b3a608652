#pragma once
#include <string>
#include <string_view>

// The words that plate cameras of several makes use, in ours.
namespace gatehouse::wire {

// Plate text as devices mean it: blanks, dots and hyphens gone, letters upper case; empty for "unknown",
// "无车牌" and the like.
[[nodiscard]] std::string plate_text(std::string_view raw);
// blue | green | yellow | white | black | unknown
[[nodiscard]] std::string_view plate_color(std::string_view raw);
// white -> allow, black -> deny, temporary -> temporary; empty for anything else.
[[nodiscard]] std::string_view device_list(std::string_view raw);
// 98 and 0.98 -> 0.98; negative when not given or out of range.
[[nodiscard]] double confidence(double raw);

} // namespace gatehouse::wire
