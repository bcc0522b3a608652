#pragma once
#include "gateway/base/asio.hpp"

#include <string>

namespace gatehouse::vision {

// Keeps what the worker has learnt of each camera, a few megabytes at most, over restarts of worker and
// daemon. Loss is cheap: it is learnt again. Does things in the order in which they are asked.
class ReferenceShelf {
public:
    virtual ~ReferenceShelf() = default;
    // Empty: nothing is kept, or it cannot be read.
    virtual asio::awaitable<std::string> recall(std::string camera) = 0;
    virtual asio::awaitable<void> keep(std::string camera, std::string learnt) = 0;
    // Nothing is kept of it any more.
    virtual asio::awaitable<void> drop(std::string camera) = 0;
};

} // namespace gatehouse::vision
