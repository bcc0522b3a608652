#include "protocols/isapi/device_clock.hpp"

namespace gatehouse::isapi {

using namespace std::chrono_literals;

bool DeviceClock::measured(base::WallTime device_time, base::WallTime sent, base::WallTime answered)
{
    // The device looked at its clock about half way through the exchange.
    offset_ = device_time - (sent + (answered - sent) / 2);
    // The device shows whole seconds: half a second of the difference is nobody's fault.
    const bool trusted = std::chrono::abs(*offset_) <= offset_max_ + 500ms;
    const bool changed = trusted != trusted_;
    trusted_ = trusted;
    return changed;
}

// A stamp whole half-hours off its arrival is a time-zone mistake, not a wrong clock: terminals write local
// time with +00:00, one camera wrote +08:00 wherever it stood. Ahead of us is impossible otherwise; behind us
// could be a late report, so then the written zone must differ from ours too.
void DeviceClock::learn_stamp_error(milliseconds ahead, std::optional<std::chrono::minutes> named_offset)
{
    constexpr auto step = 30min;
    constexpr milliseconds slack = 90s; // between happening and arrival
    const auto half = ahead >= 0ms ? milliseconds(step) / 2 : -milliseconds(step) / 2;
    const auto steps = (ahead + half) / milliseconds(step);
    const auto error = std::chrono::minutes(step * steps);
    if (std::chrono::abs(error) > 14h) return; // no such zone
    if (error != 0min && std::chrono::abs(ahead - error) > slack) return;
    if (error < 0min && (!named_offset || *named_offset == utc_offset_)) return;
    stamp_error_ = error;
}

DeviceClock::Stamp DeviceClock::stamp(base::WallTime device_time,
                                      std::optional<std::chrono::minutes> named_offset,
                                      base::WallTime received_at, bool live)
{
    const auto offset = offset_.value_or(0ms);
    if (live) learn_stamp_error(device_time - offset - received_at, named_offset);
    Stamp stamp{device_time - offset - stamp_error_, trusted_ && offset_.has_value()};
    // A stamp of the future was made by another clock than the one we measured. Otherwise a clock out of
    // policy still tells, once corrected, how long a report waited.
    if (stamp.occurred_at > received_at + offset_max_ + 500ms) {
        stamp.trusted = false;
        stamp.occurred_at = received_at;
    }
    return stamp;
}

std::optional<std::int64_t> DeviceClock::offset_ms() const
{
    if (!offset_) return std::nullopt;
    return offset_->count();
}

} // namespace gatehouse::isapi
