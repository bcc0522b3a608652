#include "protocols/osdp/frame.hpp"

#include <algorithm>
#include <numeric>

namespace gatehouse::osdp {
namespace {

constexpr std::uint8_t mark = 0xff;
constexpr std::uint8_t som = 0x53;
constexpr std::uint8_t crc_bit = 0x04;
constexpr std::uint8_t block_bit = 0x08;
constexpr std::size_t head_size = 5;
constexpr std::size_t mac_size = 4;

std::size_t check_size(bool crc)
{
    return crc ? 2 : 1;
}

// Two's complement of the sum.
std::uint8_t checksum(View bytes)
{
    const auto sum = std::accumulate(bytes.begin(), bytes.end(), 0U);
    return static_cast<std::uint8_t>((~sum + 1U) & 0xffU);
}

bool check_holds(View frame, bool crc)
{
    const auto body = frame.first(frame.size() - check_size(crc));
    if (!crc) return checksum(body) == frame.back();
    const auto sum = crc16(body);
    return frame[body.size()] == (sum & 0xffU) && frame[body.size() + 1] == sum >> 8U;
}

// The security block and what follows it; false when they do not fit into `body`.
bool parse_block(View& body, Frame& frame)
{
    if (body.size() < 3) return false;
    const auto size = body[0];
    frame.block = body[1];
    const bool value = frame.block >= 0x11 && frame.block <= 0x14;
    const bool seal = frame.block >= 0x15 && frame.block <= 0x18;
    if ((!value && !seal) || size != (value ? 3 : 2)) return false;
    if (value) frame.block_value = body[2];
    body = body.subspan(size);
    if (!seal) return !body.empty();
    if (body.size() < 1 + mac_size) return false;
    const auto mac = body.last(mac_size);
    frame.mac.assign(mac.begin(), mac.end());
    body = body.first(body.size() - mac_size);
    return true;
}

Parsed flawed(Flaw flaw, std::size_t size = 0)
{
    Parsed parsed;
    parsed.flaw = flaw;
    parsed.size = size;
    return parsed;
}

} // namespace

std::string_view to_string(Flaw flaw)
{
    switch (flaw) {
    case Flaw::none: return "whole";
    case Flaw::incomplete: return "cut off";
    case Flaw::no_frame: return "no frame";
    case Flaw::bad_length: return "its length cannot be";
    case Flaw::bad_check: return "its check is wrong";
    case Flaw::bad_block: return "its security block cannot be";
    }
    return "";
}

std::uint16_t crc16(View bytes)
{
    unsigned crc = 0x1d0f;
    for (const auto byte : bytes) {
        crc ^= static_cast<unsigned>(byte) << 8U;
        for (int i = 0; i < 8; ++i)
            crc = ((crc & 0x8000U) != 0 ? crc << 1U ^ 0x1021U : crc << 1U) & 0xffffU;
    }
    return static_cast<std::uint16_t>(crc);
}

Parsed parse_frame(View input)
{
    if (input.empty()) return flawed(Flaw::incomplete);
    if (input[0] != som) return flawed(Flaw::no_frame);
    if (input.size() < head_size) return flawed(Flaw::incomplete);
    const bool crc = (input[4] & crc_bit) != 0;
    const std::size_t size = input[2] | static_cast<std::size_t>(input[3]) << 8U;
    if (size < head_size + 1 + check_size(crc) || size > frame_max) return flawed(Flaw::bad_length);
    if (size > input.size()) return flawed(Flaw::incomplete);
    const auto whole = input.first(size);
    if (!check_holds(whole, crc)) return flawed(Flaw::bad_check, size);
    Frame frame;
    frame.address = whole[1];
    frame.control = whole[4];
    auto body = whole.subspan(head_size, size - head_size - check_size(crc));
    if ((frame.control & block_bit) != 0 && !parse_block(body, frame)) return flawed(Flaw::bad_block, size);
    frame.code = body[0];
    body = body.subspan(1);
    frame.data.assign(body.begin(), body.end());
    Parsed parsed;
    parsed.size = size;
    parsed.frame = std::move(frame);
    return parsed;
}

std::optional<Found> find_frame(View input)
{
    for (std::size_t at = 0; at < input.size(); ++at) {
        if (input[at] != som) continue;
        auto parsed = parse_frame(input.subspan(at));
        if (parsed.frame) return Found{at, parsed.size, std::move(*parsed.frame)};
    }
    return std::nullopt;
}

Bytes covered(const Frame& frame)
{
    const bool seal = frame.sealed();
    const std::size_t block_size = frame.block == 0 ? 0 : seal ? 2 : 3;
    const auto size =
        head_size + block_size + 1 + frame.data.size() + (seal ? mac_size : 0) + check_size(frame.crc());
    const auto control = static_cast<std::uint8_t>(block_size == 0 ? frame.control & ~unsigned{block_bit}
                                                                   : frame.control | unsigned{block_bit});
    Bytes bytes{som, frame.address, static_cast<std::uint8_t>(size & 0xffU),
                static_cast<std::uint8_t>(size >> 8U), control};
    if (block_size > 0) {
        bytes.push_back(static_cast<std::uint8_t>(block_size));
        bytes.push_back(frame.block);
    }
    if (block_size == 3) bytes.push_back(frame.block_value);
    bytes.push_back(frame.code);
    bytes.insert(bytes.end(), frame.data.begin(), frame.data.end());
    return bytes;
}

Bytes encode(const Frame& frame)
{
    auto bytes = covered(frame);
    bytes.insert(bytes.end(), frame.mac.begin(), frame.mac.end());
    if (frame.crc()) {
        const auto sum = crc16(bytes);
        bytes.push_back(static_cast<std::uint8_t>(sum & 0xffU));
        bytes.push_back(static_cast<std::uint8_t>(sum >> 8U));
    } else {
        bytes.push_back(checksum(bytes));
    }
    bytes.insert(bytes.begin(), mark);
    return bytes;
}

} // namespace gatehouse::osdp
