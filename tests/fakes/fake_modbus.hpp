#pragma once
#include "gateway/base/byte_stream.hpp"
#include "gateway/base/clock.hpp"
#include "gateway/base/task_group.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace gatehouse::fakes {

// A relay and input board with an old barrier behind it, over streams in memory, written from the fact sheet
// alone. It speaks Modbus TCP, or RTU frames when `rtu` is set. A test turns its switches, drives cars over
// its loops, and looks at what it was asked and what the boom did.
class FakeModbus final : public base::Connector {
public:
    using Pdu = std::vector<std::uint8_t>; // function and data

    FakeModbus(asio::any_io_executor executor, base::Clock& clock);

    asio::awaitable<base::Result<std::unique_ptr<base::ByteStream>>> connect(base::Target target) override;
    // Cuts every connection and ends. To be called (and the io_context run) before it goes away.
    void stop();

    // ---- the board ----
    bool rtu = false;
    bool present = true;
    std::uint8_t unit = 1;
    std::vector<bool> coils = std::vector<bool>(8);
    std::vector<bool> inputs = std::vector<bool>(8); // current flows
    std::map<std::uint16_t, std::uint16_t> holding;  // 1000.. control modes, 4000 address, 8000 version

    std::map<std::uint16_t, std::uint16_t> input_registers;

    bool mute = false;                      // hears, does nothing, answers nothing
    int answers_lost = 0;                   // the next ones: done, but never answered
    int deaf_to_writes = 0;                 // the next ones: neither done nor answered
    std::map<int, std::uint8_t> exceptions; // by function
    int busy_times = 0;                     // exception 6 to the next questions
    bool wrong_checksum = false;
    bool answers_twice = false;
    bool echoes = false;           // a two-wire adapter that hears itself
    bool names_other_unit = false; // a gateway that ignores the unit id
    bool answers_after_pulse = false;
    std::chrono::milliseconds answers_after{5};
    std::string foreign;               // goes over the line before each answer
    bool relay_sticks = false;         // contacts welded: stays on whatever it is told
    void restart(bool restore_relays); // power cut: connections end, relays off or as they were

    // ---- the barrier: relay 0 open, 1 close, 2 stop, 3 hold; input 0 up, 1 down ----
    bool has_gate = true;
    bool boom_stuck = false;
    bool limits_inverted = false;
    std::chrono::milliseconds travel{2'000};
    [[nodiscard]] bool moving_down() const { return moving_ < 0; }
    int risen = 0; // how often it began to go up

    // ---- what it was asked ----
    std::vector<Pdu> asked;
    std::vector<base::MonoTime> asked_at;
    std::vector<int> units_asked;
    [[nodiscard]] std::size_t count(const Pdu& pdu) const;
    std::vector<base::Target> targets;
    int connections = 0;
    void cut();

private:
    using StreamPtr = std::shared_ptr<base::ByteStream>;

    asio::awaitable<void> serve(StreamPtr stream);
    asio::awaitable<bool> answer(StreamPtr stream, std::string frame);
    asio::awaitable<void> send(StreamPtr stream, std::string bytes);
    Pdu reply_to(const Pdu& request);
    Pdu read_bits(const std::vector<bool>& from, const Pdu& request) const;
    Pdu read_registers(const std::map<std::uint16_t, std::uint16_t>& from, const Pdu& request) const;
    Pdu write_relay(const Pdu& request);
    Pdu write_register(const Pdu& request);
    void set(std::size_t relay, bool on);
    asio::awaitable<void> pulse(std::size_t relay, std::chrono::milliseconds length);
    asio::awaitable<void> travel_to(bool up, int order);
    void begin_travel(bool up);
    void show_limits(bool up, bool down);
    [[nodiscard]] std::string framed(const std::string& request, const Pdu& reply) const;

    asio::any_io_executor executor_;
    base::Clock& clock_;
    int moving_ = 0;
    int order_ = 0;
    std::chrono::milliseconds pulse_length_{0};
    std::vector<std::weak_ptr<base::ByteStream>> connections_;
    base::TaskGroup tasks_;
};

} // namespace gatehouse::fakes
