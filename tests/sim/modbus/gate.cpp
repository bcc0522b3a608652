#include "tests/sim/modbus/gate.hpp"

#include <algorithm>

namespace gatehouse::sim::modbus {

void Gate::press_open(base::MonoTime now)
{
    move_on(now);
    if (mood == BoomMood::ok) direction_ = +1;
}

void Gate::press_close(base::MonoTime now)
{
    move_on(now);
    if (mood == BoomMood::ok && !held_) direction_ = -1;
    hit_ = false;
}

void Gate::press_stop(base::MonoTime now)
{
    move_on(now);
    direction_ = 0;
}

void Gate::hold(bool on, base::MonoTime now)
{
    held_ = on;
    if (on) press_open(now);
}

void Gate::move_on(base::MonoTime now)
{
    const auto span = std::chrono::duration<double, std::milli>(now - seen_).count();
    seen_ = now;
    if (mood != BoomMood::ok) direction_ = 0;
    if (direction_ == 0) return;
    constexpr double low = 0.3; // of its way: below, it touches who stands there
    if (direction_ < 0 && loop_safety && reverses) direction_ = +1;
    const auto whole = std::max<double>(1, static_cast<double>(travel.count()));
    height_ = std::clamp(height_ + direction_ * span / whole, 0.0, 1.0);
    if (direction_ < 0 && loop_safety && height_ < low && !hit_) {
        hit_ = true;
        ++hits_;
    }
    const bool arrived = direction_ > 0 ? height_ >= 1 : height_ <= 0;
    if (arrived) direction_ = 0;
}

} // namespace gatehouse::sim::modbus
