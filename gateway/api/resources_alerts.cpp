#include "gateway/api/json_body.hpp"
#include "gateway/api/resources.hpp"
#include "gateway/api/views.hpp"

namespace gatehouse::api {
namespace {

Response alert_response(const Context& context, const model::Alert& alert)
{
    std::string text;
    model::JsonWriter json(text);
    write_alert(json, alert, context.services.utc_offset);
    return json_response(std::move(text));
}

} // namespace

Reply alerts(const Context& context, Request request)
{
    if (context.services.store == nullptr) co_return not_served();
    const auto open = request.number("open", 0, 0, 1);
    const auto limit = request.number("limit", 200, 1, 1000);
    if (!open || !limit) co_return problem(400, "open is 0 or 1, limit is 1 to 1000");
    store::AlertFilter filter;
    filter.open_only = *open == 1;
    filter.limit = static_cast<std::size_t>(*limit);
    const auto found = co_await context.services.store->alerts(filter);
    if (!found) co_return problem(found.error());
    std::string text;
    model::JsonWriter json(text);
    json.begin_object().key("alerts").begin_array();
    for (const auto& alert : *found)
        write_alert(json, alert, context.services.utc_offset);
    json.end_array().end_object();
    co_return json_response(std::move(text));
}

Reply alert(const Context& context, Request request)
{
    if (context.services.store == nullptr) co_return not_served();
    const auto found = co_await context.services.store->alert(request.part("id"));
    if (!found) co_return problem(found.error());
    if (!*found) co_return problem(404, "there is no such alert");
    co_return alert_response(context, **found);
}

Reply alert_ack(const Context& context, Request request)
{
    if (!context.services.alert_ack) co_return not_served();
    const auto body = read_object(request.body);
    if (!body || text_of(*body, "operator").empty())
        co_return problem(400, "the body must be a JSON object with \"operator\": who takes the alert on");
    const auto changed = co_await context.services.alert_ack(request.part("id"), text_of(*body, "operator"),
                                                             text_of(*body, "note"));
    if (!changed) co_return problem(changed.error());
    co_return alert_response(context, *changed);
}

Reply alert_close(const Context& context, Request request)
{
    if (!context.services.alert_close) co_return not_served();
    const auto body = read_object(request.body);
    if (!body || text_of(*body, "operator").empty())
        co_return problem(400, "the body must be a JSON object with \"operator\": who closes the alert");
    const std::string result = text_of(*body, "result");
    if (result != "real" && result != "false" && result != "test")
        co_return problem(400, "\"result\" must be real, false or test");
    const auto changed = co_await context.services.alert_close(request.part("id"), text_of(*body, "operator"),
                                                               result, text_of(*body, "note"));
    if (!changed) co_return problem(changed.error());
    co_return alert_response(context, *changed);
}

} // namespace gatehouse::api
