#include "protocols/uhppote/packet.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace gatehouse::uhppote {
namespace {

constexpr std::uint8_t start_usual = 0x17;
constexpr std::uint8_t start_events_of_662 = 0x19;

} // namespace

Packet::Packet(Code code, std::uint32_t serial)
{
    bytes_[0] = start_usual;
    bytes_[1] = static_cast<std::uint8_t>(code);
    put32(4, serial);
}

std::uint16_t Packet::u16(std::size_t at) const
{
    return static_cast<std::uint16_t>(bytes_[at] | bytes_[at + 1] << 8);
}

std::uint32_t Packet::u24(std::size_t at) const
{
    return static_cast<std::uint32_t>(u16(at)) | static_cast<std::uint32_t>(bytes_[at + 2]) << 16;
}

std::uint32_t Packet::u32(std::size_t at) const
{
    return u24(at) | static_cast<std::uint32_t>(bytes_[at + 3]) << 24;
}

std::string Packet::address(std::size_t at) const
{
    return fmt::format("{}.{}.{}.{}", bytes_[at], bytes_[at + 1], bytes_[at + 2], bytes_[at + 3]);
}

void Packet::put16(std::size_t at, std::uint16_t value)
{
    bytes_[at] = static_cast<std::uint8_t>(value);
    bytes_[at + 1] = static_cast<std::uint8_t>(value >> 8);
}

void Packet::put24(std::size_t at, std::uint32_t value)
{
    put16(at, static_cast<std::uint16_t>(value));
    bytes_[at + 2] = static_cast<std::uint8_t>(value >> 16);
}

void Packet::put32(std::size_t at, std::uint32_t value)
{
    put24(at, value);
    bytes_[at + 3] = static_cast<std::uint8_t>(value >> 24);
}

void Packet::put_address(std::size_t at, const std::array<std::uint8_t, 4>& address)
{
    std::copy(address.begin(), address.end(), bytes_.begin() + static_cast<std::ptrdiff_t>(at));
}

std::string_view to_string(Flaw flaw)
{
    switch (flaw) {
    case Flaw::length: return "length";
    case Flaw::start: return "start";
    case Flaw::code: return "code";
    }
    return "code";
}

std::variant<Packet, Flaw> read_packet(std::span<const std::byte> bytes)
{
    if (bytes.size() != Packet::size) return Flaw::length;
    Packet packet;
    std::transform(bytes.begin(), bytes.end(), packet.bytes_.begin(),
                   [](std::byte byte) { return std::to_integer<std::uint8_t>(byte); });
    const auto start = packet.u8(0);
    const bool event = packet.code() == Code::status;
    if (start != start_usual && !(event && start == start_events_of_662)) return Flaw::start;
    // FF is no answer to anything; nothing in it can be relied upon.
    if (packet.code() == Code::error) return Flaw::code;
    return packet;
}

bool parse_address(std::string_view text, std::array<std::uint8_t, 4>& address)
{
    const auto* at = text.data();
    const auto* end = at + text.size();
    for (std::size_t i = 0; i < address.size(); ++i) {
        if (i > 0 && (at == end || *at++ != '.')) return false;
        const auto found = std::from_chars(at, end, address[i]);
        if (found.ec != std::errc{}) return false;
        at = found.ptr;
    }
    return at == end;
}

} // namespace gatehouse::uhppote
