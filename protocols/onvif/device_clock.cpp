#include "protocols/onvif/device_clock.hpp"

namespace gatehouse::onvif {

using namespace std::chrono_literals;

namespace {

constexpr auto half_second = 500ms;                   // the middle of the second that it shows
constexpr std::chrono::milliseconds near = 90s;       // how far a right stamp may be off its arrival
constexpr std::chrono::milliseconds late_max = 10min; // what waits longer is gone with its subscription

} // namespace

DeviceClock::Measured DeviceClock::measured(base::WallTime shown, base::WallTime sent,
                                            base::WallTime answered)
{
    const auto before = offset_;
    offset_ = shown + half_second - (sent + (answered - sent) / 2);
    const bool trusted = std::chrono::abs(*offset_) <= offset_max_ + half_second;
    Measured result;
    result.trust_changed = trusted != trusted_;
    result.jumped = before && std::chrono::abs(*offset_ - *before) > jump;
    trusted_ = trusted;
    return result;
}

DeviceClock::Stamp DeviceClock::stamp(base::WallTime device_time, base::WallTime received_at)
{
    Stamp stamp;
    const auto corrected = device_time - offset_.value_or(0ms);
    const auto ahead = corrected - received_at;
    // Ahead of us in whole half-hours is a zone and no clock; behind us it could be a late message too.
    const auto steps = (ahead + 15min) / 30min;
    const auto error = std::chrono::minutes(30) * steps;
    if (steps > 0 && error <= 14h && std::chrono::abs(ahead - error) <= near)
        stamp_error_ = error;
    else if (std::chrono::abs(ahead) <= near)
        stamp_error_ = 0min;
    stamp.occurred_at = corrected - stamp_error_;
    stamp.trusted = trusted_ && offset_.has_value();
    // Made by another clock than the one we measured: the moment of its arrival is the better guess.
    if (stamp.occurred_at > received_at + near || stamp.occurred_at < received_at - late_max) {
        stamp.occurred_at = received_at;
        stamp.trusted = false;
    } else if (stamp.occurred_at > received_at) {
        stamp.occurred_at = received_at; // it cannot have come before it happened
    }
    return stamp;
}

base::WallTime DeviceClock::device_now(base::WallTime ours) const
{
    return ours + offset_.value_or(0ms);
}

} // namespace gatehouse::onvif
