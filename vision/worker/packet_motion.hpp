#pragma once
#include "gateway/base/clock.hpp"
#include "vision/worker/feed.hpp"

#include <chrono>
#include <cmath>
#include <cstddef>
#include <optional>
#include <utility>

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
        if (!began_) began_ = last_ = unit.at;
        const auto step = unit.at - *std::exchange(last_, unit.at);
        approach(lately_, unit.bytes, step, lately);
        approach(usually_, unit.bytes, step, usually);
        if (unit.at - *began_ < usually) return false;
        const bool begins = !moving_ && lately_ > usually_ * rise_min && lately_ > bytes_min;
        moving_ = begins || lately_ > usually_ * rise_end;
        return begins;
    }

private:
    using Seconds = std::chrono::duration<double>;
    static constexpr std::chrono::milliseconds lately{250};
    static constexpr std::chrono::seconds usually{10};
    static constexpr double rise_min = 2.5;
    static constexpr double rise_end = 1.5;
    static constexpr double bytes_min = 600; // below it is the noise of a camera that sends almost nothing

    // The mean over so long a time, whatever the frame rate.
    static void approach(double& mean, std::size_t bytes, base::MonoTime::duration step, Seconds over)
    {
        mean += (static_cast<double>(bytes) - mean) * (1 - std::exp(-Seconds(step).count() / over.count()));
    }

    std::optional<base::MonoTime> began_;
    std::optional<base::MonoTime> last_;
    double lately_ = 0;
    double usually_ = 0;
    bool moving_ = false;
};

} // namespace gatehouse::vision
