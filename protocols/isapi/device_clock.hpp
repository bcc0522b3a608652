#pragma once
#include "gateway/base/clock.hpp"

#include <chrono>
#include <cstdint>
#include <optional>

namespace gatehouse::isapi {

// What a device's time stamp is worth (pains 16, sheet §10): keeps the measured offset of the device's clock
// and the whole-hour error some models make when they stamp events. Pure: no I/O.
class DeviceClock {
public:
    using milliseconds = std::chrono::milliseconds;
    DeviceClock(std::chrono::minutes utc_offset, milliseconds offset_max)
        : utc_offset_(utc_offset), offset_max_(offset_max)
    {
    }

    struct Stamp {
        base::WallTime occurred_at{};
        bool trusted = true;
    };

    // The device said `device_time` somewhere between `sent` and `answered` of our clock. True when trust
    // changed.
    bool measured(base::WallTime device_time, base::WallTime sent, base::WallTime answered);
    // `named_offset`: the offset written in the stamp, absent when there was none. `live`: it happened just
    // now, so its arrival can be compared.
    Stamp stamp(base::WallTime device_time, std::optional<std::chrono::minutes> named_offset,
                base::WallTime received_at, bool live);

    [[nodiscard]] std::optional<std::int64_t> offset_ms() const;
    [[nodiscard]] bool trusted() const { return trusted_; }
    // Whole hours (or half hours) that event stamps are ahead of the device's own clock.
    [[nodiscard]] std::chrono::minutes stamp_error() const { return stamp_error_; }

private:
    void learn_stamp_error(milliseconds ahead, std::optional<std::chrono::minutes> named_offset);

    std::chrono::minutes utc_offset_;
    milliseconds offset_max_;
    std::optional<milliseconds> offset_;
    std::chrono::minutes stamp_error_{0};
    bool trusted_ = true;
};

} // namespace gatehouse::isapi
