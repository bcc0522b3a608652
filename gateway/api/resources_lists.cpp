#include "gateway/api/resources.hpp"
#include "gateway/api/views.hpp"
#include "gateway/base/time_text.hpp"

namespace gatehouse::api {
namespace {

bool is_type(const std::string& type)
{
    return type.empty() || type == "plate" || type == "person" || type == "card";
}

bool is_flag(const std::string& text)
{
    return text == "1" || text == "true";
}

ListQuery query_of(const Request& request)
{
    ListQuery query;
    query.type = request.text("type");
    query.list = request.text("list");
    return query;
}

void write_outcome(model::JsonWriter& json, const ListOutcome& outcome)
{
    json.member("imported", static_cast<std::uint64_t>(outcome.imported ? outcome.entries : 0));
    json.member("entries", static_cast<std::uint64_t>(outcome.entries));
    write_texts(json, "replaced", outcome.replaced);
    write_texts(json, "keep_out", outcome.keep_out);
    json.key("errors").begin_array();
    for (const auto& error : outcome.errors) {
        json.begin_object().member("line", static_cast<std::uint64_t>(error.line));
        json.member("text", std::string_view(error.text)).end_object();
    }
    json.end_array();
}

} // namespace

Reply lists(const Context& context, Request request)
{
    if (!context.services.list_entries) co_return not_served();
    const auto limit = request.number("limit", 1000, 1, 10'000);
    const auto offset = request.number("offset", 0, 0, 1'000'000'000);
    auto query = query_of(request);
    if (!limit || !offset || !is_type(query.type))
        co_return problem(400, "type is plate, person or card, limit is 1 to 10000, offset counts entries");
    query.text = request.text("q");
    query.offset = static_cast<std::size_t>(*offset);
    query.limit = static_cast<std::size_t>(*limit);
    const auto page = co_await context.services.list_entries(std::move(query));
    if (!page) co_return problem(page.error());
    std::string text;
    model::JsonWriter json(text);
    json.begin_object().key("credentials").begin_array();
    for (const auto& credential : page->entries)
        write_credential(json, credential, context.services.utc_offset);
    json.end_array().member("total", static_cast<std::uint64_t>(page->total)).end_object();
    co_return json_response(std::move(text));
}

Reply list_sync(const Context& context, Request request)
{
    if (!context.services.list_sync) co_return not_served();
    SyncOrder order;
    order.device = request.text("device");
    order.write = request.text("diff") != "1";
    order.actor = request.text("operator");
    const auto states = co_await context.services.list_sync(std::move(order));
    if (states.error() == base::Errc::not_found)
        co_return problem(404, "there is no such running device, or it keeps no lists");
    if (states.error() == base::Errc::conflict)
        co_return problem(409, "the device's lists are not written: its configuration says lists = \"off\"");
    if (!states) co_return problem(states.error());
    std::string text;
    model::JsonWriter json(text);
    json.begin_object().key("lists").begin_array();
    for (const auto& state : *states)
        write_list_state(json, state);
    json.end_array().end_object();
    co_return json_response(std::move(text));
}

Reply list_import(const Context& context, Request request)
{
    if (!context.services.list_import) co_return not_served();
    ListOrder order;
    order.type = request.text("type");
    order.list = request.text("list");
    order.actor = request.text("operator");
    order.partial = is_flag(request.text("partial"));
    order.dry_run = is_flag(request.text("dry_run"));
    order.csv = std::move(request.body);
    if (!is_type(order.type)) co_return problem(400, "type is plate, person or card");
    if (order.actor.empty()) co_return problem(400, "operator must say who changes the list");
    const auto outcome = co_await context.services.list_import(std::move(order));
    if (!outcome) co_return problem(outcome.error());
    const WriteMembers members = [&outcome](model::JsonWriter& json) { write_outcome(json, *outcome); };
    if (!outcome->imported && !outcome->errors.empty())
        co_return problem(422, "the file has errors; nothing was changed", members);
    std::string text;
    model::JsonWriter json(text);
    json.begin_object();
    members(json);
    json.end_object();
    co_return json_response(std::move(text));
}

Reply list_export(const Context& context, Request request)
{
    if (!context.services.list_export) co_return not_served();
    auto query = query_of(request);
    if (!is_type(query.type)) co_return problem(400, "type is plate, person or card");
    auto csv = co_await context.services.list_export(std::move(query));
    if (!csv) co_return problem(csv.error());
    Response response;
    response.content_type = "text/csv; charset=utf-8";
    response.body = std::move(*csv);
    co_return response;
}

Reply explain(const Context& context, Request request)
{
    if (!context.services.explain) co_return not_served();
    const std::string plate = request.text("plate");
    const std::string at = request.text("at");
    if (plate.empty()) co_return problem(400, "plate is missing");
    auto when = context.clock.wall();
    if (!at.empty()) {
        const auto parsed = base::parse_time(at, context.services.utc_offset);
        if (!parsed) co_return problem(400, "at is a time such as 2026-01-01T08:05:00+08:00");
        when = parsed->time;
    }
    const auto decisions = context.services.explain(plate, request.text("lane"), when);
    if (!decisions) co_return problem(decisions.error());
    std::string text;
    model::JsonWriter json(text);
    write_explanations(json, plate, *decisions);
    co_return json_response(std::move(text));
}

} // namespace gatehouse::api
