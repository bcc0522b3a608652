#include "gateway/alert/life.hpp"
#include "gateway/api/json_body.hpp"
#include "gateway/api/masking.hpp"
#include "gateway/api/operator.hpp"
#include "gateway/api/resources.hpp"
#include "gateway/api/views.hpp"
#include "gateway/model/enum_text.hpp"

namespace gatehouse::api {
namespace {

constexpr std::int64_t silence_minutes_max = 30 * 24 * 60;

template <class Thing, class Write>
Response shown(const Thing& thing, std::chrono::minutes utc_offset, Write write)
{
    std::string text;
    model::JsonWriter json(text);
    write(json, thing, utc_offset);
    return json_response(std::move(text));
}

template <class Things, class Write>
Response listed(std::string_view name, const Things& things, std::chrono::minutes utc_offset, Write write)
{
    std::string text;
    model::JsonWriter json(text);
    json.begin_object().key(name).begin_array();
    for (const auto& thing : things)
        write(json, thing, utc_offset);
    json.end_array().end_object();
    return json_response(std::move(text));
}

// Nothing when the role is none that people have. An account acts as what it is; whoever may use the control
// socket is a manager unless he says what he acts as.
std::optional<model::Role> role_of(const Request& request, const boost::json::object& body)
{
    if (!request.control)
        return request.who.role ? account::role_for_alerts(*request.who.role) : std::nullopt;
    auto role = model::Role::manager;
    const std::string word = text_of(body, "role");
    if (!word.empty() && !model::parse(word, role)) return std::nullopt;
    if (role == model::Role::system) return std::nullopt;
    return role;
}

// What is missing in an order, as a sentence; empty: nothing.
std::string flaw_of(const Request& request, const alert::Verb& verb, const boost::json::object& body)
{
    if (operator_of(request, body).empty()) return "\"operator\" is missing: who does it";
    if (!role_of(request, body)) return "\"role\" must be guard, maintenance, manager, duty or centre";
    if (verb.needs_note && text_of(body, "note").empty()) return "\"note\" is missing: why, or what was done";
    const std::string result = text_of(body, "result");
    const bool known = result == "real" || result == "false" || result == "test";
    if (!known && (verb.word == "close" || !result.empty())) return "\"result\" must be real, false or test";
    if (verb.word == "order" && text_of(body, "number").empty())
        return "\"number\" is missing: the centre's order number";
    return {};
}

// Whether the alert that the path names is at a lane he deals with.
asio::awaitable<bool> is_of_his_lanes(const Context& context, const Request& request)
{
    if (request.who.lanes.empty() || context.services.store == nullptr) co_return true;
    const auto found = co_await context.services.store->alert(request.part("id"));
    co_return found&&* found&& request.who.sees_lane((*found)->lane);
}

} // namespace

Reply alerts(const Context& context, Request request)
{
    if (context.services.store == nullptr) co_return not_served();
    const auto open = request.number("open", 0, 0, 1);
    const auto suppressed = request.number("suppressed", 0, 0, 1);
    const auto limit = request.number("limit", 200, 1, 1000);
    if (!open || !suppressed || !limit)
        co_return problem(400, "open and suppressed are 0 or 1, limit is 1 to 1000");
    using Which = store::AlertFilter::Which;
    store::AlertFilter filter;
    filter.which = *suppressed == 1 ? Which::suppressed : *open == 1 ? Which::open : Which::all;
    filter.limit = static_cast<std::size_t>(*limit);
    auto found = co_await context.services.store->alerts(filter);
    if (!found) co_return problem(found.error());
    std::erase_if(*found, [&](const model::Alert& one) { return !request.who.sees_lane(one.lane); });
    if (!sees_persons(request))
        for (auto& one : *found)
            one = masked(std::move(one));
    co_return listed("alerts", *found, context.services.utc_offset, write_alert);
}

// With all that has become of it.
Reply alert(const Context& context, Request request)
{
    if (context.services.store == nullptr) co_return not_served();
    const auto id = request.part("id");
    auto found = co_await context.services.store->alert(id);
    if (!found) co_return problem(found.error());
    if (!*found || !request.who.sees_lane((*found)->lane)) co_return problem(404, "there is no such alert");
    auto steps = co_await context.services.store->alert_steps(id);
    if (!steps) co_return problem(steps.error());
    if (!sees_persons(request)) {
        **found = masked(std::move(**found));
        for (auto& step : *steps)
            step = masked(std::move(step));
    }
    const auto write = [&steps](model::JsonWriter& json, const model::Alert& one,
                                std::chrono::minutes offset) {
        write_alert_with_steps(json, one, *steps, offset);
    };
    co_return shown(**found, context.services.utc_offset, write);
}

Reply alert_order(const Context& context, Request request)
{
    if (!context.services.alert_order) co_return not_served();
    const auto* verb = alert::verb(request.part("verb"));
    if (verb == nullptr) co_return problem(404, "there is nothing of that name to do about an alert");
    const auto body = read_object(request.body);
    if (!body) co_return problem(400, "the body must be a JSON object");
    if (const auto flaw = flaw_of(request, *verb, *body); !flaw.empty()) co_return problem(400, flaw);
    const bool his = co_await is_of_his_lanes(context, request);
    if (!his) co_return problem(404, "there is no such alert");
    alert::Order order;
    order.id = request.part("id");
    order.verb = verb->word;
    order.actor = operator_of(request, *body);
    order.role = role_of(request, *body).value_or(model::Role::guard);
    order.channel = request.control ? "control" : "console";
    order.note = text_of(*body, "note");
    order.result = text_of(*body, "result");
    order.number = text_of(*body, "number");
    auto changed = co_await context.services.alert_order(std::move(order));
    if (changed.error() == base::Errc::unauthorised)
        co_return problem(403,
                          "this role may not do that to this alert; of severity 1 and 2 another role must "
                          "check and close");
    if (changed.error() == base::Errc::conflict)
        co_return problem(409, "the alert is not in a state that allows it");
    if (!changed) co_return problem(changed.error());
    if (!sees_persons(request)) *changed = masked(std::move(*changed));
    co_return shown(*changed, context.services.utc_offset, write_alert);
}

Reply silences(const Context& context, Request request)
{
    if (context.services.store == nullptr) co_return not_served();
    const auto limit = request.number("limit", 200, 1, 1000);
    if (!limit) co_return problem(400, "limit is 1 to 1000");
    const auto found = co_await context.services.store->silences(static_cast<std::size_t>(*limit));
    if (!found) co_return problem(found.error());
    co_return listed("silences", *found, context.services.utc_offset, write_silence);
}

Reply silence(const Context& context, Request request)
{
    if (!context.services.silence) co_return not_served();
    const auto body = read_object(request.body);
    if (!body) co_return problem(400, "the body must be a JSON object");
    model::Silence wanted;
    wanted.author = operator_of(request, *body);
    wanted.reason = text_of(*body, "reason");
    wanted.kind = text_of(*body, "kind");
    wanted.device = text_of(*body, "device");
    wanted.lane = text_of(*body, "lane");
    const auto minutes = number_of(*body, "minutes", 0, 1, silence_minutes_max);
    const bool names_something = !wanted.kind.empty() || !wanted.device.empty() || !wanted.lane.empty();
    if (wanted.author.empty() || wanted.reason.empty() || !names_something || !minutes || *minutes == 0)
        co_return problem(
            400, "needed are \"operator\", \"reason\", \"minutes\" (1 to 43200) and one of \"kind\", "
                 "\"device\", \"lane\"");
    if (!request.who.lanes.empty() && (wanted.lane.empty() || !request.who.sees_lane(wanted.lane)))
        co_return problem(403, "this account silences only the lanes it deals with");
    wanted.until = context.clock.wall() + std::chrono::minutes(*minutes);
    const auto made = co_await context.services.silence(std::move(wanted));
    if (!made) co_return problem(made.error());
    co_return shown(*made, context.services.utc_offset, write_silence);
}

Reply silence_end(const Context& context, Request request)
{
    if (!context.services.silence_end) co_return not_served();
    const auto body = read_object(request.body);
    if (!body || operator_of(request, *body).empty())
        co_return problem(400, "the body must be a JSON object with \"operator\": who ends the silence");
    const auto ended = co_await context.services.silence_end(request.part("id"), operator_of(request, *body));
    if (!ended) co_return problem(ended.error());
    co_return shown(*ended, context.services.utc_offset, write_silence);
}

Reply handovers(const Context& context, Request request)
{
    if (context.services.store == nullptr) co_return not_served();
    const auto limit = request.number("limit", 20, 1, 1000);
    if (!limit) co_return problem(400, "limit is 1 to 1000");
    const auto found = co_await context.services.store->handovers(static_cast<std::size_t>(*limit));
    if (!found) co_return problem(found.error());
    co_return listed("handovers", *found, context.services.utc_offset, write_handover);
}

Reply hand_over(const Context& context, Request request)
{
    if (!context.services.hand_over) co_return not_served();
    const auto body = read_object(request.body);
    if (!body || operator_of(request, *body).empty() || text_of(*body, "text").empty())
        co_return problem(400, "the body must be a JSON object with \"operator\" and \"text\"");
    const auto made =
        co_await context.services.hand_over(operator_of(request, *body), text_of(*body, "text"));
    if (!made) co_return problem(made.error());
    co_return shown(*made, context.services.utc_offset, write_handover);
}

} // namespace gatehouse::api
