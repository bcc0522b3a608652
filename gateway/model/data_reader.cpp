#include "gateway/base/time_text.hpp"
#include "gateway/model/enum_text.hpp"
#include "gateway/model/envelope.hpp"

#include <boost/json.hpp>

#include <array>
#include <limits>

namespace gatehouse::model {
namespace {

namespace json = boost::json;

// Typed look at one JSON object. A member that is absent yields the fallback; one of the wrong type marks the
// whole document as bad, which is asked for once at the end.
class Fields {
public:
    Fields(const json::object* object, bool& bad) : object_(object), bad_(bad) {}

    [[nodiscard]] bool has(std::string_view key) const { return find(key) != nullptr; }

    [[nodiscard]] std::string text(std::string_view key) const
    {
        const auto* value = find(key);
        if (value == nullptr) return {};
        if (!value->is_string()) return mark_bad(std::string{});
        return std::string(std::string_view(value->get_string()));
    }

    [[nodiscard]] std::int64_t integer(std::string_view key, std::int64_t fallback) const
    {
        const auto* value = find(key);
        if (value == nullptr) return fallback;
        if (!value->is_int64()) return mark_bad(fallback);
        return value->get_int64();
    }

    [[nodiscard]] int small(std::string_view key, int fallback) const
    {
        const auto number = integer(key, fallback);
        if (number < std::numeric_limits<int>::min() || number > std::numeric_limits<int>::max())
            return mark_bad(fallback);
        return static_cast<int>(number);
    }

    [[nodiscard]] std::uint64_t size(std::string_view key) const
    {
        const auto* value = find(key);
        if (value == nullptr) return 0;
        if (value->is_uint64()) return value->get_uint64();
        if (!value->is_int64() || value->get_int64() < 0) return mark_bad(std::uint64_t{0});
        return static_cast<std::uint64_t>(value->get_int64());
    }

    [[nodiscard]] double number(std::string_view key, double fallback) const
    {
        const auto* value = find(key);
        if (value == nullptr || value->is_null()) return fallback;
        if (!value->is_number()) return mark_bad(fallback);
        return value->to_number<double>();
    }

    [[nodiscard]] bool flag(std::string_view key, bool fallback) const
    {
        const auto* value = find(key);
        if (value == nullptr) return fallback;
        if (!value->is_bool()) return mark_bad(fallback);
        return value->get_bool();
    }

    [[nodiscard]] std::optional<WallTime> time_or_none(std::string_view key) const
    {
        if (!has(key)) return std::nullopt;
        const auto parsed = base::parse_time(text(key), std::chrono::minutes(0));
        if (!parsed) return mark_bad(std::optional<WallTime>{});
        return parsed->time;
    }

    [[nodiscard]] WallTime time(std::string_view key) const { return time_or_none(key).value_or(WallTime{}); }

    template <class Enum>
    [[nodiscard]] Enum word(std::string_view key, Enum fallback) const
    {
        Enum value = fallback;
        if (has(key) && !parse(text(key), value)) bad_ = true;
        return value;
    }

    [[nodiscard]] Fields object(std::string_view key) const
    {
        const auto* value = find(key);
        if (value != nullptr && !value->is_object()) bad_ = true;
        return {value != nullptr ? value->if_object() : nullptr, bad_};
    }

    [[nodiscard]] const json::array& array(std::string_view key) const
    {
        static const json::array none;
        const auto* value = find(key);
        if (value == nullptr) return none;
        if (!value->is_array()) return bad_ = true, none;
        return value->get_array();
    }

    [[nodiscard]] std::vector<std::string> texts(std::string_view key) const
    {
        std::vector<std::string> list;
        for (const auto& value : array(key)) {
            if (value.is_string())
                list.emplace_back(std::string_view(value.get_string()));
            else
                bad_ = true;
        }
        return list;
    }

    [[nodiscard]] std::vector<double> numbers(std::string_view key) const
    {
        std::vector<double> list;
        for (const auto& value : array(key)) {
            if (value.is_number())
                list.push_back(value.to_number<double>());
            else
                bad_ = true;
        }
        return list;
    }

    [[nodiscard]] bool& bad() const { return bad_; }

private:
    [[nodiscard]] const json::value* find(std::string_view key) const
    {
        return object_ == nullptr ? nullptr : object_->if_contains(key);
    }
    template <class T>
    [[nodiscard]] T mark_bad(T fallback) const
    {
        bad_ = true;
        return fallback;
    }

    const json::object* object_;
    bool& bad_;
};

std::optional<Decision> read_decision(const Fields& data)
{
    if (!data.has("decision")) return std::nullopt;
    const auto made = data.object("decision");
    Decision decision;
    decision.result = made.word("result", Decision::Result::none);
    decision.rule = made.text("rule");
    decision.reasons = made.texts("reasons");
    decision.instruction = made.text("instruction");
    if (made.has("latency_ms")) decision.latency_ms = made.integer("latency_ms", 0);
    return decision;
}

// "/media/<event id>/<kind>.jpg": the reference is the only place of the data that names the event.
std::string id_of_reference(std::string_view reference)
{
    constexpr std::string_view prefix = "/media/";
    if (!reference.starts_with(prefix)) return {};
    reference.remove_prefix(prefix.size());
    return std::string(reference.substr(0, reference.find('/')));
}

void read_snapshots(const Fields& data, Event& event)
{
    for (const auto& value : data.array("snapshots")) {
        if (!value.is_object()) data.bad() = true;
        const Fields snapshot(value.if_object(), data.bad());
        Picture picture;
        picture.kind = snapshot.text("kind");
        picture.sha256 = snapshot.text("sha256");
        picture.size = snapshot.size("bytes");
        event.id = id_of_reference(snapshot.text("ref"));
        event.pictures.push_back(std::move(picture));
    }
}

void read_common(const Fields& data, Event& event)
{
    event.direction = data.word("direction", Direction::unknown);
    event.decision = read_decision(data);
    read_snapshots(data, event);
    event.device_record = data.text("device_record");
    event.lane = data.text("lane");
    event.device_time = data.time_or_none("device_time");
    event.time_trusted = data.flag("time_trusted", true);
    event.history = data.flag("history", false);
}

Plate read_plate(const Fields& data)
{
    const auto object = data.object("plate");
    Plate plate;
    plate.text = object.text("text");
    plate.color = object.text("color");
    plate.confidence = object.number("confidence", -1);
    plate.characters = object.numbers("characters");
    return plate;
}

Body read_vehicle(const Fields& data, bool passed)
{
    VehiclePassage body;
    body.passed = passed;
    body.plate = read_plate(data);
    const auto vehicle = data.object("vehicle");
    body.vehicle_type = vehicle.text("type");
    body.vehicle_color = vehicle.text("color");
    body.device_list = vehicle.text("device_list");
    body.lane_no = vehicle.small("lane_no", 0);
    return body;
}

Body read_access(const Fields& data, bool granted)
{
    AccessAttempt body;
    body.granted = granted;
    const auto credential = data.object("credential");
    body.credential = credential.text("type");
    body.person = credential.text("person");
    body.card = credential.text("card_tail");
    body.user_type = credential.text("user_type");
    body.reason = data.text("reason");
    body.door = data.small("door", 0);
    body.reader = data.small("reader", 0);
    return body;
}

Body read_vehicle_passed(const Fields& data)
{
    return read_vehicle(data, true);
}
Body read_vehicle_refused(const Fields& data)
{
    return read_vehicle(data, false);
}
Body read_access_granted(const Fields& data)
{
    return read_access(data, true);
}
Body read_access_denied(const Fields& data)
{
    return read_access(data, false);
}
Body read_barrier_moved(const Fields& data)
{
    return BarrierMoved{data.small("output", 1), data.word("position", BarrierPosition::unknown)};
}
Body read_barrier_fault(const Fields& data)
{
    return BarrierFault{data.small("output", 1), data.text("fault"), data.flag("active", true)};
}
Body read_door(const Fields& data)
{
    return DoorState{data.small("door", 1), data.word("position", DoorPosition::unknown)};
}
Body read_tamper(const Fields& data)
{
    return Tamper{data.text("part"), data.flag("active", true)};
}
Body read_duress(const Fields& data)
{
    return Duress{data.small("door", 0), data.text("person")};
}
Body read_input(const Fields& data)
{
    return InputChanged{data.small("input", 0), data.flag("active", false), data.text("role")};
}
Body read_detection(const Fields& data)
{
    return Detection{data.text("what"),       data.text("target"),       data.small("channel", 0),
                     data.small("region", 0), data.flag("active", true), data.text("name")};
}
Body read_link(const Fields& data)
{
    return DeviceLink{data.word("state", LinkState::unknown), data.text("why")};
}
Body read_health(const Fields& data)
{
    return DeviceHealth{data.text("what"), data.flag("ok", true), data.text("detail")};
}
Body read_clock(const Fields& data)
{
    return DeviceClock{data.integer("offset_ms", 0), data.flag("trusted", true),
                       data.flag("corrected", false)};
}
Body read_notice(const Fields& data)
{
    return SystemNotice{data.text("what"), data.flag("ok", true), data.text("detail")};
}
Body read_gap(const Fields& data)
{
    return Gap{data.text("scope"),       data.integer("first", 0), data.integer("last", 0),
               data.integer("count", 0), data.time("from"),        data.time("to"),
               data.text("why")};
}

Body read_command(const Fields& data)
{
    CommandDone body;
    auto& command = body.command;
    command.id = data.text("cmd_id");
    if (!parse_action(data.text("action"), command.action)) data.bad() = true;
    command.device = data.text("device");
    command.output = data.small("output", 1);
    command.lane = data.text("command_lane");
    command.operator_name = data.text("operator");
    command.reason = data.text("reason");
    command.origin = data.text("origin");
    command.issued_at = data.time("issued_at");
    command.expires = data.time("expires");
    if (!parse_status(data.text("status"), body.outcome.status)) data.bad() = true;
    body.outcome.code = data.text("code");
    body.outcome.text = data.text("text");
    body.outcome.took_ms = data.integer("took_ms", -1);
    body.outcome.at = data.time("at");
    return body;
}

void read_step(const Fields& data, AlertChanged& body)
{
    auto& step = body.step;
    step.alert = body.alert.id;
    step.seq = body.alert.steps = data.small("seq", 0);
    if (data.has("from")) step.from = data.word("from", Alert::State::raised);
    step.to = body.alert.state;
    step.at = body.alert.changed_at;
    step.actor = data.text("actor");
    step.role = data.text("role");
    step.channel = data.text("channel");
    step.note = data.text("note");
    step.result = body.alert.result;
}

Body read_alert(const Fields& data)
{
    AlertChanged body;
    auto& alert = body.alert;
    alert.id = data.text("alert_id");
    alert.kind = data.text("kind");
    alert.severity = data.small("severity", 3);
    alert.state = data.word("state", Alert::State::raised);
    alert.count = data.small("count", 1);
    alert.text = data.text("text");
    alert.device = data.object("device").text("id");
    alert.lane = data.text("alert_lane");
    alert.evidence = data.texts("evidence");
    const auto due = data.object("due");
    alert.due_ack = due.time("ack");
    alert.due_clear = due.time("clear");
    alert.raised_at = data.time("raised_at");
    alert.changed_at = data.time("changed_at");
    alert.actor = data.text("actor");
    alert.result = data.text("result");
    alert.note = data.text("note");
    alert.role = data.text("role");
    alert.assigned = data.text("assigned");
    alert.level = data.small("level", 0);
    alert.parent = data.text("parent");
    alert.order_number = data.text("order_number");
    alert.acknowledged_at = data.time("acknowledged_at");
    alert.lasts = data.flag("lasts", true);
    if (data.has("transition")) read_step(data.object("transition"), body);
    return body;
}

Passage::Part read_part(const Fields& data)
{
    Passage::Part part;
    part.id = data.text("id");
    part.role = data.text("role");
    if (data.has("plate")) part.plate = read_plate(data);
    part.listed = data.flag("listed", false);
    return part;
}

Body read_passage(const Fields& data, bool vehicle)
{
    Passage body;
    body.vehicle = vehicle;
    body.state = data.word("state", PassageState::approached);
    if (vehicle) body.plate = read_plate(data);
    const auto credential = data.object("credential");
    body.credential = credential.text("type");
    body.person = credential.text("person");
    body.started_at = data.time("started_at");
    body.ended_at = data.time("ended_at");
    body.command = data.text("cmd_id");
    body.opened_by = data.text("opened_by");
    body.proof = data.text("proof");
    body.flags = data.texts("flags");
    for (const auto& value : data.array("parts")) {
        if (!value.is_object()) data.bad() = true;
        body.parts.push_back(read_part(Fields(value.if_object(), data.bad())));
    }
    return body;
}

Body read_vehicle_passage(const Fields& data)
{
    return read_passage(data, true);
}
Body read_access_passage(const Fields& data)
{
    return read_passage(data, false);
}

using ReadBody = Body (*)(const Fields&);

constexpr std::array<std::pair<std::string_view, ReadBody>, 33> readers{{
    {"vehicle.passed", read_vehicle_passed},
    {"vehicle.refused", read_vehicle_refused},
    {"access.granted", read_access_granted},
    {"access.denied", read_access_denied},
    {"barrier.moved", read_barrier_moved},
    {"barrier.fault", read_barrier_fault},
    {"door.state", read_door},
    {"device.tamper", read_tamper},
    {"access.duress", read_duress},
    {"device.input", read_input},
    {"device.detection", read_detection},
    {"device.link", read_link},
    {"device.health", read_health},
    {"device.clock", read_clock},
    {"system.notice", read_notice},
    {"system.gap", read_gap},
    {"system.command", read_command},
    {"alert.raised", read_alert},
    {"alert.acknowledged", read_alert},
    {"alert.cleared", read_alert},
    {"alert.closed", read_alert},
    {"alert.suppressed", read_alert},
    {"alert.verified", read_alert},
    {"alert.rejected", read_alert},
    {"alert.dispatched", read_alert},
    {"alert.handling", read_alert},
    {"alert.escalated", read_alert},
    {"alert.transferred", read_alert},
    {"alert.resolved", read_alert},
    {"alert.reopened", read_alert},
    {"alert.suspended", read_alert},
    {"vehicle.passage", read_vehicle_passage},
    {"access.passage", read_access_passage},
}};

} // namespace

base::Result<Event> event_from_data(std::string_view type, std::string_view data)
{
    json::parse_options options;
    options.max_depth = 16;
    base::error_code error;
    const auto document = json::parse(json::string_view(data.data(), data.size()), error, {}, options);
    if (error || !document.is_object()) return base::Errc::bad_input;
    bool bad = false;
    const Fields fields(document.if_object(), bad);
    for (const auto& [name, read] : readers) {
        if (name != type) continue;
        Event event;
        read_common(fields, event);
        event.body = read(fields);
        // An alert's state stands in its type and in its data.
        if (bad || type_of(event.body) != type) return base::Errc::bad_input;
        return event;
    }
    return base::Errc::bad_input;
}

} // namespace gatehouse::model
