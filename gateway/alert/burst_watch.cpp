#include "gateway/alert/burst_watch.hpp"

#include <algorithm>

namespace gatehouse::alert {

bool BurstWatch::count(const std::string& kind, const std::string& device, WallTime now)
{
    auto& times = calls_[{kind, device}];
    times.push_back(now);
    if (times.size() > calls_max_ + 1) times.pop_front();
    return is_too_much(times, now);
}

// The oldest that is remembered is `calls_max` calls ago. A clock that was set back ends a burst.
bool BurstWatch::is_too_much(const Times& times, WallTime now) const
{
    return times.size() > calls_max_ && now - times.front() < span_ && times.back() <= now;
}

bool BurstWatch::lasts(const std::string& device, WallTime now) const
{
    return std::any_of(calls_.begin(), calls_.end(), [&](const auto& call) {
        return call.first.second == device && is_too_much(call.second, now);
    });
}

void BurstWatch::forget(WallTime now)
{
    std::erase_if(calls_, [&](const auto& call) { return now - call.second.back() >= span_; });
}

} // namespace gatehouse::alert
