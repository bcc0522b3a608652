#pragma once
#include "protocols/osdp/messages.hpp"

#include <optional>
#include <string>

namespace gatehouse::osdp {

// How the bits of a card become the text that lists know it by.
enum class CardFormat {
    number,   // 26 and 34 bits: what stands between their two parity bits, decimal; else all bits
    facility, // 26 bits as 123,45678; else as number
    bits      // in hexadecimal, left aligned, and the count: "a1b2c3c0/26"
};

// Nothing when a parity bit of 26 or 34 bits is wrong: then the card was not read right. total.
[[nodiscard]] std::optional<std::string> card_text(const CardBits& card, CardFormat format);

// Bits of this count with right parity that stand for `number`; for pseudonyms.
[[nodiscard]] Bytes card_bits(unsigned count, std::uint64_t number);

} // namespace gatehouse::osdp
