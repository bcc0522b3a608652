#include "gateway/api/masking.hpp"
#include "gateway/api/operator.hpp"
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

void write_preview(model::JsonWriter& json, const access::ListPreview& preview)
{
    const auto values = [&](const char* name, const std::vector<std::string>& shown, std::size_t count) {
        write_texts(json, name, shown);
        json.member(std::string(name) + "_count", static_cast<std::uint64_t>(count));
    };
    json.begin_object().member("list", std::string_view(preview.list));
    values("added", preview.added, preview.added_count);
    values("changed", preview.changed, preview.changed_count);
    values("removed", preview.removed, preview.removed_count);
    json.member("equal_count", static_cast<std::uint64_t>(preview.equal_count)).end_object();
}

void write_outcome(model::JsonWriter& json, const ListOutcome& outcome)
{
    json.member("imported", static_cast<std::uint64_t>(outcome.imported ? outcome.entries : 0));
    json.member("entries", static_cast<std::uint64_t>(outcome.entries));
    write_texts(json, "replaced", outcome.replaced);
    write_texts(json, "keep_out", outcome.keep_out);
    if (outcome.restored > 0) json.member("restored", outcome.restored);
    json.key("changes").begin_array();
    for (const auto& preview : outcome.previews)
        write_preview(json, preview);
    json.end_array().key("misreads").begin_array();
    for (const auto& accepted : outcome.misreads) {
        json.begin_object().member("value", std::string_view(accepted.value));
        write_texts(json, "reads", accepted.reads);
        json.end_object();
    }
    json.end_array();
    json.key("errors").begin_array();
    for (const auto& error : outcome.errors) {
        json.begin_object().member("line", static_cast<std::uint64_t>(error.line));
        json.member("text", std::string_view(error.text)).end_object();
    }
    json.end_array();
}

void write_version(model::JsonWriter& json, const store::ListVersion& version,
                   std::chrono::minutes utc_offset)
{
    json.begin_object()
        .member("type", type_text(version.type))
        .member("list", std::string_view(version.list));
    json.member("number", version.number).member("entries", version.entries);
    json.member("at", base::format_time(version.at, utc_offset)).member_if("actor", version.actor);
    if (version.restored > 0) json.member("restored", version.restored);
    json.end_object();
}

Response answer_of(const ListOutcome& outcome, const char* refusal)
{
    const WriteMembers members = [&outcome](model::JsonWriter& json) { write_outcome(json, outcome); };
    if (!outcome.imported && !outcome.errors.empty()) return problem(422, refusal, members);
    std::string text;
    model::JsonWriter json(text);
    json.begin_object();
    members(json);
    json.end_object();
    return json_response(std::move(text));
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
        write_credential(json, sees_persons(request) ? credential : masked(credential),
                         context.services.utc_offset);
    json.end_array().member("total", static_cast<std::uint64_t>(page->total)).end_object();
    co_return json_response(std::move(text));
}

Reply list_sync(const Context& context, Request request)
{
    if (!context.services.list_sync) co_return not_served();
    SyncOrder order;
    order.device = request.text("device");
    order.write = request.text("diff") != "1";
    order.actor = operator_of(request);
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
    order.actor = operator_of(request);
    order.partial = is_flag(request.text("partial"));
    order.dry_run = is_flag(request.text("dry_run"));
    order.csv = std::move(request.body);
    if (!is_type(order.type)) co_return problem(400, "type is plate, person or card");
    if (order.actor.empty()) co_return problem(400, "operator must say who changes the list");
    const auto outcome = co_await context.services.list_import(std::move(order));
    if (!outcome) co_return problem(outcome.error());
    co_return answer_of(*outcome, "the file has errors; nothing was changed");
}

Reply list_versions(const Context& context, Request request)
{
    if (!context.services.list_versions) co_return not_served();
    const auto query = query_of(request);
    if (!is_type(query.type)) co_return problem(400, "type is plate, person or card");
    const auto versions = co_await context.services.list_versions();
    if (!versions) co_return problem(versions.error());
    std::string text;
    model::JsonWriter json(text);
    json.begin_object().key("versions").begin_array();
    for (const auto& version : *versions) {
        const bool wanted = (query.type.empty() || query.type == type_text(version.type)) &&
                            (query.list.empty() || query.list == version.list);
        if (wanted) write_version(json, version, context.services.utc_offset);
    }
    json.end_array().end_object();
    co_return json_response(std::move(text));
}

Reply list_undo(const Context& context, Request request)
{
    if (!context.services.list_undo) co_return not_served();
    const auto to = request.number("to", 0, 0, 1'000'000'000);
    ListUndo undo;
    undo.type = request.text("type");
    undo.list = request.text("list");
    undo.actor = operator_of(request);
    undo.dry_run = is_flag(request.text("dry_run"));
    if (undo.type.empty() || !is_type(undo.type) || undo.list.empty())
        co_return problem(400, "type (plate, person or card) and list must say which list");
    if (undo.actor.empty()) co_return problem(400, "operator must say who changes the list");
    if (!to) co_return problem(400, "to is the number of a version");
    undo.to = static_cast<int>(*to);
    const auto outcome = co_await context.services.list_undo(std::move(undo));
    if (outcome.error() == base::Errc::not_found)
        co_return problem(404, "there is no such version of this list, or none before the present one");
    if (!outcome) co_return problem(outcome.error());
    co_return answer_of(*outcome, "the version does not fit the configuration of now; nothing was changed");
}

Reply list_export(const Context& context, Request request)
{
    if (!context.services.list_export) co_return not_served();
    auto query = query_of(request);
    if (!is_type(query.type)) co_return problem(400, "type is plate, person or card");
    if (!sees_persons(request))
        co_return problem(403, "a list with everything hidden is of no use to anybody");
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
    const auto explanation = context.services.explain(plate, request.text("lane"), when);
    if (!explanation) co_return problem(explanation.error());
    std::string text;
    model::JsonWriter json(text);
    write_explanation(json, plate, *explanation, context.services.utc_offset);
    co_return json_response(std::move(text));
}

} // namespace gatehouse::api
