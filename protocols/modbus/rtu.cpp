#include "protocols/modbus/rtu.hpp"

namespace gatehouse::modbus {
namespace {

std::optional<Reply> reply_at(View input, std::size_t size, const Request& request)
{
    if (input.size() < size || !sealed(input.first(size))) return std::nullopt;
    return parse_reply(request, input.subspan(1, size - 3));
}

} // namespace

std::uint16_t crc16(View bytes)
{
    std::uint16_t crc = 0xffff;
    for (const auto byte : bytes) {
        crc ^= byte;
        for (int bit = 0; bit < 8; ++bit)
            crc = static_cast<std::uint16_t>((crc & 1U) != 0 ? crc >> 1U ^ 0xa001U : crc >> 1U);
    }
    return crc;
}

bool sealed(View frame)
{
    if (frame.size() < 4) return false;
    const auto crc = crc16(frame.first(frame.size() - 2));
    return frame[frame.size() - 2] == (crc & 0xffU) && frame[frame.size() - 1] == crc >> 8U;
}

Bytes rtu_frame(std::uint8_t unit, const Request& request)
{
    Bytes frame{unit};
    const auto pdu = encode(request);
    frame.insert(frame.end(), pdu.begin(), pdu.end());
    const auto crc = crc16(frame);
    frame.push_back(static_cast<std::uint8_t>(crc & 0xffU));
    frame.push_back(static_cast<std::uint8_t>(crc >> 8U));
    return frame;
}

std::optional<RtuFound> find_reply(View input, std::uint8_t unit, const Request& request)
{
    const auto function = static_cast<std::uint8_t>(request.function);
    for (std::size_t at = 0; at + 1 < input.size(); ++at) {
        if (input[at] != unit || (input[at + 1] & ~exception_bit) != function) continue;
        const bool exception = (input[at + 1] & exception_bit) != 0;
        const auto size = exception ? std::size_t{5} : reply_size(request) + 3;
        auto reply = reply_at(input.subspan(at), size, request);
        if (!reply) continue;
        RtuFound found;
        found.skipped = at;
        found.size = size;
        found.reply = std::move(*reply);
        return found;
    }
    return std::nullopt;
}

} // namespace gatehouse::modbus
