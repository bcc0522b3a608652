#include "gateway/base/time_text.hpp"
#include "gateway/model/enum_text.hpp"
#include "gateway/model/envelope.hpp"
#include "gateway/model/json_writer.hpp"

#include <cctype>
#include <cmath>

namespace gatehouse::model {
namespace {

// The last four letters or digits of a card number: enough to find a card in the hand, useless to copy one.
std::string card_tail(std::string_view card)
{
    std::string tail;
    for (auto at = card.rbegin(); at != card.rend() && tail.size() < 4; ++at)
        if (std::isalnum(static_cast<unsigned char>(*at)) != 0) tail.insert(tail.begin(), *at);
    return tail;
}

// Four decimals, so that a reader that rounds differently writes the same text again.
double rounded(double confidence)
{
    return std::round(confidence * 10'000) / 10'000;
}

// Writes the members of one data object: those of the body, with the ones common to all kinds around them.
// Hot path: appends to one string, allocates nothing else.
class DataWriter {
public:
    DataWriter(std::string& out, const Event& event, std::chrono::minutes utc_offset)
        : out_(out), json_(out), event_(event), utc_offset_(utc_offset)
    {
    }

    void write()
    {
        json_.begin_object();
        std::visit(*this, event_.body);
        json_.end_object();
    }

    void operator()(const VehiclePassage& body)
    {
        json_.member("direction", to_string(event_.direction));
        plate(body.plate);
        decision();
        vehicle(body);
        snapshots();
        origin(true);
    }
    void operator()(const AccessAttempt& body)
    {
        json_.member("direction", to_string(event_.direction));
        json_.key("credential")
            .begin_object()
            .member("type", body.credential)
            .member_if("person", body.person);
        json_.member_if("card_tail", card_tail(body.card))
            .member_if("user_type", body.user_type)
            .end_object();
        decision();
        json_.member_if("reason", body.reason);
        number_if("door", body.door);
        number_if("reader", body.reader);
        snapshots();
        origin(true);
    }
    void operator()(const BarrierMoved& body)
    {
        json_.member("output", body.output).member("position", to_string(body.position));
        tail();
    }
    void operator()(const BarrierFault& body)
    {
        json_.member("output", body.output).member("fault", body.fault).member("active", body.active);
        tail();
    }
    void operator()(const DoorState& body)
    {
        json_.member("door", body.door).member("position", to_string(body.position));
        tail();
    }
    void operator()(const Tamper& body)
    {
        json_.member("part", body.part).member("active", body.active);
        tail();
    }
    void operator()(const Duress& body)
    {
        json_.member("door", body.door).member_if("person", body.person);
        tail();
    }
    void operator()(const InputChanged& body)
    {
        json_.member("input", body.input).member("active", body.active).member_if("role", body.role);
        tail();
    }
    void operator()(const Detection& body)
    {
        json_.member("what", body.what).member_if("target", body.target);
        number_if("channel", body.channel);
        number_if("region", body.region);
        json_.member_if("name", body.name).member("active", body.active);
        tail();
    }
    void operator()(const DeviceLink& body)
    {
        json_.member("state", to_string(body.state)).member_if("why", body.why);
        tail();
    }
    void operator()(const DeviceHealth& body)
    {
        json_.member("what", body.what).member("ok", body.ok).member_if("detail", body.detail);
        tail();
    }
    void operator()(const DeviceClock& body)
    {
        json_.member("offset_ms", body.offset_ms)
            .member("trusted", body.trusted)
            .member("corrected", body.corrected);
        tail();
    }
    void operator()(const SystemNotice& body)
    {
        json_.member("what", body.what).member("ok", body.ok).member_if("detail", body.detail);
        tail();
    }
    void operator()(const Gap& body)
    {
        json_.member("scope", body.scope).member("first", body.first).member("last", body.last);
        json_.member("count", body.count);
        time_if("from", body.from);
        time_if("to", body.to);
        json_.member_if("why", body.why);
        tail();
    }
    void operator()(const CommandDone& body)
    {
        const auto& command = body.command;
        json_.member("cmd_id", command.id)
            .member("action", to_string(command.action))
            .member_if("device", command.device);
        json_.member("output", command.output);
        json_.member_if("operator", command.operator_name).member_if("reason", command.reason);
        json_.member_if("origin", command.origin);
        time_if("issued_at", command.issued_at);
        time_if("expires", command.expires);
        json_.member("status", to_string(body.outcome.status)).member_if("code", body.outcome.code);
        json_.member_if("text", body.outcome.text);
        if (body.outcome.took_ms >= 0) json_.member("took_ms", body.outcome.took_ms);
        time_if("at", body.outcome.at);
        json_.member_if("command_lane", command.lane);
        tail();
    }
    void operator()(const AlertChanged& body)
    {
        const auto& alert = body.alert;
        json_.member("alert_id", alert.id).member("kind", alert.kind).member("severity", alert.severity);
        json_.member("state", to_string(alert.state)).member("count", alert.count).member("text", alert.text);
        // An object, because other systems add the device's GB/T 28181 code beside its id.
        if (!alert.device.empty()) json_.key("device").begin_object().member("id", alert.device).end_object();
        json_.member_if("alert_lane", alert.lane);
        json_.key("evidence").begin_array();
        for (const auto& id : alert.evidence)
            json_.value(id);
        json_.end_array().key("due").begin_object();
        time_if("ack", alert.due_ack);
        time_if("clear", alert.due_clear);
        json_.end_object();
        time_if("raised_at", alert.raised_at);
        time_if("changed_at", alert.changed_at);
        json_.member_if("actor", alert.actor).member_if("result", alert.result).member_if("note", alert.note);
        json_.member_if("role", alert.role).member_if("assigned", alert.assigned);
        number_if("level", alert.level);
        json_.member_if("parent", alert.parent).member_if("order_number", alert.order_number);
        time_if("acknowledged_at", alert.acknowledged_at);
        if (!alert.lasts) json_.member("lasts", false);
        if (body.step.seq > 0) step(body.step);
        tail();
    }
    void operator()(const Passage& body)
    {
        json_.member("direction", to_string(event_.direction)).member("state", to_string(body.state));
        if (body.vehicle)
            plate(body.plate);
        else
            json_.key("credential")
                .begin_object()
                .member("type", body.credential)
                .member_if("person", body.person)
                .end_object();
        decision();
        time_if("started_at", body.started_at);
        time_if("ended_at", body.ended_at);
        json_.member_if("cmd_id", body.command).member_if("opened_by", body.opened_by);
        json_.member_if("proof", body.proof);
        json_.key("flags").begin_array();
        for (const auto& flag : body.flags)
            json_.value(flag);
        json_.end_array();
        parts(body);
        origin(true);
    }

private:
    // What the alert itself does not say of the transition: its number, where it came from and who did it.
    void step(const AlertStep& made)
    {
        json_.key("transition").begin_object().member("seq", made.seq);
        if (made.from) json_.member("from", to_string(*made.from));
        json_.member_if("actor", made.actor).member_if("role", made.role).member_if("channel", made.channel);
        json_.member_if("note", made.note).end_object();
    }

    void plate(const Plate& plate)
    {
        json_.key("plate").begin_object().member("text", plate.text).member_if("color", plate.color);
        if (plate.confidence >= 0) json_.member("confidence", rounded(plate.confidence));
        if (!plate.characters.empty()) {
            json_.key("characters").begin_array();
            for (const double confidence : plate.characters)
                json_.value(rounded(confidence));
            json_.end_array();
        }
        json_.end_object();
    }

    void parts(const Passage& body)
    {
        json_.key("parts").begin_array();
        for (const auto& part : body.parts) {
            json_.begin_object().member("id", part.id).member("role", part.role);
            if (body.vehicle && !part.plate.text.empty()) plate(part.plate);
            if (part.listed) json_.member("listed", true);
            json_.end_object();
        }
        json_.end_array();
    }

    void vehicle(const VehiclePassage& body)
    {
        if (body.vehicle_type.empty() && body.vehicle_color.empty() && body.device_list.empty() &&
            body.lane_no == 0)
            return;
        json_.key("vehicle")
            .begin_object()
            .member_if("type", body.vehicle_type)
            .member_if("color", body.vehicle_color);
        json_.member_if("device_list", body.device_list);
        number_if("lane_no", body.lane_no);
        json_.end_object();
    }

    void decision()
    {
        if (!event_.decision) return;
        const auto& made = *event_.decision;
        json_.key("decision")
            .begin_object()
            .member("result", to_string(made.result))
            .member("rule", made.rule);
        if (made.latency_ms) json_.member("latency_ms", *made.latency_ms);
        json_.key("reasons").begin_array();
        for (const auto& reason : made.reasons)
            json_.value(reason);
        json_.end_array().member_if("instruction", made.instruction).end_object();
    }

    // Hash and local reference only: no picture ever leaves in a message.
    void snapshots()
    {
        if (event_.pictures.empty()) return;
        json_.key("snapshots").begin_array();
        for (const auto& picture : event_.pictures) {
            json_.begin_object().member("kind", picture.kind).member_if("sha256", picture.sha256);
            json_.member("bytes", picture.size);
            ref_.assign("/media/").append(event_.id).append("/").append(picture.kind).append(".jpg");
            json_.member("ref", ref_).end_object();
        }
        json_.end_array();
    }

    // Where the record came from. `always` writes the flags also when they have their usual value.
    void origin(bool always)
    {
        json_.member_if("device_record", event_.device_record).member_if("lane", event_.lane);
        if (event_.device_time) time("device_time", *event_.device_time);
        if (always || !event_.time_trusted) json_.member("time_trusted", event_.time_trusted);
        if (always || event_.history) json_.member("history", event_.history);
    }

    void tail()
    {
        if (event_.direction != Direction::unknown) json_.member("direction", to_string(event_.direction));
        decision();
        snapshots();
        origin(false);
    }

    void number_if(std::string_view name, int number)
    {
        if (number != 0) json_.member(name, number);
    }

    void time(std::string_view name, WallTime at)
    {
        json_.key(name).raw("\"");
        base::append_time(out_, at, utc_offset_);
        out_ += '"';
    }

    void time_if(std::string_view name, WallTime at)
    {
        if (at != WallTime{}) time(name, at);
    }

    std::string& out_;
    JsonWriter json_;
    const Event& event_;
    std::chrono::minutes utc_offset_;
    std::string ref_;
};

} // namespace

std::string data_json(const Event& event, std::chrono::minutes utc_offset)
{
    std::string out;
    out.reserve(512 + 192 * event.pictures.size());
    DataWriter(out, event, utc_offset).write();
    return out;
}

} // namespace gatehouse::model
