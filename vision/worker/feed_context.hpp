#pragma once
#include "gateway/base/clock.hpp"
#include "gateway/base/secret.hpp"
#include "vision/worker/stream_url.hpp"

#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <string>

namespace gatehouse::vision {

// What every feed of the worker is given.
struct FeedContext {
    base::Clock& clock;
    const std::atomic<bool>& stop; // set from outside: whatever blocks returns within 100 ms
    // Sleeps for so long, or until stop is set.
    std::function<void(std::chrono::nanoseconds)> pause;
    // Held while a key picture is decoded by itself: such a decoder takes 5 MB (H.264) or 19 MB (H.265) at
    // 1080p, and ten idle cameras need only one at a time.
    std::mutex& decoding;
};

// Where a feed connects to, and as whom.
struct FeedTarget {
    StreamUrl url;
    std::string username;
    base::Secret password;
};

// Time limits of a feed.
inline constexpr std::chrono::seconds open_within{8}; // all of connecting, logging in and describing
inline constexpr std::chrono::seconds silence_max{5}; // vision.md §6: lost

} // namespace gatehouse::vision
