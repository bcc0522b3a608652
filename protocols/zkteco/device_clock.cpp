#include "protocols/zkteco/device_clock.hpp"

#include <algorithm>

namespace gatehouse::zkteco {

using namespace std::chrono_literals;

namespace {

constexpr int hints_wanted = 3;
constexpr auto agree_within = 10s;
// What was kept through an outage comes in a burst: its stamps do not go on with our time.
constexpr auto agree_for = 60s;

} // namespace

bool DeviceClock::settle(milliseconds offset)
{
    const bool trusted = std::chrono::abs(offset) <= offset_max_;
    const bool changed =
        trusted != trusted_ || !offset_ || std::chrono::abs(offset - *offset_) > agree_within;
    offset_ = offset;
    trusted_ = trusted;
    return changed;
}

bool DeviceClock::measured(base::WallTime shown, base::WallTime received)
{
    run_.reset();
    return settle(shown + 500ms - received); // whole seconds: it is in the middle of the one it shows
}

bool DeviceClock::hinted(base::WallTime shown, base::WallTime received)
{
    const auto hint = shown + 500ms - received;
    // Close to our time by chance is not to be expected, and nothing arrives before it happened.
    if (std::chrono::abs(hint) <= std::min<milliseconds>(live_max_, 10s)) {
        run_.reset();
        return settle(hint);
    }
    const bool goes_on = run_ && hint - run_->least <= agree_within && run_->most - hint <= agree_within;
    if (!goes_on) run_ = Run{hint, hint, received, 0};
    run_->least = std::min(run_->least, hint);
    run_->most = std::max(run_->most, hint);
    ++run_->count;
    if (run_->count < hints_wanted || received - run_->since < agree_for) return false;
    return settle(run_->most);
}

void DeviceClock::forget()
{
    run_.reset();
    offset_.reset();
}

DeviceClock::Stamp DeviceClock::stamp(base::WallTime shown, base::WallTime received) const
{
    Stamp stamp;
    stamp.occurred_at = shown - offset_.value_or(0ms);
    const auto age = received - stamp.occurred_at;
    stamp.fresh = std::chrono::abs(age) <= live_max_;
    // Not measured yet: a time that fits to ours speaks for itself.
    stamp.trusted = offset_ ? trusted_ : stamp.fresh;
    return stamp;
}

} // namespace gatehouse::zkteco
