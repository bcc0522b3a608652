#include "gateway/api/event_stream.hpp"

#include "gateway/api/admission.hpp"
#include "gateway/api/masking.hpp"
#include "gateway/api/response_head.hpp"
#include "gateway/base/cancellation.hpp"
#include "gateway/base/time_text.hpp"
#include "gateway/store/journal_page.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/rfc6455.hpp>

#include <algorithm>
#include <limits>

namespace gatehouse::api {

// How Beast ends a stream of a type that it does not know.
void teardown(boost::beast::role_type, ClientStream& stream, boost::beast::error_code& reason)
{
    stream.close();
    reason = {};
}

template <class Handler>
void async_teardown(boost::beast::role_type, ClientStream& stream, Handler&& handler)
{
    stream.close();
    asio::post(stream.get_executor(),
               [done = std::forward<Handler>(handler)]() mutable { done(boost::beast::error_code()); });
}

void beast_close_socket(ClientStream& stream)
{
    stream.close();
}

namespace {

namespace http = boost::beast::http;
namespace websocket = boost::beast::websocket;
using namespace asio::experimental::awaitable_operators;
using namespace std::chrono_literals;

constexpr std::uint16_t going_away = 1001;
constexpr std::uint16_t broken_here = 1011;
constexpr std::uint16_t session_ended = 4401;
constexpr std::uint16_t too_slow = 4408;

constexpr auto handshake_time = 10s;
constexpr auto slow_limit = 10s;  // to take one text
constexpr auto last_chance = 5s;  // and to be told that this was too slow
constexpr auto closing_time = 2s; // to answer our goodbye
constexpr auto tick_every = 10s;
constexpr auto admission_every = 1s;
// All streams together send no more than this: fifty browsers see 160 events a second as they come. Whoever
// is behind catches up slowly, and the events that come in meanwhile keep the processor.
constexpr std::int64_t texts_per_second = 8000;
constexpr std::size_t entries_at_once = 128;
constexpr auto after_max = std::numeric_limits<std::int64_t>::max();
constexpr std::size_t incoming_max = 4096; // a browser says nothing here
constexpr int kernel_buffer = 128 * 1024;

// A browser always names the page's origin here. A program without pages names none and shows a token.
bool is_ours(const Request& request)
{
    if (request.origin.empty()) return request.control || !request.authorization.empty();
    return !comes_from_elsewhere(request);
}

// Where the browser was. Of a journal that is another one since (a restore) it has seen nothing.
std::int64_t start_of(const Request& request, std::int64_t newest)
{
    return std::min(newest, request.number("after", newest, 0, after_max).value_or(newest));
}

} // namespace

std::optional<Response> EventStream::refusal(ServerShared& shared, Request& request)
{
    request.background = true; // an open page does not keep a session alive, a person does
    auto admission = admit(shared.context, request, account::Permission::event_read);
    if (admission.refusal) return std::move(admission.refusal);
    request.who = std::move(admission.who);
    if (!is_ours(request)) return problem(403, "a page of another origin may not follow events");
    if (shared.context.services.store == nullptr) return not_served();
    if (!request.number("after", 0, 0, after_max)) return problem(400, "after is a sequence number");
    if (shared.streams < shared.options.streams_max) return std::nullopt;
    shared.refused_streams.add();
    auto busy = problem(503, "as many as can already follow the events; try again");
    busy.headers.emplace_back("Retry-After", "10");
    return busy;
}

EventStream::EventStream(ClientStream& stream, ServerShared& shared, Deadline& deadline, Request request)
    : stream_(stream), shared_(shared), deadline_(deadline), request_(std::move(request)), socket_(stream),
      position_(start_of(request_, shared.context.services.store->last_seq()))
{
    request_.background = true; // from here on: whoever only looks at a screen is not active
    ++shared_.streams;
}

EventStream::~EventStream()
{
    --shared_.streams;
    shared_.stream_ended.notify();
}

asio::awaitable<void> EventStream::run(const Head& head)
{
    base::error_code ignored; // a bound for what a browser that reads nothing costs the system
    stream_.socket().set_option(asio::socket_base::send_buffer_size(kernel_buffer), ignored);
    socket_.read_message_max(incoming_max);
    socket_.auto_fragment(false);
    socket_.text(true);
    socket_.set_option(websocket::stream_base::decorator(
        [](websocket::response_type& answer) { answer.erase(http::field::server); }));
    deadline_.allow(handshake_time);
    const auto [failed] = co_await socket_.async_accept(head, asio::as_tuple(asio::use_awaitable));
    if (failed) co_await base::throw_if_cancelled();
    if (failed) co_return;
    deadline_.lift();
    co_await (listen() && speak());
}

// Answers pings and hears the goodbye; whatever else a browser says is nothing to us, and a large one ends
// it.
asio::awaitable<void> EventStream::listen()
{
    boost::beast::flat_buffer heard;
    while (!gone_) {
        const auto [reason, size] = co_await socket_.async_read(heard, asio::as_tuple(asio::use_awaitable));
        if (reason) co_await base::throw_if_cancelled();
        if (reason) gone_ = true;
        heard.clear();
    }
    shared_.feed.wake();
}

asio::awaitable<void> EventStream::speak()
{
    co_await send_time("hello");
    next_tick_ = shared_.context.clock.now() + tick_every;
    while (!gone_ && !ending_) {
        if (shared_.context.clock.now() >= next_page_) co_await send_page();
        co_await tick_when_due();
        if (gone_ || ending_) break;
        co_await shared_.feed.wait_until(is_behind() ? std::min(next_page_, next_tick_) : next_tick_);
        if (gone_) break;
        look_round();
    }
    co_await close();
}

// What ends the stream though the browser would stay.
void EventStream::look_round()
{
    const auto now = shared_.context.clock.now();
    if (shared_.stopping) end(going_away, "the gateway stops");
    if (now < next_admission_) return;
    next_admission_ = now + admission_every;
    if (admit(shared_.context, request_, account::Permission::event_read).refusal)
        end(session_ended, "the session has ended");
}

bool EventStream::is_behind() const
{
    return position_ < shared_.context.services.store->last_seq();
}

// Entries that are not there any more are told as a gap; those of lanes that are none of the guard's are
// passed over. The next page waits until this one has used up its share of what all streams may send.
asio::awaitable<void> EventStream::send_page()
{
    auto& store = *shared_.context.services.store;
    const auto begun = shared_.context.clock.now();
    const auto newest = store.last_seq();
    const auto page = co_await store::read_page(store, position_, newest, entries_at_once);
    if (!page) {
        end(broken_here, "the journal cannot be read");
        co_return;
    }
    const auto texts = static_cast<std::int64_t>(page->entries.size() * shared_.streams);
    const std::chrono::milliseconds share(1000 * texts / texts_per_second);
    next_page_ = begun + (texts == 0 ? share : std::max(EventFeed::beat, share));
    for (const auto& entry : page->entries) {
        if (entry->seq > position_ + 1) co_await send_gap(position_ + 1, entry->seq - 1);
        position_ = entry->seq;
        if (!request_.who.sees_lane(entry->event.lane)) continue;
        const auto text = shared_.feed.text_of(*entry, !sees_persons(request_));
        co_await send(*text);
        if (gone_ || ending_) co_return;
    }
    if (page->upto > position_) co_await send_gap(position_ + 1, page->upto);
    position_ = std::max(position_, page->upto);
}

asio::awaitable<void> EventStream::tick_when_due()
{
    if (gone_ || ending_ || shared_.context.clock.now() < next_tick_) co_return;
    next_tick_ = shared_.context.clock.now() + tick_every;
    co_await send_time("tick");
}

asio::awaitable<void> EventStream::send_gap(std::int64_t from, std::int64_t to)
{
    std::string text;
    model::JsonWriter json(text);
    json.begin_object().member("kind", "gap").member("from", from).member("to", to).end_object();
    co_await send(text);
}

asio::awaitable<void> EventStream::send_time(std::string_view kind)
{
    const auto& context = shared_.context;
    const auto now = base::format_time(context.clock.wall(), context.services.utc_offset);
    std::string text;
    model::JsonWriter json(text);
    json.begin_object().member("kind", kind).member("server_time", std::string_view(now));
    json.member("last_seq", context.services.store->last_seq()).end_object();
    co_await send(text);
}

asio::awaitable<void> EventStream::send(std::string_view text)
{
    if (gone_ || ending_) co_return;
    const auto begun = shared_.context.clock.now();
    deadline_.allow(slow_limit + last_chance);
    const auto [reason, size] = co_await socket_.async_write(asio::buffer(text.data(), text.size()),
                                                             asio::as_tuple(asio::use_awaitable));
    deadline_.lift();
    if (reason) co_await base::throw_if_cancelled();
    if (reason) gone_ = true;
    if (shared_.context.clock.now() - begun < slow_limit) co_return;
    shared_.slow_streams.add();
    end(too_slow, "this browser takes its data too slowly");
}

void EventStream::end(std::uint16_t code, std::string_view why)
{
    if (!ending_) ending_.emplace(static_cast<websocket::close_code>(code), why);
}

asio::awaitable<void> EventStream::close()
{
    if (!gone_ && ending_) {
        deadline_.allow(closing_time);
        co_await socket_.async_close(*ending_, asio::as_tuple(asio::use_awaitable));
    }
    stream_.close(); // which ends listen() too
}

} // namespace gatehouse::api
