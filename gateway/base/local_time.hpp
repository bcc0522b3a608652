#pragma once
#include "gateway/base/clock.hpp"

namespace gatehouse::base {

// The next moment after `now` at which a clock in the given offset shows `time_of_day`.
[[nodiscard]] inline WallTime next_local(WallTime now, std::chrono::minutes offset,
                                         std::chrono::minutes time_of_day)
{
    const auto local = now + offset;
    auto next = std::chrono::floor<std::chrono::days>(local) + time_of_day;
    if (next <= local) next += std::chrono::days(1);
    return WallTime(next - offset);
}

} // namespace gatehouse::base
