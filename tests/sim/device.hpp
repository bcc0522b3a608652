#pragma once
#include "gateway/base/clock.hpp"
#include "gateway/base/random.hpp"
#include "gateway/base/task_group.hpp"
#include "tests/sim/digest_guard.hpp"
#include "tests/sim/estate.hpp"
#include "tests/sim/hosts.hpp"
#include "tests/sim/outputs.hpp"
#include "tests/sim/pusher.hpp"
#include "tests/sim/stream_hub.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <memory>
#include <set>

namespace gatehouse::sim {

struct DeviceCounts {
    std::uint64_t created = 0;
    std::uint64_t requests = 0;
    std::uint64_t unauthorised = 0;
    PushCounts push;
};

// One simulated device: its socket, its memory, its metal and its moods. io thread only.
class Device {
public:
    Device(asio::any_io_executor executor, base::Clock& clock, Oracle& oracle, DeviceConfig config);
    Device(const Device&) = delete;
    Device& operator=(const Device&) = delete;

    // Opens the port. Throws when it is taken.
    void start();
    void cancel();
    asio::awaitable<void> join();

    void emit(Happening what) { tell(remember(std::move(what), 1)); }
    // Repeats once a second for `lasts`, then inactive unless switched off.
    void emit_lasting(Happening what, Span lasts);
    // A random event of this kind of device, or false when traffic has to wait for the gateway.
    bool emit_random();
    // Refuses connections for `down`, then starts afresh.
    void reboot(Span down);
    void reset_serials() { serial_ = 0; }
    // Lets overdue pushes go and follows changed httpHosts. Called twice a second.
    void sweep();
    // After httpHosts changed: one pusher a used slot.
    void follow_hosts();

    [[nodiscard]] std::uint16_t port() const { return port_; }
    [[nodiscard]] std::string stats() const;
    [[nodiscard]] std::size_t pending() const;

    const DeviceConfig config;
    Switches switches;
    base::Random random;
    RecordLog log;
    Hosts hosts;
    DigestGuard guard;
    Payloads payloads;
    DeviceCounts counts;
    StreamHub streams;

private:
    friend class Server;
    RecordPtr remember(Happening what, int post_count);
    void tell(const RecordPtr& record);
    [[nodiscard]] std::string random_text(Type type);
    [[nodiscard]] Type random_type();
    asio::awaitable<void> last(Happening what, Span lasts);
    asio::awaitable<void> restart(Span down);
    void open_port();
    asio::awaitable<void> accept();
    asio::awaitable<void> session(std::shared_ptr<Tcp::socket> socket);
    asio::awaitable<bool> answer(Tcp::socket& socket, const Request& request, const std::string& peer);
    void drop_connections();

    asio::any_io_executor executor_;
    Oracle& oracle_;
    base::TaskGroup group_;
    Tcp::acceptor acceptor_;
    std::uint16_t port_ = 0;
    std::set<std::shared_ptr<Tcp::socket>> sockets_;
    std::vector<std::unique_ptr<Pusher>> pushers_;
    std::vector<std::unique_ptr<Pusher>> leaving_; // cancelled, not yet joined
    std::uint64_t index_ = 0;
    std::uint32_t serial_ = 0;

public:
    Outputs outputs;
};

} // namespace gatehouse::sim
