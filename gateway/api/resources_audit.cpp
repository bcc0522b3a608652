#include "gateway/api/resources.hpp"
#include "gateway/api/views.hpp"
#include "gateway/audit/chain.hpp"
#include "gateway/audit/report_json.hpp"

#include <limits>

namespace gatehouse::api {
namespace {

constexpr auto row_max = std::numeric_limits<std::int64_t>::max();
constexpr std::size_t rows_max = 1000;

} // namespace

Reply audit_rows(const Context& context, Request request)
{
    if (context.services.store == nullptr) co_return not_served();
    const auto after = request.number("after", 0, 0, row_max);
    const auto before = request.number("before", 0, 0, row_max);
    const auto limit = request.number("limit", 100, 1, rows_max);
    const std::string order = request.text("order");
    if (!after || !before || !limit)
        co_return problem(400, "after and before are numbers of rows, limit is 1 to 1000");
    if (!order.empty() && order != "asc" && order != "desc") co_return problem(400, "order is asc or desc");
    audit::Filter filter;
    filter.after = *after;
    filter.before = *before;
    filter.actor = request.text("actor");
    filter.action = request.text("action");
    filter.newest_first = order == "desc";
    filter.limit = static_cast<std::size_t>(*limit);
    const auto rows = co_await context.services.store->audit(std::move(filter));
    if (!rows) co_return problem(rows.error());
    std::string text;
    model::JsonWriter json(text);
    json.begin_object().key("rows").begin_array();
    for (const auto& row : *rows)
        write_audit_row(json, row, context.services.utc_offset);
    json.end_array().end_object();
    co_return json_response(std::move(text));
}

Reply audit_verify(const Context& context, Request request)
{
    if (context.services.store == nullptr) co_return not_served();
    const std::string given = request.text("head");
    const auto head = audit::parse_head(given);
    if (!given.empty() && !head) co_return problem(400, "head is NUMBER:HASH, as a notice audit_head has it");
    const auto report = co_await context.services.store->check_audit(head);
    if (!report) co_return problem(report.error());
    co_return json_response(audit::to_json(*report));
}

} // namespace gatehouse::api
