#pragma once
#include "gateway/base/task_group.hpp"
#include "tests/fakes/manual_clock.hpp"
#include "tests/fakes/memory_datagrams.hpp"
#include "tests/fakes/memory_stream.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace gatehouse::fakes {

// A UT0311-L04 board, written from the protocol sheet: answers 64-byte packets by UDP and TCP, keeps events,
// cards, time profiles and door modes, and pushes events to its listener. Its clock is local time of +08:00,
// `skew` away from the truth. It sits at `address`, port 60000.
class FakeUhppote final : public base::Connector {
public:
    FakeUhppote(asio::any_io_executor executor, ManualClock& clock, MemoryDatagrams& net);

    struct Event {
        int type = 1;
        bool granted = true;
        int door = 1;
        int direction = 1;
        std::uint32_t card = 0;
        std::string time; // seven BCD bytes
        int reason = 1;
    };
    // Takes the event into the store, pushes it, and gives its number.
    std::uint32_t happen(Event event);
    std::uint32_t swipe(int door, std::uint32_t card, int reason = 1);
    std::uint32_t door_event(int door, int reason);
    // The listener hears the last status again, as with an auto-send interval.
    void push_status();
    void push(std::string packet);
    // The store was full: what lies before `first` is gone.
    void overwrite_before(std::uint32_t first);
    // "Restore defaults": the numbers begin anew.
    void clear_store();

    // What the board would answer; empty: nothing.
    [[nodiscard]] std::string answer(const std::string& request);
    [[nodiscard]] std::string status_packet() const;
    [[nodiscard]] std::string now_bcd() const;
    [[nodiscard]] std::size_t asked(int code) const;
    [[nodiscard]] std::size_t asked_event(std::uint32_t index) const;

    asio::awaitable<base::Result<std::unique_ptr<base::ByteStream>>> connect(base::Target target) override;
    void stop();

    std::string address = "192.0.2.31";
    std::uint32_t serial = 405419896;
    std::chrono::milliseconds skew{0};
    std::vector<std::string> requests; // as they came, lost ones too

    bool absent = false;        // nothing is heard and nothing said
    bool loses_answers = false; // works, but its answers do not arrive
    bool answers_twice = false; // as a network may deliver a datagram
    bool refuses = false;       // says no to every change
    bool stuck_door = false;    // says OK and neither relay nor event shows it
    bool loses_pushes = false;
    bool keeps_clock = false; // says OK to a new time and ignores it
    int push_start = 0x17;    // 0x19: firmware 6.62
    bool tcp_refused = false;

    std::map<std::uint32_t, Event> events; // by number
    std::uint32_t last = 0;
    std::array<bool, 4> door_open{};
    std::array<bool, 4> button{};
    int relays = 0;
    int inputs = 0;
    std::array<std::pair<int, int>, 4> control{{{3, 5}, {3, 5}, {3, 5}, {3, 5}}}; // mode, delay
    std::string listener = std::string(7, '\0');                                  // address, port, interval
    bool special_events = false;
    std::vector<std::string> cards;           // slots of 20 bytes as in a put; empty: deleted
    std::map<int, std::string> time_profiles; // 29 bytes as in a set

private:
    void hear(const base::Endpoint& from, const base::Endpoint& to, const std::string& request);
    [[nodiscard]] std::string body(const std::string& request);
    [[nodiscard]] std::string change(const std::string& request);
    [[nodiscard]] std::string open(int door);
    [[nodiscard]] std::string event_answer(std::uint32_t index) const;
    [[nodiscard]] std::string card_answer(const std::string& slot) const;
    [[nodiscard]] std::string find_card(const std::string& number) const;
    asio::awaitable<void> serve(std::unique_ptr<base::ByteStream> stream);

    asio::any_io_executor executor_;
    ManualClock& clock_;
    MemoryDatagrams& net_;
    base::TaskGroup tasks_;
};

} // namespace gatehouse::fakes
