#include "protocols/modbus/explain.hpp"

#include "protocols/modbus/mbap.hpp"
#include "protocols/modbus/rtu.hpp"
#include "protocols/wire/ascii.hpp"

#include <fmt/format.h>

namespace gatehouse::modbus {
namespace {

constexpr std::size_t frames_max = 10'000;

// Nothing when the line is not hexadecimal bytes.
std::optional<Bytes> bytes_of(std::string_view line)
{
    Bytes bytes;
    for (std::size_t i = 0; i < line.size();) {
        if (line[i] == ' ' || line[i] == '\t' || line[i] == '\r') {
            ++i;
            continue;
        }
        if (i + 1 >= line.size()) return std::nullopt;
        const int first = wire::ascii::hex_digit(line[i]);
        const int second = wire::ascii::hex_digit(line[i + 1]);
        if (first < 0 || second < 0) return std::nullopt;
        bytes.push_back(static_cast<std::uint8_t>(first << 4 | second));
        i += 2;
    }
    return bytes;
}

std::string_view name_of(unsigned function)
{
    switch (function) {
    case 0x01: return "relays";
    case 0x02: return "inputs";
    case 0x03: return "holding registers";
    case 0x04: return "input registers";
    case 0x05: return "relay";
    case 0x06: return "register";
    case 0x0f: return "relays";
    case 0x10: return "registers";
    default: return "";
    }
}

std::string content_of(unsigned function, View content)
{
    std::string out;
    for (std::size_t i = 0; function <= 0x02 && i < content.size() * 8; ++i)
        if (((content[i / 8] >> (i % 8)) & 1U) != 0) out += fmt::format(" {}", i);
    for (std::size_t i = 0; function > 0x02 && i + 1 < content.size(); i += 2)
        out += fmt::format(" {}", word_at(content, i));
    return out.empty() ? " none" : out;
}

std::string coil_of(View pdu)
{
    const auto address = word_at(pdu, 1);
    const auto value = word_at(pdu, 3);
    const auto relay =
        address == 0x00ff ? std::string("all relays") : fmt::format("relay {}", address & 0xffU);
    // Addresses of the boards that time a pulse themselves (sheet §3).
    if (address >> 8U == 0x02) return fmt::format("{} on for {} ms", relay, value * 100);
    if (address >> 8U == 0x04) return fmt::format("{} off for {} ms", relay, value * 100);
    if (value == coil_on) return relay + " on";
    if (value == coil_off) return relay + " off";
    return value == 0x5500 ? relay + " toggled" : fmt::format("{} set to {:04x}", relay, value);
}

std::string pdu_text(View pdu)
{
    const unsigned function = pdu[0];
    if ((function & exception_bit) != 0 && pdu.size() == 2)
        return fmt::format("refused function {}: {}", function & 0x7fU,
                           describe(static_cast<Exception>(pdu[1])));
    const auto name = name_of(function);
    if (name.empty()) return fmt::format("function {} is not known", function);
    const bool reads = function <= 0x04;
    if (reads && pdu.size() >= 2 && pdu.size() == pdu[1] + 2U)
        return fmt::format("{} answered:{}", name, content_of(function, pdu.subspan(2)));
    if (pdu.size() < 5) return fmt::format("{}: too short", name);
    if (reads) return fmt::format("read {} {} from {}", word_at(pdu, 3), name, word_at(pdu, 1));
    if (function == 0x05 && pdu.size() == 5) return coil_of(pdu);
    if (function == 0x06 && pdu.size() == 5)
        return fmt::format("register {:04x} set to {:04x}", word_at(pdu, 1), word_at(pdu, 3));
    if (pdu.size() == 5) return fmt::format("{} {} from {} written", word_at(pdu, 3), name, word_at(pdu, 1));
    if (function >= 0x0f && pdu.size() == pdu[5] + 6U)
        return fmt::format("write {} {} from {}", word_at(pdu, 3), name, word_at(pdu, 1));
    return fmt::format("{}: lengths do not fit", name);
}

std::string frame_text(View frame)
{
    if (sealed(frame))
        return fmt::format("RTU, board {}: {}", frame[0], pdu_text(frame.subspan(1, frame.size() - 3)));
    const auto step = next_mbap(frame);
    if (!step.foreign && step.consumed == frame.size() && !step.pdu.empty())
        return fmt::format("TCP, transaction {:04x}, unit {}: {}", step.transaction, step.unit,
                           pdu_text(step.pdu));
    return "no frame: neither the checksum of a serial line nor the head of Modbus TCP fits";
}

} // namespace

std::vector<std::string> explain_recording(std::string_view text)
{
    std::vector<std::string> lines;
    while (!text.empty() && lines.size() < frames_max) {
        const auto end = std::min(text.find('\n'), text.size());
        auto line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        const bool marked = line.starts_with("> ") || line.starts_with("< ");
        const auto mark = marked ? std::string(line.substr(0, 2)) : std::string();
        if (marked) line.remove_prefix(2);
        if (line.starts_with('#')) continue;
        const auto bytes = bytes_of(line);
        if (!bytes)
            lines.push_back(mark + "not hexadecimal bytes");
        else if (!bytes->empty())
            lines.push_back(mark + frame_text(*bytes));
    }
    return lines;
}

} // namespace gatehouse::modbus
