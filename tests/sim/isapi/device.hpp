#pragma once
#include "gateway/base/clock.hpp"
#include "gateway/base/random.hpp"
#include "gateway/base/task_group.hpp"
#include "tests/sim/isapi/device_config.hpp"
#include "tests/sim/isapi/digest_guard.hpp"
#include "tests/sim/isapi/hosts.hpp"
#include "tests/sim/isapi/lists.hpp"
#include "tests/sim/isapi/outputs.hpp"
#include "tests/sim/isapi/pusher.hpp"
#include "tests/sim/isapi/stream_hub.hpp"
#include "tests/sim/machine.hpp"
#include "tests/sim/moods.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <functional>
#include <memory>
#include <set>

namespace gatehouse::sim::isapi {

struct DeviceCounts {
    std::uint64_t created = 0;
    std::uint64_t requests = 0;
    std::uint64_t unauthorised = 0;
    PushCounts push;
};

// One simulated device of this make.
class Device final : public Machine {
public:
    Device(const Ground& ground, DeviceConfig config);

    [[nodiscard]] const std::string& id() const override { return config.id; }
    [[nodiscard]] Traffic traffic() const override { return {config.rate, config.events_max, config.start}; }
    void start() override;
    void cancel() override;
    asio::awaitable<void> join() override;
    // Lets overdue pushes go and follows changed httpHosts.
    void sweep() override;
    [[nodiscard]] std::uint16_t port() const override { return port_; }
    bool emit_random() override;
    [[nodiscard]] Counts counts() const override;
    [[nodiscard]] std::string obey(const std::string& verb, std::vector<std::string> arguments) override;

    void emit(Happening what) { tell(remember(std::move(what), 1)); }
    // Repeats once a second for `lasts`, then inactive unless switched off.
    void emit_lasting(Happening what, Span lasts);
    // Refuses connections for `down`, then starts afresh.
    void reboot(Span down);
    // Opens or closes the port as network and power are.
    void follow_network();
    void reset_serials() { serial_ = 0; }
    // After httpHosts changed: one pusher a used slot.
    void follow_hosts();
    // Hears all that it tells, beside its listeners.
    std::function<void(const Record&)> on_told;

    [[nodiscard]] std::size_t pending() const;

    const DeviceConfig config;
    Switches switches;
    Moods moods;
    base::Random random;
    RecordLog log;
    Hosts hosts;
    DigestGuard guard;
    Payloads payloads;
    DeviceCounts seen;
    StreamHub streams;
    Lists lists;

private:
    friend class Server;
    [[nodiscard]] std::optional<std::string> obey_common(const std::string& word,
                                                         const std::vector<std::string>& values);
    [[nodiscard]] std::optional<Type> type_of(const std::string& word) const;
    [[nodiscard]] std::string emit_words(const std::vector<std::string>& words);
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
    base::Clock& clock_;
    Oracle& oracle_;
    base::TaskGroup group_;
    Tcp::acceptor acceptor_;
    std::uint16_t port_ = 0;
    std::set<std::shared_ptr<Tcp::socket>> sockets_;
    std::vector<std::unique_ptr<Pusher>> pushers_;
    std::vector<std::unique_ptr<Pusher>> leaving_; // cancelled, not yet joined
    std::uint64_t index_ = 0;
    std::uint32_t serial_ = 0;
    base::WallTime last_at_{}; // of its records
    bool down_ = false;        // restarting

public:
    Outputs outputs;
};

} // namespace gatehouse::sim::isapi
