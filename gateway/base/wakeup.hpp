#pragma once
#include "gateway/base/asio.hpp"

#include <boost/asio/steady_timer.hpp>

namespace gatehouse::base {

// A condition to wait for on the io thread: check the condition, wait(), check again. notify() resumes every
// waiter.
class Wakeup {
public:
    explicit Wakeup(const asio::any_io_executor& executor)
        : timer_(executor, asio::steady_timer::time_point::max())
    {
    }

    // Throws operation_aborted when the awaiting coroutine is cancelled.
    asio::awaitable<void> wait();
    void notify() { timer_.cancel(); }

private:
    asio::steady_timer timer_;
};

} // namespace gatehouse::base
