#include "protocols/uhppote/explain.hpp"

#include "protocols/uhppote/device_messages.hpp"
#include "protocols/uhppote/event_map.hpp"
#include "protocols/wire/ascii.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace gatehouse::uhppote {
namespace {

// The bytes that a text of hexadecimal digits means; nothing when it is no such text.
std::optional<std::string> from_hex(std::string_view text)
{
    std::string bytes;
    std::optional<int> high;
    bool remark = false;
    for (const char c : text) {
        if (c == '\n') remark = false;
        if (c == '#') remark = true;
        if (remark || c == ' ' || c == '\t' || c == '\r' || c == '\n') continue;
        const int digit = wire::ascii::hex_digit(c);
        if (digit < 0) return std::nullopt;
        if (high) bytes += static_cast<char>(*high << 4 | digit);
        high = high ? std::nullopt : std::optional(digit);
    }
    return bytes;
}

std::string record_line(const EventRecord& record, std::chrono::minutes utc_offset)
{
    if (record.index == 0) return "no event in it";
    const auto mapped = map(record, 0, utc_offset);
    if (mapped.refusal != Refusal::none)
        return fmt::format("record {}: not wanted ({}): {}", record.index, to_string(mapped.refusal),
                           mapped.text);
    return fmt::format("record {}: {}, door {}: {}{}", record.index, model::type_of(mapped.event.body),
                       record.door, mapped.text, record.time ? "" : ", without a time");
}

std::string line_of(const Packet& packet, std::chrono::minutes utc_offset)
{
    switch (packet.code()) {
    case Code::status: {
        const auto status = read_status(packet);
        return fmt::format("status{}: {}", packet.u8(0) == 0x19 ? " of firmware 6.62" : "",
                           record_line(status.event, utc_offset));
    }
    case Code::get_event: return "event store: " + record_line(read_event(packet), utc_offset);
    case Code::get_device: return "board, firmware " + read_board(packet).firmware;
    default: return fmt::format("answer {:02x}: no event", packet.u8(1));
    }
}

} // namespace

std::vector<std::string> explain_bytes(std::string_view bytes, std::chrono::minutes utc_offset)
{
    const auto hex = from_hex(bytes);
    const std::string_view all = hex ? std::string_view(*hex) : bytes;
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < all.size(); at += Packet::size) {
        const auto piece = all.substr(at, Packet::size);
        const auto found = read_packet(std::as_bytes(std::span(piece)));
        if (const auto* packet = std::get_if<Packet>(&found))
            lines.push_back(line_of(*packet, utc_offset));
        else
            lines.push_back(fmt::format("not a packet of a board ({})", to_string(std::get<Flaw>(found))));
    }
    if (lines.empty()) lines.emplace_back("nothing that looks like a packet was found");
    return lines;
}

} // namespace gatehouse::uhppote
