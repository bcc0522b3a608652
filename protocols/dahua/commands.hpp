#pragma once
#include "protocols/dahua/session.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace gatehouse::dahua {

// Moves barriers and doors (sheet §5). "OK" of the device means accepted, not moved: an outcome is confirmed
// only by an event or by reading the state. Nothing is sent twice.
class Commands {
public:
    explicit Commands(Session& session) : session_(session) {}

    // `plate`: whom the barrier is opened for, as the device's own log shows it; may be empty.
    asio::awaitable<model::Outcome> barrier(std::string id, int output, bool open, std::string plate);
    asio::awaitable<model::Outcome> door(std::string id, int number, bool open);
    // A still picture of the order's channel. A plate camera that gives none takes one, which comes as an
    // event of the stream.
    asio::awaitable<model::Outcome> snapshot(model::Command order);
    // What the device says of its door; unknown when it cannot say.
    asio::awaitable<model::DoorPosition> door_position(int number);
    [[nodiscard]] model::Outcome outcome(model::Status status, std::string code, std::string text,
                                         base::MonoTime begun = {}) const;

private:
    [[nodiscard]] model::Outcome not_done(const Answer& answer, base::MonoTime begun) const;
    asio::awaitable<model::Outcome> trigger(std::string id);
    [[nodiscard]] bool answers_question(const std::string& id, int output, bool open);
    asio::awaitable<bool> door_confirmed(int number, bool open, base::MonoTime begun);
    asio::awaitable<bool> barrier_confirmed(int output, bool open, base::MonoTime begun);

    Session& session_;
    bool state_readable_ = true;
};

} // namespace gatehouse::dahua
