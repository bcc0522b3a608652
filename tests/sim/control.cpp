#include "tests/sim/control.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/write.hpp>

#include <cstdio>
#include <unistd.h>

namespace gatehouse::sim {
namespace {

constexpr std::size_t line_max = 4096;

std::string take_line(std::string& buffer, std::size_t size)
{
    std::string line = buffer.substr(0, size - 1);
    buffer.erase(0, size);
    if (!line.empty() && line.back() == '\r') line.pop_back();
    return line;
}

} // namespace

Control::Control(asio::any_io_executor executor, Obey obey)
    : obey_(std::move(obey)), group_(executor), acceptor_(executor)
{
}

std::uint16_t Control::listen(std::uint16_t port)
{
    const Tcp::endpoint endpoint(asio::ip::address_v4::loopback(), port);
    acceptor_.open(endpoint.protocol());
    acceptor_.set_option(Tcp::acceptor::reuse_address(true));
    acceptor_.bind(endpoint);
    acceptor_.listen();
    group_.spawn("control", accept());
    return acceptor_.local_endpoint().port();
}

void Control::read_stdin()
{
    group_.spawn("standard input", read_input());
}

asio::awaitable<void> Control::stop()
{
    group_.cancel();
    co_await group_.join();
}

asio::awaitable<void> Control::accept()
{
    for (;;) {
        auto socket = std::make_shared<Tcp::socket>(group_.executor());
        co_await acceptor_.async_accept(*socket, asio::use_awaitable);
        group_.spawn("control client", talk(std::move(socket)));
    }
}

asio::awaitable<void> Control::talk(std::shared_ptr<Tcp::socket> socket)
{
    std::string buffer;
    boost::system::error_code failure;
    for (;;) {
        auto into = asio::dynamic_buffer(buffer, line_max);
        const auto size = co_await asio::async_read_until(*socket, into, '\n',
                                                          asio::redirect_error(asio::use_awaitable, failure));
        if (failure) co_return;
        const std::string answer = obey_(take_line(buffer, size)) + "\n";
        co_await asio::async_write(*socket, asio::buffer(answer),
                                   asio::redirect_error(asio::use_awaitable, failure));
        if (failure) co_return;
    }
}

asio::awaitable<void> Control::read_input()
{
    boost::system::error_code failure;
    asio::posix::stream_descriptor input(group_.executor());
    // A file cannot be waited for and is refused here; pipes and terminals can.
    input.assign(::dup(STDIN_FILENO), failure);
    std::string buffer;
    while (!failure) {
        auto into = asio::dynamic_buffer(buffer, line_max);
        const auto size = co_await asio::async_read_until(input, into, '\n',
                                                          asio::redirect_error(asio::use_awaitable, failure));
        if (failure) break;
        std::puts(obey_(take_line(buffer, size)).c_str());
        std::fflush(stdout);
    }
}

} // namespace gatehouse::sim
