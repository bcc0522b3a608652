#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace gatehouse::osdp {

using Bytes = std::vector<std::uint8_t>;
using View = std::span<const std::uint8_t>;

inline constexpr std::size_t frame_max = 1440;
inline constexpr std::uint8_t any_address = 0x7f;

// One frame of the line (sheet §2), as it is on the wire but for the mark before it and its check.
struct Frame {
    std::uint8_t address = 0; // bit 7 set: from a reader
    std::uint8_t control = 0;
    std::uint8_t block = 0;       // type of the security block, 0: none
    std::uint8_t block_value = 0; // of the types 11 to 14: which key, or a status
    std::uint8_t code = 0;        // command or reply
    Bytes data;
    Bytes mac; // four bytes, of the types 15 to 18

    [[nodiscard]] bool from_reader() const { return (address & 0x80U) != 0; }
    [[nodiscard]] std::uint8_t reader() const { return address & 0x7fU; }
    [[nodiscard]] std::uint8_t sequence() const { return control & 0x03U; }
    [[nodiscard]] bool crc() const { return (control & 0x04U) != 0; }
    [[nodiscard]] bool sealed() const { return block >= 0x15; }
};

enum class Flaw { none, incomplete, no_frame, bad_length, bad_check, bad_block };
[[nodiscard]] std::string_view to_string(Flaw flaw);

// What stands at the front of `input`, which begins with the SOM.
struct Parsed {
    std::optional<Frame> frame;
    std::size_t size = 0; // of the frame
    Flaw flaw = Flaw::none;
};

// total: every input has an answer.
[[nodiscard]] Parsed parse_frame(View input);

// The first whole and right frame in `input`. Whatever stands before it is noise, a mark, or a broken frame.
struct Found {
    std::size_t skipped = 0;
    std::size_t size = 0;
    Frame frame;
};
// total.
[[nodiscard]] std::optional<Found> find_frame(View input);

// What the MAC is computed over: everything before it, without the mark.
[[nodiscard]] Bytes covered(const Frame& frame);
// With the mark, the MAC and the check.
[[nodiscard]] Bytes encode(const Frame& frame);

[[nodiscard]] std::uint16_t crc16(View bytes);

} // namespace gatehouse::osdp
