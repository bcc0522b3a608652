#include "protocols/net/push_listener.hpp"

#include "protocols/net/push_connection.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/this_coro.hpp>

namespace gatehouse::net {
namespace {

using asio::ip::tcp;
using namespace std::chrono_literals;

// One coarse timer for all connections: limits are kept to within a second.
constexpr auto sweep_period = 1s;
constexpr auto accept_pause = 100ms;

} // namespace

// A connection's place in the list, given up when its coroutine ends.
class PushListener::Place {
public:
    Place(PushListener& listener, Connections::iterator at) : listener_(listener), at_(at) {}
    ~Place()
    {
        listener_.connections_.erase(at_);
        listener_.open_.set(static_cast<double>(listener_.connections_.size()));
    }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

private:
    PushListener& listener_;
    Connections::iterator at_;
};

PushListener::PushListener(asio::any_io_executor executor, base::Clock& clock, base::Metrics& metrics,
                           PushListenerOptions options, PushHandler handler)
    : clock_(clock),
      shared_(std::make_unique<PushShared>(clock, metrics, std::move(options), std::move(handler))),
      open_(metrics.gauge("gatehouse_push_connections", "open connections of pushing devices")),
      accept_failures_(metrics.counter("gatehouse_push_accept_failures_total",
                                       "connections the system could not give us")),
      acceptor_(executor), tasks_(executor)
{
}

PushListener::~PushListener() = default;

base::Result<void> PushListener::start()
{
    base::error_code reason;
    const auto address = asio::ip::make_address(shared_->options.host, reason);
    if (reason) return base::Errc::bad_input;
    const tcp::endpoint where(address, shared_->options.port);
    acceptor_.open(where.protocol(), reason);
    if (!reason) acceptor_.set_option(asio::socket_base::reuse_address(true), reason);
    if (!reason) acceptor_.bind(where, reason);
    if (!reason) acceptor_.listen(asio::socket_base::max_listen_connections, reason);
    if (reason) {
        base::error_code ignored;
        acceptor_.close(ignored);
        return reason;
    }
    tasks_.spawn("push accept", accept());
    tasks_.spawn("push sweep", sweep());
    return {};
}

std::uint16_t PushListener::port() const
{
    base::error_code closed;
    return acceptor_.local_endpoint(closed).port();
}

asio::awaitable<void> PushListener::stop()
{
    base::error_code ignored;
    acceptor_.close(ignored);
    for (auto& connection : connections_)
        connection->close();
    tasks_.cancel();
    co_await tasks_.join();
}

asio::awaitable<void> PushListener::accept()
{
    auto executor = co_await asio::this_coro::executor;
    while (acceptor_.is_open()) {
        tcp::socket socket(executor);
        const auto [reason] = co_await acceptor_.async_accept(socket, asio::as_tuple(asio::use_awaitable));
        if (!reason) {
            take(std::move(socket));
            continue;
        }
        // Out of descriptors, most likely: others may close some meanwhile.
        accept_failures_.add();
        co_await clock_.sleep_for(accept_pause);
    }
}

void PushListener::take(tcp::socket socket)
{
    base::error_code ignored; // a peer that is gone already shows in the first read
    if (connections_.size() >= shared_->options.connections_max) {
        shared_->refused_connections.add();
        constexpr std::string_view busy =
            "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        socket.non_blocking(true, ignored);
        socket.write_some(asio::buffer(busy.data(), busy.size()), ignored);
        return;
    }
    socket.set_option(tcp::no_delay(true), ignored);
    socket.set_option(asio::socket_base::keep_alive(true), ignored);
    const auto place = connections_.insert(connections_.end(),
                                           std::make_unique<PushConnection>(std::move(socket), *shared_));
    open_.set(static_cast<double>(connections_.size()));
    tasks_.spawn("push connection", serve(place));
}

asio::awaitable<void> PushListener::serve(Connections::iterator place)
{
    const Place held(*this, place);
    co_await (*place)->converse();
}

asio::awaitable<void> PushListener::sweep()
{
    for (;;) {
        co_await clock_.sleep_for(sweep_period);
        const auto now = clock_.now();
        for (auto& connection : connections_)
            connection->expire(now);
    }
}

} // namespace gatehouse::net
