#include "gateway/api/json_body.hpp"
#include "gateway/api/operator.hpp"
#include "gateway/api/resources.hpp"
#include "gateway/api/views.hpp"

#include <algorithm>

namespace gatehouse::api {
namespace {

bool names(const config::LaneConfig& lane, const std::string& device)
{
    return std::find(lane.readers.begin(), lane.readers.end(), device) != lane.readers.end() ||
           lane.barrier_device == device || lane.loop_entry.device == device ||
           lane.loop_safety.device == device;
}

Response no_such_device()
{
    return problem(404, "there is no such device in the configuration");
}

} // namespace

bool sees_device(const Context& context, const account::Principal& who, const std::string& id)
{
    if (who.lanes.empty() || !context.services.lanes) return true;
    bool of_others = false;
    for (const auto& lane : context.services.lanes()) {
        if (!names(lane, id)) continue;
        if (who.sees_lane(lane.id)) return true;
        of_others = true;
    }
    return !of_others;
}

Reply devices(const Context& context, Request request)
{
    if (!context.services.devices) co_return not_served();
    std::string text;
    model::JsonWriter json(text);
    json.begin_object().key("devices").begin_array();
    for (const auto& device : context.services.devices())
        if (sees_device(context, request.who, device.config.id))
            write_device(json, device, context.services.utc_offset);
    json.end_array().end_object();
    co_return json_response(std::move(text));
}

Reply device(const Context& context, Request request)
{
    if (!context.services.devices) co_return not_served();
    const std::string id = request.part("id");
    if (!sees_device(context, request.who, id)) co_return no_such_device();
    for (const auto& device : context.services.devices()) {
        if (device.config.id != id) continue;
        std::string text;
        model::JsonWriter json(text);
        write_device(json, device, context.services.utc_offset);
        co_return json_response(std::move(text));
    }
    co_return no_such_device();
}

Reply device_snapshot(const Context& context, Request request)
{
    if (!context.services.live_picture) co_return not_served();
    if (!sees_device(context, request.who, request.part("id"))) co_return no_such_device();
    auto actor = operator_of(request);
    if (actor.empty()) actor = request.peer;
    auto bytes = co_await context.services.live_picture(request.part("id"), std::move(actor));
    if (bytes.error() == base::Errc::busy) co_return problem(409, "a picture of this device is being taken");
    if (bytes.error() == base::Errc::unsupported) co_return problem(501, "this device gives no live picture");
    if (!bytes) co_return problem(bytes.error());
    Response response;
    response.content_type = picture_type(*bytes);
    response.body = std::move(*bytes);
    co_return response;
}

Reply device_uptime(const Context& context, Request request)
{
    if (!context.services.device_uptime) co_return not_served();
    const auto found = co_await context.services.device_uptime(request.text("month"));
    if (found.error() == base::Errc::bad_input) co_return problem(400, "month is a month such as 2026-01");
    if (!found) co_return problem(found.error());
    const auto seconds = [](std::chrono::milliseconds span) {
        return std::chrono::duration_cast<std::chrono::seconds>(span).count();
    };
    std::string text;
    model::JsonWriter json(text);
    json.begin_object().key("devices").begin_array();
    for (const auto& device : *found) {
        if (!sees_device(context, request.who, device.device)) continue;
        json.begin_object().member("id", device.device);
        json.member("planned_s", seconds(device.planned)).member("up_s", seconds(device.up)).key("rate");
        if (const auto rate = device.rate())
            json.value(*rate);
        else
            json.null();
        json.end_object();
    }
    json.end_array().end_object();
    co_return json_response(std::move(text));
}

Reply device_test(const Context& context, Request request)
{
    if (!context.services.device_test) co_return not_served();
    const auto steps = co_await context.services.device_test(request.part("id"));
    if (!steps) co_return problem(steps.error());
    std::string text;
    model::JsonWriter json(text);
    json.begin_object();
    write_steps(json, *steps);
    json.end_object();
    co_return json_response(std::move(text));
}

Reply device_replace(const Context& context, Request request)
{
    if (!context.services.device_replace) co_return not_served();
    auto actor = operator_of(request);
    const auto serial = co_await context.services.device_replace(request.part("id"), std::move(actor));
    if (serial.error() == base::Errc::unavailable)
        co_return problem(503, "the device has not told its serial number yet; it has to be connected once");
    if (serial.error() == base::Errc::conflict)
        co_return problem(409, "the device that answers is the one that is known; nothing was replaced");
    if (!serial) co_return problem(serial.error());
    std::string text;
    model::JsonWriter json(text);
    json.begin_object().member("serial", std::string_view(*serial)).end_object();
    co_return json_response(std::move(text));
}

Reply device_find(const Context& context, Request request)
{
    if (!context.services.device_find) co_return not_served();
    const auto body = read_object(request.body);
    const auto seconds = body ? number_of(*body, "seconds", 5, 1, 60) : std::nullopt;
    if (!seconds) co_return problem(400, "\"seconds\" is a number from 1 to 60");
    auto names = texts_of(*body, "interfaces");
    if (names.empty()) co_return problem(400, "\"interfaces\" names the networks to search");
    const std::chrono::seconds span(*seconds);
    const auto report = co_await context.services.device_find(std::move(names), span);
    if (report.error() == base::Errc::bad_input)
        co_return problem(400, "an interface of that name is not up, or has no IPv4 address");
    if (!report) co_return problem(report.error());
    std::string text;
    model::JsonWriter json(text);
    json.begin_object().key("devices").begin_array();
    for (const auto& finding : report->findings)
        write_finding(json, finding);
    json.end_array();
    write_texts(json, "flaws", report->flaws);
    json.end_object();
    co_return json_response(std::move(text));
}

Reply interfaces(const Context& context, Request)
{
    if (!context.services.interfaces) co_return not_served();
    std::string text;
    model::JsonWriter json(text);
    json.begin_object().key("interfaces").begin_array();
    for (const auto& each : context.services.interfaces())
        json.begin_object()
            .member("name", std::string_view(each.name))
            .member("address", std::string_view(each.address))
            .end_object();
    json.end_array().end_object();
    co_return json_response(std::move(text));
}

Reply device_capture(const Context& context, Request request)
{
    if (!context.services.device_capture) co_return not_served();
    const auto body = read_object(request.body);
    const auto seconds = body ? number_of(*body, "seconds", 30, 1, 600) : std::nullopt;
    if (!seconds) co_return problem(400, "\"seconds\" is a number from 1 to 600");
    const std::chrono::seconds span(*seconds);
    auto bytes = co_await context.services.device_capture(request.part("id"), span);
    if (!bytes) co_return problem(bytes.error());
    Response response;
    response.content_type = "application/octet-stream";
    response.body = std::move(*bytes);
    co_return response;
}

Reply device_replay(const Context& context, Request request)
{
    if (!context.services.device_replay) co_return not_served();
    const auto parts = co_await context.services.device_replay(request.part("id"), std::move(request.body));
    if (!parts) co_return problem(parts.error());
    std::string text;
    model::JsonWriter json(text);
    json.begin_object();
    write_texts(json, "parts", *parts);
    json.end_object();
    co_return json_response(std::move(text));
}

Reply lanes(const Context& context, Request request)
{
    if (!context.services.lanes) co_return not_served();
    std::string text;
    model::JsonWriter json(text);
    json.begin_object().key("lanes").begin_array();
    for (const auto& lane : context.services.lanes())
        if (request.who.sees_lane(lane.id)) write_lane(json, lane);
    json.end_array().end_object();
    co_return json_response(std::move(text));
}

} // namespace gatehouse::api
