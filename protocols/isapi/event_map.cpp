#include "protocols/isapi/event_map.hpp"

#include "gateway/base/time_text.hpp"
#include "protocols/isapi/acs_codes.hpp"
#include "protocols/isapi/ascii.hpp"
#include "protocols/isapi/camera_types.hpp"
#include "protocols/isapi/device_times.hpp"
#include "protocols/wire/plate_words.hpp"

#include <algorithm>

namespace gatehouse::isapi {
namespace {

using Becomes = CameraType::Becomes;
using Outcome = Mapped::Outcome;

Mapped refuse(Mapped mapped, RefusalReason reason, std::string text)
{
    mapped.outcome = Outcome::refused;
    mapped.refusal = {reason, std::move(text)};
    return mapped;
}

Mapped accept(Mapped mapped, model::Body body)
{
    mapped.outcome = Outcome::event;
    mapped.event.body = std::move(body);
    return mapped;
}

// Device time as the device said it; the offset apart, because some devices stamp local time with a wrong
// one.
void set_time(Mapped& mapped, const std::optional<base::ParsedTime>& time)
{
    if (!time) return;
    mapped.event.device_time = time->time;
    mapped.offset_given = time->offset;
}

std::string codes(const AccessEvent& access)
{
    const auto word = [](const std::optional<int>& code) {
        return code ? std::to_string(*code) : std::string("none");
    };
    return word(access.major) + "/" + word(access.minor);
}

// A verification mode that allows one credential only says which one was used; the others list what is
// allowed.
std::string_view only_credential(std::string_view mode)
{
    if (ascii::same_word(mode, "face")) return "face";
    if (ascii::same_word(mode, "fp") || ascii::same_word(mode, "fingerprint")) return "fingerprint";
    if (ascii::same_word(mode, "card")) return "card";
    if (ascii::same_word(mode, "pw") || ascii::same_word(mode, "password")) return "password";
    return {};
}

std::string_view user_type(std::string_view raw)
{
    const auto word = ascii::lower(raw);
    if (word == "normal" || word == "visitor") return word == "normal" ? "normal" : "visitor";
    return word.starts_with("black") || word.starts_with("block") ? "block_list" : "";
}

model::AccessAttempt attempt(const AccessEvent& access, const AcsMeaning& meaning)
{
    model::AccessAttempt out;
    out.granted = meaning.kind == AcsMeaning::Kind::granted;
    out.credential = meaning.word;
    const auto only = only_credential(access.verify_mode);
    const bool vague = meaning.word == "card" || meaning.word == "unknown";
    if (access.code_shown && vague)
        out.credential = "code";
    else if (vague && access.card_no.empty() && !only.empty())
        out.credential = only;
    out.person = access.person;
    out.card = access.card_no;
    out.user_type = user_type(access.user_type);
    out.reason = meaning.reason;
    if (!out.granted && out.user_type == "block_list") out.reason = "block_list";
    out.door = access.door_no.value_or(0);
    out.reader = access.reader_no.value_or(0);
    return out;
}

// Without a serial number the record is told from others by all that it says. The time has to be there.
std::string spelled_key(const Alert& alert, const AccessEvent& access)
{
    const auto number = [](const std::optional<int>& value) {
        return value ? std::to_string(*value) : std::string();
    };
    if (alert.date_time.empty()) return {};
    return "acs-at/" + alert.date_time + "/" + codes(access) + "/" + number(access.door_no) + "/" +
           number(access.reader_no) + "/" + (access.person.empty() ? access.card_no : access.person);
}

Mapped map_access(const Alert& alert, Mapped mapped)
{
    using Kind = AcsMeaning::Kind;
    if (!alert.access)
        return refuse(std::move(mapped), RefusalReason::incomplete, "an access event without its block");
    const AccessEvent& access = *alert.access;
    auto& event = mapped.event;
    event.history = event.history || access.current == false;
    if (access.serial_no) {
        mapped.serial_no = access.serial_no;
        mapped.key = "acs/" + std::to_string(*access.serial_no);
        mapped.key_counts = true;
        event.device_record = std::to_string(*access.serial_no);
    } else {
        mapped.key = spelled_key(alert, access);
    }
    // Camera-style counting of repeats does not apply: each record stands for itself.
    mapped.pictures_expected = std::clamp(access.pictures.value_or(0), 0, 8);
    mapped.picture_url = access.picture_url;
    if (access.reader_no == 1) event.direction = model::Direction::in;
    if (access.reader_no == 2) event.direction = model::Direction::out;
    if (access.major == 3)
        return refuse(std::move(mapped), RefusalReason::operation_log,
                      "an entry of the device's operation log");
    if (!access.major || !access.minor)
        return refuse(std::move(mapped), RefusalReason::incomplete,
                      "codes " + codes(access) + ": whether anybody was let in cannot be told");

    const auto meaning = acs_meaning(*access.major, *access.minor);
    const int door = access.door_no.value_or(1);
    switch (meaning.kind) {
    case Kind::granted:
    case Kind::denied: return accept(std::move(mapped), attempt(access, meaning));
    case Kind::door: return accept(std::move(mapped), model::DoorState{door, meaning.position});
    case Kind::barrier_fault:
        return accept(std::move(mapped),
                      model::BarrierFault{door, std::string(meaning.word), meaning.active});
    case Kind::tamper:
        return accept(std::move(mapped), model::Tamper{std::string(meaning.word), meaning.active});
    case Kind::duress:
        return accept(std::move(mapped), model::Duress{access.door_no.value_or(0), access.person});
    case Kind::input:
        return accept(std::move(mapped), model::InputChanged{alert.input.value_or(1), meaning.active});
    case Kind::detection: {
        model::Detection seen;
        seen.what = meaning.word;
        seen.channel = door;
        seen.active = meaning.active;
        return accept(std::move(mapped), std::move(seen));
    }
    case Kind::health:
        return accept(std::move(mapped), model::DeviceHealth{std::string(meaning.word), !meaning.active,
                                                             "code " + codes(access)});
    case Kind::operation: break; // answered above
    case Kind::routine:
        return refuse(std::move(mapped), RefusalReason::routine_code,
                      "code " + codes(access) + " is of no interest to a gate");
    case Kind::custom:
        return refuse(std::move(mapped), RefusalReason::custom_code,
                      "code " + codes(access) + " was defined on the device");
    case Kind::unknown: break;
    }
    return refuse(std::move(mapped), RefusalReason::unknown_code,
                  "code " + codes(access) + " is not in the table");
}

void want_pictures(const Alert& alert, const PlateEvent& plate, Mapped& mapped)
{
    int announced = 0;
    for (const auto& notice : plate.pictures) {
        if (notice.by_url) continue;
        ++announced;
        const auto& name = notice.type.empty() ? notice.file_name : notice.type;
        mapped.pictures_wanted.push_back(
            {notice.file_name, notice.pid, std::string(picture_kind(name, Mapped{}))});
    }
    mapped.pictures_expected = std::clamp(alert.pictures_announced.value_or(announced), 0, 16);
    mapped.picture_url = plate.picture_name;
}

// Without a UUID (sheet §8). A plate is read once a second at most; cars whose plate nobody could read are
// told apart by lane and milliseconds.
std::string passage_key_of(const model::VehiclePassage& passage, std::string_view time_text)
{
    if (time_text.empty()) return {};
    const auto key = "plate/" + passage.plate.text + "/";
    if (!passage.plate.text.empty()) return key + time_digits(time_text);
    return key + time_digits(time_text, 17) + "/" + std::to_string(passage.lane_no);
}

// As many as the plate has characters, or none: what does not fit says nothing about any of them.
std::vector<double> character_confidences(const PlateEvent& plate, std::string_view text)
{
    std::vector<double> confidences;
    const auto characters = std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; // not inside a character of UTF-8
    });
    if (plate.characters.size() != static_cast<std::size_t>(characters)) return confidences;
    for (const double raw : plate.characters)
        confidences.push_back(std::max(0.0, wire::confidence(raw)));
    return confidences;
}

Mapped map_plate(const Alert& alert, const MapContext& context, Mapped mapped)
{
    if (!alert.plate)
        return refuse(std::move(mapped), RefusalReason::incomplete, "a vehicle event without its ANPR block");
    const PlateEvent& plate = *alert.plate;
    std::string time_text = alert.date_time;
    for (const auto& notice : plate.pictures)
        if (!notice.abs_time.empty()) {
            time_text = notice.abs_time;
            break;
        }
    if (!plate.capture_time.empty()) time_text = plate.capture_time;
    if (!mapped.event.device_time) set_time(mapped, parse_compact_time(time_text, context.utc_offset));

    model::VehiclePassage passage;
    passage.plate.text = wire::plate_text(plate.plate);
    passage.plate.color = wire::plate_color(plate.plate_color);
    passage.plate.confidence = plate.confidence ? wire::confidence(*plate.confidence) : -1;
    passage.plate.characters = character_confidences(plate, passage.plate.text);
    passage.vehicle_type = ascii::same_word(plate.vehicle_type, "unknown") ? "" : plate.vehicle_type;
    passage.vehicle_color = ascii::same_word(plate.vehicle_color, "unknown") ? "" : plate.vehicle_color;
    passage.device_list = wire::device_list(plate.list_type);
    passage.lane_no = std::max(plate.lane_no.value_or(0), 0);
    mapped.device_opened = plate.barrier_action == 1;
    // What the device did counts before the list that it found the plate on.
    passage.passed = mapped.device_opened || passage.device_list != "deny";

    // The device's log counts whole seconds and may not know the lane.
    if (!time_text.empty()) mapped.passage_key = "plate/" + passage.plate.text + "/" + time_digits(time_text);
    mapped.key = alert.uuid.empty() ? passage_key_of(passage, time_text) : "anpr/" + alert.uuid;
    // In the device's log a passage has no identifier but the name of its picture.
    mapped.event.device_record = alert.uuid.empty() ? plate.picture_name : alert.uuid;
    mapped.event.history = mapped.event.history || plate.history;
    mapped.reversing = ascii::same_word(plate.direction, "reverse");
    mapped.more_to_come = alert.more_to_come;
    want_pictures(alert, plate, mapped);
    return accept(std::move(mapped), std::move(passage));
}

// Repeats are told by channel and type (sheet §4); an input by its number too.
std::string lifecycle_of(std::string_view type, int channel, int part)
{
    return std::string(type) + "/" + std::to_string(channel) + "/" + std::to_string(part);
}

Mapped map_detection(const Alert& alert, const CameraType& type, Mapped mapped)
{
    model::Detection seen;
    seen.what = type.word;
    seen.channel = alert.channel.value_or(0);
    seen.active = mapped.active;
    if (!alert.regions.empty()) {
        seen.region = alert.regions.front().id;
        seen.target = ascii::lower(alert.regions.front().target);
        if (seen.target != "human" && seen.target != "vehicle")
            seen.target = seen.target.empty() ? "" : "others";
    }
    mapped.pictures_expected = std::clamp(alert.pictures_announced.value_or(0), 0, 16);
    return accept(std::move(mapped), std::move(seen));
}

Mapped map_camera(const Alert& alert, const CameraType& type, Mapped mapped)
{
    const int channel = alert.channel.value_or(0);
    mapped.event.device_record = alert.uuid;
    mapped.lifecycle =
        lifecycle_of(type.name, channel, type.becomes == Becomes::input ? alert.input.value_or(1) : 0);
    // What the device stored and sends later has to be recognised when it comes twice.
    if (mapped.event.history && !alert.date_time.empty())
        mapped.key = "stored/" + mapped.lifecycle + "/" + (mapped.active ? "1/" : "0/") + alert.date_time;
    if (!alert.uuid.empty()) mapped.key = "event/" + alert.uuid + (mapped.active ? "" : "/end");
    switch (type.becomes) {
    case Becomes::tamper:
        return accept(std::move(mapped), model::Tamper{std::string(type.word), mapped.active});
    case Becomes::input:
        return accept(std::move(mapped), model::InputChanged{alert.input.value_or(1), mapped.active});
    case Becomes::health: {
        const bool ok = !mapped.active;
        return accept(std::move(mapped),
                      model::DeviceHealth{std::string(type.word), ok, std::string(type.name)});
    }
    default: return map_detection(alert, type, std::move(mapped));
    }
}

Mapped map_duration(const Alert& alert, Mapped mapped)
{
    const auto related = camera_type(alert.related_type);
    const bool lasting = related && related->becomes == Becomes::detection;
    if (!lasting) return refuse(std::move(mapped), RefusalReason::incomplete, "a duration of no known event");
    mapped.continues = true;
    return map_camera(alert, *related, std::move(mapped));
}

} // namespace

std::string_view to_string(RefusalReason reason)
{
    switch (reason) {
    case RefusalReason::none: return "none";
    case RefusalReason::unknown_type: return "unknown_type";
    case RefusalReason::statistics: return "statistics";
    case RefusalReason::face_snapshot: return "face_snapshot";
    case RefusalReason::operation_log: return "operation_log";
    case RefusalReason::routine_code: return "routine_code";
    case RefusalReason::custom_code: return "custom_code";
    case RefusalReason::unknown_code: return "unknown_code";
    case RefusalReason::incomplete: return "incomplete";
    }
    return "none";
}

Mapped map(const Alert& alert, const MapContext& context)
{
    Mapped mapped;
    mapped.event.device = context.device;
    mapped.event.history = context.history || alert.retransmission;
    mapped.active = !ascii::same_word(alert.state, "inactive");
    if (const auto time = base::parse_time(alert.date_time, context.utc_offset)) set_time(mapped, *time);

    const auto type = camera_type(alert.type);
    if (!type)
        return refuse(std::move(mapped), RefusalReason::unknown_type,
                      "an eventType that is not in the table");
    switch (type->becomes) {
    case Becomes::heartbeat:
        if (mapped.active)
            return map_camera(alert, {type->name, Becomes::health, "video"}, std::move(mapped));
        mapped.outcome = Outcome::heartbeat;
        return mapped;
    case Becomes::access: return map_access(alert, std::move(mapped));
    case Becomes::plate: return map_plate(alert, context, std::move(mapped));
    case Becomes::duration: return map_duration(alert, std::move(mapped));
    case Becomes::statistics:
        return refuse(std::move(mapped), RefusalReason::statistics, "a count or measurement, no event");
    case Becomes::face:
        return refuse(std::move(mapped), RefusalReason::face_snapshot, "face snapshots are not wanted");
    default: return map_camera(alert, *type, std::move(mapped));
    }
}

std::string record_key(unsigned epoch, const Mapped& mapped)
{
    return mapped.key_counts ? "e" + std::to_string(epoch) + "/" + mapped.key : mapped.key;
}

std::string_view picture_kind(std::string_view name, const Mapped& mapped)
{
    for (const auto& wanted : mapped.pictures_wanted)
        if (!name.empty() && (name == wanted.file_name || name == wanted.pid)) {
            for (const std::string_view kind : {"plate", "vehicle", "face"})
                if (wanted.kind == kind) return kind;
            return "scene";
        }
    const auto word = ascii::lower(name);
    if (word.find("plate") != std::string::npos) return "plate";
    if (word.find("vehicle") != std::string::npos) return "vehicle";
    if (word.find("face") != std::string::npos) return "face";
    // A terminal's picture shows who stood before it, whatever it is called.
    return std::holds_alternative<model::AccessAttempt>(mapped.event.body) ? "face" : "scene";
}

} // namespace gatehouse::isapi
