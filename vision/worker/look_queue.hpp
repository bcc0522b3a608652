#pragma once
#include "gateway/base/clock.hpp"
#include "vision/worker/picture.hpp"

#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>

namespace gatehouse::vision {

// One picture of a camera that somebody should look at.
struct Look {
    PicturePtr picture;
    base::MonoTime at{};
    base::WallTime wall{};
    bool hurried = false; // one of many in a row: something is about to happen
};

// Between a camera's thread and the analysis: bounded, the oldest goes first when it is full, and that is
// counted. A picture waits as the decoder made it (3 MB at 1080p), hence the small bound.
class LookQueue {
public:
    static constexpr std::size_t looks_max = 3;

    void push(Look look)
    {
        const std::scoped_lock lock(mutex_);
        if (looks_.size() == looks_max) {
            looks_.pop_front();
            ++dropped_;
        }
        looks_.push_back(std::move(look));
    }
    std::optional<Look> pop()
    {
        const std::scoped_lock lock(mutex_);
        if (looks_.empty()) return std::nullopt;
        auto look = std::move(looks_.front());
        looks_.pop_front();
        return look;
    }
    [[nodiscard]] bool empty() const
    {
        const std::scoped_lock lock(mutex_);
        return looks_.empty();
    }
    [[nodiscard]] std::uint64_t dropped() const
    {
        const std::scoped_lock lock(mutex_);
        return dropped_;
    }

private:
    mutable std::mutex mutex_;
    std::deque<Look> looks_;
    std::uint64_t dropped_ = 0;
};

} // namespace gatehouse::vision
