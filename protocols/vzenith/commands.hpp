#pragma once
#include "protocols/vzenith/push_desk.hpp"

#include <string>

namespace gatehouse::vzenith {

// Carries out orders: into an answer that is due, else over TCP. Metal is moved by one of them and once.
class Commands {
public:
    Commands(Session& session, PushDesk& desk) : session_(session), desk_(desk) {}

    asio::awaitable<model::Outcome> open(model::Command command);
    asio::awaitable<model::Outcome> close(model::Command command);
    // A picture and its recognition now; the result comes as an event.
    asio::awaitable<model::Outcome> snapshot();
    // The texts `display` and `voice` of the order's arguments on the board.
    asio::awaitable<model::Outcome> show(model::Command command);
    [[nodiscard]] static bool has_words(const model::Command& command);

private:
    // Frames and speech of an order; why not, or empty.
    std::string words_of(const model::Command& command, ReplyOrder& order) const;
    asio::awaitable<model::Outcome> by_line(std::string id, int output, base::MonoTime begun);
    asio::awaitable<model::Outcome> confirmed(model::Outcome otherwise, base::MonoTime begun);
    // An answer to a question sent behind an order shows that the camera has read the order.
    asio::awaitable<base::Result<void>> read_by_camera();
    asio::awaitable<bool> input_active();
    asio::awaitable<std::string> prepare_board();
    asio::awaitable<void> send_frames(std::vector<std::string> frames);

    Session& session_;
    PushDesk& desk_;
    int board_prepared_on_ = 0; // number of the connection
};

} // namespace gatehouse::vzenith
