#pragma once
#include "protocols/net/device_session.hpp"
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
class Session : public net::DeviceSession {
public:
    Session(Config config, device::DriverContext context);

    // ---- events ----
    // Stamps the events of one post, announces live persons to context.early and hands all of them to the
    // journal at once. True when each is on disk or will never be taken: only then is the post acknowledged.
    asio::awaitable<bool> keep(std::vector<model::Event> events);
    // A record that brought no event: counted by its reason.
    void refused(const Mapped& mapped);

    // ---- what we observe ourselves ----
    // A request of the device came.
    asio::awaitable<void> heard();
    // How long it may be quiet (sheet §5).
    [[nodiscard]] milliseconds quiet_max() const;
    // The device's records showed a time of now, or perhaps of now.
    asio::awaitable<void> clock_shown(base::WallTime shown, bool of_now);

    // Sends one command and waits for its result.
    asio::awaitable<Answer> send(std::string text, bool query = false);
    // How long a command may wait to be fetched.
    [[nodiscard]] milliseconds fetch_max() const;

    void start();

    asio::awaitable<void> remember(std::string key, std::string value);
    [[nodiscard]] bool access() const { return dialect == Dialect::access; }
    [[nodiscard]] Reading reading() const;

    Config config;
    CommandQueue commands;
    DeviceClock clock;
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

    wire::RecentKeys announced_;
};

} // namespace gatehouse::zkteco
