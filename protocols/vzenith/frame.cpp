#include "protocols/vzenith/frame.hpp"

#include <algorithm>

namespace gatehouse::vzenith {
namespace {

constexpr std::string_view mark = "VZ";

std::size_t byte_at(std::string_view text, std::size_t at)
{
    return static_cast<unsigned char>(text[at]);
}

// How much of the front cannot begin a frame; a last 'V' may.
std::size_t noise_size(std::string_view input)
{
    const auto at = input.find(mark);
    if (at != std::string_view::npos) return at;
    return input.ends_with('V') ? input.size() - 1 : input.size();
}

FrameStep skip(std::size_t size, FrameFlaw flaw)
{
    FrameStep step;
    step.consumed = size;
    step.flaw = flaw;
    return step;
}

} // namespace

std::string_view to_string(FrameFlaw flaw)
{
    if (flaw == FrameFlaw::noise) return "noise";
    return flaw == FrameFlaw::too_long ? "too_long" : "unknown_kind";
}

FrameStep decode_frame(std::string_view input)
{
    if (const auto noise = noise_size(input); noise > 0) return skip(noise, FrameFlaw::noise);
    if (input.size() < frame_head_size) return {};
    const auto kind = byte_at(input, 2);
    if (kind > 2) return skip(mark.size(), FrameFlaw::unknown_kind);
    const auto size =
        byte_at(input, 4) << 24U | byte_at(input, 5) << 16U | byte_at(input, 6) << 8U | byte_at(input, 7);
    if (size > frame_body_max) return skip(mark.size(), FrameFlaw::too_long);
    if (input.size() < frame_head_size + size) return {};
    FrameStep step;
    step.consumed = frame_head_size + size;
    step.frame.emplace();
    step.frame->kind = static_cast<FrameKind>(kind);
    step.frame->sequence = static_cast<std::uint8_t>(byte_at(input, 3));
    step.frame->body = input.substr(frame_head_size, size);
    return step;
}

std::string encode_frame(FrameKind kind, std::uint8_t sequence, std::string_view body)
{
    std::string out(mark);
    out += static_cast<char>(kind);
    out += static_cast<char>(sequence);
    for (const unsigned shift : {24U, 16U, 8U, 0U})
        out += static_cast<char>(body.size() >> shift & 0xffU);
    out += body;
    return out;
}

SplitBody split_body(std::string_view body)
{
    const auto end = std::min(body.find('\0'), body.size());
    return {body.substr(0, end), body.substr(std::min(end + 1, body.size()))};
}

} // namespace gatehouse::vzenith
