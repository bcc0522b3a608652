#include "gateway/api/json_body.hpp"
#include "gateway/api/masking.hpp"
#include "gateway/api/operator.hpp"
#include "gateway/api/resources.hpp"
#include "gateway/api/views.hpp"
#include "gateway/base/time_text.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <map>

namespace gatehouse::api {
namespace {

constexpr std::size_t states_max = 1000; // events of the journal that are looked through
constexpr std::string_view state_prefix = "picture_";

// One time for which a camera's picture was not as it should be.
struct PictureState {
    std::string state;
    model::EntryPtr begins;
    model::EntryPtr ends; // null: it lasts
};

// From the newest entries to the oldest: what has ended is met by its end first.
std::vector<PictureState> fold(const std::vector<model::EntryPtr>& newest_first)
{
    std::vector<PictureState> states;
    std::map<std::string, model::EntryPtr> ends;
    for (const auto& entry : newest_first) {
        const auto* health = std::get_if<model::DeviceHealth>(&entry->event.body);
        if (health == nullptr || !health->what.starts_with(state_prefix)) continue;
        const auto state = health->what.substr(state_prefix.size());
        if (health->ok) {
            ends[state] = entry;
            continue;
        }
        const auto end = ends.extract(state);
        states.push_back({state, entry, end ? end.mapped() : nullptr});
        ends[state] = entry; // said once more: the older one lasted until then
    }
    return states;
}

void write_state(model::JsonWriter& json, const PictureState& state, std::chrono::minutes utc_offset)
{
    const auto& began = state.begins->event;
    json.begin_object().member("state", state.state).member("event", began.id);
    json.member("from", base::format_time(began.occurred_at, utc_offset));
    if (state.ends) json.member("to", base::format_time(state.ends->event.occurred_at, utc_offset));
    json.member_if("detail", std::get<model::DeviceHealth>(began.body).detail).key("pictures").begin_array();
    for (const auto& picture : began.pictures)
        json.begin_object().member("kind", picture.kind).member("sha256", picture.sha256).end_object();
    json.end_array().end_object();
}

void write_online(model::JsonWriter& json, const std::vector<health::Uptime>& all, const std::string& id)
{
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.device == id; });
    if (found == all.end()) return;
    const auto rate = found->rate();
    json.key("rate");
    rate ? json.value(*rate) : json.null();
}

// The order for the worker: the body without what is for the audit alone.
std::string order_of(boost::json::object body)
{
    body.erase("reason");
    body.erase("operator");
    return boost::json::serialize(body);
}

audit::Record handing_out(const Context& context, const Request& request, const boost::json::object& body)
{
    return {.at = context.clock.wall(),
            .actor = actor_of(request, operator_of(request, body)).text,
            .action = "picture-evidence",
            .target = request.part("sha256"),
            .detail = "for " + text_of(body, "recipient") + " (" + text_of(body, "purpose") +
                      "): " + text_of(body, "reason"),
            .result = "done"};
}

Response refusal(base::error_code why)
{
    if (why == base::Errc::bad_input)
        return problem(422, "the worker refuses it: the order is wrong, or the picture cannot be read");
    return problem(why);
}

} // namespace

Reply device_health(const Context& context, Request request)
{
    if (context.services.store == nullptr || !context.services.device_uptime) co_return not_served();
    const auto id = request.part("id");
    if (!sees_device(context, request.who, id)) co_return problem(base::Errc::not_found);
    const auto online = co_await context.services.device_uptime(request.text("month"));
    if (online.error() == base::Errc::bad_input) co_return problem(400, "month is a month such as 2026-01");
    if (!online) co_return problem(online.error());
    store::EventFilter filter;
    filter.device = id;
    filter.type_prefix = "device.health";
    filter.newest_first = true;
    filter.limit = states_max;
    const auto newest = co_await context.services.store->events(filter);
    if (!newest) co_return problem(newest.error());
    std::string text;
    model::JsonWriter json(text);
    json.begin_object().member("device", id);
    write_online(json, *online, id);
    json.key("states").begin_array();
    for (const auto& state : fold(*newest))
        write_state(json, state, context.services.utc_offset);
    json.end_array().end_object();
    co_return json_response(std::move(text));
}

Reply device_relearn(const Context& context, Request request)
{
    if (!context.services.device_relearn) co_return not_served();
    const auto body = read_object(request.body);
    if (!body || text_of(*body, "reason").empty())
        co_return problem(400, "the body must be a JSON object with \"reason\": why the camera sees "
                               "something else from now on");
    const auto relearnt = co_await context.services.device_relearn(request.part("id"));
    if (relearnt.error() == base::Errc::not_found)
        co_return problem(404, "there is no such device in the configuration");
    if (relearnt.error() == base::Errc::unsupported)
        co_return problem(501, "nobody looks at the pictures of this device: nothing was learnt of them");
    if (relearnt.error() == base::Errc::unavailable)
        co_return problem(503, "nobody looks at pictures now, because the vision worker is away; nothing was "
                               "forgotten, try again when it is back");
    if (!relearnt) co_return problem(relearnt.error());
    co_return json_response(R"({"learning":true})");
}

// What is asked for is recorded with its purpose and recipient: the picture leaves the estate.
Reply media_evidence(const Context& context, Request request)
{
    if (context.services.store == nullptr || !context.services.evidence) co_return not_served();
    const auto body = read_object(request.body);
    if (!body || text_of(*body, "reason").empty() || text_of(*body, "recipient").empty())
        co_return problem(400, "the body is an order with its recipient and a reason");
    Request source = request;
    const auto picture = co_await media(context, std::move(source));
    if (picture.status != 200) co_return picture;
    auto made = co_await context.services.evidence(order_of(*body), picture.body);
    if (!made) co_return refusal(made.error());
    if (context.services.record) {
        const auto recorded = co_await context.services.record(handing_out(context, request, *body));
        if (!recorded)
            co_return problem(503, "nothing is handed out unrecorded, and the audit takes nothing now");
    }
    Response response;
    response.content_type = "image/jpeg";
    response.headers.emplace_back("X-Evidence", std::move(made->result));
    response.body = std::move(made->picture);
    co_return response;
}

Reply enrol_check(const Context& context, Request request)
{
    if (!context.services.portrait_check) co_return not_served();
    if (!request.body.starts_with("\xff\xd8\xff")) co_return problem(400, "the body is no JPEG");
    auto checked = co_await context.services.portrait_check(std::move(request.body));
    if (!checked) co_return refusal(checked.error());
    co_return json_response(std::move(*checked));
}

} // namespace gatehouse::api
