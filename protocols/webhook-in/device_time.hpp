#pragma once
#include "gateway/base/clock.hpp"

#include <chrono>
#include <deque>
#include <optional>
#include <string_view>

namespace gatehouse::webhook_in {

// How a make writes time where it does not say so itself.
struct TimeRules {
    std::chrono::minutes zone{480}; // of local time without a zone
    bool epoch_is_local = false;    // its "unix time" is local time read as if it were UTC
};

// Unix time in s, ms, us or ns (told by the number of digits), ISO 8601, "2026-8-11 9:05:01", "2026/08/11",
// "11-08-2026 09:05:01", 20260811090501[123]. Nothing for anything else, and for zero. total.
[[nodiscard]] std::optional<base::WallTime> read_time(std::string_view text, const TimeRules& rules);

// What the device's time stamps are worth. What is sent late makes the device look behind, never ahead, so of
// the last few measurements the greatest counts. Pure: no I/O.
class PushClock {
public:
    using milliseconds = std::chrono::milliseconds;
    explicit PushClock(milliseconds offset_max) : offset_max_(offset_max) {}

    struct Stamp {
        base::WallTime occurred_at{};
        bool trusted = false;
        milliseconds age{0}; // how long ago, by our clock
    };

    // The device said `sent` when it sent what arrived at `received`. True when trust changed.
    bool measured(base::WallTime sent, base::WallTime received);
    // A clock that was never measured is believed as far as it agrees with the arrival.
    [[nodiscard]] Stamp stamp(base::WallTime device_time, base::WallTime received) const;

    [[nodiscard]] std::optional<milliseconds> offset() const; // device minus gateway
    [[nodiscard]] bool trusted() const { return trusted_; }

private:
    milliseconds offset_max_;
    std::deque<milliseconds> offsets_; // the last few
    bool trusted_ = true;
};

} // namespace gatehouse::webhook_in
