#pragma once
#include "protocols/dahua/session.hpp"

#include <optional>
#include <string>

namespace gatehouse::dahua {

// Measures the device's clock against ours, reports when it leaves or re-enters the policy, and sets it where
// the configuration or a command asks for it.
class ClockKeeper {
public:
    explicit ClockKeeper(Session& session) : session_(session) {}

    // One measurement; a device without a readable clock changes nothing.
    asio::awaitable<Answer> measure();
    // Writes our time, reads it back, reports the outcome. ok() only when the clock then is within policy. A
    // clock that follows a time server is left alone unless configured.
    asio::awaitable<Answer> correct();
    // Measures for ever, and corrects once a day where configured. A child of the conversation.
    asio::awaitable<void> run();

private:
    asio::awaitable<bool> follows_server();
    asio::awaitable<Answer> write();
    asio::awaitable<void> report(bool corrected);

    Session& session_;
    std::string shown_; // what the device said
    std::optional<base::MonoTime> corrected_at_;
};

} // namespace gatehouse::dahua
