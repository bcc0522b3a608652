#include "gateway/upstream/dispatcher.hpp"

#include "gateway/base/log.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>

namespace gatehouse::upstream {
namespace {

using namespace std::chrono_literals;
using model::Priority;

constexpr auto cursor_every = 50ms; // repeats after a crash lie inside this span
constexpr auto link_poll = 500ms;
constexpr auto stop_limit = 2s;
constexpr auto old_after = 2s;     // an entry older than this belongs to a backlog: the rate limit holds
constexpr auto replay_after = 60s; // marked `replay` upstream (mqtt-upstream.md §2)
constexpr std::size_t alert_reserve_max = 4;
constexpr std::size_t letters_max = 1000; // while the store takes nothing

Queue& queue_of(std::array<Queue, 2>& queues, Priority priority)
{
    return queues[static_cast<std::size_t>(priority)];
}

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
        tasks_->spawn("upstream alerts", feed(queue_of(queues_, Priority::alert)));
        tasks_->spawn("upstream events", feed(queue_of(queues_, Priority::event)));
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
                if (move.reader == reader_) queue_of(queues_, move.priority).start(move.seq);
            written_ = positions();
            co_return;
        }
        base::log::warn("cursors not readable", base::kv("upstream", name_), base::kv("why", moves.error()));
        co_await ports_.clock.sleep_for(1s);
    }
}

// Keeps one queue supplied, a page at a time.
asio::awaitable<void> Dispatcher::feed(Queue& queue)
{
    for (;;) {
        while (!queue.wants_page())
            co_await room_.wait();
        const auto last = ports_.store.last_seq();
        const auto page =
            co_await ports_.store.read_after(queue.read_position(), queue.priority(), Queue::page_max);
        if (!page) {
            base::log::warn("journal not readable", base::kv("upstream", name_),
                            base::kv("why", page.error()));
            co_await ports_.clock.sleep_for(1s);
            continue;
        }
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

// Sends whatever may be sent now. Runs on every page, verdict and link change; never waits.
void Dispatcher::pump()
{
    if (pumping_ || stopping_) return;
    pumping_ = true;
    auto& alerts = queue_of(queues_, Priority::alert);
    auto& events = queue_of(queues_, Priority::event);
    while (ports_.sink.ready() && ports_.clock.now() >= paused_until_ && letters_.size() < letters_max) {
        auto& queue = may_send(alerts) ? alerts : events;
        if (!may_send(queue)) break;
        if (!within_rate(*queue.front())) break;
        // After an outage the newest alerts come first (mqtt-upstream.md §4); live ones in their order.
        const bool outage = ports_.clock.wall() - queue.front()->event.received_at > replay_after;
        send(queue, &queue == &alerts && outage ? queue.take_back() : queue.take_front());
    }
    pumping_ = false;
    open_gauge_.set(static_cast<double>(open_));
    for (auto& queue : queues_)
        if (queue.wants_page()) return room_.notify();
}

// Events leave a few places of the window to alerts, so a fresh alert overtakes any backlog.
bool Dispatcher::may_send(const Queue& queue) const
{
    if (queue.empty()) return false;
    const auto window = std::max<std::size_t>(ports_.sink.window(), 1);
    const auto reserve = queue.priority() == Priority::alert ? 0 : std::min(alert_reserve_max, window / 4);
    return open_ + reserve < window;
}

// The peer's limit while a backlog drains. Live entries pass without a look at it.
bool Dispatcher::within_rate(const model::Entry& entry)
{
    const auto rate = ports_.sink.backlog_rate();
    if (rate <= 0 || ports_.clock.wall() - entry.event.received_at < old_after) return true;
    const auto now = ports_.clock.now();
    const std::chrono::duration<double> passed = now - allowance_at_;
    allowance_at_ = now;
    const auto burst = std::max(1.0, rate / 10);
    allowance_ = std::min(burst, allowance_ + passed.count() * rate);
    if (allowance_ >= 1) {
        allowance_ -= 1;
        return true;
    }
    const std::chrono::duration<double> missing((1 - allowance_) / rate);
    const auto due = now + std::chrono::ceil<std::chrono::milliseconds>(missing);
    if (resume_due_ <= now && tasks_) {
        resume_due_ = due;
        tasks_->spawn("upstream rate", resume_at(due));
    }
    return false;
}

asio::awaitable<void> Dispatcher::resume_at(base::MonoTime when)
{
    co_await ports_.clock.sleep_until(when);
    pump();
}

void Dispatcher::send(Queue& queue, model::EntryPtr entry)
{
    ++open_;
    const bool replay = ports_.clock.wall() - entry->event.received_at > replay_after;
    const auto seq = entry->seq;
    auto done = [this, &queue, seq, alive = std::weak_ptr<int>(alive_)](Verdict verdict) {
        if (!alive.expired()) settle(queue, seq, std::move(verdict));
    };
    ports_.sink.deliver(std::move(entry), replay, std::move(done));
}

void Dispatcher::settle(Queue& queue, std::int64_t seq, Verdict verdict)
{
    --open_;
    if (verdict.delivery == Delivery::later) {
        retried_.add();
        queue.again(seq);
        if (ports_.sink.ready()) pause(backoff_.next(ports_.random));
        return pump();
    }
    if (verdict.delivery == Delivery::rejected) {
        rejected_.add();
        base::log::warn("entry refused by the peer, filed as dead letter", base::kv("upstream", name_),
                        base::kv("seq", seq), base::kv("why", verdict.reason));
        letters_.push_back({reader_, seq, std::move(verdict.reason), ports_.clock.wall()});
    } else {
        delivered_.add();
        backoff_.reset();
        last_accepted_ = ports_.clock.wall();
        meter_.add(ports_.clock.now());
    }
    if (queue.done(seq) || verdict.delivery == Delivery::rejected) dirty_.notify();
    pump();
}

// The peer is there but takes nothing now: one pause for the whole window, not one per entry.
void Dispatcher::pause(std::chrono::milliseconds span)
{
    const auto now = ports_.clock.now();
    if (paused_until_ > now || !tasks_ || stopping_) return;
    paused_until_ = now + span;
    tasks_->spawn("upstream pause", resume_at(paused_until_));
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
    change.dead_letters = letters_;
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
