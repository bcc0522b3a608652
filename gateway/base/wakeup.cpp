#include "gateway/base/wakeup.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

namespace gatehouse::base {

asio::awaitable<void> Wakeup::wait()
{
    co_await timer_.async_wait(asio::as_tuple(asio::use_awaitable));
    // notify() and cancellation end the wait with the same code; the coroutine's own state tells them apart.
    const auto state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none)
        throw boost::system::system_error(asio::error::operation_aborted);
}

} // namespace gatehouse::base
