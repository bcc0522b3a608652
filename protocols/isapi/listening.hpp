#pragma once
#include "protocols/isapi/host_list.hpp"
#include "protocols/isapi/session.hpp"

namespace gatehouse::isapi {

// Makes the device post to us: takes a free entry of httpHosts or finds its own again, and never touches
// another one (pains 8, 9, 10). What was there before is remembered for undo; what is about to change is
// logged and shown before it is written, and audited after.
class Listening {
public:
    explicit Listening(Session& session) : session_(session) {}

    // Arms where the entry is not ours yet. After a restart of the device the entry is written again although
    // it looks right, and tried: some post again only after that.
    asio::awaitable<Answer> arm(bool restarted = false);
    // Puts the entry back as it was before we took it.
    asio::awaitable<Answer> disarm();
    // Read-only: whether an entry points at us, what arming would change, and which events the device does
    // not send at all; one plain sentence.
    asio::awaitable<Answer> look(std::string& finding);

private:
    asio::awaitable<Answer> read(std::optional<HostList>& list);
    asio::awaitable<Answer> take(HostList list, std::string slot);
    asio::awaitable<Answer> change(HostList list, HostList wanted, std::string id, bool url_kept);
    asio::awaitable<Answer> write(HostList list, std::string id, bool url_kept);
    asio::awaitable<void> try_out(std::string id);
    asio::awaitable<std::string> unlinked();
    asio::awaitable<void> report(bool ok, std::string detail);
    [[nodiscard]] NotificationHost ours(std::string id) const;

    Session& session_;
};

} // namespace gatehouse::isapi
