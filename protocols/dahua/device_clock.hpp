#pragma once
#include "gateway/base/clock.hpp"
#include "protocols/dahua/event_map.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>

namespace gatehouse::dahua {

// What a device's time stamp is worth (sheet §3). The device shows its local time without a zone, so a
// measured difference of whole half hours may be another zone or a wrong clock; and epochs come in three
// kinds, one of which may be local time. Live events, compared with their arrival, tell which it is. Pure.
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

    // The device showed `local` (as if it were UTC) somewhere between `sent` and `answered` of our clock.
    // True when trust changed.
    bool measured(base::WallTime local, base::WallTime sent, base::WallTime answered);
    // `live`: it happened just now, so its arrival can be compared.
    Stamp stamp(base::WallTime device_time, StampKind kind, base::WallTime received_at, bool live);

    // Device minus gateway, as the device shows it; nothing: not measured yet.
    [[nodiscard]] std::optional<std::int64_t> offset_ms() const;
    [[nodiscard]] bool trusted() const { return trusted_; }
    // How far the device's epochs are ahead of true time, where live events showed it.
    [[nodiscard]] std::optional<milliseconds> learned(StampKind kind) const
    {
        return learned_[static_cast<std::size_t>(kind)];
    }

private:
    [[nodiscard]] milliseconds total() const { return offset_.value_or(milliseconds(0)); }
    [[nodiscard]] milliseconds without_zone() const;
    void learn(StampKind kind, milliseconds ahead);
    [[nodiscard]] milliseconds correction(StampKind kind) const;

    std::chrono::minutes utc_offset_;
    milliseconds offset_max_;
    std::optional<milliseconds> offset_;
    std::array<std::optional<milliseconds>, 3> learned_;
    bool trusted_ = true;
};

} // namespace gatehouse::dahua
