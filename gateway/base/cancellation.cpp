#include "gateway/base/cancellation.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/multiple_exceptions.hpp>
#include <boost/system/system_error.hpp>

namespace gatehouse::base {

bool is_cancellation(const std::exception_ptr& failure)
{
    try {
        std::rethrow_exception(failure);
    } catch (const boost::system::system_error& error) {
        return error.code() == boost::asio::error::operation_aborted;
    } catch (const boost::asio::multiple_exceptions& several) {
        return is_cancellation(several.first_exception());
    } catch (...) {
        return false;
    }
}

asio::awaitable<void> throw_if_cancelled()
{
    const auto state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none)
        throw boost::system::system_error(asio::error::operation_aborted);
}

} // namespace gatehouse::base
