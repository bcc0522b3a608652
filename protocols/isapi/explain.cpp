#include "protocols/isapi/explain.hpp"

#include "protocols/isapi/event_map.hpp"
#include "protocols/isapi/multipart.hpp"

#include <fmt/format.h>

namespace gatehouse::isapi {
namespace {

std::string line_of(const Part& part, const MapContext& context)
{
    if (part.kind == Part::Kind::picture)
        return fmt::format("picture \"{}\", {} bytes", part.file_name, part.body->size());
    const auto parsed = parse_alert(part.text());
    if (!parsed.alert) return fmt::format("not an event ({}): {}", to_string(parsed.flaw), parsed.text);
    const auto mapped = map(*parsed.alert, context);
    const auto& type = parsed.alert->type;
    switch (mapped.outcome) {
    case Mapped::Outcome::heartbeat: return fmt::format("{}: a sign of life, no event", type);
    case Mapped::Outcome::refused:
        return fmt::format("{}: not wanted ({}): {}", type, to_string(mapped.refusal.reason),
                           mapped.refusal.text);
    case Mapped::Outcome::event: break;
    }
    auto line = fmt::format("{}: {}", type, model::type_of(mapped.event.body));
    if (!mapped.event.device_record.empty()) line += ", record " + mapped.event.device_record;
    if (mapped.event.history) line += ", from the device's store";
    if (!mapped.lifecycle.empty())
        line += mapped.active ? ", goes on until it is no longer repeated" : ", is over";
    if (mapped.pictures_expected > 0)
        line += fmt::format(", {} pictures announced", mapped.pictures_expected);
    if (mapped.more_to_come) line += ", a second post follows";
    return line;
}

} // namespace

std::vector<std::string> explain_bytes(std::string_view bytes, std::chrono::minutes utc_offset)
{
    MapContext context;
    context.device = "replay";
    context.utc_offset = utc_offset;
    Multipart parts;
    parts.feed(bytes);
    parts.finish();
    std::vector<std::string> lines;
    while (const auto part = parts.next())
        lines.push_back(line_of(*part, context));
    if (parts.flaws() > 0)
        lines.push_back(fmt::format("{} places where bytes had to be skipped", parts.flaws()));
    if (lines.empty()) lines.emplace_back("nothing that looks like an event was found");
    return lines;
}

} // namespace gatehouse::isapi
