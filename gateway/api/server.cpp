#include "gateway/api/server.hpp"

#include "gateway/api/connection.hpp"
#include "gateway/base/log.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/this_coro.hpp>

#include <algorithm>

#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace gatehouse::api {
namespace {

using asio::ip::tcp;
using base::Errc;
using base::kv;
using Local = asio::local::stream_protocol;
using namespace std::chrono_literals;

constexpr auto sweep_period = 1s;
constexpr auto accept_pause = 100ms;

bool is_socket(const std::string& path)
{
    struct stat facts {};
    return ::lstat(path.c_str(), &facts) == 0 && S_ISSOCK(facts.st_mode);
}

bool exists(const std::string& path)
{
    struct stat facts {};
    return ::lstat(path.c_str(), &facts) == 0;
}

} // namespace

// A connection's place in the list, given up when its coroutine ends.
class Server::Place {
public:
    Place(Server& server, Connections::iterator at) : server_(server), at_(at) {}
    ~Place() { server_.connections_.erase(at_); }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

private:
    Server& server_;
    Connections::iterator at_;
};

Server::Server(asio::any_io_executor executor, base::Clock& clock, base::Metrics& metrics,
               ServerOptions options, Services services)
    : clock_(clock), options_(std::move(options)), context_{std::move(services), clock},
      accepted_(metrics.counter("gatehouse_api_connections_total", "connections to the local API")),
      refused_(
          metrics.counter("gatehouse_api_refused_total", "connections beyond the limit of the local API")),
      tcp_(executor), control_(executor), tasks_(executor)
{
}

Server::~Server() = default;

base::Result<void> Server::start()
{
    if (!options_.host.empty()) {
        const auto bound = listen_tcp();
        if (!bound) return bound;
    }
    if (!options_.control_socket.empty()) {
        const auto bound = listen_control();
        if (!bound) {
            base::error_code ignored;
            tcp_.close(ignored);
            return bound;
        }
    }
    if (tcp_.is_open()) tasks_.spawn("api accept", accept_tcp());
    if (control_.is_open()) tasks_.spawn("control accept", accept_control());
    tasks_.spawn("api sweep", sweep());
    return {};
}

base::Result<void> Server::listen_tcp()
{
    base::error_code reason;
    const std::string host = options_.host == "localhost" ? "127.0.0.1" : options_.host;
    const auto address = asio::ip::make_address(host, reason);
    if (reason || !address.is_loopback()) {
        base::log::error("api.listen must be a loopback address such as 127.0.0.1:8080",
                         kv("host", options_.host));
        return Errc::bad_input;
    }
    const tcp::endpoint where(address, options_.port);
    tcp_.open(where.protocol(), reason);
    if (!reason) tcp_.set_option(asio::socket_base::reuse_address(true), reason);
    if (!reason) tcp_.bind(where, reason);
    if (!reason) tcp_.listen(asio::socket_base::max_listen_connections, reason);
    if (!reason) return {};
    base::log::error("cannot listen at api.listen", kv("host", options_.host), kv("port", options_.port),
                     kv("why", reason));
    base::error_code ignored;
    tcp_.close(ignored);
    return reason;
}

base::Result<void> Server::listen_control()
{
    const std::string& path = options_.control_socket;
    const auto failed = [&path](base::error_code why) {
        base::log::error("cannot open gateway.control_socket", kv("path", path), kv("why", why));
        return why;
    };
    if (path.size() >= sizeof(sockaddr_un::sun_path)) return failed(Errc::bad_input);
    base::error_code reason;
    const Local::endpoint where(path);
    if (exists(path)) {
        if (!is_socket(path)) return failed(Errc::bad_input); // never delete what is not ours
        Local::socket probe(control_.get_executor());
        probe.connect(where, reason);
        if (!reason) return failed(Errc::already_exists);
        ::unlink(path.c_str());
    }
    reason.clear();
    control_.open(where.protocol(), reason);
    if (!reason) control_.bind(where, reason);
    // Before listen(): until then nobody can connect, whatever the umask was.
    if (!reason && ::chmod(path.c_str(), 0660) != 0) reason.assign(errno, boost::system::system_category());
    if (!reason) control_.listen(asio::socket_base::max_listen_connections, reason);
    if (!reason) {
        owns_file_ = true;
        return {};
    }
    base::error_code ignored;
    control_.close(ignored);
    return failed(reason);
}

std::uint16_t Server::port() const
{
    base::error_code closed;
    return tcp_.local_endpoint(closed).port();
}

asio::awaitable<void> Server::stop()
{
    base::error_code ignored;
    tcp_.close(ignored);
    control_.close(ignored);
    if (std::exchange(owns_file_, false)) ::unlink(options_.control_socket.c_str());
    for (auto& connection : connections_)
        connection->close();
    tasks_.cancel();
    co_await tasks_.join();
}

asio::awaitable<void> Server::accept_tcp()
{
    auto executor = co_await asio::this_coro::executor;
    const ConnectionLimits limits{options_.read_body_max, options_.idle_timeout, options_.request_timeout};
    while (tcp_.is_open()) {
        tcp::socket socket(executor);
        const auto [reason] = co_await tcp_.async_accept(socket, asio::as_tuple(asio::use_awaitable));
        if (reason) {
            co_await clock_.sleep_for(accept_pause); // out of descriptors, most likely
            continue;
        }
        base::error_code ignored;
        socket.set_option(tcp::no_delay(true), ignored);
        take(std::make_unique<Connection>(std::move(socket), context_, limits, false),
             options_.connections_max);
    }
}

asio::awaitable<void> Server::accept_control()
{
    auto executor = co_await asio::this_coro::executor;
    const ConnectionLimits limits{options_.control_body_max, options_.idle_timeout, options_.request_timeout};
    while (control_.is_open()) {
        Local::socket socket(executor);
        const auto [reason] = co_await control_.async_accept(socket, asio::as_tuple(asio::use_awaitable));
        if (reason) {
            co_await clock_.sleep_for(accept_pause);
            continue;
        }
        take(std::make_unique<Connection>(std::move(socket), context_, limits, true),
             options_.control_connections_max);
    }
}

// With `most` of its kind already there the connection is closed again at once.
void Server::take(std::unique_ptr<Connection> connection, std::size_t most)
{
    const auto same_kind = [&](const auto& other) { return other->is_control() == connection->is_control(); };
    const auto there = std::count_if(connections_.begin(), connections_.end(), same_kind);
    if (static_cast<std::size_t>(there) >= most) return refused_.add();
    accepted_.add();
    const auto place = connections_.insert(connections_.end(), std::move(connection));
    tasks_.spawn("api connection", serve(place));
}

asio::awaitable<void> Server::serve(Connections::iterator place)
{
    const Place held(*this, place);
    co_await (*place)->converse();
}

asio::awaitable<void> Server::sweep()
{
    for (;;) {
        co_await clock_.sleep_for(sweep_period);
        const auto now = clock_.now();
        for (auto& connection : connections_)
            connection->expire(now);
    }
}

} // namespace gatehouse::api
