#include "gateway/account/password.hpp"
#include "gateway/api/json_body.hpp"
#include "gateway/api/operator.hpp"
#include "gateway/api/resources.hpp"
#include "gateway/api/views.hpp"

#include <algorithm>

namespace gatehouse::api {
namespace {

constexpr std::int64_t token_days_max = 3650;
constexpr std::size_t token_name_max = 64;

Response done()
{
    Response response;
    response.status = 204;
    return response;
}

Response account_response(const Context& context, const store::Account& account, unsigned status)
{
    std::string text;
    model::JsonWriter json(text);
    write_account(json, account, context.services.utc_offset);
    return json_response(std::move(text), status);
}

// What is wrong with a wish, as a sentence; empty: nothing. Members that are not there stay as they are.
std::string read_wish(const Context& context, const boost::json::object& body, account::AccountWish& wish)
{
    if (body.contains("display_name")) {
        wish.display_name = text_of(body, "display_name");
        if (wish.display_name->empty() || wish.display_name->size() > display_name_max)
            return "\"display_name\" has 1 to 64 bytes";
    }
    if (body.contains("role")) {
        account::Role role{};
        if (!account::parse(text_of(body, "role"), role))
            return "\"role\" must be admin, manager, guard, maintainer, committee, neighbourhood, centre or "
                   "police";
        wish.role = role;
    }
    if (const auto* disabled = body.if_contains("disabled")) {
        if (!disabled->is_bool()) return "\"disabled\" must be true or false";
        wish.disabled = disabled->as_bool();
    }
    if (!body.contains("lanes")) return {};
    wish.lanes = texts_of(body, "lanes");
    const auto known = context.services.lanes ? context.services.lanes() : std::vector<config::LaneConfig>();
    for (const auto& id : *wish.lanes)
        if (std::none_of(known.begin(), known.end(), [&id](const auto& lane) { return lane.id == id; }))
            return "\"lanes\" names a lane that the configuration does not have";
    return {};
}

// The sentence for a change of accounts that was not made.
Response refused(base::error_code why)
{
    if (why == base::Errc::conflict) return problem(409, "no administrator would be left");
    if (why == base::Errc::already_exists) return problem(409, "there is an account of that name");
    if (why == base::Errc::not_found) return problem(404, "there is no such account or token");
    if (why == base::Errc::too_large) return problem(409, "there are too many already");
    return problem(why);
}

} // namespace

Reply users(const Context& context, Request)
{
    if (context.services.accounts == nullptr) co_return not_served();
    std::string text;
    model::JsonWriter json(text);
    json.begin_object().key("users").begin_array();
    for (const auto& [name, account] : context.services.accounts->all())
        write_account(json, account, context.services.utc_offset);
    json.end_array().end_object();
    co_return json_response(std::move(text));
}

Reply user_add(const Context& context, Request request)
{
    if (context.services.accounts == nullptr) co_return not_served();
    const auto body = read_object(request.body);
    if (!body) co_return problem(400, "the body must be a JSON object");
    account::AccountWish wish;
    auto flaw = read_wish(context, *body, wish);
    store::Account wanted;
    wanted.name = text_of(*body, "name");
    auto password = text_of(*body, "password");
    if (flaw.empty() && !wish.role) flaw = "\"role\" is missing";
    if (flaw.empty()) flaw = account::flaw_of_name(wanted.name);
    if (flaw.empty()) flaw = account::flaw_of_password(password, wanted.name);
    if (!flaw.empty()) co_return problem(400, flaw);
    wanted.display_name = wish.display_name.value_or(wanted.name);
    wanted.role = std::string(account::to_string(*wish.role));
    wanted.lanes = wish.lanes.value_or(std::vector<std::string>());
    auto actor = actor_of(request, operator_of(request, *body));
    const auto added =
        co_await context.services.accounts->add(std::move(wanted), std::move(password), std::move(actor));
    if (!added) co_return refused(added.error());
    co_return account_response(context, *added, 201);
}

Reply user_change(const Context& context, Request request)
{
    if (context.services.accounts == nullptr) co_return not_served();
    const auto body = read_object(request.body);
    if (!body) co_return problem(400, "the body must be a JSON object");
    account::AccountWish wish;
    if (const auto flaw = read_wish(context, *body, wish); !flaw.empty()) co_return problem(400, flaw);
    auto actor = actor_of(request, operator_of(request, *body));
    const auto changed =
        co_await context.services.accounts->change(request.part("name"), std::move(wish), std::move(actor));
    if (!changed) co_return refused(changed.error());
    co_return account_response(context, *changed, 200);
}

Reply user_password(const Context& context, Request request)
{
    if (context.services.accounts == nullptr) co_return not_served();
    const auto body = read_object(request.body);
    if (!body) co_return problem(400, "the body must be a JSON object with \"password\"");
    const auto name = request.part("name");
    auto password = text_of(*body, "password");
    const auto flaw = account::flaw_of_password(password, name);
    if (!flaw.empty()) co_return problem(400, flaw);
    auto actor = actor_of(request, operator_of(request, *body));
    const auto set =
        co_await context.services.accounts->set_password(name, std::move(password), std::move(actor));
    co_return set ? done() : refused(set.error());
}

Reply user_remove(const Context& context, Request request)
{
    if (context.services.accounts == nullptr) co_return not_served();
    auto actor = actor_of(request, operator_of(request));
    const auto removed = co_await context.services.accounts->remove(request.part("name"), std::move(actor));
    co_return removed ? done() : refused(removed.error());
}

Reply tokens(const Context& context, Request)
{
    if (context.services.accounts == nullptr) co_return not_served();
    std::string text;
    model::JsonWriter json(text);
    json.begin_object().key("tokens").begin_array();
    for (const auto& [id, token] : context.services.accounts->tokens())
        write_token(json, token, context.services.utc_offset);
    json.end_array().end_object();
    co_return json_response(std::move(text));
}

Reply token_add(const Context& context, Request request)
{
    if (context.services.accounts == nullptr) co_return not_served();
    const auto body = read_object(request.body);
    const auto days = body ? number_of(*body, "days", 90, 1, token_days_max) : std::nullopt;
    if (!days) co_return problem(400, "the body must be a JSON object; \"days\" is a number from 1 to 3650");
    auto name = text_of(*body, "name");
    if (name.empty() || name.size() > token_name_max)
        co_return problem(400, "\"name\" says in 1 to 64 bytes what the token is for");
    account::Permissions wanted;
    for (const auto& word : texts_of(*body, "permissions")) {
        account::Permission one{};
        if (!account::parse(word, one)) co_return problem(400, "\"permissions\" has a word that is none");
        wanted.add(one);
    }
    if (wanted.empty()) co_return problem(400, "\"permissions\" is empty: the token could do nothing");
    if (!request.who.permissions.includes(wanted))
        co_return problem(403, "nobody gives away a permission that he does not have");
    auto by = operator_of(request, *body);
    auto actor = actor_of(request, by);
    const std::chrono::days life(*days);
    const auto made = co_await context.services.accounts->add_token(std::move(name), wanted, life,
                                                                    std::move(by), std::move(actor));
    if (!made) co_return refused(made.error());
    std::string text;
    model::JsonWriter json(text);
    json.begin_object().member("id", std::string_view(made->id));
    json.member("token", std::string_view(made->secret)).end_object();
    co_return json_response(std::move(text), 201);
}

Reply token_remove(const Context& context, Request request)
{
    if (context.services.accounts == nullptr) co_return not_served();
    auto actor = actor_of(request, operator_of(request));
    const auto removed =
        co_await context.services.accounts->remove_token(request.part("id"), std::move(actor));
    co_return removed ? done() : refused(removed.error());
}

} // namespace gatehouse::api
