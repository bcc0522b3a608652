#include "protocols/uhppote/event_map.hpp"

#include "protocols/uhppote/reasons.hpp"

#include <fmt/format.h>

namespace gatehouse::uhppote {
namespace {

using Kind = Reason::Kind;
using model::DoorPosition;

model::Body attempt(const EventRecord& record, std::string_view credential, bool granted,
                    std::string_view reason)
{
    model::AccessAttempt body;
    body.granted = granted;
    body.credential = credential;
    body.door = record.door;
    body.reader = record.direction; // a door has one reader on each side
    if (!granted) body.reason = reason.empty() ? "other" : reason;
    // Other credentials leave what is no card in this field.
    if (credential == "card" && record.card != 0) body.card = std::to_string(record.card);
    return body;
}

model::Body door(const EventRecord& record, DoorPosition position)
{
    model::DoorState body{record.door, position};
    return body;
}

model::Body body_of(const EventRecord& record, const Reason& reason)
{
    switch (reason.kind) {
    // Both have to say so: a flag beside a reason of refusal would be false evidence.
    case Kind::card_let_in: return attempt(record, "card", record.granted, "");
    case Kind::card_refused: return attempt(record, "card", false, reason.word);
    case Kind::password: return attempt(record, "password", record.granted, "");
    case Kind::button: return attempt(record, "button", record.granted, "");
    case Kind::button_refused: return attempt(record, "button", false, reason.word);
    case Kind::remote: return attempt(record, "remote", record.granted, "");
    case Kind::door_opened: return door(record, DoorPosition::opened);
    case Kind::door_closed: return door(record, DoorPosition::closed);
    case Kind::held_open: return door(record, DoorPosition::held_open);
    case Kind::forced_open: return door(record, DoorPosition::forced_open);
    case Kind::forced_close: return door(record, DoorPosition::remain_closed);
    case Kind::threat: return model::Duress{record.door, ""};
    case Kind::detection: {
        model::Detection body;
        body.what = reason.word;
        body.channel = record.door;
        return body;
    }
    case Kind::restart: return model::DeviceHealth{"power", true, std::string(reason.text)};
    case Kind::unknown: break;
    }
    return attempt(record, "card", record.granted, "other");
}

Refusal refusal_of(const EventRecord& record, const Reason& reason)
{
    if (record.type == EventType::overwritten) return Refusal::overwritten;
    if (record.index == 0 || (record.type == EventType::none && reason.kind == Kind::unknown))
        return Refusal::no_event;
    // A card at a reader says enough with its flag; the rest is nothing without its reason.
    const bool card = record.type == EventType::card && record.card != 0;
    return reason.kind == Kind::unknown && !card ? Refusal::unknown_reason : Refusal::none;
}

} // namespace

std::string_view to_string(Refusal refusal)
{
    switch (refusal) {
    case Refusal::none: return "none";
    case Refusal::no_event: return "no_event";
    case Refusal::overwritten: return "overwritten";
    case Refusal::unknown_reason: return "unknown_reason";
    }
    return "none";
}

Mapped map(const EventRecord& record, unsigned epoch, std::chrono::minutes utc_offset)
{
    Mapped mapped;
    const auto& reason = reason_of(record.reason);
    mapped.text = reason.text.empty() ? fmt::format("reason {}", record.reason) : std::string(reason.text);
    mapped.refusal = refusal_of(record, reason);
    if (mapped.refusal != Refusal::none) return mapped;
    auto& event = mapped.event;
    event.body = body_of(record, reason);
    event.device_key = fmt::format("e{}/{}", epoch, record.index);
    event.device_record = std::to_string(record.index);
    if (std::holds_alternative<model::AccessAttempt>(event.body)) {
        if (record.direction == 1) event.direction = model::Direction::in;
        if (record.direction == 2) event.direction = model::Direction::out;
    }
    if (record.time) event.device_time = to_wall(*record.time, utc_offset);
    return mapped;
}

base::WallTime to_wall(LocalTime time, std::chrono::minutes utc_offset)
{
    return base::WallTime(std::chrono::milliseconds(time.time_since_epoch()) - utc_offset);
}

LocalTime to_local(base::WallTime time, std::chrono::minutes utc_offset)
{
    return LocalTime(std::chrono::floor<std::chrono::seconds>(time.time_since_epoch() + utc_offset));
}

} // namespace gatehouse::uhppote
