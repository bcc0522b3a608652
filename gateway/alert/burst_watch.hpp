#pragma once
#include "gateway/base/clock.hpp"

#include <chrono>
#include <cstddef>
#include <deque>
#include <map>
#include <string>
#include <utility>

namespace gatehouse::alert {

using base::WallTime;

// Counts how often alerts of one kind at one device would call somebody, to tell when that has become too
// much (staff-notify.md §6). Remembers no more times than it must. Pure; a part of AlertBoard.
class BurstWatch {
public:
    BurstWatch(std::size_t calls_max, std::chrono::milliseconds span) : calls_max_(calls_max), span_(span) {}

    // Counts this one. True: there were `calls_max` others within the span.
    bool count(const std::string& kind, const std::string& device, WallTime now);
    // Whether any kind still comes too often at this device.
    [[nodiscard]] bool lasts(const std::string& device, WallTime now) const;
    void forget(WallTime now);

private:
    using Times = std::deque<WallTime>;
    [[nodiscard]] bool is_too_much(const Times& times, WallTime now) const;

    std::size_t calls_max_;
    std::chrono::milliseconds span_;
    std::map<std::pair<std::string, std::string>, Times> calls_; // by kind and device
};

} // namespace gatehouse::alert
