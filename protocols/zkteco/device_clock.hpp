#pragma once
#include "gateway/base/clock.hpp"

#include <chrono>
#include <optional>

namespace gatehouse::zkteco {

// What a device's time stamps are worth. These devices cannot be asked for their time; it is inferred from
// what they send while it happens. Something that just happened may arrive late but never early, so of
// several stamps that agree for a minute the one that is furthest ahead is the best. Pure: no I/O.
class DeviceClock {
public:
    using milliseconds = std::chrono::milliseconds;
    DeviceClock(milliseconds offset_max, milliseconds live_max) : offset_max_(offset_max), live_max_(live_max)
    {
    }

    struct Stamp {
        base::WallTime occurred_at{};
        bool trusted = false;
        bool fresh = false; // it happened just now
    };

    // The newest record of a small post said `shown`; whether it has just happened is not known. True when
    // trust or offset changed.
    bool hinted(base::WallTime shown, base::WallTime received);
    // The device told the state of this moment.
    bool measured(base::WallTime shown, base::WallTime received);
    // What was known no longer holds: the clock is about to be set.
    void forget();
    [[nodiscard]] Stamp stamp(base::WallTime shown, base::WallTime received) const;

    [[nodiscard]] std::optional<milliseconds> offset() const { return offset_; }
    [[nodiscard]] bool trusted() const { return trusted_; }

private:
    bool settle(milliseconds offset);

    milliseconds offset_max_;
    milliseconds live_max_;
    // Hints that agree, one after the other.
    struct Run {
        milliseconds least{0};
        milliseconds most{0};
        base::WallTime since{};
        int count = 0;
    };
    std::optional<Run> run_;
    std::optional<milliseconds> offset_;
    bool trusted_ = true;
};

} // namespace gatehouse::zkteco
