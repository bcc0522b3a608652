#pragma once
#include "protocols/uhppote/door_messages.hpp"
#include "protocols/uhppote/session.hpp"

#include <array>
#include <map>

namespace gatehouse::uhppote {

// What the board's status says of doors, buttons and inputs, where that is news: contacts and relays become
// door states, buttons inputs, the fire input a detection. Control modes are asked for on a timer.
class DoorWatch {
public:
    explicit DoorWatch(Session& session) : session_(session) {}

    // `contacts`: false while the events that tell of them are still on their way.
    asio::awaitable<void> observe(BoardStatus status, bool contacts);
    // Reads the control mode of each door for ever. A child of the conversation.
    asio::awaitable<void> run();
    // One reading of one door; unknown when it did not answer.
    asio::awaitable<DoorControl> read_mode(int door);
    // The link is gone: nobody knows what the doors do.
    asio::awaitable<void> forget();

private:
    asio::awaitable<void> compare_contact(int door, bool open);
    asio::awaitable<void> compare_relay(int door, bool unlocked);
    asio::awaitable<void> compare_button(int door, bool pressed);
    asio::awaitable<void> compare_inputs(bool fire, bool force_lock);
    asio::awaitable<void> note_mode(DoorControl control);

    Session& session_;
    bool seen_ = false; // a status came in this conversation
    std::map<int, DoorMode> modes_;
    std::map<int, bool> buttons_;
    bool fire_ = false;
    bool force_lock_ = false;
};

} // namespace gatehouse::uhppote
