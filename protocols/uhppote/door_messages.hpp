#pragma once
#include "gateway/base/errc.hpp"
#include "protocols/uhppote/packet.hpp"

#include <array>
#include <cstdint>

namespace gatehouse::uhppote {

// How doors are opened, held and guarded.

enum class DoorMode : std::uint8_t { unknown = 0, normally_open = 1, normally_closed = 2, controlled = 3 };

struct DoorControl {
    std::uint8_t door = 0; // 1 to 4
    DoorMode mode = DoorMode::unknown;
    std::uint8_t delay_s = 0; // how long an opened door stays unlocked
    friend bool operator==(const DoorControl&, const DoorControl&) = default;
};
[[nodiscard]] Packet open_door(std::uint32_t serial, std::uint8_t door);
[[nodiscard]] Packet get_door_control(std::uint32_t serial, std::uint8_t door);
[[nodiscard]] Packet set_door_control(std::uint32_t serial, const DoorControl& control);
[[nodiscard]] DoorControl read_door_control(const Packet& answer);

// Doors that are never open together.
enum class Interlock : std::uint8_t {
    none = 0,
    doors_1_2 = 1,
    doors_3_4 = 2,
    both_pairs = 3,
    doors_1_2_3 = 4,
    all = 8
};
[[nodiscard]] Packet set_interlock(std::uint32_t serial, Interlock interlock);

// Readers between which a card has to alternate.
enum class AntiPassback : std::uint8_t {
    off = 0,
    pairs = 1,        // (1:2);(3:4)
    two_by_two = 2,   // (1,3):(2,4)
    one_to_two = 3,   // 1:(2,3)
    one_to_three = 4, // 1:(2,3,4)
};
[[nodiscard]] Packet set_anti_passback(std::uint32_t serial, AntiPassback mode);
[[nodiscard]] AntiPassback read_anti_passback(const Packet& answer);

[[nodiscard]] Packet activate_keypads(std::uint32_t serial, const std::array<bool, 4>& readers);

inline constexpr std::uint32_t passcode_max = 999'999;
// Zero: no passcode. Errors: bad_input above passcode_max.
[[nodiscard]] base::Result<Packet> set_door_passcodes(std::uint32_t serial, std::uint8_t door,
                                                      const std::array<std::uint32_t, 4>& codes);

// Days of a week from Monday.
using Weekdays = std::array<bool, 7>;

// A door that waits for the first card of the day: its mode from then on, and outside those hours.
struct FirstCard {
    std::uint8_t door = 0;
    TimeOfDay start;
    std::uint8_t mode_after = 0;
    TimeOfDay end;
    std::uint8_t mode_outside = 0;
    Weekdays days{};
};
[[nodiscard]] Packet set_first_card(std::uint32_t serial, const FirstCard& first);

} // namespace gatehouse::uhppote
