#pragma once
#include "gateway/notify/channel.hpp"

#include <deque>

namespace gatehouse::notify {

// When messages went out, against what a channel may send in any span of time: a bucket that is refilled
// would let twice as many through in the minute after a rest. Used by Outbox; bounded by the largest rate.
class RateWindow {
public:
    explicit RateWindow(std::vector<Rate> rates);

    void note(base::MonoTime at);
    // When the next message may go out if only this share of every rate is to be used; in the past: now.
    [[nodiscard]] base::MonoTime free_at(double share) const;
    // All that still counts, ascending.
    [[nodiscard]] const std::deque<base::MonoTime>& sent() const { return sent_; }

private:
    std::vector<Rate> rates_;
    std::size_t kept_max_ = 0;
    std::deque<base::MonoTime> sent_;
};

} // namespace gatehouse::notify
