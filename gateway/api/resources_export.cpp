#include "gateway/api/json_body.hpp"
#include "gateway/api/operator.hpp"
#include "gateway/api/passage_filter.hpp"
#include "gateway/api/resources.hpp"

namespace gatehouse::api {
namespace {

using account::Permission;

// A filter as the query of GET /passages would have it.
std::string filter_text(const boost::json::object& body, const std::string& name)
{
    const auto* member = body.if_contains(name);
    if (member == nullptr) return {};
    if (member->is_bool()) return member->as_bool() ? "1" : "";
    if (member->is_int64()) return std::to_string(member->as_int64());
    return text_of(body, name);
}

// Why, what was asked for and how much was handed out: no plate but the one that was asked for.
std::string export_detail(const boost::json::object& body, const PassageTable& table)
{
    std::string detail = text_of(body, "reason") + "; ";
    for (const auto* name : {"q", "fuzzy", "kind", "lane", "person", "result", "from", "to"})
        if (const auto value = filter_text(body, name); !value.empty())
            detail += std::string(name) + "=" + value + " ";
    return detail + std::to_string(table.rows) + " rows" + (table.cut_off ? ", and there were more" : "");
}

} // namespace

Reply passages_export(const Context& context, Request request)
{
    const auto& services = context.services;
    if (!services.passage_table) co_return not_served();
    if (!request.who.may(Permission::person_read))
        co_return problem(403, "an export shows plates and persons, which this role may not see");
    const auto body = read_object(request.body);
    if (!body || text_of(*body, "reason").empty())
        co_return problem(400, "\"reason\" must say what the export is for");
    std::string flaw;
    const auto of_body = [&body](const std::string& name) { return filter_text(*body, name); };
    auto query = read_passage_query(of_body, services.utc_offset, flaw);
    if (!flaw.empty()) co_return problem(400, flaw);
    auto table = co_await services.passage_table(std::move(query));
    if (!table) co_return problem(table.error());
    audit::Record record{.at = context.clock.wall(),
                         .actor = actor_of(request, operator_of(request, *body)).text,
                         .action = "passage-export",
                         .target = "passages",
                         .detail = export_detail(*body, *table),
                         .result = "done"};
    if (services.record) {
        const auto recorded = co_await services.record(std::move(record));
        if (!recorded)
            co_return problem(503, "nothing is handed out unrecorded, and the audit takes nothing now: " +
                                       recorded.error().message());
    }
    Response response;
    response.content_type = "text/csv; charset=utf-8";
    response.headers.emplace_back("Content-Disposition", "attachment; filename=\"passages.csv\"");
    response.body = std::move(table->csv);
    co_return response;
}

} // namespace gatehouse::api
