#include "tests/fakes/manual_clock.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

namespace gatehouse::fakes {

asio::awaitable<void> ManualClock::sleep_until(base::MonoTime when)
{
    if (when <= now_) {
        auto executor = co_await asio::this_coro::executor;
        co_await asio::post(executor, asio::use_awaitable);
        co_return;
    }
    auto executor = co_await asio::this_coro::executor;
    auto timer = std::make_shared<asio::steady_timer>(executor, asio::steady_timer::time_point::max());
    sleepers_.emplace(when, timer);
    co_await timer->async_wait(asio::as_tuple(asio::use_awaitable));
    for (auto [at, end] = sleepers_.equal_range(when); at != end; ++at) {
        if (at->second != timer) continue;
        sleepers_.erase(at); // still listed: cancelled before its time
        break;
    }
    const auto state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none)
        throw boost::system::system_error(asio::error::operation_aborted);
}

void ManualClock::advance(std::chrono::milliseconds span)
{
    now_ += span;
    wall_ += span;
    while (!sleepers_.empty() && sleepers_.begin()->first <= now_) {
        const auto timer = sleepers_.begin()->second;
        sleepers_.erase(sleepers_.begin());
        timer->cancel();
    }
}

std::optional<base::MonoTime> ManualClock::next_due() const
{
    if (sleepers_.empty()) return std::nullopt;
    return sleepers_.begin()->first;
}

} // namespace gatehouse::fakes
