#include "protocols/net/socket_error.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>

namespace gatehouse::net {

base::error_code as_closed(base::error_code reason) noexcept
{
    namespace error = boost::asio::error;
    // operation_aborted without a cancelled coroutine: somebody called close().
    const bool hung_up = reason == error::eof || reason == error::connection_reset ||
                         reason == error::broken_pipe || reason == error::connection_aborted ||
                         reason == error::operation_aborted || reason == error::bad_descriptor ||
                         reason == boost::asio::ssl::error::stream_truncated;
    return hung_up ? base::make_error_code(base::Errc::closed) : reason;
}

} // namespace gatehouse::net
