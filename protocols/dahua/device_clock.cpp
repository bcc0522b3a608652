#include "protocols/dahua/device_clock.hpp"

namespace gatehouse::dahua {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds slack = 90s; // between happening and arrival
constexpr milliseconds half_second = 500ms;

// The nearest whole number of half hours; zero beyond any zone.
milliseconds half_hours(milliseconds span)
{
    constexpr milliseconds step = 30min;
    const auto half = span >= 0ms ? step / 2 : -(step / 2);
    const auto rounded = (span + half) / step * step;
    return std::chrono::abs(rounded) > 26h ? 0ms : rounded;
}

} // namespace

bool DeviceClock::measured(base::WallTime local, base::WallTime sent, base::WallTime answered)
{
    const auto before = offset_;
    offset_ = local - utc_offset_ - (sent + (answered - sent) / 2);
    // The clock was set: what live events taught is worth nothing any more.
    if (before && std::chrono::abs(*before - *offset_) > slack) learned_ = {};
    // The device shows whole seconds: half a second of the difference is nobody's fault.
    const bool trusted = std::chrono::abs(*offset_) <= offset_max_ + half_second;
    const bool changed = trusted != trusted_;
    trusted_ = trusted;
    return changed;
}

// What is left of the offset when whole half hours are a matter of zone.
milliseconds DeviceClock::without_zone() const
{
    const auto zone = half_hours(total());
    return std::chrono::abs(total() - zone) <= slack ? total() - zone : total();
}

// The shift that explains when the stamp arrived: that of the clock, that of the clock without its zone, or
// local time read as an epoch. Behind us by another amount is a late report and teaches nothing.
void DeviceClock::learn(StampKind kind, milliseconds ahead)
{
    auto& known = learned_[static_cast<std::size_t>(kind)];
    const auto explains = [&](milliseconds shift) { return std::chrono::abs(ahead - shift) <= slack; };
    if (known && explains(*known)) return;
    const auto rest = without_zone();
    const auto zone = half_hours(ahead - rest);
    if (explains(rest))
        known = rest;
    else if (offset_ && explains(total()))
        known = total();
    else if (kind != StampKind::local && (zone > 0ms || zone == utc_offset_) && explains(rest + zone))
        known = rest + zone;
}

milliseconds DeviceClock::correction(StampKind kind) const
{
    if (const auto& known = learned_[static_cast<std::size_t>(kind)]) return *known;
    return kind == StampKind::local ? total() : without_zone();
}

DeviceClock::Stamp DeviceClock::stamp(base::WallTime device_time, StampKind kind, base::WallTime received_at,
                                      bool live)
{
    const auto ahead = device_time - received_at;
    if (live) learn(kind, ahead);
    Stamp stamp{device_time - correction(kind), trusted_ && offset_.has_value()};
    // An epoch that agrees with its arrival needs no other proof, whatever zone the device shows.
    if (live && kind != StampKind::local && std::chrono::abs(ahead) <= offset_max_) {
        stamp.occurred_at = device_time;
        stamp.trusted = true;
    }
    // A stamp of the future was made by another clock than the one we measured.
    if (stamp.occurred_at > received_at + offset_max_ + half_second) {
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

} // namespace gatehouse::dahua
