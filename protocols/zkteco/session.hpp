#pragma once
#include "gateway/base/task_group.hpp"
#include "gateway/device/driver.hpp"
#include "protocols/net/delivery.hpp"
#include "protocols/wire/recent_keys.hpp"
#include "protocols/zkteco/command_queue.hpp"
#include "protocols/zkteco/config.hpp"
#include "protocols/zkteco/device_clock.hpp"
#include "protocols/zkteco/event_map.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace gatehouse::zkteco {

// What the parts of one device's conversation share: the way to the journal, the commands on their way, the
// clock, what is known of the doors, and what status() shows. Knows no part; each part gets a reference. io
// thread only.
class Session {
public:
    Session(Config config, device::DriverContext context);

    // ---- events ----
    // Stamps the events of one post, announces live persons to context.early and hands all of them to the
    // journal at once. True when each is on disk or will never be taken: only then is the post acknowledged.
    asio::awaitable<bool> keep(std::vector<model::Event> events);
    // A record that brought no event: counted by its reason.
    void refused(const Mapped& mapped);

    // ---- what we observe ourselves ----
    asio::awaitable<void> report(model::Body body);
    // Reports a change of the link once; shows `why` in any case.
    asio::awaitable<void> set_link(model::LinkState state, std::string why);
    // A request of the device came.
    asio::awaitable<void> heard();
    // How long it may be quiet (sheet §5).
    [[nodiscard]] milliseconds quiet_max() const;
    // The device's records showed a time of now, or perhaps of now.
    asio::awaitable<void> clock_shown(base::WallTime shown, bool of_now);
    // For the audit: what was written to the device's own settings, and how that ended.
    asio::awaitable<void> audit(std::string what, std::string detail, std::string result);

    // Sends one command and waits for its result.
    asio::awaitable<Answer> send(std::string text, bool query = false);
    // How long a command may wait to be fetched.
    [[nodiscard]] milliseconds fetch_max() const;

    // Runs beside the conversation until run() is cancelled. Nothing is run before start().
    void spawn(std::string name, asio::awaitable<void> task);
    void start();
    asio::awaitable<void> stop();
    [[nodiscard]] bool started() const { return tasks_ != nullptr; }

    base::Counter& counter(const std::string& name, const std::string& help, const std::string& reason = {});
    // Logged once per changed text and kind; the repetitions are only counted.
    void tell_once(const std::string& kind, const std::string& sentence, const std::string& text);
    void fact(const std::string& name, std::string value) { status.facts[name] = std::move(value); }
    asio::awaitable<void> remember(std::string key, std::string value);
    [[nodiscard]] model::Outcome outcome(model::Status status, std::string code, std::string text,
                                         base::MonoTime begun = {}) const;
    [[nodiscard]] bool access() const { return dialect == Dialect::access; }
    [[nodiscard]] Reading reading() const;

    Config config;
    device::DriverContext context;
    CommandQueue commands;
    net::Delivery delivery;
    DeviceClock clock;
    device::DeviceStatus status;
    Dialect dialect; // as configured or as the device said
    std::optional<base::MonoTime> last_heard;
    base::MonoTime last_live{}; // when a live person came last

    // What was last seen of each door; moved is notified at each.
    struct Door {
        model::DoorPosition contact = model::DoorPosition::unknown;
        std::optional<base::MonoTime> opened_remotely; // last event "opened by command"
        std::optional<base::MonoTime> closed_remotely; // or the end of a hold
        bool relay = false;
        bool held = false;
    };
    std::map<int, Door> doors; // at most config.doors
    base::Wakeup moved;

private:
    // The events of one post on their way to the disk.
    struct Batch {
        explicit Batch(const asio::any_io_executor& executor) : changed(executor) {}
        base::Wakeup changed;
        std::size_t open = 0;
        bool refused = false;
    };
    asio::awaitable<void> offer(std::shared_ptr<Batch> batch, model::Event event);
    void stamp(model::Event& event);
    // What a live event shows of a door, for commands that wait.
    void observe(const model::Event& event);
    [[nodiscard]] model::Event own_event(model::Body body) const;

    std::unique_ptr<base::TaskGroup> tasks_;
    std::map<std::string, std::string> told_;
    wire::RecentKeys announced_;
};

} // namespace gatehouse::zkteco
