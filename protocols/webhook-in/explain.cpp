#include "protocols/webhook-in/explain.hpp"

#include "gateway/base/time_text.hpp"

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

namespace gatehouse::webhook_in {
namespace {

using Outcome = Mapped::Outcome;

constexpr std::size_t lines_max = 5'000;

std::string count_of(std::string_view what, const std::string& text)
{
    return text.empty() ? fmt::format(", no {}", what) : fmt::format(", {} of {} bytes", what, text.size());
}

std::string_view word(model::DoorPosition position)
{
    using model::DoorPosition;
    switch (position) {
    case DoorPosition::opened: return "opened";
    case DoorPosition::closed: return "closed";
    case DoorPosition::unlocked: return "unlocked";
    case DoorPosition::locked: return "locked";
    case DoorPosition::forced_open: return "forced_open";
    case DoorPosition::held_open: return "held_open";
    case DoorPosition::remain_open: return "remain_open";
    case DoorPosition::remain_closed: return "remain_closed";
    case DoorPosition::normal: return "normal";
    case DoorPosition::unknown: break;
    }
    return "unknown";
}

// What the event says, but for plates, persons and cards.
struct Words {
    std::string operator()(const model::VehiclePassage& b) const
    {
        return count_of("plate", b.plate.text) +
               fmt::format(", {} plate, lane {}", b.plate.color, b.lane_no) +
               (b.device_list.empty() ? "" : ", on list " + b.device_list);
    }
    std::string operator()(const model::AccessAttempt& b) const
    {
        return fmt::format(", credential {}", b.credential) + count_of("person", b.person) +
               count_of("card", b.card) + (b.reason.empty() ? "" : ", reason " + b.reason) +
               fmt::format(", door {}, reader {}", b.door, b.reader);
    }
    std::string operator()(const model::DoorState& b) const
    {
        return fmt::format(", door {} {}", b.door, word(b.position));
    }
    std::string operator()(const model::BarrierMoved& b) const
    {
        using model::BarrierPosition;
        return fmt::format(", output {} {}", b.output,
                           b.position == BarrierPosition::open     ? "open"
                           : b.position == BarrierPosition::closed ? "closed"
                                                                   : "unknown");
    }
    std::string operator()(const model::BarrierFault& b) const
    {
        return fmt::format(", output {} {}{}", b.output, b.fault, b.active ? "" : ", over");
    }
    std::string operator()(const model::Tamper& b) const
    {
        return fmt::format(", {}{}", b.part, b.active ? "" : ", over");
    }
    std::string operator()(const model::Duress& b) const { return fmt::format(", door {}", b.door); }
    std::string operator()(const model::InputChanged& b) const
    {
        return fmt::format(", input {} {}", b.input, b.active ? "active" : "at rest");
    }
    std::string operator()(const model::Detection& b) const
    {
        return fmt::format(", {} {}, channel {}{}", b.what, b.target, b.channel, b.active ? "" : ", over");
    }
    std::string operator()(const model::DeviceHealth& b) const
    {
        return fmt::format(", {} {}", b.what, b.ok ? "well" : "at fault");
    }
    std::string operator()(const auto&) const { return {}; }
};

std::string event_line(const Mapped& mapped, std::chrono::minutes utc_offset)
{
    const auto& event = mapped.event;
    auto line = model::type_of(event.body) + std::visit(Words{}, event.body);
    if (event.direction != model::Direction::unknown)
        line += event.direction == model::Direction::in ? ", direction in" : ", direction out";
    line += event.device_time ? ", at " + base::format_time(*event.device_time, utc_offset)
                              : ", without a time: it counts as of now";
    if (event.history) line += ", from the device's store";
    for (const auto& picture : event.pictures)
        line += fmt::format(", picture {} of {} bytes", picture.kind, picture.bytes->size());
    if (!mapped.keyed) line += ", NOTHING tells it from others: set key or time";
    return line;
}

void explain(const Mapped& mapped, const std::string& start, std::chrono::minutes utc_offset,
             std::vector<std::string>& lines)
{
    auto line = start;
    if (mapped.rule != nullptr) line += fmt::format(" ({})", mapped.rule->name);
    switch (mapped.outcome) {
    case Outcome::event: line += ": " + event_line(mapped, utc_offset); break;
    case Outcome::heartbeat: line += ": a sign of life"; break;
    case Outcome::ignored: line += ": nothing that is wanted"; break;
    case Outcome::refused:
        line += fmt::format(": refused ({}): {}", to_string(mapped.refusal), mapped.text);
        break;
    }
    lines.push_back(std::move(line));
    for (const auto& note : mapped.notes)
        lines.push_back(start + ": left out: " + note);
}

} // namespace

std::vector<std::string> explain_bytes(std::string_view bytes, const Mapping& mapping,
                                       std::chrono::minutes utc_offset)
{
    std::vector<std::string> lines;
    const auto recording = read_recording(bytes, mapping.format);
    std::size_t number = 0;
    for (const auto& post : recording.posts) {
        ++number;
        const auto found = map(mapping, post);
        for (std::size_t i = 0; i < found.size() && lines.size() < lines_max; ++i)
            explain(found[i], fmt::format("body {}, event {}", number, i + 1), utc_offset, lines);
    }
    if (!recording.flaw.empty()) lines.push_back(recording.flaw);
    if (lines.empty()) lines.emplace_back("nothing that looks like a body was found");
    return lines;
}

} // namespace gatehouse::webhook_in
