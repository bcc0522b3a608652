#pragma once
#include "protocols/uhppote/event_messages.hpp"
#include "protocols/uhppote/session.hpp"

#include <optional>
#include <string>

namespace gatehouse::uhppote {

// Compares the board's clock with ours at every status, reports when it leaves or re-enters the policy, and
// sets it where the configuration or a command asks for it: a wrong clock refuses cards that are valid.
class ClockKeeper {
public:
    explicit ClockKeeper(Session& session) : session_(session) {}

    // The status was asked for at `sent` and has just come.
    asio::awaitable<void> measure(const BoardStatus& status, base::WallTime sent);
    // Whether it should be set now by the configuration.
    [[nodiscard]] bool is_due() const;
    // Writes our time, reads it back and reports. Why not, or empty.
    asio::awaitable<std::string> correct();

private:
    asio::awaitable<void> report(bool corrected);

    Session& session_;
    std::optional<base::MonoTime> tried_at_;
};

} // namespace gatehouse::uhppote
