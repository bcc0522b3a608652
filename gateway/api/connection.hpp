#pragma once
#include "gateway/api/context.hpp"
#include "gateway/api/message.hpp"

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/beast/core/flat_buffer.hpp>

#include <chrono>
#include <string_view>

namespace gatehouse::api {

struct ConnectionLimits {
    std::size_t body_max = 0;
    std::chrono::milliseconds idle_timeout{};
    std::chrono::milliseconds request_timeout{};
};

// One client, over TCP or over the control socket; Server owns it.
class Connection {
public:
    using Socket = asio::generic::stream_protocol::socket;
    Connection(Socket socket, const Context& context, ConnectionLimits limits, bool control);

    // Answers requests until either side ends the connection.
    asio::awaitable<void> converse();
    void expire(base::MonoTime now);
    void close();
    [[nodiscard]] bool is_control() const { return control_; }

private:
    asio::awaitable<bool> one_request();
    asio::awaitable<bool> send(const Response& response, bool keep_alive, bool head);
    asio::awaitable<bool> send_pieces(const LongBody& body);
    asio::awaitable<void> linger();
    void allow(std::chrono::milliseconds span) { deadline_ = context_.clock.now() + span; }

    Socket socket_;
    const Context& context_;
    ConnectionLimits limits_;
    bool control_;
    std::string peer_;
    std::string address_;
    boost::beast::flat_buffer buffer_;
    base::MonoTime deadline_ = base::MonoTime::max();
};

// Whether a browser on this machine may have meant us: localhost or a loopback address, with any port
// (tunnels change it). Anything else is a name that somebody else pointed at our address (DNS rebinding).
[[nodiscard]] bool is_our_host(std::string_view host);

} // namespace gatehouse::api
