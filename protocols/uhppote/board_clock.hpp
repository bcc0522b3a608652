#pragma once
#include "gateway/base/clock.hpp"

#include <chrono>
#include <cstdint>
#include <optional>

namespace gatehouse::uhppote {

// What the board's time stamps are worth: keeps the measured offset of its clock. The board shows whole
// seconds of local time, so it is taken to be in the middle of the second it shows. Pure: no I/O.
class BoardClock {
public:
    using milliseconds = std::chrono::milliseconds;
    explicit BoardClock(milliseconds offset_max) : offset_max_(offset_max) {}

    struct Stamp {
        base::WallTime occurred_at{};
        bool trusted = false;
    };

    // The board showed `shown` somewhere between `sent` and `answered` of our clock. True when trust changed.
    bool measured(base::WallTime shown, base::WallTime sent, base::WallTime answered);
    [[nodiscard]] Stamp stamp(base::WallTime device_time, base::WallTime received_at) const;
    // How long ago that was, by our clock; nothing while the board's clock is not measured.
    [[nodiscard]] std::optional<milliseconds> age(base::WallTime device_time, base::WallTime now) const;

    [[nodiscard]] std::optional<milliseconds> offset() const { return offset_; }
    [[nodiscard]] bool trusted() const { return trusted_; }

private:
    milliseconds offset_max_;
    std::optional<milliseconds> offset_;
    bool trusted_ = true;
};

} // namespace gatehouse::uhppote
