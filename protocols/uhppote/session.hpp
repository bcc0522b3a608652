#pragma once
#include "gateway/base/task_group.hpp"
#include "gateway/device/driver.hpp"
#include "protocols/net/delivery.hpp"
#include "protocols/uhppote/board_clock.hpp"
#include "protocols/uhppote/config.hpp"
#include "protocols/uhppote/event_map.hpp"
#include "protocols/uhppote/exchange.hpp"
#include "protocols/uhppote/recorder.hpp"

#include <map>
#include <memory>
#include <string>

namespace gatehouse::uhppote {

// What the parts of one board's conversation share: the way to the board and the way to the journal, the
// clock, what is known of the doors, and what status() shows. Knows no part; each part gets a reference. io
// thread only.
class Session {
public:
    Session(Config config, device::DriverContext context);

    // ---- events ----
    // Times, history and link of a record of the board; a live person is announced to context.early.
    void stamp(model::Event& event);
    void announce(const model::Event& event);
    // What a live event shows of a door, for commands that wait and for the contacts.
    void observe(const model::Event& event);

    // ---- what we observe ourselves ----
    [[nodiscard]] model::Event own_event(model::Body body) const;
    asio::awaitable<void> report(model::Body body);
    asio::awaitable<void> report_door(int door, model::DoorPosition position);
    // Reports a change of the link once; shows `why` in any case.
    asio::awaitable<void> set_link(model::LinkState state, std::string why);
    // For the audit: what was written to the board's own settings, and how that ended.
    asio::awaitable<void> audit(std::string what, std::string detail, std::string result);
    // Runs beside the conversation until run() is cancelled. Nothing is run before start().
    void spawn(std::string name, asio::awaitable<void> task);
    void start();
    asio::awaitable<void> stop();

    base::Counter& counter(const std::string& name, const std::string& help, const std::string& reason = {});
    // Logged once per changed text and kind; the repetitions are only counted.
    void tell_once(const std::string& kind, const std::string& sentence, const std::string& text);
    void fact(const std::string& name, std::string value) { status.facts[name] = std::move(value); }
    [[nodiscard]] model::Outcome outcome(model::Status status, std::string code, std::string text,
                                         base::MonoTime begun = {}) const;

    Config config;
    device::DriverContext context;
    Recorder recorder;
    Exchange board;
    net::Delivery delivery;
    BoardClock clock;
    device::DeviceStatus status;

    // What was last seen of each door; moved is notified at each.
    struct Door {
        model::DoorPosition contact = model::DoorPosition::unknown;
        bool unlocked = false;                         // its relay
        std::optional<base::MonoTime> opened_remotely; // last event "opened by command"
    };
    std::map<int, Door> doors; // at most four
    base::Wakeup moved;
    base::Wakeup look_now; // something says that the board has news

private:
    void heard(const Packet& answer);

    std::unique_ptr<base::TaskGroup> tasks_;
    std::map<std::string, std::string> told_;
};

} // namespace gatehouse::uhppote
