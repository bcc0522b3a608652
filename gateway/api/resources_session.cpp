#include "gateway/account/password.hpp"
#include "gateway/api/admission.hpp"
#include "gateway/api/json_body.hpp"
#include "gateway/api/operator.hpp"
#include "gateway/api/resources.hpp"
#include "gateway/api/views.hpp"
#include "gateway/base/time_text.hpp"

namespace gatehouse::api {
namespace {

using account::Entrance;

std::string cookie_text(const Request& request, const std::string& id, std::string_view more)
{
    std::string text = std::string(session_cookie_name) + "=" + id + "; HttpOnly; SameSite=Strict; Path=/";
    if (request.secure) text += "; Secure";
    return text.append(more);
}

Response session_response(const Context& context, const account::Session& session, unsigned status)
{
    const auto& accounts = *context.services.accounts;
    const auto& own = accounts.all().at(session.account);
    const auto now = context.clock.wall();
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        accounts.sessions().end_of(session) - context.clock.now());
    std::string text;
    model::JsonWriter json(text);
    json.begin_object().key("user");
    write_session_user(json, own);
    json.member("csrf", std::string_view(session.csrf)).key("site").begin_object();
    json.member("id", std::string_view(context.services.site));
    json.member("name", std::string_view(context.services.site_name)).end_object();
    json.member("idle_seconds", static_cast<std::int64_t>(accounts.sessions().idle().count()));
    json.member("ends_at", std::string_view(base::format_time(now + left, context.services.utc_offset)));
    json.member("server_time", std::string_view(base::format_time(now, context.services.utc_offset)));
    json.end_object();
    return json_response(std::move(text), status);
}

Response answer_of(const Context& context, const Request& request, const Entrance& entrance,
                   std::string_view refusal, unsigned status)
{
    switch (entrance.answer) {
    case Entrance::Answer::busy: return problem(503, "too many log in at once; try again in a moment");
    case Entrance::Answer::refused: return problem(401, refusal);
    case Entrance::Answer::shut: {
        const auto seconds = entrance.again_in.count();
        auto response =
            problem(429, "too many failures; try again later", [seconds](model::JsonWriter& json) {
                json.member("retry_after_s", static_cast<std::int64_t>(seconds));
            });
        response.headers.emplace_back("Retry-After", std::to_string(seconds));
        return response;
    }
    case Entrance::Answer::let_in: break;
    }
    const auto* session = context.services.accounts->session(entrance.session, true);
    if (session == nullptr) return log_in_first(context); // ended while the store was writing
    auto response = session_response(context, *session, status);
    response.headers.emplace_back("Set-Cookie", cookie_text(request, session->id, ""));
    return response;
}

} // namespace

Reply session(const Context& context, Request request)
{
    if (context.services.accounts == nullptr) co_return not_served();
    const auto* session = context.services.accounts->session(request.who.session, false);
    if (session == nullptr) co_return log_in_first(context);
    co_return session_response(context, *session, 200);
}

Reply log_in(const Context& context, Request request)
{
    if (context.services.accounts == nullptr) co_return not_served();
    auto& accounts = *context.services.accounts;
    const auto body = read_object(request.body);
    if (!body || text_of(*body, "name").empty() || text_of(*body, "password").empty())
        co_return problem(400, "the body must be a JSON object with \"name\" and \"password\"");
    if (!accounts.is_set_up()) co_return log_in_first(context);
    // A session that was there before is not the one that goes on: nobody can have put it there.
    if (!request.who.session.empty()) accounts.log_out(request.who, actor_of(request, operator_of(request)));
    const auto entrance =
        co_await accounts.log_in(text_of(*body, "name"), text_of(*body, "password"), request.address);
    co_return answer_of(context, request, entrance, "name or password is wrong", 200);
}

Reply log_out(const Context& context, Request request)
{
    if (context.services.accounts == nullptr) co_return not_served();
    if (request.who.session.empty()) co_return log_in_first(context);
    context.services.accounts->log_out(request.who, actor_of(request, operator_of(request)));
    Response response;
    response.status = 204;
    response.headers.emplace_back("Set-Cookie", cookie_text(request, "", "; Max-Age=0"));
    co_return response;
}

Reply set_up(const Context& context, Request request)
{
    if (context.services.accounts == nullptr) co_return not_served();
    auto& accounts = *context.services.accounts;
    if (accounts.is_set_up()) co_return problem(409, "it is set up already");
    const auto body = read_object(request.body);
    if (!body) co_return problem(400, "the body must be a JSON object");
    store::Account first;
    first.name = text_of(*body, "name");
    first.display_name = text_of(*body, "display_name");
    auto password = text_of(*body, "password");
    if (const auto flaw = account::flaw_of_name(first.name); !flaw.empty()) co_return problem(400, flaw);
    if (first.display_name.empty()) first.display_name = first.name;
    if (first.display_name.size() > display_name_max) co_return problem(400, "the display name is too long");
    if (const auto flaw = account::flaw_of_password(password, first.name); !flaw.empty())
        co_return problem(400, flaw);
    const auto entrance = co_await accounts.set_up(text_of(*body, "code"), std::move(first),
                                                   std::move(password), request.address);
    co_return answer_of(context, request, entrance, "the code is wrong; it is in the gateway's log", 201);
}

Reply password_change(const Context& context, Request request)
{
    if (context.services.accounts == nullptr) co_return not_served();
    if (request.who.session.empty()) co_return log_in_first(context);
    const auto body = read_object(request.body);
    if (!body) co_return problem(400, "the body must be a JSON object with \"old\" and \"new\"");
    const auto flaw = account::flaw_of_password(text_of(*body, "new"), request.who.name);
    if (!flaw.empty()) co_return problem(400, flaw);
    auto actor = actor_of(request, operator_of(request));
    const auto changed = co_await context.services.accounts->change_password(
        request.who, text_of(*body, "old"), text_of(*body, "new"), std::move(actor));
    if (changed.error() == base::Errc::unauthorised) co_return problem(403, "the old password is wrong");
    if (changed.error() == base::Errc::locked_out)
        co_return problem(429, "too many failures; try again later");
    if (!changed) co_return problem(changed.error());
    Response response;
    response.status = 204;
    co_return response;
}

} // namespace gatehouse::api
