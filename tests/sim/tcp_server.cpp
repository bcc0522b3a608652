#include "tests/sim/tcp_server.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

namespace gatehouse::sim {

TcpServer::TcpServer(base::TaskGroup& group, std::string name, Session session)
    : group_(group), name_(std::move(name)), session_(std::move(session)), acceptor_(group.executor())
{
}

void TcpServer::open(const std::string& host, std::uint16_t port)
{
    endpoint_ = Tcp::endpoint(asio::ip::make_address(host), port);
    open_again();
}

void TcpServer::open_again()
{
    acceptor_.open(endpoint_.protocol());
    try {
        acceptor_.set_option(Tcp::acceptor::reuse_address(true));
        acceptor_.bind(endpoint_);
        acceptor_.listen();
    } catch (...) {
        close();
        throw;
    }
    endpoint_ = acceptor_.local_endpoint();
    group_.spawn("accept " + name_, accept(++generation_));
}

void TcpServer::close_port()
{
    boost::system::error_code ignored;
    acceptor_.close(ignored);
}

void TcpServer::close()
{
    close_port();
    drop_connections();
}

void TcpServer::drop_connections()
{
    boost::system::error_code ignored;
    for (const auto& connection : connections_)
        connection->close(ignored);
}

asio::awaitable<void> TcpServer::accept(int generation)
{
    boost::system::error_code failure;
    while (acceptor_.is_open() && generation == generation_) {
        auto connection = std::make_shared<Tcp::socket>(group_.executor());
        co_await acceptor_.async_accept(*connection, asio::redirect_error(asio::use_awaitable, failure));
        if (failure) co_return;
        connection->set_option(Tcp::no_delay(true), failure);
        group_.spawn("session " + name_, serve(std::move(connection)));
    }
}

asio::awaitable<void> TcpServer::serve(Connection connection)
{
    connections_.insert(connection);
    const std::shared_ptr<void> leave(nullptr, [this, connection](void*) { connections_.erase(connection); });
    co_await session_(connection);
    boost::system::error_code ignored;
    connection->close(ignored);
}

asio::awaitable<void> pause(std::chrono::milliseconds span)
{
    const auto executor = co_await asio::this_coro::executor;
    asio::steady_timer timer(executor);
    timer.expires_after(span);
    co_await timer.async_wait(asio::use_awaitable);
}

} // namespace gatehouse::sim
