#pragma once
#include "protocols/uhppote/door_watch.hpp"
#include "protocols/uhppote/session.hpp"

#include <optional>
#include <string>

namespace gatehouse::uhppote {

// Opens, holds and closes doors. Each order is sent once, whatever becomes of its answer. "OK" of the board
// means accepted: an outcome is confirmed only by its event, its relay or its door contact, and a control
// mode by reading it back.
class Commands {
public:
    Commands(Session& session, DoorWatch& doors) : session_(session), doors_(doors) {}

    // One opening, for as long as the board's delay says.
    asio::awaitable<model::Outcome> open(std::string id, int door);
    // Stays open until it is closed by command.
    asio::awaitable<model::Outcome> hold(std::string id, int door);
    // Ends a hold: the mode that was there before it, or `locked`: nobody gets in by card either.
    asio::awaitable<model::Outcome> close(std::string id, int door, bool locked);

private:
    asio::awaitable<model::Outcome> set_mode(std::string id, int door, DoorMode mode);
    asio::awaitable<bool> seen_open(int door, base::MonoTime begun);
    [[nodiscard]] std::optional<model::Outcome> not_done(const Reply& reply, base::MonoTime begun) const;
    [[nodiscard]] std::optional<model::Outcome> no_such_door(int door) const;
    [[nodiscard]] DoorMode mode_before(int door) const;

    Session& session_;
    DoorWatch& doors_;
};

} // namespace gatehouse::uhppote
