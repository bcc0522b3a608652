#include "protocols/osdp/card.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace gatehouse::osdp {
namespace {

constexpr unsigned number_bits_max = 64;

bool bit(const Bytes& bits, unsigned at)
{
    return (bits[at / 8] >> (7 - at % 8) & 1U) != 0;
}

unsigned ones(const Bytes& bits, unsigned from, unsigned count)
{
    unsigned sum = 0;
    for (unsigned i = from; i < from + count; ++i)
        sum += bit(bits, i) ? 1 : 0;
    return sum;
}

bool with_parity(unsigned count)
{
    return count == 26 || count == 34;
}

// Even over the first half, odd over the second (sheet §4).
bool parity_holds(const CardBits& card)
{
    const auto half = card.count / 2;
    return ones(card.bits, 0, half) % 2 == 0 && ones(card.bits, half, half) % 2 == 1;
}

std::uint64_t value(const CardBits& card, unsigned from, unsigned count)
{
    std::uint64_t out = 0;
    for (unsigned i = from; i < from + count; ++i)
        out = out << 1U | (bit(card.bits, i) ? 1U : 0U);
    return out;
}

std::string in_hex(const CardBits& card)
{
    auto bits = card.bits;
    if (card.count % 8 != 0) bits.back() &= static_cast<std::uint8_t>(0xff00U >> card.count % 8); // leftovers
    return fmt::format("{:02x}/{}", fmt::join(bits, ""), card.count);
}

} // namespace

std::optional<std::string> card_text(const CardBits& card, CardFormat format)
{
    if (card.count == 0 || card.bits.size() < (card.count + 7) / 8) return std::nullopt;
    if (format == CardFormat::bits) return in_hex(card);
    if (with_parity(card.count)) {
        if (!parity_holds(card)) return std::nullopt;
        if (card.count == 26 && format == CardFormat::facility)
            return fmt::format("{:03},{:05}", value(card, 1, 8), value(card, 9, 16));
        return fmt::to_string(value(card, 1, card.count - 2));
    }
    return card.count <= number_bits_max ? fmt::to_string(value(card, 0, card.count)) : in_hex(card);
}

Bytes card_bits(unsigned count, std::uint64_t number)
{
    Bytes bits((count + 7) / 8);
    const auto set = [&](unsigned at) { bits[at / 8] |= static_cast<std::uint8_t>(0x80U >> at % 8); };
    const bool parity = with_parity(count);
    const unsigned last = parity ? count - 2 : count - 1;
    for (unsigned i = 0; i < number_bits_max && i + (parity ? 1 : 0) <= last; ++i)
        if ((number >> i & 1U) != 0) set(last - i);
    if (!parity) return bits;
    if (ones(bits, 0, count / 2) % 2 != 0) set(0);
    if (ones(bits, count / 2, count / 2) % 2 == 0) set(count - 1);
    return bits;
}

} // namespace gatehouse::osdp
