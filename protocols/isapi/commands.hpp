#pragma once
#include "protocols/isapi/capabilities.hpp"

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::isapi {

// Moves barriers and doors (sheet §9). "OK" of the device means accepted, not moved: an outcome is confirmed
// only by an event or by reading the state. Nothing is sent twice unless the device positively said that it
// did not understand.
class Commands {
public:
    Commands(Session& session, Capabilities& capabilities);

    asio::awaitable<model::Outcome> barrier(std::string id, int output, bool open);
    // open | alwaysOpen | close, as the device spells them; closing ends what was always open.
    asio::awaitable<model::Outcome> door(std::string id, int number, std::string word);
    // A still picture of the order's channel (sheet, table of commands).
    asio::awaitable<model::Outcome> snapshot(model::Command order);
    // What the device says of its barrier; unknown when it cannot say.
    asio::awaitable<model::BarrierPosition> barrier_position(int output);
    [[nodiscard]] model::Outcome outcome(model::Status status, std::string code, std::string text,
                                         base::MonoTime begun = {}) const;

private:
    struct Variant {
        std::string_view name;
        std::string_view target; // {0}: the output's own channel, {1}: the output, {2}: the first channel
        [[nodiscard]] bool names_output() const { return target.find('{') != std::string_view::npos; }
    };
    static const std::array<Variant, 4> variants;

    asio::awaitable<Answer> send_barrier(int output, std::string mode);
    [[nodiscard]] int channel_of(int output) const { return session_.config.channel + output - 1; }
    [[nodiscard]] std::optional<model::Outcome> not_done(const Answer& answer, base::MonoTime begun) const;
    // Waits until `seen` says so, or 3 s; asks the device in between when `ask` can.
    asio::awaitable<bool> confirmed(std::function<bool()> seen);
    asio::awaitable<bool> barrier_confirmed(int output, model::BarrierPosition wanted, base::MonoTime begun);

    Session& session_;
    Capabilities& capabilities_;
    std::size_t variant_ = 0;
    bool state_readable_ = true;
};

} // namespace gatehouse::isapi
