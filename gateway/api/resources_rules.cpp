#include "gateway/api/json_body.hpp"
#include "gateway/api/resources.hpp"
#include "gateway/api/views.hpp"
#include "gateway/base/time_text.hpp"

namespace gatehouse::api {

Reply rules_preview(const Context& context, Request request)
{
    if (!context.services.rules_preview) co_return not_served();
    const auto body = read_object(request.body);
    if (!body || !body->contains("text"))
        co_return problem(400, "the body must be a JSON object with \"text\", the [[rule]] tables to try");
    auto wanted = text_of(*body, "text");
    const auto outlook = co_await context.services.rules_preview(std::move(wanted));
    if (outlook.error() == base::Errc::busy)
        co_return problem(409, "another preview is under way; try again in a moment");
    if (!outlook) co_return problem(outlook.error());
    if (config::has_errors(outlook->issues)) {
        const WriteMembers members = [&outlook](model::JsonWriter& json) {
            write_issues(json, outlook->issues);
        };
        co_return problem(422, "the rules have errors", members);
    }
    const auto offset = context.services.utc_offset;
    std::string text;
    model::JsonWriter json(text);
    json.begin_object().key("alerts").begin_array();
    for (const auto& row : outlook->rows)
        json.begin_object()
            .member("kind", row.kind)
            .member("count", row.count)
            .member("would", row.would)
            .end_object();
    json.end_array().member("from", base::format_time(outlook->from, offset));
    json.member("to", base::format_time(outlook->to, offset)).end_object();
    co_return json_response(std::move(text));
}

} // namespace gatehouse::api
