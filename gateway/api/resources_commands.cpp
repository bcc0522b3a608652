#include "gateway/api/json_body.hpp"
#include "gateway/api/masking.hpp"
#include "gateway/api/operator.hpp"
#include "gateway/api/resources.hpp"
#include "gateway/api/views.hpp"

#include <boost/json/serialize.hpp>

namespace gatehouse::api {
namespace {

constexpr std::int64_t expires_max_s = 300;
constexpr std::int64_t expires_default_s = 30;

// "open" and "close" mean what the lane has: a barrier, or a door where people walk.
bool read_action(const Context& context, const boost::json::object& body, model::Action& action)
{
    const std::string name = text_of(body, "action");
    if (name != "open" && name != "close") return model::parse_action(name, action);
    const std::string id = text_of(body, "lane");
    bool vehicle = true;
    if (context.services.lanes)
        for (const auto& lane : context.services.lanes())
            if (lane.id == id) vehicle = lane.vehicle;
    if (name == "open") action = vehicle ? model::Action::barrier_open : model::Action::door_open;
    if (name == "close") action = vehicle ? model::Action::barrier_close : model::Action::door_close;
    return true;
}

// What is wrong with the order, or empty.
std::string read_command(const Context& context, const Request& request, const boost::json::object& body,
                         model::Command& command)
{
    if (!read_action(context, body, command.action)) return "\"action\" is none this gateway knows";
    command.device = text_of(body, "device");
    command.lane = text_of(body, "lane");
    command.reason = text_of(body, "reason");
    command.operator_name = operator_of(request, body);
    command.id = text_of(body, "id");
    const auto output = number_of(body, "output", 1, 1, 64);
    const auto expires = number_of(body, "expires_in_s", expires_default_s, 1, expires_max_s);
    if (!output) return "\"output\" is a number from 1 to 64";
    if (!expires) return "\"expires_in_s\" is a number of seconds from 1 to 300";
    if (command.operator_name.empty()) return "\"operator\" must say who gives the order";
    if (command.id.size() > 64) return "\"id\" is at most 64 bytes long";
    if (model::moves_metal(command.action)) {
        if (command.device.empty() == command.lane.empty()) return "name either \"lane\" or \"device\"";
        if (command.reason.empty()) return "\"reason\" must say why a gate is moved";
    }
    command.output = static_cast<int>(*output);
    command.issued_at = context.clock.wall();
    command.expires = command.issued_at + std::chrono::seconds(*expires);
    if (command.id.empty() && context.services.next_id) command.id = context.services.next_id();
    if (command.id.empty()) return "\"id\" is missing";
    const auto* args = body.if_contains("args");
    if (args == nullptr || !args->is_object()) return {};
    for (const auto& member : args->as_object())
        command.args.emplace(member.key(), member.value().is_string()
                                               ? std::string(member.value().as_string())
                                               : boost::json::serialize(member.value()));
    return {};
}

// Beyond moving gates, which the resource itself asks for.
std::optional<account::Permission> further_permission(model::Action action)
{
    using enum account::Permission;
    switch (action) {
    case model::Action::alert_ack: return alert_write;
    case model::Action::device_sync:
    case model::Action::log_level: return device_manage;
    case model::Action::list_push: return list_write;
    case model::Action::snapshot: return picture_read;
    default: return std::nullopt;
    }
}

// Whoever deals with some lanes only names one of them: a device may stand at several.
bool may_order(const account::Principal& who, const model::Command& order)
{
    const auto needed = further_permission(order.action);
    if (needed && !who.may(*needed)) return false;
    return who.lanes.empty() || (!order.lane.empty() && order.device.empty() && who.sees_lane(order.lane));
}

} // namespace

Reply commands(const Context& context, Request request)
{
    if (context.services.store == nullptr) co_return not_served();
    const auto limit = request.number("limit", 100, 1, 1000);
    if (!limit) co_return problem(400, "limit is 1 to 1000");
    auto found = co_await context.services.store->recent_commands(static_cast<std::size_t>(*limit));
    if (!found) co_return problem(found.error());
    if (!sees_persons(request))
        for (auto& record : *found)
            record.command = masked(std::move(record.command));
    std::string text;
    model::JsonWriter json(text);
    json.begin_object().key("commands").begin_array();
    for (const auto& record : *found)
        if (request.who.sees_lane(record.command.lane))
            write_command(json, record, context.services.utc_offset);
    json.end_array().end_object();
    co_return json_response(std::move(text));
}

Reply command(const Context& context, Request request)
{
    if (context.services.store == nullptr) co_return not_served();
    auto found = co_await context.services.store->command(request.part("id"));
    if (!found) co_return problem(found.error());
    if (!*found || !request.who.sees_lane((*found)->command.lane))
        co_return problem(404, "there is no such command");
    if (!sees_persons(request)) (*found)->command = masked(std::move((*found)->command));
    std::string text;
    model::JsonWriter json(text);
    write_command(json, **found, context.services.utc_offset);
    co_return json_response(std::move(text));
}

Reply run_command(const Context& context, Request request)
{
    if (!context.services.run_command) co_return not_served();
    const auto body = read_object(request.body);
    if (!body) co_return problem(400, "the body must be a JSON object");
    model::Command order;
    const std::string flaw = read_command(context, request, *body, order);
    if (!flaw.empty()) co_return problem(400, flaw);
    if (!may_order(request.who, order))
        co_return problem(403, "this account may not give this order, or not at this lane");
    order.origin = "api";
    const std::string id = order.id;
    const auto outcome = co_await context.services.run_command(std::move(order));
    std::string text;
    model::JsonWriter json(text);
    json.begin_object().member("id", std::string_view(id));
    write_outcome(json, outcome, context.services.utc_offset);
    json.end_object();
    // How the command ended is an answer, not a failure of the request: 200 also for failed and rejected.
    co_return json_response(std::move(text));
}

} // namespace gatehouse::api
