#pragma once
#include "gateway/base/clock.hpp"

#include <chrono>
#include <optional>

namespace gatehouse::onvif {

// What the device's time stamps are worth (pains 15, 16): keeps the measured offset of its clock, and the
// whole half-hours by which some stamp events in local time and call it UTC. Pure: no I/O.
class DeviceClock {
public:
    using milliseconds = std::chrono::milliseconds;
    static constexpr milliseconds jump{2'000}; // more than a clock drifts in an hour
    explicit DeviceClock(milliseconds offset_max) : offset_max_(offset_max) {}

    struct Measured {
        bool trust_changed = false;
        bool jumped = false; // it was set, or lost its time, since the last look
    };
    // The device showed `shown`, in whole seconds, somewhere between `sent` and `answered` of our clock.
    Measured measured(base::WallTime shown, base::WallTime sent, base::WallTime answered);

    struct Stamp {
        base::WallTime occurred_at{};
        bool trusted = false;
    };
    // A live message came at `received_at` and says `device_time`.
    Stamp stamp(base::WallTime device_time, base::WallTime received_at);

    // What the device takes for now.
    [[nodiscard]] base::WallTime device_now(base::WallTime ours) const;
    [[nodiscard]] std::optional<milliseconds> offset() const { return offset_; }
    [[nodiscard]] bool trusted() const { return trusted_; }

private:
    milliseconds offset_max_;
    std::optional<milliseconds> offset_;
    std::chrono::minutes stamp_error_{0};
    bool trusted_ = true;
};

} // namespace gatehouse::onvif
