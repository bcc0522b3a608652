#include "protocols/osdp/explain.hpp"

#include "protocols/osdp/cases.hpp"
#include "protocols/osdp/messages.hpp"
#include "protocols/wire/ascii.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gatehouse::osdp {
namespace {

constexpr std::size_t frames_max = 10'000;

// Nothing when the line is not hexadecimal bytes.
std::optional<Bytes> bytes_of(std::string_view line)
{
    Bytes bytes;
    for (std::size_t i = 0; i < line.size();) {
        if (line[i] == ' ' || line[i] == '\t' || line[i] == '\r' || line[i] == '-') {
            ++i;
            continue;
        }
        if (i + 1 >= line.size()) return std::nullopt;
        const int first = wire::ascii::hex_digit(line[i]);
        const int second = wire::ascii::hex_digit(line[i + 1]);
        if (first < 0 || second < 0) return std::nullopt;
        bytes.push_back(static_cast<std::uint8_t>(first * 16 + second));
        i += 2;
    }
    return bytes;
}

std::string listed(const std::vector<bool>& flags)
{
    std::string out;
    for (std::size_t i = 0; i < flags.size(); ++i)
        if (flags[i]) out += fmt::format(" {}", i);
    return out.empty() ? " none" : out;
}

std::string said_by_reader(const Frame& frame)
{
    const auto cases = Cases{
        [](const Nak& nak) { return ": " + describe_nak(nak.reason); },
        [](const Identity& id) {
            return fmt::format(": vendor {}, model {}, firmware {}", id.vendor, id.model, id.firmware);
        },
        [](const Capabilities& all) { return fmt::format(": {} capabilities", all.all.size()); },
        [](const LocalStatus& status) {
            return fmt::format(": tamper {}, power {}", status.tamper ? "yes" : "no",
                               status.power_fault ? "failed" : "right");
        },
        [](const Inputs& inputs) { return ": active" + listed(inputs.active); },
        [](const Outputs& outputs) { return ": on" + listed(outputs.on); },
        [](const CardBits& card) { return fmt::format(": card of {} bits", card.count); },
        [](const CardText& card) { return fmt::format(": card of {} characters", card.text.size()); },
        [](const Keys& keys) { return fmt::format(": {} keys", keys.digits.size()); },
        [](const Broken&) { return std::string(": does not hold what it should"); },
        [](const auto&) { return std::string(); },
    };
    return std::visit(cases, decode_reply(frame.code, frame.data));
}

std::string said_by_panel(const Frame& frame)
{
    const auto& data = frame.data;
    if (frame.code == code::out && data.size() >= 4)
        return fmt::format(": output {}, code {}, {} ms", data[0], data[1], (data[2] + data[3] * 256) * 100);
    if (frame.code == code::comset && data.size() >= 5)
        return fmt::format(": address {}, {} baud", data[0],
                           data[1] + (data[2] << 8U) + (data[3] << 16U) +
                               (static_cast<unsigned>(data[4]) << 24U));
    return data.empty() ? "" : fmt::format(": {} bytes", data.size());
}

std::string frame_text(const Frame& frame)
{
    const auto name = name_of(frame.code, frame.from_reader());
    auto text = fmt::format("{} {}, number {}, {}: {}", frame.from_reader() ? "reader" : "to reader",
                            frame.reader(), frame.sequence(), frame.crc() ? "CRC" : "checksum",
                            name.empty() ? fmt::format("code {:02x}", frame.code) : std::string(name));
    if (frame.block == 0x17 || frame.block == 0x18)
        return text + fmt::format(", sealed, {} bytes encrypted", frame.data.size());
    if (frame.sealed()) return text + ", sealed";
    if (frame.block != 0) text += fmt::format(", block {:02x} {:02x}", frame.block, frame.block_value);
    return text + (frame.from_reader() ? said_by_reader(frame) : said_by_panel(frame));
}

std::string line_text(View bytes)
{
    if (const auto found = find_frame(bytes)) return frame_text(found->frame);
    const auto som = std::find(bytes.begin(), bytes.end(), std::uint8_t{0x53});
    const auto parsed = parse_frame(bytes.subspan(static_cast<std::size_t>(som - bytes.begin())));
    return som == bytes.end() ? "no frame" : "no frame: " + std::string(to_string(parsed.flaw));
}

// The value of `key` in one line of a trace; what is needed holds no quotation marks.
std::string_view value_of(std::string_view line, std::string_view key)
{
    const auto at = line.find(key);
    if (at == std::string_view::npos) return {};
    line.remove_prefix(at + key.size());
    return line.substr(0, line.find('"'));
}

} // namespace

std::vector<std::string> explain_recording(std::string_view text)
{
    std::vector<std::string> lines;
    while (!text.empty() && lines.size() < frames_max) {
        const auto end = std::min(text.find('\n'), text.size());
        auto line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        const bool trace = line.starts_with('{');
        if (trace) line = value_of(line, "\"data\":\"");
        line = line.substr(0, line.find('#'));
        if (line.starts_with("> ") || line.starts_with("< ")) line.remove_prefix(2);
        const auto bytes = bytes_of(line);
        if (!bytes)
            lines.emplace_back("not hexadecimal bytes");
        else if (!bytes->empty())
            lines.push_back(line_text(*bytes));
    }
    return lines;
}

} // namespace gatehouse::osdp
