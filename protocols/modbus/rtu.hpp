#pragma once
#include "protocols/modbus/pdu.hpp"

// Frames of a serial line, also when they travel over TCP: address, function, data, checksum (sheet §1).
// Pure.
namespace gatehouse::modbus {

constexpr std::size_t rtu_frame_max = 256;

// CRC-16/MODBUS: polynomial A001 reflected, start FFFF; sent low byte first.
[[nodiscard]] std::uint16_t crc16(View bytes);
// Whether the last two bytes are the checksum of those before.
[[nodiscard]] bool sealed(View frame);

[[nodiscard]] Bytes rtu_frame(std::uint8_t unit, const Request& request);

// An answer among the bytes of a line.
struct RtuFound {
    std::size_t skipped = 0; // bytes before it: other masters, other boards, noise
    std::size_t size = 0;
    Reply reply;
};

// The first answer to this question anywhere in the input. A line has no frame marks and may carry the frames
// of others, so nothing but address, function, length and checksum of the awaited answer counts.
// total: nothing also means "read more first".
[[nodiscard]] std::optional<RtuFound> find_reply(View input, std::uint8_t unit, const Request& request);

} // namespace gatehouse::modbus
