#include "gateway/base/wakeup.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

namespace gatehouse::base {

// One wait: its timer, known to the wakeup for as long as it lasts.
class Wakeup::Wait {
public:
    Wait(Wakeup& wakeup, asio::steady_timer::time_point when)
        : timer(wakeup.executor_, when), all_(wakeup.waiting_)
    {
        all_->push_back(&timer);
    }
    ~Wait() { std::erase(*all_, &timer); }
    Wait(const Wait&) = delete;
    Wait& operator=(const Wait&) = delete;

    asio::steady_timer timer;

private:
    std::shared_ptr<Timers> all_;
};

asio::awaitable<void> Wakeup::wait_until(asio::steady_timer::time_point when)
{
    Wait wait(*this, when);
    co_await wait.timer.async_wait(asio::as_tuple(asio::use_awaitable));
    // notify() and cancellation end the wait with the same code; the coroutine's own state tells them apart.
    const auto state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none)
        throw boost::system::system_error(asio::error::operation_aborted);
}

void Wakeup::notify()
{
    for (auto* timer : *waiting_)
        timer->cancel();
}

} // namespace gatehouse::base
