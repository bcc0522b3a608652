#pragma once
#include "gateway/base/clock.hpp"
#include "vision/worker/feed.hpp"

#include <cstddef>

namespace gatehouse::vision {

// Sees that something moves by the size of what the camera sends between its key pictures, before anything is
// decoded: a still yard costs an encoder next to nothing, a car that drives up many times as much. Free of
// charge, and enough where no loop tells; what it takes for a car in error costs a few seconds of decoding.
class PacketMotion {
public:
    // Whether something began to move with this unit.
    [[nodiscard]] bool observe(const Unit& unit)
    {
        if (unit.key) return false;
        const auto bytes = static_cast<double>(unit.bytes);
        lately_ += (bytes - lately_) / lately_units;
        usually_ += (bytes - usually_) / usually_units;
        if (++seen_ < usually_units) return false;
        const bool moves = lately_ > usually_ * rise_min && lately_ > bytes_min;
        const bool begins = moves && !moving_;
        moving_ = lately_ > usually_ * rise_end;
        return begins;
    }

private:
    static constexpr double lately_units = 6;    // a quarter of a second
    static constexpr double usually_units = 250; // ten seconds
    static constexpr double rise_min = 2.5;
    static constexpr double rise_end = 1.5;
    static constexpr double bytes_min = 600; // below it is the noise of a camera that sends almost nothing

    double lately_ = 0;
    double usually_ = 0;
    double seen_ = 0;
    bool moving_ = false;
};

} // namespace gatehouse::vision
