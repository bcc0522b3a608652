#include "gateway/api/masking.hpp"
#include "gateway/api/resources.hpp"
#include "gateway/api/views.hpp"

#include <algorithm>
#include <limits>

namespace gatehouse::api {
namespace {

constexpr auto seq_max = std::numeric_limits<std::int64_t>::max();
constexpr std::size_t page_max = 1000;
constexpr int pages_max = 20;

bool all_of_kind(const std::string& text, std::string_view allowed)
{
    return !text.empty() && text.find_first_not_of(allowed) == std::string::npos;
}

asio::awaitable<base::Result<model::EntryPtr>> entry_by_seq(store::Store& store, std::int64_t seq)
{
    store::EventFilter filter;
    filter.after = seq - 1;
    filter.limit = 1;
    const auto found = co_await store.events(filter);
    if (!found) co_return found.error();
    if (found->empty() || found->front()->seq != seq) co_return base::Errc::not_found;
    co_return found->front();
}

asio::awaitable<base::Result<model::EntryPtr>> entry_by_id(store::Store& store, std::string id)
{
    store::EventFilter filter;
    filter.id = std::move(id);
    const auto found = co_await store.events(filter);
    if (!found) co_return found.error();
    if (found->empty()) co_return base::Errc::not_found;
    co_return found->front();
}

// Goes on until the page is full: of other lanes there may be any number in between, though not without end.
asio::awaitable<base::Result<std::vector<model::EntryPtr>>>
events_he_sees(store::Store& store, account::Principal who, store::EventFilter filter)
{
    if (who.lanes.empty()) co_return co_await store.events(filter);
    std::vector<model::EntryPtr> seen;
    const auto wanted = std::exchange(filter.limit, page_max);
    for (int page = 0; page < pages_max; ++page) {
        const auto found = co_await store.events(filter);
        if (!found) co_return found.error();
        for (const auto& entry : *found)
            if (seen.size() < wanted && who.sees_lane(entry->event.lane)) seen.push_back(entry);
        if (seen.size() == wanted || found->size() < page_max) break;
        (filter.newest_first ? filter.before : filter.after) = found->back()->seq;
    }
    co_return seen;
}

// A picture belongs to the lane of the entry that shows it.
asio::awaitable<bool> sees_picture(store::Store& store, account::Principal who, std::string hash)
{
    if (who.lanes.empty()) co_return true;
    store::EventFilter filter;
    filter.picture = std::move(hash);
    const auto found = co_await store.events(filter);
    co_return found && !found->empty() && who.sees_lane(found->front()->event.lane);
}

} // namespace

std::string picture_type(std::string_view bytes)
{
    return bytes.starts_with("\x89PNG") ? "image/png" : "image/jpeg";
}

Reply events(const Context& context, Request request)
{
    if (context.services.store == nullptr) co_return not_served();
    const auto after = request.number("after", 0, 0, seq_max);
    const auto before = request.number("before", 0, 0, seq_max);
    const auto limit = request.number("limit", 100, 1, page_max);
    const std::string order = request.text("order");
    if (!after || !before || !limit)
        co_return problem(400, "after and before are sequence numbers, limit is 1 to 1000");
    if (!order.empty() && order != "asc" && order != "desc") co_return problem(400, "order is asc or desc");
    store::EventFilter filter;
    filter.after = *after;
    filter.before = *before;
    filter.limit = static_cast<std::size_t>(*limit);
    filter.device = request.text("device");
    filter.type_prefix = request.text("type");
    filter.newest_first = order == "desc";
    auto query = events_he_sees(*context.services.store, request.who, std::move(filter));
    const auto found = co_await std::move(query);
    if (!found) co_return problem(found.error());
    std::string text;
    model::JsonWriter json(text);
    json.begin_object().key("events").begin_array();
    for (const auto& entry : *found)
        write_event(json, context.services, *entry, !sees_persons(request));
    json.end_array().member("last_seq", context.services.store->last_seq()).end_object();
    co_return json_response(std::move(text));
}

// Whoever asks for the stream without a WebSocket; the others EventStream serves.
Reply event_stream(const Context&, Request)
{
    auto response = problem(426, "events come over a WebSocket here; GET /api/v1/events pages through them");
    response.headers = {{"Upgrade", "websocket"}, {"Connection", "Upgrade"}};
    co_return response;
}

Reply event(const Context& context, Request request)
{
    if (context.services.store == nullptr) co_return not_served();
    store::Store& store = *context.services.store;
    const std::string id = request.part("id");
    const bool number = all_of_kind(id, "0123456789") && id.size() < 19;
    auto lookup = number ? entry_by_seq(store, std::stoll(id)) : entry_by_id(store, id);
    const auto found = co_await std::move(lookup);
    if (!found) co_return problem(found.error());
    if (!request.who.sees_lane((*found)->event.lane)) co_return problem(base::Errc::not_found);
    std::string text;
    model::JsonWriter json(text);
    write_event(json, context.services, **found, !sees_persons(request));
    co_return json_response(std::move(text));
}

Reply media(const Context& context, Request request)
{
    if (context.services.store == nullptr) co_return not_served();
    const std::string hash = request.part("sha256");
    // The name becomes a path in the store: nothing but a hash gets through.
    if (hash.size() != 64 || !all_of_kind(hash, "0123456789abcdef"))
        co_return problem(400, "a picture is named by its SHA-256 in lower-case hexadecimal");
    const bool seen = co_await sees_picture(*context.services.store, request.who, hash);
    if (!seen) co_return problem(base::Errc::not_found);
    auto bytes = co_await context.services.store->picture(hash);
    if (!bytes) co_return problem(bytes.error());
    Response response;
    response.content_type = picture_type(*bytes);
    response.body = std::move(*bytes);
    response.headers.emplace_back("Cache-Control", "private, max-age=86400, immutable");
    response.headers.emplace_back("ETag", '"' + hash + '"');
    co_return response;
}

} // namespace gatehouse::api
