#include "gateway/api/client_stream.hpp"

#include <boost/asio/as_tuple.hpp>

namespace gatehouse::api {

asio::awaitable<base::error_code> ClientStream::shake_hands(std::shared_ptr<asio::ssl::context> context)
{
    tls_.emplace(socket_, *context); // which keeps OpenSSL's context as long as it lives itself
    const auto [reason] =
        co_await tls_->async_handshake(asio::ssl::stream_base::server, asio::as_tuple(asio::use_awaitable));
    if (reason) tls_.reset(); // what is still to be said is said in clear
    co_return reason;
}

void ClientStream::close()
{
    base::error_code ignored; // it is going away either way
    socket_.close(ignored);
}

} // namespace gatehouse::api
