#pragma once
#include "gateway/base/clock.hpp"

#include <cstdint>
#include <deque>

namespace gatehouse::upstream {

// How many things a second happened, over the last ten seconds. Costs an addition per event.
class RateMeter {
public:
    void add(base::MonoTime now)
    {
        const auto second = std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()).count();
        if (slots_.empty() || slots_.back().second != second) slots_.push_back({second, 0});
        ++slots_.back().count;
        while (slots_.front().second <= second - span)
            slots_.pop_front();
    }

    [[nodiscard]] double per_second(base::MonoTime now) const
    {
        const auto second = std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()).count();
        std::uint64_t count = 0;
        std::int64_t first = second;
        for (const auto& slot : slots_) {
            if (slot.second <= second - span) continue;
            count += slot.count;
            first = std::min(first, slot.second);
        }
        return static_cast<double>(count) / static_cast<double>(second - first + 1);
    }

private:
    static constexpr std::int64_t span = 10;
    struct Slot {
        std::int64_t second = 0;
        std::uint64_t count = 0;
    };
    std::deque<Slot> slots_;
};

} // namespace gatehouse::upstream
