#pragma once
#include "protocols/uhppote/device_messages.hpp"
#include "protocols/uhppote/session.hpp"

#include <string>

namespace gatehouse::uhppote {

// Points the board's listener at us, where configured, and has it record door and button events. The listener
// is read, changed and read back; what was there is kept for undo. What was written goes to the audit.
class Listening {
public:
    explicit Listening(Session& session) : session_(session) {}

    // Arms where the board does not point at us yet. Why not, or empty.
    asio::awaitable<std::string> arm();
    // Puts the listener back as it was before us. Why not, or empty.
    asio::awaitable<std::string> disarm();
    // Door and button events are recorded from now on. The board cannot say whether they were before, so this
    // is written once for each run and has no undo.
    asio::awaitable<std::string> record_special_events();
    struct Finding {
        bool ours = false;
        std::string text; // where the board's events go, one plain sentence
    };
    // Read-only.
    asio::awaitable<Finding> look();

private:
    struct Read {
        std::string why;
        Listener listener;
    };
    asio::awaitable<Read> read();
    asio::awaitable<std::string> write(Listener before, Listener wanted);
    // Ours, as the board has to be told; why not, or empty.
    [[nodiscard]] std::string ours(Listener& listener) const;

    Session& session_;
    bool special_events_on_ = false;
};

} // namespace gatehouse::uhppote
