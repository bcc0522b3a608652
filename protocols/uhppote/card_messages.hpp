#pragma once
#include "gateway/base/errc.hpp"
#include "protocols/uhppote/packet.hpp"

#include <array>
#include <cstdint>
#include <optional>

namespace gatehouse::uhppote {

// The board's own list of cards.

inline constexpr std::uint32_t pin_max = 999'999;

// What a card may do at each door: 0 nothing, 1 pass at any time, 2 to 254 pass within that time profile.
using DoorRights = std::array<std::uint8_t, 4>;

struct Card {
    std::uint32_t number = 0; // Wiegand-26: facility * 100000 + number
    std::optional<Date> from; // the board keeps whole days
    std::optional<Date> to;
    DoorRights doors{};
    std::uint32_t pin = 0;       // 0: none
    std::uint8_t first_card = 0; // a bit for each door, as recorded packets hold 5 for doors 1 and 3
    friend bool operator==(const Card&, const Card&) = default;
};

// Whether the board would understand it: some numbers mean something else, and a PIN that is too long is cut
// without a word (sheet §3, §8).
[[nodiscard]] bool legal_card_number(std::uint32_t number);
// Errors: bad_input for what the board would take wrongly: number, PIN, a right of 255, a card without dates.
[[nodiscard]] base::Result<Packet> put_card(std::uint32_t serial, const Card& card);
[[nodiscard]] Packet get_card(std::uint32_t serial, std::uint32_t number);
[[nodiscard]] Packet get_card_at(std::uint32_t serial, std::uint32_t index); // from 1
[[nodiscard]] Packet delete_card(std::uint32_t serial, std::uint32_t number);
[[nodiscard]] Packet delete_all_cards(std::uint32_t serial);

enum class CardSlot { card, none, deleted };
// none: no such card, or behind the last one. deleted: the slot was in use once.
[[nodiscard]] CardSlot card_slot(const Packet& answer);
[[nodiscard]] Card read_card(const Packet& answer);
[[nodiscard]] std::uint32_t read_card_count(const Packet& answer);

} // namespace gatehouse::uhppote
