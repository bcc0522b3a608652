#pragma once
#include "gateway/api/server_options.hpp"
#include "gateway/api/services.hpp"
#include "gateway/base/metrics.hpp"
#include "gateway/base/task_group.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>

#include <list>
#include <memory>
#include <string>

namespace gatehouse::api {

class Connection;
struct ServerShared;

// The HTTP API: /api/v1, health, metrics and the console over TCP, in clear on a loopback address or with TLS
// on any, and the same resources on the control socket, where the file's permission (0660) says who may. io
// thread only; stop() must have ended before it goes away.
class Server {
public:
    Server(asio::any_io_executor executor, base::Clock& clock, base::Metrics& metrics, ServerOptions options,
           Services services);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    // Binds both and starts to accept. A socket file left behind is replaced. Errors: bad_input (api.listen
    // is not loopback and there is no TLS, or the socket's path is too long or no socket), already_exists
    // (another gateway answers on the control socket), those of the certificate, or those of the system. What
    // is wrong is logged with the key of the configuration.
    base::Result<void> start();
    [[nodiscard]] std::uint16_t port() const;
    asio::awaitable<void> stop();

private:
    using Connections = std::list<std::unique_ptr<Connection>>;
    class Place;

    base::Result<void> listen_tcp();
    base::Result<void> listen_control();
    asio::awaitable<void> accept_tcp();
    asio::awaitable<void> accept_control();
    asio::awaitable<void> serve(Connections::iterator place);
    asio::awaitable<void> sweep();
    asio::awaitable<void> say_goodbye();
    void take_tcp(asio::ip::tcp::socket socket);
    void take(std::unique_ptr<Connection> connection, std::size_t most);

    base::Clock& clock_;
    std::unique_ptr<ServerShared> shared_;
    asio::ip::tcp::acceptor tcp_;
    asio::local::stream_protocol::acceptor control_;
    bool owns_file_ = false; // the socket file is ours to remove
    Connections connections_;
    base::TaskGroup tasks_;
};

} // namespace gatehouse::api
