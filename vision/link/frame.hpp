#pragma once
#include "gateway/base/errc.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::vision {

// What daemon and worker send each other over their socket pair: a JSON text and the pictures that belong to
// it. Layout, little endian: magic u32, version u8, type u8, number of blobs u16, length of the JSON u32,
// length of each blob u32; then the JSON, then the blobs.
struct Frame {
    std::uint8_t type = 0; // what the JSON is: messages.hpp
    std::string json;
    std::vector<std::string> blobs;
};

inline constexpr std::uint32_t frame_magic = 0x4548'4756; // "VGHE"
inline constexpr std::uint8_t frame_version = 1;
inline constexpr std::size_t frame_head_size = 12;
inline constexpr std::size_t frame_blobs_max = 4;
inline constexpr std::size_t frame_json_max = 1 << 20;
inline constexpr std::size_t frame_size_max = 16 << 20; // all of it

// What one look at the front of the receive buffer yielded. Both sides are ours: there is no resynchronising,
// a wrong frame ends the link.
struct FrameStep {
    std::size_t consumed = 0; // bytes to drop; 0: read more first
    std::optional<Frame> frame;
    base::error_code flaw; // bad_input: no frame of this version; too_large: beyond the bounds above
};

// total.
[[nodiscard]] FrameStep decode_frame(std::string_view input);
// Errors: too_large.
[[nodiscard]] base::Result<std::string> encode_frame(const Frame& frame);

} // namespace gatehouse::vision
