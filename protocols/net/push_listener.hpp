#pragma once
#include "gateway/base/clock.hpp"
#include "gateway/base/errc.hpp"
#include "gateway/base/metrics.hpp"
#include "gateway/base/task_group.hpp"
#include "protocols/net/push_options.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <list>
#include <memory>

namespace gatehouse::net {

class PushConnection;
struct PushShared;

// The HTTP server for devices that push to us: /push/{device-id}[/...][?query], and the fixed paths of
// vendors whose devices know no other. Keeps connections open, takes pipelined requests one after the other,
// bounds connections, sizes and times, and counts every refusal. io thread only. Owned by the app; stop()
// must have ended before it goes away.
class PushListener {
public:
    PushListener(asio::any_io_executor executor, base::Clock& clock, base::Metrics& metrics,
                 PushListenerOptions options, PushHandler handler);
    ~PushListener();
    PushListener(const PushListener&) = delete;
    PushListener& operator=(const PushListener&) = delete;

    // Binds and starts to accept. Errors: those of the system (address in use, not ours), bad_input for a
    // host that is no address.
    base::Result<void> start();
    // The port in use, after start().
    [[nodiscard]] std::uint16_t port() const;
    [[nodiscard]] std::size_t connections() const { return connections_.size(); }
    // Closes the socket and every connection and waits until no handler is left.
    asio::awaitable<void> stop();

private:
    using Connections = std::list<std::unique_ptr<PushConnection>>;
    class Place;

    asio::awaitable<void> accept();
    asio::awaitable<void> serve(Connections::iterator place);
    asio::awaitable<void> sweep();
    void take(asio::ip::tcp::socket socket);

    base::Clock& clock_;
    std::unique_ptr<PushShared> shared_;
    base::Gauge& open_;
    base::Counter& accept_failures_;
    asio::ip::tcp::acceptor acceptor_;
    Connections connections_;
    base::TaskGroup tasks_;
};

} // namespace gatehouse::net
