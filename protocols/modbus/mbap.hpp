#pragma once
#include "protocols/modbus/pdu.hpp"

// Frames of Modbus TCP: transaction, protocol 0, length, unit, then function and data; no checksum (sheet
// §1). Pure.
namespace gatehouse::modbus {

constexpr std::size_t mbap_head = 7;
constexpr std::size_t mbap_frame_max = 260;

[[nodiscard]] Bytes mbap_frame(std::uint16_t transaction, std::uint8_t unit, const Request& request);

// What one look at the front of the receive buffer yielded.
struct MbapStep {
    std::size_t consumed = 0; // bytes to drop; 0 means "read more first"
    std::uint16_t transaction = 0;
    std::uint8_t unit = 0;
    Bytes pdu;
    bool foreign = false; // not Modbus TCP at all: nothing on this connection can be believed any more
};

// total.
[[nodiscard]] MbapStep next_mbap(View input);

} // namespace gatehouse::modbus
