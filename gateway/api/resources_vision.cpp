#include "gateway/api/json_body.hpp"
#include "gateway/api/masking.hpp"
#include "gateway/api/operator.hpp"
#include "gateway/api/resources.hpp"
#include "gateway/api/views.hpp"
#include "gateway/base/time_text.hpp"
#include "gateway/notify/mask.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

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

bool is_configured(const Context& context, const std::string& id)
{
    if (!context.services.devices) return true;
    const auto devices = context.services.devices();
    return std::ranges::any_of(devices, [&](const auto& device) { return device.config.id == id; });
}

bool shown_to_anybody(const boost::json::object& body)
{
    return text_of(body, "recipient") == "public" || text_of(body, "purpose") == "test";
}

// The order for the worker: the body without what is for the audit alone, and with no plate or number of a
// person below a picture in which they are hidden.
std::string order_of(boost::json::object body)
{
    for (const auto* word : {"reason", "operator", "request_number", "officer"})
        body.erase(word);
    auto* lines = body.contains("text") ? body.at("text").if_array() : nullptr;
    if (lines != nullptr && shown_to_anybody(body))
        for (auto& line : *lines)
            if (const auto* words = line.if_string()) line = notify::masked({words->data(), words->size()});
    return boost::json::serialize(body);
}

// What an order lacks before anybody looks at the picture. A retrieval by the police shows everything: it is
// for who may see persons and their history, and names its request and officer (domain.md P-18).
std::optional<Response> lacking(const Request& request, const boost::json::object& body)
{
    if (text_of(body, "reason").empty() || text_of(body, "recipient").empty())
        return problem(400, "the body is an order with its recipient and a reason");
    if (text_of(body, "purpose") != "export") return std::nullopt;
    if (!request.who.may(account::Permission::person_read) ||
        !request.who.may(account::Permission::history_read))
        return problem(403, "an export shows persons, which this role may not see");
    if (text_of(body, "recipient") == "police" &&
        (text_of(body, "request_number").empty() || text_of(body, "officer").empty()))
        return problem(400, "an export for the police names its \"request_number\" and the \"officer\"");
    return std::nullopt;
}

// With the hash of what was handed out, so that a picture that turns up can be told to be this one.
audit::Record handing_out(const Context& context, const Request& request, const boost::json::object& body,
                          const std::string& result)
{
    auto detail = "for " + text_of(body, "recipient") + " (" + text_of(body, "purpose") +
                  "): " + text_of(body, "reason");
    for (const auto* name : {"request_number", "officer"})
        if (const auto value = text_of(body, name); !value.empty())
            detail += fmt::format("; {} {}", name, value);
    if (const auto made = read_object(result)) {
        if (const auto hash = text_of(*made, "sha256"); !hash.empty()) detail += "; sha256 " + hash;
        if (made->contains("masked")) detail += "; masked " + boost::json::serialize(made->at("masked"));
    }
    return {.at = context.clock.wall(),
            .actor = actor_of(request, operator_of(request, body)).text,
            .action = "picture-evidence",
            .target = request.part("sha256"),
            .detail = std::move(detail),
            .result = "done"};
}

Response refusal(base::error_code why)
{
    if (why == base::Errc::bad_input)
        return problem(422, "the worker refuses it: the order is wrong, or the picture cannot be read");
    if (why == base::Errc::unavailable)
        return problem(503,
                       "the vision worker is away, or what finds faces or plates is not installed there");
    return problem(why);
}

} // namespace

Reply device_health(const Context& context, Request request)
{
    if (context.services.store == nullptr || !context.services.device_uptime) co_return not_served();
    const auto id = request.part("id");
    if (!sees_device(context, request.who, id) || !is_configured(context, id))
        co_return problem(404, "there is no such device in the configuration");
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
    if (!body) co_return problem(400, "the body is an order with its recipient and a reason");
    if (auto flaw = lacking(request, *body)) co_return std::move(*flaw);
    Request source = request;
    const auto picture = co_await media(context, std::move(source));
    if (picture.status != 200) co_return picture;
    auto made = co_await context.services.evidence(order_of(*body), picture.body);
    if (!made) co_return refusal(made.error());
    if (context.services.record) {
        const auto recorded =
            co_await context.services.record(handing_out(context, request, *body, made->result));
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
