#pragma once
#include "protocols/uhppote/packet.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace gatehouse::uhppote {

// "17 94 00 ..." as bytes.
inline std::string bytes_of(std::string_view hex)
{
    std::string bytes;
    int high = -1;
    for (const char c : hex) {
        const int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
        if (digit < 0) continue;
        if (high >= 0) bytes += static_cast<char>(high * 16 + digit);
        high = high >= 0 ? -1 : digit;
    }
    return bytes;
}

// What comes is padded with zeros to 64 bytes.
inline Packet packet_of(std::string_view hex)
{
    auto bytes = bytes_of(hex);
    bytes.resize(Packet::size, '\0');
    const auto found = read_packet(std::as_bytes(std::span(bytes)));
    EXPECT_TRUE(std::holds_alternative<Packet>(found)) << hex;
    const auto* packet = std::get_if<Packet>(&found);
    return packet == nullptr ? Packet{} : *packet;
}

inline std::string hex_of(const Packet& packet, std::size_t size = Packet::size)
{
    std::string text;
    for (std::size_t i = 0; i < size; ++i) {
        constexpr std::string_view digits = "0123456789abcdef";
        if (i > 0) text += ' ';
        text += digits[packet.u8(i) >> 4];
        text += digits[packet.u8(i) & 15];
    }
    return text;
}

} // namespace gatehouse::uhppote
