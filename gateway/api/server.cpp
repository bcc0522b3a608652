#include "gateway/api/server.hpp"

#include "gateway/api/connection.hpp"
#include "gateway/base/log.hpp"
#include "protocols/net/remote_address.hpp"

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
constexpr auto goodbye_time = 1s;

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
    : clock_(clock), shared_(std::make_unique<ServerShared>(executor, clock, metrics, std::move(options),
                                                            std::move(services))),
      tcp_(executor), control_(executor), tasks_(executor)
{
}

Server::~Server() = default;

base::Result<void> Server::start()
{
    if (!shared_->options.host.empty()) {
        if (shared_->certificate) {
            const auto loaded = shared_->certificate->load();
            if (!loaded) return loaded;
        }
        const auto bound = listen_tcp();
        if (!bound) return bound;
    }
    if (!shared_->options.control_socket.empty()) {
        const auto bound = listen_control();
        if (!bound) {
            base::error_code ignored;
            tcp_.close(ignored);
            return bound;
        }
    }
    if (tcp_.is_open()) tasks_.spawn("api accept", accept_tcp());
    if (shared_->certificate) tasks_.spawn("api certificate", shared_->certificate->watch());
    if (control_.is_open()) tasks_.spawn("control accept", accept_control());
    if (auto* store = shared_->context.services.store) tasks_.spawn("api events", shared_->feed.run(*store));
    tasks_.spawn("api sweep", sweep());
    return {};
}

base::Result<void> Server::listen_tcp()
{
    base::error_code reason;
    const std::string host = shared_->options.host == "localhost" ? "127.0.0.1" : shared_->options.host;
    const auto address = asio::ip::make_address(host, reason);
    if (reason || (!address.is_loopback() && !shared_->certificate)) {
        base::log::error("api.listen must be a loopback address such as 127.0.0.1:8080, or api.tls be set",
                         kv("host", shared_->options.host));
        return Errc::bad_input;
    }
    const tcp::endpoint where(address, shared_->options.port);
    tcp_.open(where.protocol(), reason);
    if (!reason) tcp_.set_option(asio::socket_base::reuse_address(true), reason);
    if (!reason) tcp_.bind(where, reason);
    if (!reason) tcp_.listen(asio::socket_base::max_listen_connections, reason);
    if (!reason) return {};
    base::log::error("cannot listen at api.listen", kv("host", shared_->options.host),
                     kv("port", shared_->options.port), kv("why", reason));
    base::error_code ignored;
    tcp_.close(ignored);
    return reason;
}

base::Result<void> Server::listen_control()
{
    const std::string& path = shared_->options.control_socket;
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
    if (std::exchange(owns_file_, false)) ::unlink(shared_->options.control_socket.c_str());
    co_await say_goodbye();
    for (auto& connection : connections_)
        connection->close();
    tasks_.cancel();
    co_await tasks_.join();
}

// Browsers that follow the events come back sooner when they know that we went away on purpose.
asio::awaitable<void> Server::say_goodbye()
{
    shared_->stopping = true;
    shared_->feed.wake();
    const auto until = clock_.now() + goodbye_time;
    while (shared_->streams > 0 && clock_.now() < until)
        co_await clock_.wait(shared_->stream_ended, until);
}

asio::awaitable<void> Server::accept_tcp()
{
    auto executor = co_await asio::this_coro::executor;
    while (tcp_.is_open()) {
        tcp::socket socket(executor);
        const auto [reason] = co_await tcp_.async_accept(socket, asio::as_tuple(asio::use_awaitable));
        if (reason) {
            co_await clock_.sleep_for(accept_pause); // out of descriptors, most likely
            continue;
        }
        take_tcp(std::move(socket));
    }
}

asio::awaitable<void> Server::accept_control()
{
    auto executor = co_await asio::this_coro::executor;
    while (control_.is_open()) {
        Local::socket socket(executor);
        const auto [reason] = co_await control_.async_accept(socket, asio::as_tuple(asio::use_awaitable));
        if (reason) {
            co_await clock_.sleep_for(accept_pause);
            continue;
        }
        take(std::make_unique<Connection>(std::move(socket), *shared_, "", true),
             shared_->options.control_connections_max);
    }
}

void Server::take_tcp(tcp::socket socket)
{
    base::error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    auto address = net::remote_address(socket);
    if (!shared_->callers.enter(address, clock_.now())) return shared_->refused_address.add();
    take(std::make_unique<Connection>(std::move(socket), *shared_, std::move(address), false),
         shared_->options.connections_max);
}

// With `most` of its kind already there the connection is closed again at once.
void Server::take(std::unique_ptr<Connection> connection, std::size_t most)
{
    const auto same_kind = [&](const auto& other) { return other->is_control() == connection->is_control(); };
    const auto there = std::count_if(connections_.begin(), connections_.end(), same_kind);
    if (static_cast<std::size_t>(there) >= most) return shared_->refused_connections.add();
    shared_->accepted.add();
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
        for (auto& connection : connections_)
            connection->expire();
    }
}

} // namespace gatehouse::api
