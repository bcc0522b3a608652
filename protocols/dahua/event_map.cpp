#include "protocols/dahua/event_map.hpp"

#include "gateway/base/time_text.hpp"
#include "protocols/dahua/access_words.hpp"
#include "protocols/wire/ascii.hpp"
#include "protocols/wire/plate_words.hpp"

#include <boost/json/array.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace gatehouse::dahua {

using namespace wire::ascii;

namespace {

using Outcome = Mapped::Outcome;

enum class Becomes {
    video,
    lens,
    scene,
    detection,
    input,
    storage,
    network,
    login,
    restart,
    clock,
    plate,
    violation,
    face,
    access,
    anti_passback,
    door_face,
    door_state,
    case_open,
    forced,
    held,
    duress,
    routine,
};

struct Code {
    std::string_view name; // lower case
    Becomes becomes;
    std::string_view word{};   // of a detection
    std::string_view target{}; // of a detection
};

// In the order of the sheet's table (§3).
constexpr std::array<Code, 65> codes{{
    {"videoloss", Becomes::video},
    {"videoblind", Becomes::lens},
    {"videounfocus", Becomes::scene},
    {"scenechange", Becomes::scene},
    {"videomotion", Becomes::detection, "motion"},
    {"smartmotionhuman", Becomes::detection, "motion", "human"},
    {"smartmotionvehicle", Becomes::detection, "motion", "vehicle"},
    {"crosslinedetection", Becomes::detection, "line_crossing"},
    {"crossregiondetection", Becomes::detection, "intrusion"},
    {"wanderdetection", Becomes::detection, "intrusion"},
    {"leftdetection", Becomes::detection, "unattended"},
    {"takenawaydetection", Becomes::detection, "unattended"},
    {"parkingdetection", Becomes::detection, "parking"},
    {"doorbell", Becomes::detection, "doorbell"},
    {"invite", Becomes::detection, "doorbell"},
    {"callnoanswered", Becomes::detection, "doorbell"},
    {"alarmlocal", Becomes::input},
    {"profilealarmtransmit", Becomes::input},
    {"storagenotexist", Becomes::storage},
    {"storagefailure", Becomes::storage},
    {"storagelowspace", Becomes::storage},
    {"netabort", Becomes::network},
    {"ipconflict", Becomes::network},
    {"loginfailure", Becomes::login},
    {"rebootevent", Becomes::restart},
    {"reboot", Becomes::restart},
    {"ntpadjusttime", Becomes::clock},
    {"timechange", Becomes::clock},
    {"trafficjunction", Becomes::plate},
    {"trafficmanualsnap", Becomes::plate},
    {"traffictollgate", Becomes::plate},
    {"trafficparking", Becomes::violation},
    {"trafficretrograde", Becomes::violation},
    {"trafficjam", Becomes::violation},
    {"facedetection", Becomes::face},
    {"facerecognition", Becomes::face},
    {"facefeatureabstract", Becomes::face},
    {"accesscontrol", Becomes::access},
    {"accessctl", Becomes::access},
    {"repeatenter", Becomes::anti_passback},
    {"_doorface_", Becomes::door_face},
    {"doorstatus", Becomes::door_state},
    {"alarmtamper", Becomes::case_open},
    {"chassisintruded", Becomes::case_open},
    {"breakin", Becomes::forced},
    {"doornotclosed", Becomes::held},
    {"duress", Becomes::duress},
    {"doorcontrol", Becomes::routine},
    {"doorcard", Becomes::routine},
    {"fingerprintcheck", Becomes::routine},
    {"alarmoutput", Becomes::routine},
    {"newfile", Becomes::routine},
    {"phonecalldetect", Becomes::routine},
    {"backkeylight", Becomes::routine},
    {"videomotioninfo", Becomes::routine},
    {"videoabnormaldetection", Becomes::video},
    {"callsnap", Becomes::routine},
    {"hangup", Becomes::routine},
    {"ignoreinvite", Becomes::routine},
    {"keepalive", Becomes::routine},
    {"securityimexport", Becomes::routine},
    {"sipregisterresult", Becomes::routine},
    {"rtspsessiondisconnect", Becomes::routine},
    {"intelliframe", Becomes::routine},
    {"userlock", Becomes::login},
}};

const Code* code_of(std::string_view name)
{
    const auto found = std::find_if(codes.begin(), codes.end(),
                                    [&](const Code& code) { return same_word(code.name, name); });
    return found == codes.end() ? nullptr : &*found;
}

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

Mapped begin(const MapContext& context)
{
    Mapped mapped;
    mapped.event.device = context.device;
    mapped.event.history = context.history;
    return mapped;
}

base::WallTime epoch(std::int64_t seconds)
{
    return base::WallTime(std::chrono::seconds(seconds));
}

// Seconds since 1970, or a local time that some firmware writes under the same name.
bool set_epoch(Mapped& mapped, const json::object& data, std::string_view path, StampKind kind,
               const MapContext& context)
{
    const auto seconds = number_at(data, path);
    if (seconds && *seconds > 0 && *seconds < 8'000'000'000) {
        mapped.event.device_time = epoch(*seconds);
        mapped.stamp = kind;
        return true;
    }
    const auto local = local_time(text_at(data, path));
    if (!local) return false;
    mapped.event.device_time = *local - context.utc_offset;
    mapped.stamp = StampKind::local;
    return true;
}

// The best stamp there is, as the device said it. `inside`: where plate events keep a second one.
void set_time(Mapped& mapped, const json::object& data, const MapContext& context,
              std::string_view inside = {})
{
    if (set_epoch(mapped, data, "RealUTC", StampKind::real_utc, context)) return;
    if (set_epoch(mapped, data, "CreateTime", StampKind::utc, context)) return;
    if (set_epoch(mapped, data, "UTC", StampKind::utc, context)) return;
    if (!inside.empty() && set_epoch(mapped, data, inside, StampKind::utc, context)) return;
    (void)set_epoch(mapped, data, "LocaleTime", StampKind::local, context);
}

std::string key_time(const Mapped& mapped)
{
    if (!mapped.event.device_time) return {};
    return std::to_string(
        std::chrono::floor<std::chrono::seconds>(mapped.event.device_time->time_since_epoch()).count());
}

void add_cut(Mapped& mapped, const json::object& data, const std::string& path, std::string_view kind)
{
    const auto offset = number_at(data, path + ".Offset");
    const auto length = number_at(data, path + ".Length");
    if (!offset || !length || *offset < 0 || *length <= 0) return;
    mapped.cuts.push_back(
        {std::string(kind), static_cast<std::size_t>(*offset), static_cast<std::size_t>(*length)});
}

void add_image_list(Mapped& mapped, const json::object& data)
{
    for (int i = 0; i < 8; ++i) {
        const auto path = fmt::format("ImageInfo.{}", i);
        const bool scene = number_at(data, path + ".Type").value_or(1) == 1;
        add_cut(mapped, data, path, scene ? "scene" : "face");
    }
}

// ---- people ----

std::string first_text(const json::object& data, std::initializer_list<std::string_view> paths)
{
    for (const auto path : paths)
        if (auto text = text_at(data, path); !text.empty()) return text;
    return {};
}

int number_or(const json::object& data, std::string_view path, int fallback)
{
    const auto number = number_at(data, path);
    return number && *number >= 0 && *number < 65'536 ? static_cast<int>(*number) : fallback;
}

// No record number is in it: live events may lack theirs (sheet §4), and a repeat has to be known by what
// both ways tell.
std::string access_key(const Mapped& mapped, const json::object& data, const model::AccessAttempt& attempt,
                       std::int64_t method)
{
    // What the device's log keeps, where it is told.
    auto time = text_at(data, "CreateTime");
    if (time.empty()) time = key_time(mapped);
    if (time.empty()) return {};
    return fmt::format("acs/{}/{}/{}/{}/{}", time, attempt.person.empty() ? attempt.card : attempt.person,
                       attempt.door, method, attempt.granted ? 1 : 0);
}

Mapped map_access(const json::object& data, const MapContext& context, Mapped mapped,
                  std::optional<int> index)
{
    set_time(mapped, data, context);
    mapped.event.device_record = text_at(data, "RecNo");
    add_image_list(mapped, data);
    const auto status = flag_at(data, "Status");
    if (!status)
        return refuse(std::move(mapped), RefusalReason::incomplete,
                      "an access event that does not say whether anybody was let in");
    const auto method = number_at(data, "Method").value_or(-1);
    const auto error = number_at(data, "ErrorCode").value_or(0);
    const auto user_type = number_at(data, "UserType");
    model::AccessAttempt attempt;
    attempt.granted = *status;
    attempt.credential = credential_of(method);
    attempt.person = first_text(data, {"UserID", "UserId"});
    attempt.card = text_at(data, "CardNo");
    if (attempt.credential == "unknown" && !attempt.card.empty()) attempt.credential = "card";
    if (user_type == 0) attempt.user_type = "normal";
    if (user_type == 1) attempt.user_type = "block_list";
    if (user_type == 2) attempt.user_type = "visitor";
    attempt.door = number_or(data, "Door", index.value_or(0)) + 1;
    attempt.reader = number_or(data, "ReaderID", number_or(data, "ReadID", 0));
    if (!attempt.granted) {
        attempt.reason = denial_of(error);
        if (attempt.user_type == "block_list") attempt.reason = "block_list";
        // A stranger: failed, and nobody is named (sheet §4).
        if (attempt.reason == "other" && attempt.person.empty() && error != error_ask_server)
            attempt.reason = attempt.credential == "face" ? "not_recognised" : "unknown_credential";
    }
    mapped.asks = !attempt.granted && error == error_ask_server;
    const auto way = text_at(data, "Type");
    if (same_word(way, "Entry")) mapped.event.direction = model::Direction::in;
    if (same_word(way, "Exit")) mapped.event.direction = model::Direction::out;
    mapped.event.device_key = access_key(mapped, data, attempt, method);
    if (method == method_duress)
        return accept(std::move(mapped), model::Duress{attempt.door, std::move(attempt.person)});
    return accept(std::move(mapped), std::move(attempt));
}

// A door station's word for a face that opened: it has no status and no time.
Mapped map_door_face(const json::object& data, Mapped mapped, std::optional<int> index)
{
    model::AccessAttempt attempt;
    attempt.credential = "face";
    attempt.person = first_text(data, {"UserID", "UserId"});
    attempt.granted = !attempt.person.empty();
    if (!attempt.granted) attempt.reason = "not_recognised";
    attempt.door = number_or(data, "Door", index.value_or(0)) + 1;
    attempt.reader = number_or(data, "readID", 0);
    return accept(std::move(mapped), std::move(attempt));
}

Mapped map_door_state(const json::object& data, Mapped mapped, int door)
{
    constexpr std::array<std::pair<std::string_view, model::DoorPosition>, 5> words{{
        {"open", model::DoorPosition::opened},
        {"close", model::DoorPosition::closed},
        {"closealways", model::DoorPosition::remain_closed},
        {"openalways", model::DoorPosition::remain_open},
        {"normal", model::DoorPosition::normal},
    }};
    const auto status = text_at(data, "Status");
    for (const auto& [word, position] : words) {
        if (!same_word(word, status)) continue;
        const auto time = key_time(mapped);
        if (!time.empty()) mapped.event.device_key = fmt::format("door/{}/{}/{}", time, door, word);
        return accept(std::move(mapped), model::DoorState{door, position});
    }
    return refuse(std::move(mapped), RefusalReason::incomplete, "a door event without a known state");
}

// ---- vehicles ----

// A plate is read once a second at most; cars whose plate nobody could read are told apart by lane, group and
// record.
std::string plate_key(const Mapped& mapped, const model::VehiclePassage& passage)
{
    const auto time = key_time(mapped);
    if (time.empty()) return {};
    if (!passage.plate.text.empty()) return fmt::format("plate/{}/{}", passage.plate.text, time);
    return fmt::format("plate//{}/{}/{}/{}", time, passage.lane_no, mapped.group, mapped.event.device_record);
}

double share_of_255(std::optional<std::int64_t> raw)
{
    return raw && *raw >= 0 && *raw <= 255 ? static_cast<double>(*raw) / 255.0 : -1;
}

std::string known_word(std::string text)
{
    return same_word(text, "unknown") ? std::string() : text;
}

Mapped map_plate(const Notice& notice, const MapContext& context, Mapped mapped)
{
    const auto& data = *notice.data;
    set_time(mapped, data, context, "TrafficCar.UTC");
    mapped.event.device_record = text_at(data, "TrafficCar.RecNo");
    if (const auto record = number_at(data, "TrafficCar.RecNo"); record && *record > 0)
        mapped.record = static_cast<std::uint64_t>(*record);
    mapped.group_size = std::clamp(number_or(data, "CountInGroup", 1), 1, 16);
    mapped.group_index = number_or(data, "IndexInGroup", 1);
    if (mapped.group_size > 1) mapped.group = text_at(data, "GroupID");
    add_cut(mapped, data, "SceneImage", "scene");
    add_cut(mapped, data, "Object.Image", "plate");
    add_cut(mapped, data, "TrafficCar.OriginalVehicle", "vehicle");
    add_cut(mapped, data, "Vehicle.Image", "vehicle");
    if (mapped.cuts.empty()) add_image_list(mapped, data);

    model::VehiclePassage passage;
    passage.plate.text = wire::plate_text(first_text(data, {"TrafficCar.PlateNumber", "Object.Text"}));
    passage.plate.color = wire::plate_color(first_text(data, {"TrafficCar.PlateColor", "Object.PlateColor"}));
    passage.plate.confidence = share_of_255(number_at(data, "Object.Confidence"));
    passage.vehicle_type = known_word(first_text(data, {"Vehicle.Category", "TrafficCar.VehicleSize"}));
    passage.vehicle_color = known_word(text_at(data, "TrafficCar.VehicleColor"));
    passage.lane_no = number_or(data, "Lane", -1) + 1;
    const bool wheels_only = same_word(text_at(data, "TrafficCar.SnapCategory"), "NonMotor") ||
                             same_word(text_at(data, "SnapCategory"), "NonMotor") ||
                             (find(data, "NonMotor") != nullptr && find(data, "TrafficCar") == nullptr);
    if (wheels_only && passage.plate.text.empty())
        return refuse(std::move(mapped), RefusalReason::no_vehicle, "a bicycle or the like, no vehicle");
    if (find(data, "TrafficCar") == nullptr && passage.plate.text.empty())
        return refuse(std::move(mapped), RefusalReason::incomplete, "a plate event without its vehicle");
    mapped.event.device_key = plate_key(mapped, passage);
    return accept(std::move(mapped), std::move(passage));
}

// ---- what goes on until it is over ----

Mapped map_condition(const Notice& notice, const Code& code, Mapped mapped)
{
    const int index = std::max(notice.index.value_or(0), 0);
    const auto health = [&](std::string what) {
        return model::DeviceHealth{std::move(what), !mapped.active, notice.code};
    };
    // What comes as a pulse neither goes on nor ends.
    if (!same_word(notice.action, "Pulse"))
        mapped.lifecycle = fmt::format("{}/{}", lower(notice.code), index);
    switch (code.becomes) {
    case Becomes::video: return accept(std::move(mapped), health("video"));
    case Becomes::storage: return accept(std::move(mapped), health("storage"));
    case Becomes::network: return accept(std::move(mapped), health("network"));
    case Becomes::login: return accept(std::move(mapped), health("login_lock"));
    case Becomes::lens: return accept(std::move(mapped), model::Tamper{"lens", mapped.active});
    case Becomes::scene: return accept(std::move(mapped), model::Tamper{"scene", mapped.active});
    case Becomes::case_open: return accept(std::move(mapped), model::Tamper{"case", mapped.active});
    case Becomes::input: return accept(std::move(mapped), model::InputChanged{index + 1, mapped.active});
    default: break;
    }
    model::Detection seen;
    seen.what = code.word;
    seen.target = code.target;
    const auto object = lower(text_at(*notice.data, "Object.ObjectType"));
    if (object == "human" || object == "vehicle") seen.target = object;
    seen.channel = index + 1;
    seen.region = number_or(*notice.data, "RuleId", number_or(*notice.data, "RuleID", 0));
    seen.active = mapped.active;
    return accept(std::move(mapped), std::move(seen));
}

Mapped map_door_alarm(const Notice& notice, Mapped mapped, int door, model::DoorPosition position)
{
    if (!same_word(notice.action, "Pulse")) mapped.lifecycle = fmt::format("{}/{}", lower(notice.code), door);
    return accept(std::move(mapped),
                  model::DoorState{door, mapped.active ? position : model::DoorPosition::normal});
}

} // namespace

std::string_view to_string(RefusalReason reason)
{
    switch (reason) {
    case RefusalReason::none: return "none";
    case RefusalReason::unknown_code: return "unknown_code";
    case RefusalReason::face: return "face";
    case RefusalReason::routine: return "routine";
    case RefusalReason::violation: return "violation";
    case RefusalReason::no_vehicle: return "no_vehicle";
    case RefusalReason::incomplete: return "incomplete";
    }
    return "none";
}

// Devices leave leading zeros out, so the parts are read one by one and written anew.
std::optional<base::WallTime> local_time(std::string_view text)
{
    std::array<int, 6> part{};
    std::size_t at = 0;
    std::string_view rest = trim(text);
    while (at < part.size() && !rest.empty() && is_digit(rest.front())) {
        int digits = 0;
        for (; !rest.empty() && is_digit(rest.front()) && digits < 4; ++digits, rest.remove_prefix(1))
            part[at] = part[at] * 10 + (rest.front() - '0');
        ++at;
        if (at < part.size() && !rest.empty()) rest.remove_prefix(1);
    }
    if (at != part.size()) return std::nullopt;
    // Pushes write the day first (sheet §6a).
    if (part[0] < 1000 && part[2] >= 1000) std::swap(part[0], part[2]);
    const auto whole =
        fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{}", part[0], part[1], part[2], part[3], part[4],
                    part[5], rest.starts_with('.') ? rest : std::string_view());
    const auto parsed = base::parse_time(whole, std::chrono::minutes(0));
    if (!parsed) return std::nullopt;
    return parsed->time;
}

Mapped map(const Notice& notice, const MapContext& context)
{
    auto mapped = begin(context);
    const auto* code = code_of(notice.code);
    if (code == nullptr)
        return refuse(std::move(mapped), RefusalReason::unknown_code,
                      "the code " + notice.code + " is not in the table");
    mapped.active = !same_word(notice.action, "Stop");
    const int door = number_or(*notice.data, "Door", std::max(notice.index.value_or(0), 0)) + 1;
    if (code->becomes == Becomes::plate) return map_plate(notice, context, std::move(mapped));
    if (code->becomes == Becomes::access)
        return map_access(*notice.data, context, std::move(mapped), notice.index);
    set_time(mapped, *notice.data, context);
    switch (code->becomes) {
    case Becomes::door_face: return map_door_face(*notice.data, std::move(mapped), notice.index);
    case Becomes::door_state: return map_door_state(*notice.data, std::move(mapped), door);
    case Becomes::forced:
        return map_door_alarm(notice, std::move(mapped), door, model::DoorPosition::forced_open);
    case Becomes::held:
        return map_door_alarm(notice, std::move(mapped), door, model::DoorPosition::held_open);
    case Becomes::duress:
        if (!mapped.active) break;
        return accept(std::move(mapped), model::Duress{door, text_at(*notice.data, "UserID")});
    case Becomes::anti_passback: {
        model::AccessAttempt attempt;
        attempt.credential = "unknown";
        attempt.person = text_at(*notice.data, "UserID");
        attempt.card = text_at(*notice.data, "CardNo");
        attempt.reason = "anti_passback";
        attempt.door = door;
        return accept(std::move(mapped), std::move(attempt));
    }
    case Becomes::restart:
        return accept(std::move(mapped), model::DeviceHealth{"power", true, "the device restarts"});
    case Becomes::clock:
        mapped.clock_changed = true;
        return refuse(std::move(mapped), RefusalReason::routine, "the device's clock was set");
    case Becomes::violation:
        return refuse(std::move(mapped), RefusalReason::violation, "a traffic offence, no passage");
    case Becomes::face:
        return refuse(std::move(mapped), RefusalReason::face, "a face that opens nothing is not wanted");
    case Becomes::routine: break;
    default: return map_condition(notice, *code, std::move(mapped));
    }
    return refuse(std::move(mapped), RefusalReason::routine, notice.code + " is of no interest to a gate");
}

Mapped map_record(const json::object& row, const MapContext& context)
{
    return map_access(row, context, begin(context), std::nullopt);
}

// The manual's layout can be read in two ways (sheet §6b): Plate, Vehicle and SnapInfo inside Picture or
// beside it.
Mapped map_tollgate(const json::object& body, const MapContext& context)
{
    auto mapped = begin(context);
    const auto* picture = find(body, "Picture");
    const auto* inside = picture != nullptr ? picture->if_object() : nullptr;
    const auto& tree = inside != nullptr && inside->contains("Plate") ? *inside : body;
    if (find(tree, "Plate") == nullptr && find(tree, "SnapInfo") == nullptr)
        return refuse(std::move(mapped), RefusalReason::incomplete, "a passage without plate and time");
    model::VehiclePassage passage;
    if (flag_at(tree, "Plate.IsExist").value_or(true))
        passage.plate.text = wire::plate_text(text_at(tree, "Plate.PlateNumber"));
    passage.plate.color = wire::plate_color(text_at(tree, "Plate.PlateColor"));
    passage.plate.confidence = share_of_255(number_at(tree, "Plate.Confidence"));
    passage.vehicle_type = known_word(text_at(tree, "Vehicle.VehicleType"));
    passage.vehicle_color = known_word(text_at(tree, "Vehicle.VehicleColor"));
    passage.lane_no = number_or(tree, "SnapInfo.LanNo", 0);
    mapped.device_opened = flag_at(tree, "SnapInfo.OpenStrobe").value_or(false);
    if (flag_at(tree, "SnapInfo.AllowUser").value_or(false)) passage.device_list = "allow";
    if (flag_at(tree, "SnapInfo.BlockUser").value_or(false)) passage.device_list = "deny";
    // What the device did counts before the list that it found the plate on.
    passage.passed = mapped.device_opened || passage.device_list != "deny";

    auto time = local_time(text_at(tree, "SnapInfo.AccurateTime"));
    if (!time) time = local_time(text_at(tree, "SnapInfo.SnapTime"));
    if (time) {
        const auto index = number_at(tree, "SnapInfo.TimeZone");
        const auto zone = index ? zone_minutes(*index) : std::nullopt;
        const bool summer = number_at(tree, "SnapInfo.DSTTune").value_or(0) == 1;
        mapped.event.device_time = *time - (zone ? std::chrono::minutes(*zone) : context.utc_offset) -
                                   (summer ? std::chrono::minutes(60) : std::chrono::minutes(0));
        mapped.stamp = zone ? StampKind::utc : StampKind::local;
    }
    mapped.event.device_key = plate_key(mapped, passage);
    return accept(std::move(mapped), std::move(passage));
}

Mapped map_alarm(const json::object& body, const MapContext& context)
{
    auto mapped = begin(context);
    const auto* inner = find(body, "AlarmInfo");
    if (inner == nullptr || !inner->is_object())
        return refuse(std::move(mapped), RefusalReason::incomplete, "an alarm without its block");
    const auto& alarm = inner->get_object();
    if (const auto time = local_time(text_at(alarm, "Time"))) {
        mapped.event.device_time = *time - context.utc_offset;
        mapped.stamp = StampKind::local;
    }
    const auto type = number_at(alarm, "Type").value_or(-1);
    mapped.active = !same_word(text_at(alarm, "State"), "Stop");
    const auto time = key_time(mapped);
    if (!time.empty())
        mapped.event.device_key = fmt::format("alarm/{}/{}/{}", time, type, mapped.active ? 1 : 0);
    using Position = model::BarrierPosition;
    switch (type) {
    case 14: return accept(std::move(mapped), model::BarrierMoved{1, Position::open});
    case 16: return accept(std::move(mapped), model::BarrierMoved{1, Position::closed});
    case 15:
    case 17: return accept(std::move(mapped), model::BarrierFault{1, "blocked", mapped.active});
    case 18: return accept(std::move(mapped), model::Tamper{"lens", mapped.active});
    case 19: return accept(std::move(mapped), model::Tamper{"lens", false});
    default:
        return refuse(std::move(mapped), RefusalReason::routine,
                      fmt::format("alarm type {} is of no interest to a gate", type));
    }
}

} // namespace gatehouse::dahua
