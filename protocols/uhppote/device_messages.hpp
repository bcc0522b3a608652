#pragma once
#include "protocols/uhppote/packet.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>

namespace gatehouse::uhppote {

// What the board is, where it lives, whom it tells, and its clock. Questions that carry nothing are the bare
// Packet(code, serial).

struct BoardInfo {
    std::uint32_t serial = 0;
    std::string address;
    std::string mask;
    std::string gateway;
    std::string mac;      // 00:66:19:39:55:2d
    std::string firmware; // "8.92"
    std::optional<Date> released;
};
[[nodiscard]] BoardInfo read_board(const Packet& answer);

// Where the board sends its events; nowhere: 0.0.0.0:0.
struct Listener {
    std::array<std::uint8_t, 4> address{};
    std::uint16_t port = 0;
    std::uint8_t interval = 0; // seconds between repetitions of the last status; 0: none
    friend bool operator==(const Listener&, const Listener&) = default;
};
[[nodiscard]] Listener read_listener(const Packet& answer);
[[nodiscard]] Packet set_listener(std::uint32_t serial, const Listener& listener);
[[nodiscard]] std::string to_string(const Listener& listener);

[[nodiscard]] std::optional<LocalTime> read_time(const Packet& answer);
[[nodiscard]] Packet set_time(std::uint32_t serial, LocalTime time);

// Has no answer: ask for the board at its new address.
struct NetworkAddress {
    std::array<std::uint8_t, 4> address{};
    std::array<std::uint8_t, 4> mask{};
    std::array<std::uint8_t, 4> gateway{};
};
[[nodiscard]] Packet set_address(std::uint32_t serial, const NetworkAddress& address);

// Without it there are no door and button events.
[[nodiscard]] Packet record_special_events(std::uint32_t serial, bool on);
// The board then asks us and refuses everybody while we are silent; see the README before using it.
[[nodiscard]] Packet set_pc_control(std::uint32_t serial, bool on);
[[nodiscard]] Packet restore_defaults(std::uint32_t serial);

// The answer of everything that is done or refused.
[[nodiscard]] bool succeeded(const Packet& answer);

} // namespace gatehouse::uhppote
