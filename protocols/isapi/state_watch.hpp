#pragma once
#include "protocols/isapi/commands.hpp"
#include "protocols/isapi/door_watch.hpp"

namespace gatehouse::isapi {

// Reads where barriers and doors stand, regularly, so that a state is not only derived from edges that may
// have been missed (pains 14), and closely while a boom is up or about to rise. Reports changes only; what
// was last seen, by whatever way, is kept by the session.
class StateWatch {
public:
    StateWatch(Session& session, Commands& commands) : session_(session), commands_(commands), doors_(session)
    {
    }

    // A child of the conversation.
    asio::awaitable<void> run();
    // The link is down: from now on nothing is known, and that is reported.
    asio::awaitable<void> forget();

private:
    asio::awaitable<void> look();
    // From one look to the next.
    [[nodiscard]] std::chrono::milliseconds pause() const;

    Session& session_;
    Commands& commands_;
    DoorWatch doors_;
};

} // namespace gatehouse::isapi
