#include "gateway/api/views.hpp"

#include "gateway/api/masking.hpp"
#include "gateway/base/time_text.hpp"
#include "gateway/model/enum_text.hpp"
#include "gateway/model/envelope.hpp"

#include <algorithm>

namespace gatehouse::api {
namespace {

using model::JsonWriter;

// Left out when the time is not set.
void write_time(JsonWriter& json, std::string_view name, base::WallTime time, std::chrono::minutes utc_offset)
{
    if (time != base::WallTime{}) json.member(name, std::string_view(base::format_time(time, utc_offset)));
}

void write_time(JsonWriter& json, std::string_view name, const std::optional<base::WallTime>& time,
                std::chrono::minutes utc_offset)
{
    if (time) write_time(json, name, *time, utc_offset);
}

void write_command_members(JsonWriter& json, const model::Command& command, std::chrono::minutes utc_offset)
{
    json.member("id", std::string_view(command.id)).member("action", model::to_string(command.action));
    json.member_if("device", command.device).member("output", command.output).member_if("lane", command.lane);
    json.member_if("origin", command.origin).member_if("operator", command.operator_name);
    json.member_if("reason", command.reason);
    write_time(json, "issued_at", command.issued_at, utc_offset);
    write_time(json, "expires", command.expires, utc_offset);
}

} // namespace

void write_texts(JsonWriter& json, std::string_view name, const std::vector<std::string>& texts)
{
    json.key(name).begin_array();
    for (const auto& text : texts)
        json.value(std::string_view(text));
    json.end_array();
}

void write_issues(JsonWriter& json, const config::Issues& issues)
{
    json.key("issues").begin_array();
    for (const auto& issue : issues) {
        json.begin_object().member("line", static_cast<std::int64_t>(issue.line));
        json.member("column", static_cast<std::int64_t>(issue.column)).member("path", issue.path);
        json.member("text", issue.text);
        json.member("severity", issue.warning ? "warning" : "error").end_object();
    }
    json.end_array();
}

namespace {

std::string_view person_in(const model::Body& body)
{
    if (const auto* attempt = std::get_if<model::AccessAttempt>(&body)) return attempt->person;
    if (const auto* passage = std::get_if<model::Passage>(&body)) return passage->person;
    return {};
}

} // namespace

void write_event(JsonWriter& json, const Services& services, const model::Entry& entry, bool hide_persons)
{
    const auto utc_offset = services.utc_offset;
    json.begin_object().member("seq", entry.seq).member("id", std::string_view(entry.event.id));
    json.member("type", std::string_view(entry.type));
    json.member("priority", entry.priority == model::Priority::alert ? "alert" : "event");
    json.member("device", std::string_view(entry.event.device)).member_if("lane", entry.event.lane);
    write_time(json, "time", entry.event.occurred_at, utc_offset);
    write_time(json, "received_at", entry.event.received_at, utc_offset);
    json.member("clock_quality", model::to_string(entry.event.clock_quality));
    const std::string person(hide_persons ? std::string_view() : person_in(entry.event.body));
    if (!person.empty() && services.person_name) json.member_if("person_name", services.person_name(person));
    const auto data = hide_persons ? model::data_json(masked(entry.event), utc_offset) : entry.data;
    json.key("data").raw(data.empty() ? std::string_view("null") : std::string_view(data)).end_object();
}

namespace {

void write_alert_members(JsonWriter& json, const model::Alert& alert, std::chrono::minutes utc_offset)
{
    json.member("alert_id", std::string_view(alert.id)).member("kind", std::string_view(alert.kind));
    json.member("device", std::string_view(alert.device)).member_if("lane", alert.lane);
    json.member("severity", alert.severity).member("state", model::to_string(alert.state));
    json.member("count", alert.count).member("text", std::string_view(alert.text));
    write_texts(json, "evidence", alert.evidence);
    write_time(json, "raised_at", alert.raised_at, utc_offset);
    write_time(json, "changed_at", alert.changed_at, utc_offset);
    write_time(json, "due_ack", alert.due_ack, utc_offset);
    write_time(json, "due_clear", alert.due_clear, utc_offset);
    json.member_if("actor", alert.actor).member_if("role", alert.role).member_if("result", alert.result);
    json.member_if("note", alert.note).member_if("assigned", alert.assigned);
    if (alert.level > 0) json.member("level", alert.level);
    json.member_if("parent", alert.parent).member_if("order_number", alert.order_number);
    write_time(json, "acknowledged_at", alert.acknowledged_at, utc_offset);
    json.member("lasts", alert.lasts);
}

void write_step(JsonWriter& json, const model::AlertStep& step, std::chrono::minutes utc_offset)
{
    json.begin_object().member("seq", step.seq);
    if (step.from) json.member("from", model::to_string(*step.from));
    json.member("to", model::to_string(step.to));
    write_time(json, "at", step.at, utc_offset);
    json.member_if("actor", step.actor).member_if("role", step.role).member_if("channel", step.channel);
    json.member_if("note", step.note).member_if("result", step.result).end_object();
}

} // namespace

void write_alert(JsonWriter& json, const model::Alert& alert, std::chrono::minutes utc_offset)
{
    json.begin_object();
    write_alert_members(json, alert, utc_offset);
    json.end_object();
}

void write_alert_with_steps(JsonWriter& json, const model::Alert& alert,
                            const std::vector<model::AlertStep>& steps, std::chrono::minutes utc_offset)
{
    json.begin_object();
    write_alert_members(json, alert, utc_offset);
    json.key("transitions").begin_array();
    for (const auto& step : steps)
        write_step(json, step, utc_offset);
    json.end_array().end_object();
}

void write_silence(JsonWriter& json, const model::Silence& silence, std::chrono::minutes utc_offset)
{
    json.begin_object().member("id", std::string_view(silence.id)).member_if("kind", silence.kind);
    json.member_if("device", silence.device).member_if("lane", silence.lane);
    json.member("author", std::string_view(silence.author))
        .member("reason", std::string_view(silence.reason));
    write_time(json, "from", silence.from, utc_offset);
    write_time(json, "until", silence.until, utc_offset);
    json.end_object();
}

void write_handover(JsonWriter& json, const model::Handover& handover, std::chrono::minutes utc_offset)
{
    json.begin_object().member("id", std::string_view(handover.id));
    write_time(json, "at", handover.at, utc_offset);
    json.member("author", std::string_view(handover.author)).member("text", std::string_view(handover.text));
    json.member("open_alerts", handover.open_alerts).end_object();
}

void write_outcome(JsonWriter& json, const model::Outcome& outcome, std::chrono::minutes utc_offset)
{
    json.member("status", model::to_string(outcome.status)).member_if("code", outcome.code);
    json.member("text", std::string_view(outcome.text));
    if (outcome.took_ms >= 0) json.member("took_ms", outcome.took_ms);
    write_time(json, "at", outcome.at, utc_offset);
}

void write_command(JsonWriter& json, const store::CommandRecord& record, std::chrono::minutes utc_offset)
{
    json.begin_object();
    write_command_members(json, record.command, utc_offset);
    if (record.outcome) {
        json.key("outcome").begin_object();
        write_outcome(json, *record.outcome, utc_offset);
        json.end_object();
    }
    json.end_object();
}

void write_device(JsonWriter& json, const DeviceView& device, std::chrono::minutes utc_offset)
{
    const auto& config = device.config;
    const auto& status = device.status;
    json.begin_object()
        .member("id", std::string_view(config.id))
        .member("name", std::string_view(config.name));
    json.member("protocol", std::string_view(config.protocol)).member("kind", std::string_view(config.kind));
    json.member("address", std::string_view(config.address)).member("enabled", config.enabled);
    json.member("link", model::to_string(status.link)).member_if("why", status.why);
    json.member_if("model", status.model)
        .member_if("serial", status.serial)
        .member_if("firmware", status.firmware);
    write_time(json, "last_event", status.last_event, utc_offset);
    write_time(json, "last_heard", status.last_heard, utc_offset);
    if (status.clock_offset_ms) json.member("clock_offset_ms", *status.clock_offset_ms);
    json.member("clock_trusted", status.clock_trusted).key("facts").begin_object();
    for (const auto& [name, value] : status.facts)
        json.member(name, std::string_view(value));
    json.end_object().end_object();
}

void write_steps(JsonWriter& json, const std::vector<device::TestStep>& steps)
{
    json.key("steps").begin_array();
    for (const auto& step : steps) {
        json.begin_object().member("name", std::string_view(step.name)).member("passed", step.passed);
        json.member("detail", std::string_view(step.detail))
            .member("remedy", std::string_view(step.remedy))
            .end_object();
    }
    json.end_array();
}

void write_finding(model::JsonWriter& json, const device::Finding& finding)
{
    const auto& found = finding.found;
    const auto text = [&](std::string_view name, const std::string& value) {
        json.member(name, std::string_view(value));
    };
    json.begin_object();
    text("host", found.host);
    text("make", found.make);
    text("model", found.model);
    text("serial", found.serial);
    text("firmware", found.firmware);
    text("mac", found.mac);
    text("name", found.name);
    text("protocol", found.protocol);
    text("method", finding.method);
    text("interface", finding.interface);
    if (found.activated) json.member("activated", *found.activated);
    text("configured", finding.configured);
    text("clash", finding.clash);
    text("block", finding.block);
    json.end_object();
}

void write_lane(JsonWriter& json, const config::LaneConfig& lane)
{
    json.begin_object().member("id", std::string_view(lane.id)).member("name", std::string_view(lane.name));
    json.member("kind", lane.vehicle ? "vehicle" : "pedestrian");
    json.member("direction", lane.direction == model::Direction::unknown ? std::string_view("both")
                                                                         : model::to_string(lane.direction));
    write_texts(json, "readers", lane.readers);
    if (!lane.barrier_device.empty())
        json.member("barrier",
                    std::string_view(lane.barrier_device + '/' + std::to_string(lane.barrier_output)));
    json.member_if("opposite", lane.opposite);
    json.member("decide", lane.decide_here ? "gateway" : "device").end_object();
}

void write_credential(JsonWriter& json, const store::Credential& credential, std::chrono::minutes utc_offset)
{
    json.begin_object()
        .member("type", type_text(credential.type))
        .member("value", std::string_view(credential.value));
    json.member("list", std::string_view(credential.list)).member_if("name", credential.name);
    write_time(json, "valid_from", credential.valid_from, utc_offset);
    write_time(json, "valid_to", credential.valid_to, utc_offset);
    write_texts(json, "lanes", credential.lanes);
    json.member_if("note", credential.note).member_if("group", credential.group);
    json.member_if("reason", credential.reason).member_if("instruction", credential.instruction);
    if (credential.entries) json.member("entries", *credential.entries);
    json.end_object();
}

void write_list_state(model::JsonWriter& json, const access::ListState& state)
{
    const auto values = [&](std::string_view name, const std::vector<model::ListEntry>& entries) {
        json.key(name).begin_array();
        for (const auto& entry : entries)
            json.value(std::string_view(entry.value));
        json.end_array();
    };
    const auto count = [&](std::string_view name, std::size_t number) {
        json.member(name, static_cast<std::uint64_t>(number));
    };
    json.begin_object().member("device", std::string_view(state.device));
    json.member("type", type_text(state.type)).member("in_step", state.in_step());
    json.member("problem", std::string_view(state.problem));
    json.member("digest", std::string_view(state.digest));
    json.member("digest_ours", std::string_view(state.digest_ours));
    values("add", state.diff.add);
    values("change", state.diff.change);
    values("remove", state.diff.remove);
    count("equal", state.diff.equal);
    count("strangers", state.diff.strangers);
    count("written", state.written);
    count("removed", state.removed);
    json.key("failures").begin_array();
    for (const auto& failure : state.failures) {
        json.begin_object().member("value", std::string_view(failure.value));
        json.member("reason", std::string_view(failure.reason))
            .member("code", std::string_view(failure.code));
        json.member("again", failure.again).end_object();
    }
    json.end_array().end_object();
}

void write_explanation(JsonWriter& json, const std::string& plate, const PlateExplanation& explanation,
                       std::chrono::minutes utc_offset)
{
    json.begin_object().member("plate", std::string_view(plate)).key("decisions").begin_array();
    for (const auto& [lane, decision] : explanation.decisions) {
        json.begin_object()
            .member("lane", std::string_view(lane))
            .member("result", model::to_string(decision.result));
        json.member("rule", std::string_view(decision.rule));
        write_texts(json, "reasons", decision.reasons);
        json.member_if("instruction", decision.instruction).end_object();
    }
    json.end_array().member("canonical", std::string_view(explanation.canonical));
    json.member("grammar", std::string_view(explanation.grammar)).key("entries").begin_array();
    for (const auto& entry : explanation.entries) {
        json.begin_object().member("list", std::string_view(entry.list)).member_if("group", entry.group);
        if (!entry.group.empty()) json.member("in_hours", entry.in_hours);
        write_time(json, "valid_from", entry.valid_from, utc_offset);
        write_time(json, "valid_to", entry.valid_to, utc_offset);
        if (!entry.lanes.empty()) write_texts(json, "lanes", entry.lanes);
        if (entry.entries_left) json.member("entries_left", *entry.entries_left);
        json.end_object();
    }
    json.end_array().key("candidates").begin_array();
    for (const auto& candidate : explanation.candidates) {
        json.begin_object().member("plate", std::string_view(candidate.plate));
        write_texts(json, "lists", candidate.lists);
        json.key("differs").begin_array();
        for (const auto position : candidate.differs)
            json.value(static_cast<std::uint64_t>(position));
        json.end_array().end_object();
    }
    json.end_array();
    write_texts(json, "misreads", explanation.misreads);
    json.end_object();
}

void write_audit_row(JsonWriter& json, const audit::Row& row, std::chrono::minutes utc_offset)
{
    const auto& record = row.record;
    json.begin_object().member("seq", row.seq);
    json.member("at", std::string_view(base::format_time(record.at, utc_offset)));
    json.member("actor", std::string_view(record.actor)).member("action", std::string_view(record.action));
    json.member("target", std::string_view(record.target)).member("detail", std::string_view(record.detail));
    json.member("result", std::string_view(record.result)).member("hash", std::string_view(row.hash));
    json.end_object();
}

std::string_view type_text(store::Credential::Type type)
{
    switch (type) {
    case store::Credential::Type::person: return "person";
    case store::Credential::Type::card: return "card";
    case store::Credential::Type::plate: break;
    }
    return "plate";
}

void write_occupancy(model::JsonWriter& json, const Occupied& occupied, std::chrono::minutes utc_offset)
{
    const auto& inside = occupied.inside;
    json.member("vehicles", inside.vehicles).member("persons", inside.persons);
    if (occupied.spaces > 0)
        json.member("spaces", occupied.spaces).member("free", std::max(0, occupied.spaces - inside.vehicles));
    if (inside.corrected_by.empty()) return;
    write_time(json, "corrected_at", inside.corrected_at, utc_offset);
    json.member("corrected_by", std::string_view(inside.corrected_by));
}

namespace {

void write_account_members(JsonWriter& json, const store::Account& account)
{
    json.member("name", std::string_view(account.name));
    json.member("display_name", std::string_view(account.display_name));
    json.member("role", std::string_view(account.role));
    write_texts(json, "lanes", account.lanes);
    json.member("must_change_password", account.must_change);
}

} // namespace

void write_account(JsonWriter& json, const store::Account& account, std::chrono::minutes utc_offset)
{
    json.begin_object();
    write_account_members(json, account);
    json.member("disabled", account.disabled);
    write_time(json, "created_at", account.created, utc_offset);
    write_time(json, "last_login_at", account.last_login, utc_offset);
    json.end_object();
}

void write_session_user(JsonWriter& json, const store::Account& account)
{
    json.begin_object();
    write_account_members(json, account);
    json.key("permissions").begin_array();
    account::Role role{};
    if (account::parse(account.role, role))
        for (const auto permission : account::permissions_of(role).members())
            json.value(account::to_string(permission));
    json.end_array().end_object();
}

void write_token(JsonWriter& json, const store::ApiToken& token, std::chrono::minutes utc_offset)
{
    json.begin_object().member("id", std::string_view(token.id)).member("name", std::string_view(token.name));
    write_texts(json, "permissions", token.permissions);
    write_time(json, "created_at", token.created, utc_offset);
    write_time(json, "expires_at", token.expires, utc_offset);
    write_time(json, "last_used_at", token.last_used, utc_offset);
    json.member("created_by", std::string_view(token.created_by)).end_object();
}

} // namespace gatehouse::api
