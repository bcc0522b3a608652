#pragma once
#include "protocols/uhppote/packet.hpp"

#include <array>
#include <cstdint>
#include <optional>

namespace gatehouse::uhppote {

// What the board has seen, and what it sees now.

enum class EventType : std::uint8_t { none = 0, card = 1, door = 2, alarm = 3, overwritten = 0xff };

// One record of the board's event store; the same bytes in the store's answer and in a status.
struct EventRecord {
    std::uint32_t index = 0; // 0: there is none
    EventType type = EventType::none;
    bool granted = false;
    std::uint8_t door = 0;      // 1 to 4
    std::uint8_t direction = 0; // 1 in, 2 out
    std::uint32_t card = 0;
    std::optional<LocalTime> time;
    std::uint8_t reason = 0;
    // Whether the board still has it (or ever had).
    [[nodiscard]] bool exists() const { return index != 0 && type != EventType::overwritten; }
    friend bool operator==(const EventRecord&, const EventRecord&) = default;
};

// The answer to "how are you", and what the board pushes.
struct BoardStatus {
    EventRecord event; // the newest one; may be none
    std::array<bool, 4> door_open{};
    std::array<bool, 4> button{};
    std::array<bool, 4> unlocked{}; // relays
    bool force_lock = false;        // inputs
    bool fire = false;
    std::uint8_t system_error = 0;
    std::uint32_t sequence = 0;
    std::optional<LocalTime> time; // the board's clock
};
[[nodiscard]] BoardStatus read_status(const Packet& answer);

inline constexpr std::uint32_t first_event = 0;
inline constexpr std::uint32_t last_event = 0xffffffff;
[[nodiscard]] Packet get_event(std::uint32_t serial, std::uint32_t index);
[[nodiscard]] EventRecord read_event(const Packet& answer);

// The board's own mark of what was read. Other software may use it, so we keep our own.
[[nodiscard]] Packet set_event_index(std::uint32_t serial, std::uint32_t index);
[[nodiscard]] std::uint32_t read_event_index(const Packet& answer);

} // namespace gatehouse::uhppote
