#include "tests/process/until.hpp"

#include <thread>

namespace gatehouse::proof {

bool until(const std::function<bool()>& condition, Milliseconds limit)
{
    constexpr Milliseconds between{50};
    const auto end = std::chrono::steady_clock::now() + limit;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > end) return false;
        std::this_thread::sleep_for(between);
    }
    return true;
}

} // namespace gatehouse::proof
