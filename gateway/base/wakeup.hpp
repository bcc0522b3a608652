#pragma once
#include "gateway/base/asio.hpp"

#include <boost/asio/steady_timer.hpp>

#include <memory>
#include <vector>

namespace gatehouse::base {

// A condition to wait for on the io thread: check the condition, wait(), check again. notify() resumes every
// waiter.
class Wakeup {
public:
    explicit Wakeup(const asio::any_io_executor& executor) : executor_(executor) {}
    ~Wakeup() { notify(); }
    Wakeup(const Wakeup&) = delete;
    Wakeup& operator=(const Wakeup&) = delete;

    // Throws operation_aborted when the awaiting coroutine is cancelled.
    asio::awaitable<void> wait() { return wait_until(asio::steady_timer::time_point::max()); }
    // The same, for so long at most; by the clock of the machine: see Clock::wait().
    asio::awaitable<void> wait_until(asio::steady_timer::time_point when);
    void notify();

private:
    class Wait;
    using Timers = std::vector<asio::steady_timer*>; // in the order in which they began

    asio::any_io_executor executor_;
    std::shared_ptr<Timers> waiting_ = std::make_shared<Timers>(); // of waits, which may outlive the wakeup
};

} // namespace gatehouse::base
