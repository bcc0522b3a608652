#pragma once
#include "protocols/zkteco/session.hpp"

#include <string>
#include <string_view>

namespace gatehouse::zkteco {

// The access dialect's handshake: a registry code that we give, a session for each hello, and the token that
// every later request carries (sheet §3). All of it outlives a restart of ours, so that 500 devices need not
// register at once.
class AccessLink {
public:
    explicit AccessLink(Session& session) : session_(session) {}

    // The answer to hello: "OK" sends the device to register.
    asio::awaitable<std::string> hello();
    asio::awaitable<std::string> enrol(std::string_view body);
    // The parameters again, with the session.
    asio::awaitable<std::string> parameters();
    // Whether the request is of this session.
    [[nodiscard]] bool admits(std::string_view cookie);
    [[nodiscard]] bool registered() const { return !code().empty(); }

private:
    [[nodiscard]] std::string code() const;
    asio::awaitable<std::string> new_session();

    Session& session_;
};

} // namespace gatehouse::zkteco
