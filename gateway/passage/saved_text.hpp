#pragma once
#include "gateway/base/clock.hpp"

#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

namespace gatehouse::passage {

// What is before the mark, taken off the front of `text` together with it.
[[nodiscard]] inline std::string_view take_until(std::string_view& text, char mark)
{
    const auto end = text.find(mark);
    const auto taken = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    return taken;
}

// 0 for what is no number.
[[nodiscard]] inline std::int64_t number_in(std::string_view text)
{
    std::int64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

[[nodiscard]] inline base::WallTime time_in(std::string_view text)
{
    return base::WallTime(std::chrono::milliseconds(number_in(text)));
}

[[nodiscard]] inline std::string text_of(base::WallTime time)
{
    return std::to_string(time.time_since_epoch().count());
}

} // namespace gatehouse::passage
