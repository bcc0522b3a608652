#include "protocols/vzenith/camera_clock.hpp"

namespace gatehouse::vzenith {

using namespace std::chrono_literals;

bool CameraClock::measured(base::WallTime shown, base::WallTime sent, base::WallTime answered)
{
    // It shows whole seconds and looked half way through the exchange.
    offset_ = shown + 500ms - (sent + (answered - sent) / 2);
    const bool trusted = std::chrono::abs(*offset_) <= offset_max_ + 500ms;
    const bool changed = trusted != trusted_;
    trusted_ = trusted;
    return changed;
}

void CameraClock::learn_zone_error(milliseconds ahead)
{
    constexpr milliseconds step = 30min;
    constexpr milliseconds slack = 90s;
    const auto error = step * ((ahead + step / 2) / step);
    if (ahead < step / 2) {
        if (std::chrono::abs(ahead) <= slack) zone_error_ = 0min;
    } else if (error <= 14h && std::chrono::abs(ahead - error) <= slack) {
        zone_error_ = std::chrono::duration_cast<std::chrono::minutes>(error);
    }
}

CameraClock::Stamp CameraClock::stamp(base::WallTime device_time, base::WallTime received_at, bool live)
{
    const auto offset = offset_.value_or(0ms);
    if (live) learn_zone_error(device_time - offset - received_at);
    Stamp stamp{device_time - offset - zone_error_, offset_.has_value() && trusted_};
    const auto lag = received_at - stamp.occurred_at;
    const bool close = std::chrono::abs(lag) <= offset_max_;
    if (!offset_) {
        // Nobody to ask: a clock whose reports came in time before tells how long this one waited.
        live_was_right_ = live_was_right_ || (live && close);
        stamp.trusted = live_was_right_;
    }
    if (lag < -offset_max_ || (!offset_ && !stamp.trusted)) {
        stamp.occurred_at = received_at;
        stamp.trusted = false;
    }
    return stamp;
}

std::optional<std::int64_t> CameraClock::offset_ms() const
{
    if (!offset_) return std::nullopt;
    return offset_->count();
}

} // namespace gatehouse::vzenith
