#pragma once
#include "protocols/isapi/host_list.hpp"
#include "protocols/isapi/session.hpp"

namespace gatehouse::isapi {

// Makes the device post to us: takes a free entry of httpHosts or finds its own again, and never touches
// another one (pains 8, 9, 10). What was there before is remembered for undo.
class Listening {
public:
    explicit Listening(Session& session) : session_(session) {}

    // Arms where the configuration says so and the entry is not ours yet; also after every reboot of the
    // device.
    asio::awaitable<Answer> arm();
    // Puts the entry back as it was before we took it.
    asio::awaitable<Answer> disarm();
    // Read-only: whether an entry points at us; one plain sentence.
    asio::awaitable<Answer> look(std::string& finding);

private:
    asio::awaitable<Answer> write(HostList list, std::string id, std::string wanted_url);
    asio::awaitable<void> report(bool ok, std::string detail);
    [[nodiscard]] NotificationHost ours(std::string id) const;

    Session& session_;
};

} // namespace gatehouse::isapi
