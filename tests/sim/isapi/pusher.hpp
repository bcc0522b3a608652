#pragma once
#include "gateway/base/task_group.hpp"
#include "gateway/base/wakeup.hpp"
#include "tests/sim/http.hpp"
#include "tests/sim/isapi/hosts.hpp"
#include "tests/sim/isapi/payload.hpp"
#include "tests/sim/isapi/push_format.hpp"
#include "tests/sim/moods.hpp"
#include "tests/sim/oracle.hpp"

#include <chrono>
#include <deque>
#include <list>

namespace gatehouse::sim::isapi {

struct PushCounts {
    std::uint64_t acked = 0;
    std::uint64_t retried = 0;
    std::uint64_t refused = 0; // answered, but not 200
    std::uint64_t dropped = 0;
};

// Posts records to one receiver over a fixed number of connections. A record that is not answered 200 is sent
// again with the same key, as a device does. io thread only.
class Pusher {
public:
    struct Parts {
        const DeviceConfig& config;
        const Switches& switches;
        const Payloads& payloads;
        Oracle& oracle;
        PushCounts& counts;
        const Moods& moods;
    };

    Pusher(asio::any_io_executor executor, Host host, Parts parts);

    void start();
    void offer(RecordPtr record);
    // Ends the connections; the pending records go with them. Call join() before the object goes away.
    void cancel() { group_.cancel(); }
    asio::awaitable<void> join() { return group_.join(); }
    // The network was cut, or is back: nothing leaves meanwhile, and what was on its way is sent again.
    void follow_network();
    // Breaks connections whose answer is overdue. Called twice a second.
    void sweep(std::chrono::steady_clock::time_point now);
    // After cancel(): every connection has ended.
    [[nodiscard]] bool idle() const { return group_.size() == 0; }
    [[nodiscard]] const Host& host() const { return host_; }
    [[nodiscard]] std::size_t pending() const { return pending_.size() + in_flight_; }

private:
    struct Connection {
        explicit Connection(const asio::any_io_executor& executor) : socket(executor) {}
        Tcp::socket socket;
        std::string buffer;
        std::chrono::steady_clock::time_point overdue = std::chrono::steady_clock::time_point::max();
    };

    asio::awaitable<void> work(std::list<Connection>::iterator connection);
    asio::awaitable<bool> deliver(Connection& connection, RecordPtr record);
    asio::awaitable<bool> send_junk(Connection& connection);
    asio::awaitable<bool> post(Connection& connection, const PushRequest& request);
    asio::awaitable<int> read_status(Connection& connection);
    asio::awaitable<int> wait_for_close(Connection& connection);
    asio::awaitable<bool> connect(Connection& connection);
    void failed(RecordPtr record);

    Host host_;
    Parts parts_;
    std::deque<RecordPtr> pending_;
    std::size_t in_flight_ = 0;
    std::list<Connection> connections_;
    base::Wakeup wakeup_;
    base::TaskGroup group_;
};

} // namespace gatehouse::sim::isapi
