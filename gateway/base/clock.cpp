#include "gateway/base/clock.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

namespace gatehouse::base {

asio::awaitable<void> Clock::wait(Wakeup& wakeup, MonoTime when)
{
    using namespace asio::experimental::awaitable_operators;
    co_await (wakeup.wait() || sleep_until(when));
}

MonoTime SystemClock::now() const
{
    return std::chrono::steady_clock::now();
}

WallTime SystemClock::wall() const
{
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

asio::awaitable<void> SystemClock::sleep_until(MonoTime when)
{
    auto executor = co_await asio::this_coro::executor;
    asio::steady_timer timer(executor, when);
    co_await timer.async_wait(asio::use_awaitable);
}

asio::awaitable<void> SystemClock::wait(Wakeup& wakeup, MonoTime when)
{
    co_await wakeup.wait_until(when);
}

} // namespace gatehouse::base
