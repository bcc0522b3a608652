#pragma once
#include "protocols/onvif/session.hpp"

#include <optional>
#include <string>

namespace gatehouse::onvif {

// Measures the device's clock every hour, and sets it where the configuration or a command asks for it: one
// that lost its time at a power cut refuses the right password (pains 15).
class ClockKeeper {
public:
    explicit ClockKeeper(Session& session) : session_(session) {}

    // Writes our time, reads it back, reports. Why not, or empty. The device keeps its zone, and a clock that
    // follows a time server is left alone unless configured.
    asio::awaitable<std::string> correct();
    // A child of the conversation; ends only by cancellation.
    asio::awaitable<void> run();

private:
    [[nodiscard]] std::string why_not(const DeviceTime& time) const;

    Session& session_;
    std::optional<base::MonoTime> tried_at_;
};

} // namespace gatehouse::onvif
