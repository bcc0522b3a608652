#include "protocols/uhppote/board_clock.hpp"

namespace gatehouse::uhppote {

using namespace std::chrono_literals;

namespace {

constexpr auto half_second = 500ms;

} // namespace

bool BoardClock::measured(base::WallTime shown, base::WallTime sent, base::WallTime answered)
{
    offset_ = shown + half_second - (sent + (answered - sent) / 2);
    const bool trusted = std::chrono::abs(*offset_) <= offset_max_ + half_second;
    const bool changed = trusted != trusted_;
    trusted_ = trusted;
    return changed;
}

BoardClock::Stamp BoardClock::stamp(base::WallTime device_time, base::WallTime received_at) const
{
    Stamp stamp;
    stamp.occurred_at = device_time - offset_.value_or(0ms);
    stamp.trusted = trusted_ && offset_.has_value();
    // A stamp of the future was made by another clock than the one we measured.
    if (stamp.occurred_at > received_at + offset_max_) {
        stamp.trusted = false;
        stamp.occurred_at = received_at;
    }
    return stamp;
}

std::optional<BoardClock::milliseconds> BoardClock::age(base::WallTime device_time, base::WallTime now) const
{
    if (!offset_) return std::nullopt;
    return now - (device_time - *offset_);
}

} // namespace gatehouse::uhppote
