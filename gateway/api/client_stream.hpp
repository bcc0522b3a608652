#pragma once
#include "gateway/base/asio.hpp"
#include "gateway/base/errc.hpp"

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>

#include <memory>
#include <optional>
#include <utility>

namespace gatehouse::api {

// The bytes of one client, over TCP, over TLS or over the control socket: one type, so that the conversation
// exists once. An AsyncStream of Asio.
class ClientStream {
public:
    using Socket = asio::generic::stream_protocol::socket;
    using executor_type = Socket::executor_type;

    explicit ClientStream(Socket socket) : socket_(std::move(socket)) {}
    ClientStream(const ClientStream&) = delete;
    ClientStream& operator=(const ClientStream&) = delete;

    // Our half of a TLS handshake; from then on everything goes through it.
    asio::awaitable<base::error_code> shake_hands(std::shared_ptr<asio::ssl::context> context);
    [[nodiscard]] bool secure() const { return tls_.has_value(); }

    template <class Buffers, class Token>
    auto async_read_some(const Buffers& buffers, Token&& token)
    {
        if (tls_) return tls_->async_read_some(buffers, std::forward<Token>(token));
        return socket_.async_read_some(buffers, std::forward<Token>(token));
    }
    template <class Buffers, class Token>
    auto async_write_some(const Buffers& buffers, Token&& token)
    {
        if (tls_) return tls_->async_write_some(buffers, std::forward<Token>(token));
        return socket_.async_write_some(buffers, std::forward<Token>(token));
    }
    [[nodiscard]] executor_type get_executor() { return socket_.get_executor(); }
    // What lies under TLS.
    [[nodiscard]] Socket& socket() { return socket_; }
    void close();

private:
    Socket socket_;
    std::optional<asio::ssl::stream<Socket&>> tls_;
};

} // namespace gatehouse::api
