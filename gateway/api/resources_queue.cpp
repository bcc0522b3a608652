#include "gateway/api/masking.hpp"
#include "gateway/api/resources.hpp"
#include "gateway/api/views.hpp"
#include "gateway/base/time_text.hpp"

#include <algorithm>
#include <array>

namespace gatehouse::api {
namespace {

constexpr std::int64_t peek_max = 1000;
// Alerts go first.
constexpr std::array delivery_order{model::Priority::alert, model::Priority::event};

bool is_upstream(const Context& context, const std::string& name)
{
    const auto names = context.services.upstreams();
    return std::find(names.begin(), names.end(), name) != names.end();
}

std::string reader_of(const std::string& upstream)
{
    return "sink/" + upstream;
}

std::int64_t cursor_of(const std::vector<store::CursorMove>& cursors, const std::string& reader,
                       model::Priority priority)
{
    for (const auto& cursor : cursors)
        if (cursor.reader == reader && cursor.priority == priority) return cursor.seq;
    return 0;
}

} // namespace

Reply queue(const Context& context, Request)
{
    if (!context.services.queue) co_return not_served();
    auto text = co_await context.services.queue();
    co_return json_response(std::move(text));
}

Reply queue_peek(const Context& context, Request request)
{
    if (context.services.store == nullptr || !context.services.upstreams) co_return not_served();
    store::Store& store = *context.services.store;
    const std::string upstream = request.part("upstream");
    auto limit = request.number("limit", 20, 1, peek_max);
    if (!limit) co_return problem(400, "limit is 1 to 1000");
    if (!is_upstream(context, upstream))
        co_return problem(404, "there is no such upstream in the configuration");
    const auto cursors = co_await store.cursors();
    if (!cursors) co_return problem(cursors.error());
    std::string text;
    model::JsonWriter json(text);
    json.begin_object().key("events").begin_array();
    for (const auto priority : delivery_order) {
        if (*limit == 0) break;
        const auto after = cursor_of(*cursors, reader_of(upstream), priority);
        const auto entries = co_await store.read_after(after, priority, static_cast<std::size_t>(*limit));
        if (!entries) co_return problem(entries.error());
        for (const auto& entry : *entries)
            write_event(json, context.services, *entry, !sees_persons(request));
        *limit -= std::min(*limit, static_cast<std::int64_t>(entries->size()));
    }
    json.end_array().end_object();
    co_return json_response(std::move(text));
}

Reply queue_quarantine(const Context& context, Request request)
{
    if (context.services.store == nullptr || !context.services.upstreams) co_return not_served();
    const std::string upstream = request.part("upstream");
    const auto limit = request.number("limit", 100, 1, peek_max);
    if (!limit) co_return problem(400, "limit is 1 to 1000");
    if (!is_upstream(context, upstream))
        co_return problem(404, "there is no such upstream in the configuration");
    const auto letters =
        co_await context.services.store->dead_letters(reader_of(upstream), static_cast<std::size_t>(*limit));
    if (!letters) co_return problem(letters.error());
    std::string text;
    model::JsonWriter json(text);
    json.begin_object().key("dead_letters").begin_array();
    for (const auto& letter : *letters) {
        json.begin_object().member("seq", letter.seq);
        json.member("at", std::string_view(base::format_time(letter.at, context.services.utc_offset)));
        json.member("reason", std::string_view(letter.reason)).end_object();
    }
    json.end_array().end_object();
    co_return json_response(std::move(text));
}

Reply queue_drain(const Context& context, Request request)
{
    if (!context.services.queue_drain) co_return not_served();
    const auto started = context.services.queue_drain(request.part("upstream"));
    if (!started) co_return problem(started.error());
    co_return json_response("{\"started\":true}");
}

} // namespace gatehouse::api
