#pragma once
#include "protocols/modbus/watch.hpp"

#include <memory>
#include <optional>
#include <string>

namespace gatehouse::modbus {

// Raises and lowers gates (sheet §4, §6). An order is carried out beside its caller: also when nobody waits
// for it any more, the button is released and a boom on its way down is watched. Never closes on a loop that
// is occupied or not known, and repeats nothing.
class Commands {
public:
    Commands(Session& session, Board& board, Watch& watch) : session_(session), board_(board), watch_(watch)
    {
    }

    asio::awaitable<model::Outcome> barrier(model::Command command);
    [[nodiscard]] model::Outcome outcome(model::Status status, std::string code, std::string text,
                                         base::MonoTime begun = {}) const;

private:
    struct Job;
    class Ticket;

    asio::awaitable<void> carry(Ticket ticket, model::Command command);
    asio::awaitable<model::Outcome> open(Gate& gate, std::string id);
    asio::awaitable<model::Outcome> hold(Gate& gate, std::string id);
    asio::awaitable<model::Outcome> close(Gate& gate, std::string id);

    asio::awaitable<model::Outcome> until_raised(Gate& gate, Pressed pressed, bool was_down,
                                                 base::MonoTime begun);
    asio::awaitable<model::Outcome> until_lowered(Gate& gate, Pressed pressed, base::MonoTime begun);
    asio::awaitable<model::Outcome> reverse(Gate& gate, std::string why, base::MonoTime begun);
    asio::awaitable<void> next_poll(base::MonoTime until);
    asio::awaitable<std::optional<model::Outcome>> let_go(Gate& gate, base::MonoTime begun);

    // Why nobody may be closed upon now: a code and a sentence; nothing when the loop is clear.
    struct Danger {
        std::string code;
        std::string text;
    };
    [[nodiscard]] std::optional<Danger> danger(const Gate& gate, milliseconds age_max,
                                               milliseconds clear_min) const;
    [[nodiscard]] std::optional<model::Outcome> not_pressed(const Answer& answer, base::MonoTime begun) const;
    [[nodiscard]] model::Outcome by_relay(const Pressed& pressed, base::MonoTime begun) const;

    Session& session_;
    Board& board_;
    Watch& watch_;
};

} // namespace gatehouse::modbus
