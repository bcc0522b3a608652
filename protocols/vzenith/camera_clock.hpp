#pragma once
#include "gateway/base/clock.hpp"

#include <chrono>
#include <cstdint>
#include <optional>

namespace gatehouse::vzenith {

// What the camera's time stamps are worth: by its clock asked over TCP, else by live reports, which come as
// soon as they happen. Whole half-hours ahead of arrival are a time zone put into the seconds since 1970.
// Pure.
class CameraClock {
public:
    using milliseconds = std::chrono::milliseconds;
    explicit CameraClock(milliseconds offset_max) : offset_max_(offset_max) {}

    struct Stamp {
        base::WallTime occurred_at{};
        bool trusted = false;
    };

    // The camera said `shown`, whole seconds, somewhere between `sent` and `answered`. True when trust
    // changed.
    bool measured(base::WallTime shown, base::WallTime sent, base::WallTime answered);
    // The connection is gone: the next live report counts again.
    void forget() { offset_.reset(); }
    [[nodiscard]] Stamp stamp(base::WallTime device_time, base::WallTime received_at, bool live);
    [[nodiscard]] std::optional<std::int64_t> offset_ms() const;
    [[nodiscard]] bool trusted() const { return trusted_; }

private:
    void learn_zone_error(milliseconds ahead);

    milliseconds offset_max_;
    std::optional<milliseconds> offset_;
    std::chrono::minutes zone_error_{0};
    bool trusted_ = true;
    bool live_was_right_ = false;
};

} // namespace gatehouse::vzenith
