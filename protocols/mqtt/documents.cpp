#include "protocols/mqtt/documents.hpp"

#include "gateway/base/time_text.hpp"
#include "gateway/model/json_writer.hpp"

namespace gatehouse::mqtt {
namespace {

using model::JsonWriter;

std::string gateway_source(const model::Names& names)
{
    return "/sites/" + names.site + "/gateways/" + names.gateway;
}

// Everything up to "data":, whose value the caller writes and closes.
JsonWriter& open_document(JsonWriter& json, const model::Names& names, const Stamp& stamp,
                          const std::string& source, std::string_view type)
{
    json.begin_object()
        .member("specversion", "1.0")
        .member("id", stamp.id)
        .member("source", source)
        .member("type", type);
    json.member("time", base::format_time(stamp.at, names.utc_offset))
        .member("datacontenttype", "application/json");
    return json.key("data");
}

std::string_view link_text(model::LinkState link)
{
    switch (link) {
    case model::LinkState::up: return "online";
    case model::LinkState::silent: return "silent";
    case model::LinkState::down: return "offline";
    case model::LinkState::unknown: break;
    }
    return "unknown";
}

} // namespace

std::string state_document(const model::Names& names, const Stamp& stamp, const GatewayState& state)
{
    std::string out;
    JsonWriter json(out);
    open_document(json, names, stamp, gateway_source(names), "cn.gatehouse.gateway.state.v1");
    json.begin_object()
        .member("online", state.online)
        .member_if("reason", state.reason)
        .member("session", state.session);
    json.member_if("version", state.version)
        .member("since", base::format_time(state.since, names.utc_offset));
    if (state.online) {
        json.key("devices").begin_object().member("total", static_cast<std::int64_t>(state.devices_total));
        json.member("online", static_cast<std::int64_t>(state.devices_online)).end_object();
    }
    json.end_object().end_object();
    return out;
}

std::string info_document(const model::Names& names, const Stamp& stamp, const GatewayInfo& info)
{
    std::string out;
    JsonWriter json(out);
    open_document(json, names, stamp, gateway_source(names), "cn.gatehouse.gateway.info.v1");
    json.begin_object().member("version", info.version).member("bootid", info.boot_id);
    json.key("capabilities").begin_array();
    for (const char* command : {"barrier-open", "barrier-close", "door-open", "door-close", "arm", "disarm",
                                "alert-ack", "device-sync", "list-push", "snapshot", "ping", "log-level"})
        json.value(command);
    json.end_array().key("schemas").begin_array();
    for (const char* schema : {"vehicle.passed:1.0", "vehicle.refused:1.0", "access.granted:1.0",
                               "access.denied:1.0", "alert:1.1"})
        json.value(std::string("urn:gatehouse:schema:") + schema);
    json.end_array().member("utc_offset_minutes", static_cast<std::int64_t>(names.utc_offset.count()));
    json.member("clockquality", info.clock_synced ? "synced" : "unsynced").end_object().end_object();
    return out;
}

std::string stat_document(const model::Names& names, const Stamp& stamp, std::string_view figures)
{
    std::string out;
    JsonWriter json(out);
    open_document(json, names, stamp, gateway_source(names), "cn.gatehouse.gateway.stat.v1");
    json.raw(figures).end_object();
    return out;
}

std::string device_document(const model::Names& names, const Stamp& stamp, const std::string& device,
                            const device::DeviceStatus& status)
{
    std::string out;
    JsonWriter json(out);
    open_document(json, names, stamp, gateway_source(names) + "/devices/" + device,
                  "cn.gatehouse.device.state.v1");
    json.begin_object()
        .member("online", status.link == model::LinkState::up)
        .member("link", link_text(status.link));
    json.member_if("why", status.why).member_if("model", status.model).member_if("firmware", status.firmware);
    if (status.last_heard) json.member("last_seen", base::format_time(*status.last_heard, names.utc_offset));
    if (status.last_event) json.member("last_event", base::format_time(*status.last_event, names.utc_offset));
    if (status.clock_offset_ms) json.member("clock_offset_ms", *status.clock_offset_ms);
    json.member("clock_trusted", status.clock_trusted).end_object().end_object();
    return out;
}

std::string_view reply_status(model::Status status)
{
    switch (status) {
    case model::Status::confirmed: return "done";
    case model::Status::accepted: return "accepted";
    case model::Status::rejected: return "rejected";
    case model::Status::expired: return "expired";
    case model::Status::duplicate: return "duplicate";
    case model::Status::failed:
    case model::Status::unknown: break;
    }
    return "failed";
}

namespace {

// A duplicate's code is how the first one ended, in our words; still in progress, it has been accepted (§5).
std::string_view repeated_result(std::string_view code)
{
    auto ended = model::Status::accepted;
    (void)model::parse_status(code, ended); // no status: in progress
    return reply_status(ended);
}

} // namespace

std::string reply_document(const model::Names& names, const Stamp& stamp, const Reply& reply)
{
    using model::Status;
    const auto& outcome = reply.outcome;
    std::string out;
    JsonWriter json(out);
    open_document(json, names, stamp, gateway_source(names), "cn.gatehouse.reply.v1");
    json.begin_object().member("cmd_id", reply.command_id).member("status", reply_status(outcome.status));
    json.member_if("device", reply.device);
    json.key("detail").begin_object();
    if (outcome.status == Status::accepted) json.member("confirmed", false).member("final", reply.final);
    if (outcome.status == Status::confirmed) json.member("confirmed", true);
    if (outcome.status == Status::duplicate) json.member("result", repeated_result(outcome.code));
    if (outcome.took_ms >= 0) json.member("took_ms", outcome.took_ms);
    json.member_if("text", outcome.text).end_object();
    const bool fault = outcome.status == Status::failed || outcome.status == Status::rejected ||
                       outcome.status == Status::expired || outcome.status == Status::unknown;
    if (fault) {
        const auto code = outcome.code.empty() ? std::string(model::to_string(outcome.status)) : outcome.code;
        json.key("error").begin_object();
        json.member("code", outcome.status == Status::unknown ? std::string("outcome_unknown") : code);
        json.member("text", outcome.text).end_object();
    }
    const auto at = outcome.at == base::WallTime{} ? stamp.at : outcome.at;
    json.member("at", base::format_time(at, names.utc_offset)).end_object().end_object();
    return out;
}

} // namespace gatehouse::mqtt
