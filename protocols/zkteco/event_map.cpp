#include "protocols/zkteco/event_map.hpp"

#include "protocols/zkteco/event_codes.hpp"
#include "protocols/zkteco/times.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gatehouse::zkteco {
namespace {

using Kind = EventCode::Kind;

Mapped refused(Refusal refusal, std::string text)
{
    Mapped mapped;
    mapped.refusal = refusal;
    mapped.text = std::move(text);
    return mapped;
}

model::Direction direction_of(int status)
{
    switch (status) {
    case 0: // in
    case 3: // back from a break
    case 4: return model::Direction::in;
    case 1:
    case 2:
    case 5: return model::Direction::out;
    default: return model::Direction::unknown;
    }
}

int small(std::string_view text, int otherwise)
{
    const auto value = number(text);
    return value && *value >= 0 && *value <= 1'000'000 ? static_cast<int>(*value) : otherwise;
}

// What a terminal calls an alarm in OPLOG 3 (sheet §2, from memory).
std::optional<model::Body> alarm_of(int object)
{
    switch (object) {
    case 50: return model::DoorState{1, model::DoorPosition::closed};
    case 51: return model::DoorState{1, model::DoorPosition::opened};
    case 53: {
        model::AccessAttempt button;
        button.granted = true;
        button.credential = "button";
        button.door = 1;
        return button;
    }
    case 54: return model::DoorState{1, model::DoorPosition::forced_open};
    case 55: return model::Tamper{"case", true};
    case 58: return model::Tamper{"reader", true};
    case 65535: return model::Tamper{"case", false};
    default: return std::nullopt;
    }
}

std::optional<model::Body> body_of(const Operation& operation)
{
    switch (operation.code) {
    case 0: return model::DeviceHealth{"power", true, "the device started"};
    case 1: return model::DeviceHealth{"power", false, "the device was switched off"};
    case 3: return alarm_of(small(operation.objects[0], -1));
    case 22: return model::DeviceHealth{"firmware", false, "the device was reset as it left the factory"};
    case 23: return model::DeviceHealth{"storage", false, "the device's log was deleted"};
    case 32: return model::Duress{1, ""};
    default: return std::nullopt;
    }
}

// A list of 0 and 1 instead of a number (sheet §4) tells several ways at once.
int verify_of(const Fields& fields)
{
    const auto text = field(fields, "verifytype");
    if (text.size() > 4) return -1;
    return small(text, -1);
}

// A person or card field that names nobody holds 0.
std::string named(std::string_view text)
{
    const bool nobody = std::all_of(text.begin(), text.end(), [](char c) { return c == '0'; });
    return nobody ? std::string() : std::string(text);
}

// Where it happened: addrtype 3 counts readers, 4 and 5 auxiliary contacts, else doors.
struct Spot {
    int door = 0;
    int reader = 0;
    int input = 0;
};

Spot spot_of(const Fields& fields)
{
    const int address = small(field(fields, "eventaddr"), 0);
    Spot spot;
    switch (small(field(fields, "addrtype"), 2)) {
    case 1: break;
    case 3: spot.reader = address; break;
    case 4:
    case 5: spot.input = address; break;
    default: spot.door = spot.input = address; break;
    }
    return spot;
}

model::AccessAttempt attempt(const Fields& fields, const Spot& spot)
{
    model::AccessAttempt body;
    body.credential = credential_of(verify_of(fields), false);
    body.person = named(field(fields, "pin"));
    body.card = named(field(fields, "cardno"));
    body.door = spot.door;
    body.reader = spot.reader;
    return body;
}

model::Body attempt_body(const Fields& fields, const Spot& spot, const EventCode& code)
{
    auto body = attempt(fields, spot);
    body.granted = code.kind == Kind::let_in;
    if (body.granted) {
        if (!code.word.empty()) body.credential = code.word;
        return body;
    }
    body.reason = code.word;
    if (code.kind == Kind::button_refused) body.credential = "button";
    if (code.kind == Kind::code_refused) body.credential = "code";
    return body;
}

std::optional<model::Body> body_of(const Fields& fields, const EventCode& code)
{
    const auto spot = spot_of(fields);
    switch (code.kind) {
    case Kind::let_in:
    case Kind::refused:
    case Kind::button_refused:
    case Kind::code_refused: return attempt_body(fields, spot, code);
    case Kind::door: return model::DoorState{spot.door, code.position};
    case Kind::tamper: return model::Tamper{std::string(code.word), true};
    case Kind::duress: return model::Duress{spot.door, named(field(fields, "pin"))};
    case Kind::fault: return model::DeviceHealth{std::string(code.word), false, std::string(code.text)};
    case Kind::cured: return model::DeviceHealth{std::string(code.word), true, std::string(code.text)};
    case Kind::input_on: return model::InputChanged{spot.input, true};
    case Kind::input_off: return model::InputChanged{spot.input, false};
    case Kind::barrier: return model::BarrierFault{std::max(spot.door, 1), std::string(code.word), true};
    case Kind::doorbell: {
        model::Detection body;
        body.what = "doorbell";
        body.channel = spot.door;
        return body;
    }
    case Kind::unwanted:
    case Kind::unknown: break;
    }
    return std::nullopt;
}

} // namespace

std::string_view to_string(Refusal refusal)
{
    switch (refusal) {
    case Refusal::none: return "none";
    case Refusal::not_wanted: return "not_wanted";
    case Refusal::unknown_event: return "unknown_event";
    case Refusal::no_time: return "no_time";
    case Refusal::malformed: return "malformed";
    }
    return "none";
}

Mapped map(const Punch& punch, const Reading& reading)
{
    Mapped mapped;
    mapped.text = "punch";
    model::AccessAttempt body;
    body.granted = true;
    body.credential = credential_of(punch.verify, reading.old_verify);
    body.person = punch.pin;
    body.door = 1;
    auto& event = mapped.event;
    event.device_time = read_time(punch.time, reading.utc_offset);
    if (!event.device_time) return refused(Refusal::no_time, "punch without a time");
    event.body = std::move(body);
    if (reading.punch_direction) event.direction = direction_of(punch.status);
    // Attendance devices number nothing: this is what makes a record unique (sheet §2).
    event.device_key = fmt::format("att/{}/{}/{}", punch.pin, punch.time, punch.status);
    return mapped;
}

Mapped map(const Operation& operation, const Reading& reading)
{
    auto text = fmt::format("operation {}", operation.code);
    auto body = body_of(operation);
    if (!body) return refused(Refusal::not_wanted, std::move(text));
    Mapped mapped;
    mapped.text = std::move(text);
    auto& event = mapped.event;
    event.device_time = read_time(operation.time, reading.utc_offset);
    if (!event.device_time) return refused(Refusal::no_time, mapped.text + " without a time");
    event.body = std::move(*body);
    event.device_key = fmt::format("op/{}/{}/{}", operation.code, operation.time, operation.objects[0]);
    return mapped;
}

Mapped map_access(const Fields& fields, const Reading& reading)
{
    const auto code = number(field(fields, "event"));
    if (!code) return refused(Refusal::malformed, "a record without an event");
    const auto& meaning = event_code(*code);
    auto text = fmt::format("event {}: {}", *code, meaning.text);
    auto body = body_of(fields, meaning);
    if (!body)
        return refused(meaning.kind == Kind::unknown ? Refusal::unknown_event : Refusal::not_wanted,
                       std::move(text));
    Mapped mapped;
    mapped.text = std::move(text);
    auto& event = mapped.event;
    const auto time = field(fields, "time");
    event.device_time = read_time(time, reading.utc_offset);
    if (!event.device_time) return refused(Refusal::no_time, mapped.text + ", without a time");
    if (std::holds_alternative<model::AccessAttempt>(*body)) {
        const auto way = field(fields, "inoutstatus");
        if (way == "0") event.direction = model::Direction::in;
        if (way == "1") event.direction = model::Direction::out;
    }
    event.body = std::move(*body);
    event.device_record = field(fields, "index");
    // The running number begins anew after a reset; with its own time it is unique all the same.
    if (!event.device_record.empty())
        event.device_key = fmt::format("acc/{}/{}", event.device_record, time);
    else
        event.device_key = fmt::format("acc/-/{}/{}/{}/{}/{}", time, *code, field(fields, "eventaddr"),
                                       field(fields, "pin"), field(fields, "cardno"));
    return mapped;
}

} // namespace gatehouse::zkteco
