#pragma once
#include "gateway/api/context.hpp"
#include "gateway/base/metrics.hpp"
#include "gateway/base/task_group.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>

#include <list>
#include <memory>
#include <string>

namespace gatehouse::api {

struct ServerOptions {
    std::string host = "127.0.0.1";                   // a loopback address or localhost; empty: no TCP at all
    std::uint16_t port = 0;                           // 0: any; see Server::port()
    std::string control_socket;                       // path; empty: none
    std::size_t connections_max = 64;                 // over TCP
    std::size_t control_connections_max = 32;         // apart, so that no client of TCP keeps an operator out
    std::size_t read_body_max = 64U * 1024;           // of a request over TCP
    std::size_t control_body_max = 17U * 1024 * 1024; // of a request over the control socket (a list file)
    std::chrono::milliseconds idle_timeout{60'000};   // between requests
    std::chrono::milliseconds request_timeout{30'000}; // to receive one request, and to take its answer
};

class Connection;

// The local HTTP API: /api/v1, health and metrics, the same resources on a loopback address and on the
// control socket. Writes are accepted on the control socket only, where the file's permission (0660) says who
// may; over TCP they answer 403 until there are accounts. io thread only; stop() must have ended before it
// goes away.
class Server {
public:
    Server(asio::any_io_executor executor, base::Clock& clock, base::Metrics& metrics, ServerOptions options,
           Services services);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    // Binds both and starts to accept. A socket file left behind is replaced. Errors: bad_input (api.listen
    // is not loopback, or the socket's path is too long or no socket), already_exists (another gateway
    // answers on the control socket), or those of the system. What is wrong is logged with the key of the
    // configuration.
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
    void take(std::unique_ptr<Connection> connection, std::size_t most);

    base::Clock& clock_;
    ServerOptions options_;
    Context context_;
    base::Counter& accepted_;
    base::Counter& refused_;
    asio::ip::tcp::acceptor tcp_;
    asio::local::stream_protocol::acceptor control_;
    bool owns_file_ = false; // the socket file is ours to remove
    Connections connections_;
    base::TaskGroup tasks_;
};

} // namespace gatehouse::api
