#pragma once
#include <cstdint>
#include <string>
#include <string_view>

// How rules write down what they remember: a line a thing, its fields separated by tabs.
namespace gatehouse::rules {

// Ours hold neither tab nor line break, and what a device said may not bring one in.
[[nodiscard]] std::string one_line(std::string text);
// What stands before `mark` (or all); `text` goes on behind it.
[[nodiscard]] std::string_view take_until(std::string_view& text, char mark);
// 0 when it is none.
[[nodiscard]] std::int64_t saved_number(std::string_view text);

} // namespace gatehouse::rules
