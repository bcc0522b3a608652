#pragma once
#include "protocols/modbus/config.hpp"
#include "protocols/modbus/line.hpp"
#include "protocols/net/queued_session.hpp"

#include <string>

namespace gatehouse::modbus {

// What the parts of one board's conversation share: the line, the way to the journal, and what status()
// shows. Knows no part; each part gets a reference. io thread only.
class Session : public net::QueuedSession {
public:
    Session(Config config, device::DriverContext context);

    // ---- what we observed ----
    // Never waits: while somebody may be under a boom, no poll waits for a disk. In order. `measured`: the
    // poll before was just before, so the time is right to a poll.
    void report(model::Body body, bool measured = true);

    // The last things: what was reported is offered once more, then the line and the way to the journal
    // close.
    asio::awaitable<void> finish();

    Config config;
    Line line;
};

} // namespace gatehouse::modbus
