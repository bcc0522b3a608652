#pragma once
#include "gateway/base/clock.hpp"

#include <cstdint>
#include <string>

namespace gatehouse::sim::uhppote {

// The bytes of a UT0311 board, written from the fact sheet: 64 a packet, little endian, dates as two decimal
// digits a byte.
inline constexpr std::size_t packet_size = 64;

[[nodiscard]] int byte_at(const std::string& packet, std::size_t at);
[[nodiscard]] std::uint32_t u32_at(const std::string& packet, std::size_t at);
[[nodiscard]] std::string u32(std::uint32_t value);
[[nodiscard]] std::string flag(bool value);

// The board's own time: local, without a zone.
using BoardTime = std::chrono::local_time<std::chrono::seconds>;
[[nodiscard]] std::string bcd_time(BoardTime time);                         // 20 26 11 23 08 30 59
[[nodiscard]] BoardTime time_at(const std::string& packet, std::size_t at); // 1970 for what is no time
// A day such as 20261123; 0 for what is no date.
[[nodiscard]] int day_at(const std::string& packet, std::size_t at);
[[nodiscard]] int day_of(BoardTime time);

// Start, code, two zeros, serial number, fields; the rest is what was in the board's buffer before.
[[nodiscard]] std::string packet_of(int code, std::uint32_t serial, const std::string& fields);

} // namespace gatehouse::sim::uhppote
