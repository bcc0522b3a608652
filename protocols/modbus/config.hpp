#pragma once
#include "gateway/base/byte_stream.hpp"
#include "gateway/config/site.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace gatehouse::modbus {

using std::chrono::milliseconds;

enum class Framing { tcp, rtu };

// How a relay is pressed for a moment (sheet §3).
enum class BoardKind {
    waveshare, // the board times the pulse: coil 0200 + relay
    momentary, // the board times the pulse: a register that takes a command word
    coil       // we switch on, wait and switch off
};

// Where a board keeps what its inputs show (sheet §3).
enum class Place { discrete, holding, input };

// One contact of the gate controller at an input of the board.
struct Wired {
    int input = 0;
    bool normally_closed = false; // active means no current
};

// One gate behind the board (sheet §4): which relay presses which button, which input tells what.
struct GateConfig {
    int output = 1; // as lanes and commands name it
    int open = 0;
    std::optional<int> close;
    std::optional<int> stop;
    std::optional<int> hold;
    std::optional<Wired> up;
    std::optional<Wired> down;
    std::optional<Wired> loop_entry;
    std::optional<Wired> loop_safety;
    std::optional<Wired> fault;
    std::optional<Wired> manual;
    std::string fault_means = "blocked"; // or boom_off
    bool passages = false;               // vehicles that pass become events
    bool follow_through = true;          // more vehicles than openings become a fault
};

// What one [[device]] with protocol = "modbus" says, with the defaults an installer need not touch.
// sample.toml explains every key.
struct Config {
    std::string id;
    base::Target target;
    Framing framing = Framing::tcp;
    bool serial = false; // a line of our own: short time-outs
    BoardKind board = BoardKind::waveshare;
    std::uint8_t unit = 1;
    int relays = 8;
    int inputs = 8;
    std::uint16_t relays_first = 0; // address of relay 0
    std::uint16_t inputs_first = 0;
    Place inputs_as = Place::discrete;           // registers: not zero means on
    std::optional<std::uint16_t> counters_first; // register that counts the pulses of input 0
    Place counters_as = Place::input;
    std::uint16_t momentary_register = 1; // of relay 0
    std::uint16_t momentary_value = 0x0500;
    bool echo = false; // the adapter hears itself

    milliseconds pulse{500};
    milliseconds poll_every{100};
    milliseconds relays_every{5'000};
    milliseconds answer_max{1'000}; // 200 ms on a serial line
    milliseconds spacing{20};       // between two requests: serial servers merge them
    milliseconds connect_max{5'000};

    milliseconds rise_max{8'000};     // from the order to the upper limit
    milliseconds fall_max{10'000};    // from the order to the lower limit
    milliseconds stuck_after{10'000}; // between the limits
    milliseconds clear_min{1'000};    // the loop under the boom before closing
    milliseconds debounce_limits{20};
    milliseconds debounce_loops{50};
    milliseconds debounce_cabinet{200};

    std::optional<Wired> cabinet;
    std::vector<GateConfig> gates;
};

// Reads the keys of one device. Wrong values are reported through the table and yield the default.
[[nodiscard]] Config read_config(const config::DeviceConfig& device, config::Table& table);

} // namespace gatehouse::modbus
