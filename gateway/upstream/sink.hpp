#pragma once
#include "gateway/base/clock.hpp"
#include "gateway/base/metrics.hpp"
#include "gateway/base/random.hpp"
#include "gateway/config/site.hpp"
#include "gateway/device/driver.hpp"
#include "gateway/model/envelope.hpp"

#include <functional>
#include <memory>
#include <string>

namespace gatehouse::upstream {

// accepted: the peer has it. rejected: the peer will never take it (goes to the dead letters with the
// reason). later: not taken now, send it again.
enum class Delivery { accepted, rejected, later };

struct Verdict {
    Delivery delivery = Delivery::later;
    std::string reason;
    // later: the peer wants nothing more before this has passed; somebody must hear of it at once.
    std::chrono::milliseconds pause{0};
};

// Carries out an order from upstream and resumes with its outcome. A command that takes longer than 2 s is
// answered "accepted" first by the sink itself.
using CommandHandler = std::function<asio::awaitable<model::Outcome>(model::Command)>;

// What the sink tells about the gateway in its birth message and device states.
struct Presence {
    std::string version;
    base::WallTime since{};
    std::function<std::vector<std::pair<std::string, device::DeviceStatus>>()> devices;
    std::function<std::string()> stats{}; // figures of the gateway, a JSON object; may be empty
};

struct SinkContext {
    asio::any_io_executor executor;
    base::Clock& clock;
    base::Random& random;
    base::Metrics& metrics;
    device::Memory& memory; // durable session number
    model::Names names;
    std::string boot_id;
    CommandHandler on_command;
    Presence presence;
    std::function<bool()> clock_synced; // whether our own clock can be trusted
    // Called on the io thread whenever the link goes up or down, with the reason.
    std::function<void(bool up, std::string why)> on_link;
    // An order the sink itself had to refuse (unreadable, retained, wrong reply address, not allowed): for
    // the audit. The command holds what could be read of it. May be empty.
    std::function<void(const model::Command& command, const model::Outcome& outcome)> on_refused;
    // Something the centre and the guard should know of the connection, for the journal. May be empty.
    std::function<void(model::SystemNotice notice)> on_notice{};
};

// One upstream. Knows its protocol and its connection; windows, order, backlog, rate and cursors belong to
// the dispatcher.
class Sink {
public:
    using OnVerdict = std::function<void(Verdict)>;
    virtual ~Sink() = default;
    // Connects and reconnects for ever. Ends only by cancellation, after a clean goodbye to the peer.
    virtual asio::awaitable<void> run() = 0;
    [[nodiscard]] virtual bool ready() const = 0;
    // How many deliveries may be open at once (MQTT: the smaller of our window and the peer's Receive
    // Maximum).
    [[nodiscard]] virtual std::size_t window() const = 0;
    // Messages a second the peer allows while a backlog drains; 0: no limit.
    [[nodiscard]] virtual double backlog_rate() const { return 0; }
    // Starts one delivery; `done` is called exactly once, on the io thread, also when the link breaks (then:
    // later).
    virtual void deliver(model::EntryPtr entry, bool replay, OnVerdict done) = 0;
    // A device's link changed: sinks that keep retained device states publish it.
    virtual void device_changed(const std::string& device, const device::DeviceStatus& status) = 0;
};

// Makes the sink of one protocol; a row of the registry.
using MakeSink = std::unique_ptr<Sink> (*)(const config::UpstreamConfig& upstream, config::Table table,
                                           SinkContext context);

} // namespace gatehouse::upstream
