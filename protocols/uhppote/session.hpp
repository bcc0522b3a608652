#pragma once
#include "protocols/net/device_session.hpp"
#include "protocols/uhppote/board_clock.hpp"
#include "protocols/uhppote/config.hpp"
#include "protocols/uhppote/event_map.hpp"
#include "protocols/uhppote/exchange.hpp"
#include "protocols/uhppote/recorder.hpp"

#include <map>
#include <string>

namespace gatehouse::uhppote {

// What the parts of one board's conversation share: the way to the board and the way to the journal, the
// clock, what is known of the doors, and what status() shows. Knows no part; each part gets a reference. io
// thread only.
class Session : public net::DeviceSession {
public:
    Session(Config config, device::DriverContext context);

    // ---- events ----
    // Times, history and link of a record of the board; a live person is announced to context.early.
    void stamp(model::Event& event);
    void announce(const model::Event& event);
    // What a live event shows of a door, for commands that wait and for the contacts.
    void observe(const model::Event& event);

    // ---- what we observe ourselves ----
    asio::awaitable<void> report_door(int door, model::DoorPosition position);
    void start();

    Config config;
    Recorder recorder;
    Exchange board;
    BoardClock clock;

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
};

} // namespace gatehouse::uhppote
