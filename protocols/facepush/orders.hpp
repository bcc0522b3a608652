#pragma once
#include "protocols/facepush/push_desk.hpp"

namespace gatehouse::facepush {

// What is done to a terminal of family A: opening its door, setting its clock, telling it where to push to.
class Orders {
public:
    Orders(Session& session, Terminal& terminal) : session_(session), terminal_(terminal) {}

    // Sent once. Confirmed by a callback of the door; else accepted.
    asio::awaitable<model::Outcome> open(std::string id, int output);
    // Why not, or empty. The terminal cannot be asked for its time by every firmware, so nothing is read
    // back.
    asio::awaitable<std::string> set_clock();
    [[nodiscard]] bool clock_due() const;
    // The addresses that it calls. The sheet knows no way to read what was there before.
    asio::awaitable<std::string> arm();
    // The addresses become empty.
    asio::awaitable<std::string> disarm();

private:
    asio::awaitable<std::string> write_addresses(bool away);

    Session& session_;
    Terminal& terminal_;
    std::optional<base::MonoTime> clock_tried_at_;
};

} // namespace gatehouse::facepush
