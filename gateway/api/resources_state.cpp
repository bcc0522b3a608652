#include "gateway/api/documents.hpp"
#include "gateway/api/resources.hpp"
#include "gateway/api/views.hpp"

namespace gatehouse::api {
namespace {

Response verdict_response(const Verdict& verdict)
{
    std::string text;
    model::JsonWriter json(text);
    json.begin_object().member("ok", verdict.ok);
    write_texts(json, "reasons", verdict.reasons);
    json.end_object();
    return json_response(std::move(text), verdict.ok ? 200 : 503);
}

} // namespace

Reply healthz(const Context& context, Request)
{
    co_return verdict_response(context.services.health ? context.services.health() : Verdict());
}

Reply readyz(const Context& context, Request)
{
    co_return verdict_response(context.services.readiness ? context.services.readiness() : Verdict());
}

Reply metrics(const Context& context, Request)
{
    if (!context.services.metrics) co_return not_served();
    Response response;
    response.content_type = "text/plain; version=0.0.4; charset=utf-8";
    response.body = context.services.metrics();
    co_return response;
}

Reply status(const Context& context, Request)
{
    if (!context.services.status) co_return not_served();
    auto text = co_await context.services.status();
    co_return json_response(std::move(text));
}

Reply openapi_document(const Context&, Request)
{
    co_return json_response(std::string(openapi_text));
}

Reply asyncapi_document(const Context&, Request)
{
    co_return json_response(std::string(asyncapi_text));
}

Reply backup(const Context& context, Request)
{
    if (!context.services.backup) co_return not_served();
    auto copy = co_await context.services.backup();
    if (!copy) co_return problem(copy.error());
    Response response;
    response.content_type = "application/vnd.sqlite3";
    response.long_body = std::move(*copy);
    co_return response;
}

Reply reload(const Context& context, Request)
{
    if (!context.services.reload) co_return not_served();
    const auto outcome = co_await context.services.reload();
    const WriteMembers members = [&outcome](model::JsonWriter& json) {
        json.member("applied", outcome.applied);
        write_texts(json, "issues", outcome.issues);
    };
    if (!outcome.applied)
        co_return problem(422, "the configuration has errors; nothing was changed", members);
    std::string text;
    model::JsonWriter json(text);
    json.begin_object();
    members(json);
    json.end_object();
    co_return json_response(std::move(text));
}

} // namespace gatehouse::api
