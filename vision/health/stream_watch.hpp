#pragma once
#include "gateway/base/clock.hpp"
#include "vision/health/state.hpp"

#include <algorithm>
#include <optional>

namespace gatehouse::vision::health {

// What can be said of a stream without looking at a picture, in parts of the time that it takes to be told: 1
// at hold().
class StreamWatch {
public:
    // Sees when packets and key frames came last; absent ones count from the first call on.
    void observe(base::MonoTime now, std::optional<base::MonoTime> last_packet,
                 std::optional<base::MonoTime> last_key_frame)
    {
        if (!began_) began_ = now;
        packet_ = last_packet.value_or(*began_);
        if (last_key_frame && last_key_frame != key_frame_) {
            if (key_frame_) interval_ += (Span(*last_key_frame - *key_frame_) - interval_) / 8;
            key_frame_ = last_key_frame;
        }
    }

    [[nodiscard]] double lost(base::MonoTime now) const { return Span(now - packet_) / hold(State::lost); }

    // For three times as long as usual no packet began a picture; of a silent stream it says nothing.
    [[nodiscard]] double no_key_frame(base::MonoTime now) const
    {
        return Span(now - key_frame_.value_or(*began_)) /
               std::max<Span>(hold(State::no_key_frame), 3 * interval_);
    }

    // No packet just now.
    [[nodiscard]] bool silent(base::MonoTime now) const { return now - packet_ > silent_after; }

private:
    using Span = std::chrono::duration<double>;
    static constexpr std::chrono::seconds silent_after{5};

    std::optional<base::MonoTime> began_;
    base::MonoTime packet_{};
    std::optional<base::MonoTime> key_frame_;
    Span interval_{2};
};

} // namespace gatehouse::vision::health
