#pragma once
#include "protocols/onvif/session.hpp"

#include <optional>
#include <set>
#include <string>

namespace gatehouse::onvif {

// Opens, holds and locks doors, and presses relay outputs (sheet §4, §6). Sent once; the outcome says whether
// something was seen to move.
class Commands {
public:
    explicit Commands(Session& session) : session_(session) {}

    asio::awaitable<model::Outcome> door(model::Command command);
    // A relay output of the device, which opens a barrier or a door without a door service.
    asio::awaitable<model::Outcome> press(model::Command command);
    // Outputs that still wait to be let go are let go now: at the end of the driver.
    asio::awaitable<void> let_go_all();

private:
    asio::awaitable<model::Outcome> door_order(std::string id, int number, std::string name);
    asio::awaitable<bool> door_seen(int number, std::string token, std::string order, base::MonoTime begun);
    asio::awaitable<bool> relay_seen(std::string token, base::MonoTime begun);
    asio::awaitable<void> let_go_after_pulse(std::string token);
    asio::awaitable<void> let_go(std::string token);
    [[nodiscard]] std::optional<model::Outcome> not_done(const Answer& answer, base::MonoTime begun) const;

    Session& session_;
    std::set<std::string> pressed_; // by us, and to be let go
};

} // namespace gatehouse::onvif
