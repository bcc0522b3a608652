#pragma once
#include "gateway/base/byte_stream.hpp"
#include "gateway/config/site.hpp"

#include <chrono>
#include <cstdint>
#include <string>

namespace gatehouse::uhppote {

using std::chrono::milliseconds;

inline constexpr std::uint16_t board_port = 60000; // of boards, UDP and TCP; they cannot be given another

// What one [[device]] with protocol = "uhppote" says, with the defaults an installer need not touch.
// sample.toml explains every key.
struct Config {
    std::string id;
    bool udp = true;          // tcp: newer boards only; events are pushed by UDP all the same
    base::Target target;      // from the address
    std::uint32_t serial = 0; // selects the board; without it nobody answers
    int doors = 4;

    milliseconds request_max{2'500};
    milliseconds poll_every{2'000};       // status: liveness, doors, newest event
    milliseconds backfill_every{300'000}; // the store's last number is asked for, whatever the status says
    milliseconds backfill_first{3'600'000};
    milliseconds live_max{10'000}; // an older event is history, however it came
    milliseconds unproven_max{10'000};
    milliseconds modes_every{60'000}; // door control modes

    std::uint16_t listen_port = 0; // 0: events come by polling alone
    std::string listen_address;    // ours, as the board reaches it; empty: the listener's
    bool arm_listening = false;
    bool record_special_events = false;

    bool correct_clock = false;
    milliseconds clock_offset_max{5'000}; // beyond: time_trusted = false
};

// Reads the keys of one device. Wrong values are reported through the table and yield the default.
[[nodiscard]] Config read_config(const config::DeviceConfig& device, config::Table& table);

} // namespace gatehouse::uhppote
