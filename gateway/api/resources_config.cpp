#include "gateway/api/json_body.hpp"
#include "gateway/api/operator.hpp"
#include "gateway/api/resources.hpp"
#include "gateway/api/views.hpp"
#include "gateway/base/time_text.hpp"

#include <charconv>

namespace gatehouse::api {
namespace {

constexpr std::size_t reason_max = 500;

Response outcome_response(const base::Result<ConfigOutcome>& outcome)
{
    if (outcome.error() == base::Errc::conflict)
        return problem(409, "the file has been changed since it was read; read it again");
    if (outcome.error() == base::Errc::busy)
        return problem(409, "somebody else is changing the configuration just now");
    if (outcome.error() == base::Errc::not_found) return problem(404, "there is no such version");
    if (outcome.error() == base::Errc::too_large) return problem(413, "a configuration has at most 1 MiB");
    if (!outcome)
        return problem(503, "the configuration file cannot be written: " + outcome.error().message());
    const WriteMembers members = [&outcome](model::JsonWriter& json) {
        json.member("version", outcome->version).member("applied", outcome->applied);
        write_issues(json, outcome->issues);
    };
    if (!outcome->applied) return problem(422, outcome->refusal, members);
    std::string text;
    model::JsonWriter json(text);
    json.begin_object();
    members(json);
    json.end_object();
    return json_response(std::move(text));
}

// Who changes it and why; nothing unless both are told.
struct Signature {
    std::string actor;
    std::string reason;
};

std::optional<Signature> signature_of(const Request& request, const boost::json::object& body)
{
    Signature found{actor_of(request, operator_of(request, body)).text, text_of(body, "reason")};
    if (found.reason.empty() || found.reason.size() > reason_max) return std::nullopt;
    return found;
}

} // namespace

Reply config_text(const Context& context, Request)
{
    if (!context.services.config) co_return not_served();
    const auto view = co_await context.services.config();
    if (!view) co_return problem(view.error());
    std::string text;
    model::JsonWriter json(text);
    json.begin_object().member("text", view->text).member("version", view->version);
    json.member("path", view->path).end_object();
    co_return json_response(std::move(text));
}

Reply config_check(const Context& context, Request request)
{
    if (!context.services.config_check) co_return not_served();
    const auto body = read_object(request.body);
    if (!body || !body->contains("text"))
        co_return problem(400, "the body must be a JSON object with \"text\", the configuration to check");
    auto wanted = text_of(*body, "text");
    const auto check = co_await context.services.config_check(std::move(wanted));
    if (!check) co_return problem(check.error());
    std::string text;
    model::JsonWriter json(text);
    json.begin_object().member("ok", !config::has_errors(check->issues));
    write_issues(json, check->issues);
    json.member("diff", check->diff).key("effects").begin_array();
    for (const auto& effect : check->effects)
        json.value(effect);
    json.end_array().end_object();
    co_return json_response(std::move(text));
}

Reply config_put(const Context& context, Request request)
{
    if (!context.services.config_put) co_return not_served();
    const auto body = read_object(request.body);
    const auto signature = body ? signature_of(request, *body) : std::nullopt;
    if (!signature || !body->contains("text") || text_of(*body, "version").empty())
        co_return problem(400, "the body must be a JSON object with \"text\", \"version\", as it was read, "
                               "and \"reason\" of at most 500 bytes");
    ConfigOrder order;
    order.text = text_of(*body, "text");
    order.version = text_of(*body, "version");
    order.reason = signature->reason;
    order.actor = signature->actor;
    const auto outcome = co_await context.services.config_put(std::move(order));
    co_return outcome_response(outcome);
}

Reply config_history(const Context& context, Request)
{
    if (!context.services.config_history) co_return not_served();
    const auto versions = co_await context.services.config_history();
    std::string text;
    model::JsonWriter json(text);
    json.begin_object().key("versions").begin_array();
    for (const auto& version : versions) {
        json.begin_object().member("number", version.number);
        json.member("at", base::format_time(version.at, context.services.utc_offset));
        json.member("actor", version.actor).member("reason", version.reason);
        json.member("version", version.version).end_object();
    }
    json.end_array().end_object();
    co_return json_response(std::move(text));
}

Reply config_past(const Context& context, Request request)
{
    if (!context.services.config_past) co_return not_served();
    const auto name = request.part("number");
    int number = 0;
    std::from_chars(name.data(), name.data() + name.size(), number); // what is no number is no version
    const auto past = co_await context.services.config_past(number);
    if (!past) co_return problem(404, "there is no such version");
    std::string text;
    model::JsonWriter json(text);
    json.begin_object().member("text", past->text).member("diff", past->diff).end_object();
    co_return json_response(std::move(text));
}

Reply config_undo(const Context& context, Request request)
{
    if (!context.services.config_undo) co_return not_served();
    const auto body = read_object(request.body);
    const auto signature = body ? signature_of(request, *body) : std::nullopt;
    const auto to = body ? number_of(*body, "to", 0, 1, 1'000'000'000) : std::nullopt;
    if (!signature || !to || *to == 0)
        co_return problem(400, "the body must be a JSON object with \"to\", the number of a version, and "
                               "\"reason\" of at most 500 bytes");
    ConfigUndo undo;
    undo.to = static_cast<int>(*to);
    undo.reason = signature->reason;
    undo.actor = signature->actor;
    const auto outcome = co_await context.services.config_undo(std::move(undo));
    co_return outcome_response(outcome);
}

} // namespace gatehouse::api
