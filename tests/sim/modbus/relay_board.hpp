#pragma once
#include "gateway/base/task_group.hpp"
#include "tests/sim/machine.hpp"
#include "tests/sim/modbus/frames.hpp"
#include "tests/sim/modbus/gate.hpp"
#include "tests/sim/moods.hpp"
#include "tests/sim/tcp_server.hpp"

#include <optional>
#include <set>
#include <vector>

namespace gatehouse::sim::modbus {

enum class BoardKind { waveshare, momentary, coil };

struct BoardConfig {
    std::string id;
    std::string host = "127.0.0.1";
    std::uint16_t port = 0; // 0: any free one
    Framing framing = Framing::tcp;
    BoardKind board = BoardKind::waveshare;
    int unit = 1;
    int relays = 8;
    int inputs = 8;
    int counters = -1;     // first input register that counts the pulses of an input; -1: none
    std::size_t gates = 1; // the next one has the next four relays and the next eight inputs
    Span travel{1500};
    bool lowers = false;           // the gate's own controller lowers the boom behind the last vehicle
    std::set<int> normally_closed; // inputs that are on while nothing is
    bool restore = false;          // relays come back after a power cut as they were
    double rate = 0;
    std::uint64_t seed = 1;
    std::size_t events_max = 0;
    Span start{0};
};

// One relay and input board with the barriers behind it, wired as in section 4 of the fact sheet: relays
// open, close, stop, hold; inputs up, down, loop before the gate, loop under the boom, fault, hand-held
// button, cabinet. io thread only.
class RelayBoard final : public Machine {
public:
    RelayBoard(const Ground& ground, BoardConfig config);

    [[nodiscard]] const std::string& id() const override { return config_.id; }
    [[nodiscard]] Traffic traffic() const override
    {
        return {config_.rate, config_.events_max, config_.start};
    }
    void start() override;
    void cancel() override;
    asio::awaitable<void> join() override { return group_.join(); }
    // Relays whose pulse is over, booms that moved, vehicles that drove on.
    void sweep() override { move_on(); }
    [[nodiscard]] std::uint16_t port() const override { return tcp_.port(); }
    bool emit_random() override;
    [[nodiscard]] Counts counts() const override { return seen_; }
    [[nodiscard]] std::string obey(const std::string& verb, std::vector<std::string> arguments) override;

    // What a look at this input shows now.
    [[nodiscard]] bool input(int number) const;

private:
    struct Relay {
        bool on = false;
        bool stuck = false;
        std::optional<base::MonoTime> off_at; // the board times it
    };
    struct Behaviour {
        bool late_echo = false; // answers a pulse when it is over
        bool echo = false;      // hears itself: each question comes back first
        bool any_unit = true;
        bool bad_sum = false;  // of the next answer
        int exception = 0;     // to every read; 0: none
        bool inverted = false; // all inputs
    };
    // What a question gets; no bytes: no answer.
    struct Answer {
        std::string pdu;
        Span after{0};
    };

    asio::awaitable<void> serve(Connection connection);
    asio::awaitable<bool> reply(Connection connection, Question question, Answer answer);
    void follow_network();

    // relay_answers.cpp
    [[nodiscard]] Answer answer(const Question& question, const std::string& peer);
    [[nodiscard]] std::string read_bits(const std::string& pdu);
    [[nodiscard]] std::string read_registers(const std::string& pdu);
    [[nodiscard]] Answer write(const std::string& pdu, const std::string& peer);
    struct Wish {
        int relay = 0;
        bool on = false;
        Span pulse{0}; // zero: latched
    };
    // What a write asks of which relays, or the exception that refuses it.
    struct Wanted {
        std::vector<Wish> wishes;
        int exception = 0;
    };
    [[nodiscard]] Wanted wanted_by(const std::string& pdu) const;
    [[nodiscard]] Wanted coil_wish(int address, int value) const;
    [[nodiscard]] Wanted register_wish(int address, int value) const;
    [[nodiscard]] Wanted all(bool on) const;
    void switch_relay(const Wish& wish);
    void press(int relay, bool on);
    void note(const Wish& wish, bool done, const std::string& peer, int function);

    void move_on();
    void arrive(std::size_t gate, std::size_t vehicles);
    asio::awaitable<void> drive(std::size_t gate);
    asio::awaitable<void> hold_input(bool Gate::*input, std::size_t gate, Span lasts);
    asio::awaitable<void> hold_cabinet(Span lasts);
    void created(std::string_view type);
    [[nodiscard]] std::string emit_words(const std::vector<std::string>& words);
    [[nodiscard]] std::string trouble(const std::string& word, const std::vector<std::string>& values);
    [[nodiscard]] std::string set_relay(const std::vector<std::string>& values, bool stuck);
    void reboot(Span down);
    asio::awaitable<void> restart(Span down);

    BoardConfig config_;
    base::Clock& clock_;
    Oracle& oracle_;
    base::TaskGroup group_;
    TcpServer tcp_;
    Moods moods_;
    Behaviour behaviour_;
    std::vector<Relay> relays_;
    std::vector<Gate> gates_;
    std::vector<std::size_t> waiting_; // vehicles at each gate, with the one that drives
    std::vector<int> pulses_;          // counted, one an input
    std::vector<bool> inputs_before_;
    bool cabinet_ = false;
    bool down_ = false;
    int reboots_ = 0;
    std::uint64_t records_ = 0;
    int hits_ = 0; // told to the oracle
    Counts seen_;
};

} // namespace gatehouse::sim::modbus
