#pragma once
#include "vision/worker/feed.hpp"

#include <cstddef>
#include <vector>

namespace gatehouse::vision {

// What came since the last key picture, not decoded. A trigger can begin with it at once instead of waiting
// for the next key picture, which may be four seconds away when a car stands at the barrier.
class Gop {
public:
    static constexpr std::size_t bytes_max = std::size_t{4} << 20; // 8 s at 4 Mbit/s
    static constexpr std::size_t units_max = 500;

    void push(const Unit& unit)
    {
        if (unit.key) clear();
        // Without its beginning the rest is worth nothing; beyond the bounds only the key picture is kept.
        if (!unit.key && (units_.empty() || gap_)) return;
        units_.push_back(unit);
        bytes_ += unit.bytes;
        gap_ = bytes_ > bytes_max || units_.size() > units_max;
        if (gap_) units_.resize(1);
    }
    // From the key picture to now without a gap, or nothing.
    [[nodiscard]] std::vector<Unit> whole() const { return gap_ ? std::vector<Unit>() : units_; }
    [[nodiscard]] const Unit* key() const { return units_.empty() ? nullptr : units_.data(); }
    void clear()
    {
        units_.clear();
        bytes_ = 0;
        gap_ = false;
    }

private:
    std::vector<Unit> units_;
    std::size_t bytes_ = 0;
    bool gap_ = false; // units after the key picture were let go
};

} // namespace gatehouse::vision
