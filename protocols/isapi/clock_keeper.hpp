#pragma once
#include "protocols/isapi/session.hpp"

namespace gatehouse::isapi {

// Measures the device's clock against ours, reports when it leaves or re-enters the policy, and sets it where
// the configuration or a command asks for it.
class ClockKeeper {
public:
    explicit ClockKeeper(Session& session) : session_(session) {}

    // One measurement; a device without a readable clock changes nothing.
    asio::awaitable<Answer> measure();
    // Writes our time, reads it back, reports the outcome. ok() only when the clock then is within policy.
    // The device keeps its zone, and a clock that follows a time server is left alone unless configured.
    asio::awaitable<Answer> correct();
    // Measures for ever, and corrects once a day where configured. A child of the conversation.
    asio::awaitable<void> run();

private:
    [[nodiscard]] bool follows_server() const;
    [[nodiscard]] std::string why_not() const;
    asio::awaitable<Answer> write(DeviceTime before);
    asio::awaitable<void> report(bool corrected);

    Session& session_;
    std::optional<DeviceTime> last_; // what the device said of its clock
    std::optional<base::MonoTime> corrected_at_;
};

} // namespace gatehouse::isapi
