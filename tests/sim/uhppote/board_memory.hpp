#pragma once
#include "tests/sim/uhppote/packet.hpp"

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace gatehouse::sim::uhppote {

// One record of the board.
struct Event {
    int type = 1; // 1 card, 2 door, 3 alarm
    bool granted = true;
    int door = 1;
    int direction = 1;
    std::uint32_t card = 0;
    int reason = 1;
    std::string time; // seven bytes
};

// The board's event store: numbers grow by one; when it is full the oldest block goes and the first number
// jumps.
class EventStore {
public:
    EventStore(std::uint32_t capacity, std::uint32_t block) : capacity_(capacity), block_(block) {}

    std::uint32_t add(Event event);
    // Numbers begin anew.
    void clear();
    void drop_block();
    [[nodiscard]] std::uint32_t last() const { return last_; }
    [[nodiscard]] std::size_t size() const { return events_.size(); }
    // The 20 bytes from "index": 0 asks for the first, FFFFFFFF for the last; type FF for what is gone, zero
    // for what never was.
    [[nodiscard]] std::string answer(std::uint32_t index) const;

private:
    std::uint32_t capacity_;
    std::uint32_t block_;
    std::uint32_t last_ = 0;
    std::map<std::uint32_t, Event> events_;
};

// The board's list of cards, slot by slot, each as the 20 bytes of a put.
class CardTable {
public:
    explicit CardTable(std::size_t capacity) : capacity_(capacity) {}

    // False: no room, or a number that means something else.
    bool put(const std::string& card);
    bool remove(std::uint32_t number);
    void clear() { slots_.clear(); }
    [[nodiscard]] std::size_t count() const;
    // 20 bytes, or number 0 when there is none.
    [[nodiscard]] std::string find(std::uint32_t number) const;
    [[nodiscard]] std::string at(std::uint32_t index) const; // from 1; FFFFFFFF: deleted slot
    // Why this card does not pass this door today, as a reason of the board; 1: it passes.
    [[nodiscard]] int reason(std::uint32_t number, int door, int today) const;

private:
    std::size_t capacity_;
    std::vector<std::string> slots_; // empty: deleted
};

struct DoorControl {
    int mode = 3; // 1 normally open, 2 normally closed, 3 controlled
    int delay = 5;
};

// Everything the board keeps.
struct BoardMemory {
    EventStore events;
    CardTable cards;
    std::map<int, std::string> profiles{}; // 29 bytes as in a set
    std::array<DoorControl, 4> control{};
    std::array<bool, 4> door_open{};
    std::array<bool, 4> button{};
    std::array<bool, 4> unlocked{};
    int inputs = 0;
    std::string listener = std::string(7, '\0'); // address, port, interval
    bool special_events = false;
    bool pc_control = false;
    std::uint32_t mark = 0;                // event index, for other software
    std::map<int, std::string> settings{}; // what else was set, by code
};

} // namespace gatehouse::sim::uhppote
