#pragma once
#include "gateway/base/task_group.hpp"
#include "tests/sim/http.hpp"

#include <functional>
#include <memory>
#include <set>
#include <string>

namespace gatehouse::sim {

using Connection = std::shared_ptr<Tcp::socket>;

// A machine's listening port and the connections through it. io thread only.
class TcpServer {
public:
    // Speaks with one peer until it returns.
    using Session = std::function<asio::awaitable<void>(Connection)>;
    TcpServer(base::TaskGroup& group, std::string name, Session session);

    // Throws boost::system::system_error when the port is taken. Port 0: any; from then on the same one.
    void open(const std::string& host, std::uint16_t port);
    void open_again();
    // Takes no connection any more; those there are stay.
    void close_port();
    // The same, and drops those there are.
    void close();
    // The port stays open.
    void drop_connections();
    [[nodiscard]] bool is_open() const { return acceptor_.is_open(); }
    [[nodiscard]] std::uint16_t port() const { return endpoint_.port(); }
    [[nodiscard]] std::size_t connections() const { return connections_.size(); }

private:
    asio::awaitable<void> accept(int generation);
    asio::awaitable<void> serve(Connection connection);

    base::TaskGroup& group_;
    std::string name_;
    Session session_;
    Tcp::acceptor acceptor_;
    Tcp::endpoint endpoint_;
    int generation_ = 0; // of the open port
    std::set<Connection> connections_;
};

// Resumes when the span is over, in true time.
[[nodiscard]] asio::awaitable<void> pause(std::chrono::milliseconds span);

} // namespace gatehouse::sim
