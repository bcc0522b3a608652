#pragma once
#include "gateway/base/task_group.hpp"
#include "gateway/device/driver.hpp"
#include "protocols/modbus/config.hpp"
#include "protocols/modbus/line.hpp"
#include "protocols/net/delivery.hpp"

#include <deque>
#include <map>
#include <memory>
#include <string>

namespace gatehouse::modbus {

// What the parts of one board's conversation share: the line, the way to the journal, and what status()
// shows. Knows no part; each part gets a reference. io thread only.
class Session {
public:
    Session(Config config, device::DriverContext context);

    // ---- what we observed ----
    // Never waits: while somebody may be under a boom, no poll waits for a disk. In order. `measured`: the
    // poll before was just before, so the time is right to a poll.
    void report(model::Body body, bool measured = true);
    // False while the journal does not take what was reported: keep the state, and tell its changes later.
    [[nodiscard]] bool has_room() const { return waiting_.size() < waiting_max; }
    // Reports a change of the link once; shows `why` in any case.
    void set_link(model::LinkState state, std::string why);
    void fact(const std::string& name, std::string value) { status.facts[name] = std::move(value); }

    // Runs beside the conversation until it ends or run() is cancelled. Nothing is run before start().
    void spawn(std::string name, asio::awaitable<void> task);
    [[nodiscard]] bool running() const { return tasks_ != nullptr; }
    void start();
    // Ends what was spawned: orders and releases.
    asio::awaitable<void> stop_tasks();
    // The last things: what was reported is offered once more, then the line and the way to the journal
    // close.
    asio::awaitable<void> finish();

    base::Counter& counter(const std::string& name, const std::string& help, const std::string& reason = {});
    // Logged once per changed text and kind.
    void tell_once(const std::string& kind, const std::string& sentence, const std::string& text);

    Config config;
    device::DriverContext context;
    Line line;
    net::Delivery delivery;
    device::DeviceStatus status;

private:
    static constexpr std::size_t waiting_max = 256;
    asio::awaitable<void> bring();

    std::deque<model::Event> waiting_;
    base::Wakeup reported_;
    std::map<std::string, std::string> told_;
    std::unique_ptr<base::TaskGroup> tasks_;
};

} // namespace gatehouse::modbus
