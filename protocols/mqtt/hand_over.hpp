#pragma once
#include <cstddef>
#include <mutex>
#include <utility>
#include <vector>

namespace gatehouse::mqtt {

// What goes from Paho's thread to io: one errand for all that comes before io is there. Used by Link only;
// the one place of this room that two threads touch.
template <class T>
class HandOver {
public:
    // Beyond `size_max` things are dropped and counted.
    explicit HandOver(std::size_t size_max) : size_max_(size_max) {}

    // True when somebody has to be sent for it.
    bool put(T thing)
    {
        const std::lock_guard lock(mutex_);
        if (things_.size() >= size_max_) {
            ++dropped_;
            return false;
        }
        things_.push_back(std::move(thing));
        return things_.size() == 1;
    }

    struct Taken {
        std::vector<T> things;
        std::size_t dropped = 0;
    };
    Taken take()
    {
        const std::lock_guard lock(mutex_);
        return {std::exchange(things_, {}), std::exchange(dropped_, 0)};
    }

private:
    const std::size_t size_max_;
    std::mutex mutex_;
    std::vector<T> things_;
    std::size_t dropped_ = 0;
};

} // namespace gatehouse::mqtt
