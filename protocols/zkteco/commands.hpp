#pragma once
#include "protocols/zkteco/log_watch.hpp"
#include "protocols/zkteco/session.hpp"

#include <string>

namespace gatehouse::zkteco {

// Opens, holds and closes doors, and sets the clock. Each order is handed to the device once. Its result
// means accepted; confirmed needs an event of the door, its relay, or a clock that shows the new time.
class Commands {
public:
    Commands(Session& session, LogWatch& log) : session_(session), log_(log) {}

    enum class Move { open, hold, close };
    asio::awaitable<model::Outcome> move(std::string id, int door, Move move);
    // Records again, and the clock where it can be set.
    asio::awaitable<model::Outcome> synchronise();
    // Whether commands get through.
    asio::awaitable<model::Outcome> ping();
    // A question that changes nothing, and its answer.
    asio::awaitable<Answer> ask_identity();

private:
    asio::awaitable<bool> seen(int door, Move move, base::MonoTime begun);
    asio::awaitable<model::Outcome> set_clock();
    [[nodiscard]] model::Outcome not_done(const Answer& answer, base::MonoTime begun) const;

    Session& session_;
    LogWatch& log_;
};

} // namespace gatehouse::zkteco
