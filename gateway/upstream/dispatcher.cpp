#include "gateway/upstream/dispatcher.hpp"

#include "gateway/base/log.hpp"

#include <boost/asio/this_coro.hpp>

#include <algorithm>

namespace gatehouse::upstream {
namespace {

using namespace std::chrono_literals;
using model::Priority;

constexpr auto cursor_every = 50ms; // repeats after a crash lie inside this span
constexpr auto link_poll = 500ms;
constexpr auto stop_limit = 2s;
constexpr auto alert_types = "alert."; // all of Priority::alert

} // namespace

Dispatcher::Dispatcher(std::string name, Ports ports)
    : name_(std::move(name)), reader_("sink/" + name_),
      ports_(std::move(ports)), queues_{Queue(Priority::alert), Queue(Priority::event)}, backoff_(200ms, 10s),
      room_(ports_.executor), dirty_(ports_.executor),
      delivered_(ports_.metrics.counter("gatehouse_upstream_delivered_total", "entries the peer has accepted",
                                        {{"upstream", name_}})),
      rejected_(ports_.metrics.counter("gatehouse_upstream_rejected_total", "entries filed as dead letters",
                                       {{"upstream", name_}})),
      retried_(ports_.metrics.counter("gatehouse_upstream_retried_total", "deliveries to be repeated",
                                      {{"upstream", name_}})),
      cursor_failures_(ports_.metrics.counter("gatehouse_upstream_cursor_failures_total",
                                              "cursor writes the store refused", {{"upstream", name_}})),
      open_gauge_(ports_.metrics.gauge("gatehouse_upstream_open", "deliveries without a verdict",
                                       {{"upstream", name_}}))
{
}

Dispatcher::~Dispatcher() = default;

asio::awaitable<void> Dispatcher::run()
{
    std::exception_ptr ended;
    try {
        co_await load_cursors();
        tasks_ = std::make_unique<base::TaskGroup>(ports_.executor);
        tasks_->spawn("upstream fresh alerts", feed_fresh_alerts(queue_of(Priority::alert)));
        tasks_->spawn("upstream older alerts", feed_older_alerts(queue_of(Priority::alert)));
        tasks_->spawn("upstream events", feed_events(queue_of(Priority::event)));
        tasks_->spawn("upstream cursors", keep_cursors());
        co_await notice_link();
    } catch (...) {
        ended = std::current_exception();
    }
    co_await asio::this_coro::throw_if_cancelled(false);
    co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
    co_await finish();
    if (ended) std::rethrow_exception(ended);
}

asio::awaitable<void> Dispatcher::load_cursors()
{
    for (;;) {
        const auto moves = co_await ports_.store.cursors();
        if (moves) {
            for (const auto& move : *moves)
                if (move.reader == reader_) queue_of(move.priority).start(move.seq);
            written_ = positions();
            arrivals_.start(ports_.store.last_seq());
            co_return;
        }
        base::log::warn("cursors not readable", base::kv("upstream", name_), base::kv("why", moves.error()));
        co_await ports_.clock.sleep_for(1s);
    }
}

// A page at a time, oldest first.
asio::awaitable<void> Dispatcher::feed_events(Queue& queue)
{
    for (;;) {
        while (!queue.wants_page())
            co_await room_.wait();
        const auto last = ports_.store.last_seq();
        const auto page =
            co_await ports_.store.read_after(queue.read_position(), Priority::event, Queue::page_max);
        if (!page) {
            co_await wait_unreadable(page.error());
            continue;
        }
        // What a broken link gave back meanwhile has taken its place: it is read again when there is room.
        // Nobody fills a hole among events.
        if (!queue.wants_page()) continue;
        if (!page->empty()) {
            queue.add(*page);
            pump();
            continue;
        }
        queue.skip_to(last);
        // Something may have been appended while the read was under way: then it was not notified to us.
        if (ports_.store.last_seq() == last) co_await ports_.store.appended().wait();
    }
}

// A new alert is read at once, however many older ones wait: it overtakes them (mqtt-upstream.md §4).
asio::awaitable<void> Dispatcher::feed_fresh_alerts(Queue& queue)
{
    for (;;) {
        const auto last = ports_.store.last_seq();
        arrivals_.note(last, ports_.clock.now());
        if (last > queue.read_position()) {
            const auto read = co_await read_fresh(queue);
            if (!read) co_await wait_unreadable(read.error());
            continue;
        }
        co_await ports_.store.appended().wait();
    }
}

// What is behind the read position; when that is more than a page, the newest page of it.
asio::awaitable<base::Result<void>> Dispatcher::read_fresh(Queue& queue)
{
    const auto last = ports_.store.last_seq();
    const auto page =
        co_await ports_.store.read_after(queue.read_position(), Priority::alert, Queue::page_max);
    if (!page) co_return page.error();
    if (page->size() < Queue::page_max) {
        queue.add(*page);
        queue.skip_to(last);
    } else {
        store::EventFilter filter{.after = queue.read_position(),
                                  .device = {},
                                  .type_prefix = alert_types,
                                  .newest_first = true,
                                  .limit = Queue::page_max};
        auto newest = co_await ports_.store.events(std::move(filter));
        if (!newest) co_return newest.error();
        std::reverse(newest->begin(), newest->end());
        queue.jump(*newest);
    }
    if (!queue.empty()) pump();
    co_return base::Result<void>();
}

// The hole that read_fresh() leaves, from its newest end.
asio::awaitable<void> Dispatcher::feed_older_alerts(Queue& queue)
{
    for (;;) {
        while (!queue.has_hole() || !queue.wants_page())
            co_await room_.wait();
        const auto floor = queue.floor();
        store::EventFilter filter{.after = queue.cursor(),
                                  .before = floor + 1,
                                  .device = {},
                                  .type_prefix = alert_types,
                                  .newest_first = true,
                                  .limit = Queue::page_max};
        const auto page = co_await ports_.store.events(std::move(filter));
        if (!page) {
            co_await wait_unreadable(page.error());
            continue;
        }
        if (queue.floor() != floor) continue; // fresh alerts have moved it: the page is no longer the newest
        if (queue.fill(*page, page->size() == Queue::page_max)) dirty_.notify();
        pump();
    }
}

asio::awaitable<void> Dispatcher::wait_unreadable(base::error_code why)
{
    base::log::warn("journal not readable", base::kv("upstream", name_), base::kv("why", why));
    co_await ports_.clock.sleep_for(1s);
}

// Also the fall-back for a link that came up without link_changed().
asio::awaitable<void> Dispatcher::notice_link()
{
    bool was_ready = false;
    for (;;) {
        const bool ready = ports_.sink.ready();
        if (ready && !was_ready) wake();
        was_ready = ready;
        co_await ports_.clock.sleep_for(link_poll);
    }
}

void Dispatcher::wake()
{
    if (ports_.sink.ready()) paused_until_ = {};
    pump();
}

void Dispatcher::drain()
{
    backoff_.reset();
    paused_until_ = {};
    pump();
}

asio::awaitable<void> Dispatcher::keep_cursors()
{
    for (;;) {
        const bool written = co_await write_cursors();
        const auto pause = written ? std::chrono::milliseconds(cursor_every) : std::chrono::milliseconds(1s);
        co_await ports_.clock.sleep_for(pause);
        while (letters_.empty() && written_ == positions())
            co_await dirty_.wait();
    }
}

std::array<std::int64_t, 2> Dispatcher::positions() const
{
    return {queues_[0].cursor(), queues_[1].cursor()};
}

// False when the store took nothing; the next call tries again.
asio::awaitable<bool> Dispatcher::write_cursors()
{
    const auto now_at = positions();
    store::Change change;
    for (std::size_t i = 0; i < queues_.size(); ++i)
        if (now_at[i] != written_[i]) change.cursors.push_back({reader_, queues_[i].priority(), now_at[i]});
    for (const auto& filed : letters_)
        change.dead_letters.push_back(filed.letter);
    if (auto gap = announcement()) change.events.push_back(std::move(*gap));
    const auto letters = letters_.size();
    if (change.cursors.empty() && change.dead_letters.empty()) co_return true;
    const auto committed = co_await ports_.store.commit(std::move(change));
    if (!committed) {
        cursor_failures_.add();
        co_return false;
    }
    written_ = now_at;
    letters_.erase(letters_.begin(), letters_.begin() + static_cast<std::ptrdiff_t>(letters));
    co_return true;
}

// What the peer hears of the entries that it will never have: a gap in the journal like any other.
std::optional<model::Event> Dispatcher::announcement() const
{
    model::Gap gap;
    for (const auto& filed : letters_) {
        if (!filed.announce) continue;
        const auto seq = filed.letter.seq;
        if (gap.count++ == 0) {
            gap = {.scope = reader_, .first = seq, .last = seq, .count = 1, .why = filed.letter.reason};
            gap.from = gap.to = filed.received_at;
        }
        gap.first = std::min(gap.first, seq);
        gap.last = std::max(gap.last, seq);
        gap.from = std::min(gap.from, filed.received_at);
        gap.to = std::max(gap.to, filed.received_at);
    }
    if (gap.count == 0) return std::nullopt;
    model::Event event;
    event.id = ports_.ids.next();
    event.device = "gateway";
    event.occurred_at = event.received_at = ports_.clock.wall();
    event.body = std::move(gap);
    return event;
}

asio::awaitable<void> Dispatcher::finish()
{
    stopping_ = true;
    if (tasks_) {
        tasks_->cancel();
        co_await tasks_->join();
    }
    const auto limit = ports_.clock.now() + stop_limit;
    while (open_ > 0 && ports_.sink.ready() && ports_.clock.now() < limit)
        co_await ports_.clock.sleep_for(10ms);
    co_await write_cursors();
}

DispatchStats Dispatcher::stats() const
{
    DispatchStats stats;
    stats.name = name_;
    stats.link_up = ports_.sink.ready();
    stats.open = open_;
    stats.delivered = delivered_.value();
    stats.rejected = rejected_.value();
    stats.retried = retried_.value();
    stats.last_accepted = last_accepted_;
    stats.rate = meter_.per_second(ports_.clock.now());
    return stats;
}

asio::awaitable<base::Result<DispatchStats>> Dispatcher::measure()
{
    const auto backlog = co_await ports_.store.backlog(reader_);
    if (!backlog) co_return backlog.error();
    auto result = stats();
    result.backlog = *backlog;
    const auto left = static_cast<double>(backlog->entries);
    if (left <= 0)
        result.seconds_to_empty = 0;
    else if (result.rate > 0)
        result.seconds_to_empty = left / result.rate;
    co_return result;
}

asio::awaitable<base::Result<std::vector<model::EntryPtr>>> Dispatcher::peek(std::size_t limit)
{
    std::vector<model::EntryPtr> next;
    for (const auto& queue : queues_) {
        if (next.size() >= limit) break;
        auto page = co_await ports_.store.read_after(queue.cursor(), queue.priority(), limit - next.size());
        if (!page) co_return page.error();
        next.insert(next.end(), page->begin(), page->end());
    }
    co_return next;
}

asio::awaitable<base::Result<std::vector<store::DeadLetter>>> Dispatcher::quarantine(std::size_t limit)
{
    return ports_.store.dead_letters(reader_, limit);
}

} // namespace gatehouse::upstream
