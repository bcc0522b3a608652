#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::vzenith {

enum class FrameKind : std::uint8_t { json = 0, heartbeat = 1, binary = 2 };

// One frame of TCP 8131 (sheet §2).
struct Frame {
    FrameKind kind = FrameKind::json;
    std::uint8_t sequence = 0; // of the question that it answers; 0 when unused
    std::string_view body;     // among the bytes it was read from
};

enum class FrameFlaw { noise, too_long, unknown_kind };
[[nodiscard]] std::string_view to_string(FrameFlaw flaw); // fixed word, fit for a metric label

inline constexpr std::size_t frame_head_size = 8;
inline constexpr std::size_t frame_body_max = 1'048'576;

// What one look at the front of the receive buffer yielded.
struct FrameStep {
    std::size_t consumed = 0; // bytes to drop; 0: read more first
    std::optional<Frame> frame;
    std::optional<FrameFlaw> flaw; // bytes were skipped, and why
};

// Total: every input has an answer.
[[nodiscard]] FrameStep decode_frame(std::string_view input);
[[nodiscard]] std::string encode_frame(FrameKind kind, std::uint8_t sequence, std::string_view body);

// A JSON body and the pictures behind it: text, one NUL, then fullImgSize and clipImgSize bytes.
struct SplitBody {
    std::string_view text;
    std::string_view rest; // behind the NUL
};
[[nodiscard]] SplitBody split_body(std::string_view body);

} // namespace gatehouse::vzenith
