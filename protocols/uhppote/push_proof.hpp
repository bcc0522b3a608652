#pragma once
#include "gateway/base/clock.hpp"

#include <cstdint>
#include <vector>

namespace gatehouse::uhppote {

// Whether the board's pushes arrive: what was found in its store and never came pushed is evidence that they
// do not. One may be lost on the way, as UDP is; two in a row are none. Pure.
class PushProof {
public:
    explicit PushProof(std::chrono::milliseconds unproven_max) : unproven_max_(unproven_max) {}

    void fetched(std::uint32_t index, base::MonoTime now)
    {
        if (index > highest_ && !missed_twice()) missed_.push_back(now);
    }
    void pushed(std::uint32_t index)
    {
        highest_ = index;
        missed_.clear();
    }
    [[nodiscard]] bool missing(base::MonoTime now) const
    {
        return missed_twice() && now - missed_.back() > unproven_max_;
    }

private:
    [[nodiscard]] bool missed_twice() const { return missed_.size() >= 2; }

    std::chrono::milliseconds unproven_max_;
    std::uint32_t highest_ = 0;          // pushed
    std::vector<base::MonoTime> missed_; // when records were fetched that had not been pushed; at most two
};

} // namespace gatehouse::uhppote
