#pragma once
#include "protocols/net/session_base.hpp"

namespace gatehouse::net {

// The session of a device whose conversation waits while the journal takes nothing more: the device itself
// keeps what it has not been asked for yet. io thread only.
class DeviceSession : public SessionBase {
public:
    // What we observe ourselves.
    asio::awaitable<void> report(model::Body body);
    // Reports a change of the link once; shows `why` in any case.
    asio::awaitable<void> set_link(model::LinkState state, std::string why);

    using SessionBase::run_until_stopped;
    // The same with stop() at the end.
    asio::awaitable<void> run_until_stopped(asio::awaitable<void> conversation);
    // Ends what was spawned, then the way to the journal.
    asio::awaitable<void> stop();

protected:
    using SessionBase::SessionBase;
};

} // namespace gatehouse::net
