#include "gateway/api/operator.hpp"
#include "gateway/api/resources.hpp"
#include "gateway/base/time_text.hpp"

#include <algorithm>

namespace gatehouse::api {

Reply alert_route(const Context& context, Request request)
{
    if (!context.services.alert_route) co_return not_served();
    const auto severity = request.number("severity", 3, 1, 4);
    if (!severity) co_return problem(400, "severity is 1 to 4");
    RouteQuestion question;
    question.severity = static_cast<int>(*severity);
    question.kind = request.text("kind");
    question.role = request.text("role");
    const auto& roles = config::staff_roles();
    if (!question.role.empty() && std::find(roles.begin(), roles.end(), question.role) == roles.end())
        co_return problem(400, "role is guard, manager, maintenance, duty or centre");
    question.at = context.clock.wall();
    if (const auto at = request.text("at"); !at.empty()) {
        const auto parsed = base::parse_time(at, context.services.utc_offset);
        if (!parsed) co_return problem(400, "at is a time such as 2026-01-01T08:05:00+08:00");
        question.at = parsed->time;
    }
    co_return json_response(context.services.alert_route(question));
}

Reply channel_test(const Context& context, Request request)
{
    if (!context.services.channel_test) co_return not_served();
    auto channel = request.part("channel");
    auto who = operator_of(request);
    const auto verdict = co_await context.services.channel_test(std::move(channel), std::move(who));
    if (!verdict) co_return problem(verdict.error());
    std::string text;
    model::JsonWriter json(text);
    json.begin_object().member("outcome", notify::to_string(verdict->kind));
    json.member_if("why", verdict->reason).end_object();
    co_return json_response(std::move(text));
}

} // namespace gatehouse::api
