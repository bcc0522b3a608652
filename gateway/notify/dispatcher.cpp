#include "gateway/notify/dispatcher.hpp"

#include "gateway/base/log.hpp"
#include "gateway/config/nearest.hpp"
#include "gateway/notify/routing.hpp"
#include "gateway/notify/wording.hpp"

#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <exception>
#include <utility>

namespace gatehouse::notify {
namespace {

using namespace std::chrono_literals;
using base::kv;
using model::Priority;
namespace log = base::log;

constexpr std::size_t page_max = 256;
constexpr auto memory_key = "outbox";
const std::string unreachable_text = "cannot be reached: ";
constexpr auto unreachable_max = 5min; // longer, and somebody must hear of it
// How often the position is written when nothing concerns the channel: what lies behind it may be deleted.
constexpr auto position_every = 1h;
// A test is not counted into the pace of the channel, so it comes seldom.
constexpr auto trial_every = 10s;
constexpr auto trial_max = 60s;           // a message may be on its way before it
constexpr std::size_t letters_max = 1000; // while the store takes nothing

} // namespace

Dispatcher::Dispatcher(config::NotifyConfig config, Ports ports)
    : config_(std::move(config)), reader_("notify/" + config_.name), ports_(std::move(ports)),
      outbox_(ports_.channel.manner(), config_, ports_.utc_offset), changed_(ports_.executor),
      room_(ports_.executor), backoff_(5s, 60s),
      sent_(ports_.metrics.counter("gatehouse_notify_sent_total", "messages the channel has taken",
                                   {{"channel", config_.name}})),
      retried_(ports_.metrics.counter("gatehouse_notify_retried_total", "messages to be sent again",
                                      {{"channel", config_.name}})),
      throttled_(ports_.metrics.counter("gatehouse_notify_throttled_total", "answers that it is too fast",
                                        {{"channel", config_.name}})),
      digested_(ports_.metrics.counter("gatehouse_notify_digested_total", "alerts told in a digest",
                                       {{"channel", config_.name}})),
      unanswered_(ports_.metrics.counter("gatehouse_notify_unanswered_total",
                                         "messages that may have arrived", {{"channel", config_.name}})),
      dead_letters_(ports_.metrics.counter("gatehouse_notify_dead_letters_total",
                                           "entries given up for this channel", {{"channel", config_.name}})),
      write_failures_(ports_.metrics.counter("gatehouse_notify_write_failures_total",
                                             "positions the store refused", {{"channel", config_.name}})),
      waiting_(
          ports_.metrics.gauge("gatehouse_notify_waiting", "alerts to be told", {{"channel", config_.name}}))
{
}

Dispatcher::~Dispatcher() = default;

asio::awaitable<void> Dispatcher::run()
{
    base::TaskGroup tasks(ports_.executor);
    std::exception_ptr ended;
    bool loaded = false;
    try {
        co_await load();
        loaded = true;
        tasks.spawn("notify feed", feed());
        co_await deliver();
    } catch (...) {
        ended = std::current_exception();
    }
    co_await asio::this_coro::throw_if_cancelled(false);
    co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
    tasks.cancel();
    co_await tasks.join();
    end_trial({Verdict::Kind::stopped, "the channel ended"});
    if (loaded) co_await write();
    if (ended) std::rethrow_exception(ended);
}

// A new channel begins at the journal's end: old alerts are nobody's news.
asio::awaitable<void> Dispatcher::load()
{
    for (;;) {
        const auto moves = co_await ports_.store.cursors();
        auto memory = co_await ports_.store.memory(reader_);
        if (moves && memory) {
            const auto position = std::find_if(moves->begin(), moves->end(), [this](const auto& move) {
                return move.reader == reader_ && move.priority == Priority::alert;
            });
            if (position == moves->end())
                outbox_.begin_at(ports_.store.last_seq());
            else
                outbox_.load(position->seq, (*memory)[memory_key], ports_.clock.now(), ports_.clock.wall());
            co_return;
        }
        log::warn("position of a staff channel not readable", kv("channel", config_.name),
                  kv("why", moves ? memory.error() : moves.error()));
        co_await ports_.clock.sleep_for(1s);
    }
}

asio::awaitable<void> Dispatcher::feed()
{
    for (;;) {
        while (outbox_.is_full())
            co_await room_.wait();
        const auto last = ports_.store.last_seq();
        const auto page =
            co_await ports_.store.read_after(outbox_.read_position(), Priority::alert, page_max);
        if (!page) {
            log::warn("journal not readable", kv("channel", config_.name), kv("why", page.error()));
            co_await ports_.clock.sleep_for(1s);
            continue;
        }
        for (const auto& entry : *page)
            take(*entry);
        waiting_.set(static_cast<double>(outbox_.waiting()));
        if (!page->empty()) {
            changed_.notify();
            continue;
        }
        outbox_.pass(last);
        // Something may have been appended while the read was under way: then it was not notified to us.
        if (ports_.store.last_seq() == last) co_await ports_.store.appended().wait();
    }
}

void Dispatcher::take(const model::Entry& entry)
{
    const auto* change = std::get_if<model::AlertChanged>(&entry.event.body);
    const auto news = change == nullptr ? std::nullopt : news_of(change->alert);
    if (outbox_.knows(entry.seq) || !news) return outbox_.pass(entry.seq);
    const auto& alert = change->alert;
    Occasion occasion;
    occasion.severity = alert.severity;
    occasion.kind = alert.kind;
    occasion.stage = news->stage;
    occasion.roles = roles_of(alert, news->stage);
    const auto found = match(config_, occasion);
    if (!found.called) return outbox_.pass(entry.seq);
    Pending pending;
    pending.id = entry.event.id;
    pending.seqs = {entry.seq};
    pending.alert = alert;
    pending.stage = news->stage;
    pending.roles = found.roles;
    pending.since = alert.changed_at;
    pending.came = ports_.clock.now();
    outbox_.add(std::move(pending), news->only_if_waiting);
}

asio::awaitable<void> Dispatcher::deliver()
{
    co_await write();
    for (;;) {
        if (trial_) co_await try_out();
        Outbox::Look next;
        if (!stopped_) next = outbox_.look(ports_.clock.now(), ports_.clock.wall());
        if (!next.parcel) {
            const auto again = std::min(next.again, ports_.clock.now() + position_every);
            co_await ports_.clock.wait(changed_, again);
            if (ports_.clock.now() >= again) co_await write();
            continue;
        }
        auto message = message_of(*next.parcel);
        const auto verdict = co_await ports_.channel.send(std::move(message));
        judge(std::move(*next.parcel), verdict);
        room_.notify();
        waiting_.set(static_cast<double>(outbox_.waiting()));
        co_await write();
    }
}

asio::awaitable<base::Result<Verdict>> Dispatcher::send_test(std::string who)
{
    auto& clock = ports_.clock;
    if (trial_ || clock.now() < next_trial_) co_return base::Errc::busy;
    next_trial_ = clock.now() + trial_every;
    auto message = test_message(who, clock.wall(), ports_.utc_offset);
    const std::shared_ptr<Trial> trial(
        new Trial{std::move(message), base::Wakeup(ports_.executor), std::nullopt});
    trial_ = trial;
    changed_.notify();
    // From here on without the dispatcher, which a reload may end.
    const auto until = clock.now() + trial_max;
    while (!trial->verdict && clock.now() < until)
        co_await clock.wait(trial->over, until);
    co_return trial->verdict.value_or(Verdict{Verdict::Kind::retry, "its turn did not come"});
}

asio::awaitable<void> Dispatcher::try_out()
{
    if (trial_.use_count() == 1) trial_.reset(); // nobody waits for it any more
    if (stopped_) end_trial({Verdict::Kind::stopped, complaint()});
    if (!trial_) co_return;
    auto message = trial_->message;
    auto verdict = co_await ports_.channel.send(std::move(message));
    if (verdict.kind == Verdict::Kind::sent) {
        unreachable_since_.reset();
        sent_.add();
        last_sent_ = ports_.clock.wall();
        complain(verdict.reason);
    }
    end_trial(std::move(verdict));
}

void Dispatcher::end_trial(Verdict verdict)
{
    const auto trial = std::exchange(trial_, nullptr);
    if (!trial) return;
    trial->verdict = std::move(verdict);
    trial->over.notify();
}

// Called by name are those on duty now, and only for what somebody must go and see to.
Notification Dispatcher::message_of(const Parcel& parcel) const
{
    auto message = parcel.is_digest() ? digest_message(parcel, ports_.utc_offset)
                                      : news_message(parcel.items.front(), ports_.utc_offset);
    const auto worth_a_call = [](const Pending& item) {
        return item.stage != Stage::cleared && item.alert.severity <= 3;
    };
    std::vector<std::string> roles;
    for (const auto& item : parcel.items)
        if (worth_a_call(item)) roles.insert(roles.end(), item.roles.begin(), item.roles.end());
    if (!roles.empty())
        message.mention = on_duty(ports_.rosters(), roles, ports_.clock.wall(), ports_.utc_offset);
    return message;
}

void Dispatcher::judge(Parcel parcel, const Verdict& verdict)
{
    using Kind = Verdict::Kind;
    const bool reached = verdict.kind != Kind::unreachable;
    if (reached) unreachable_since_.reset();
    if (reached) backoff_.reset();
    switch (verdict.kind) {
    case Kind::sent: note_sent(parcel, verdict); break;
    case Kind::unreachable: note_unreachable(verdict); break;
    case Kind::maybe: unanswered_.add(); break;
    case Kind::retry: retried_.add(); break;
    case Kind::throttled:
        throttled_.add();
        log::warn("staff channel is too fast for its peer", kv("channel", config_.name),
                  kv("pause_s", verdict.wait.count() / 1000));
        break;
    case Kind::refused: break;
    case Kind::stopped:
        stopped_ = true;
        log::error("staff channel stopped", kv("channel", config_.name), kv("why", verdict.reason));
        complain(verdict.reason);
        break;
    }
    auto settled = outbox_.settle(std::move(parcel), verdict, ports_.clock.now(), ports_.random);
    if (settled.dead) file(std::move(settled.seqs), verdict.reason);
}

void Dispatcher::note_sent(const Parcel& parcel, const Verdict& verdict)
{
    sent_.add();
    if (parcel.is_digest())
        digested_.add(parcel.items.size() + static_cast<std::uint64_t>(parcel.folded.count));
    last_sent_ = ports_.clock.wall();
    for (const auto& item : parcel.items)
        if (item.stage == Stage::raised) ports_.on_delivered(item.alert.id, config::joined(item.roles));
    complain(verdict.reason);
}

// Nothing was sent, so nothing is lost and no try used up: everything waits until the peer is there.
void Dispatcher::note_unreachable(const Verdict& verdict)
{
    const auto now = ports_.clock.now();
    if (!unreachable_since_) unreachable_since_ = now;
    unreachable_why_ = verdict.reason;
    outbox_.pause_until(now + backoff_.next(ports_.random));
    // Reasons that come and go meanwhile are told once.
    const bool told = complaint().starts_with(unreachable_text);
    if (now - *unreachable_since_ >= unreachable_max && !told) complain(unreachable_text + verdict.reason);
}

void Dispatcher::file(std::vector<std::int64_t> seqs, const std::string& reason)
{
    log::warn("message to staff given up, filed as dead letter", kv("channel", config_.name),
              kv("entries", seqs.size()), kv("why", reason));
    dead_letters_.add(std::max<std::size_t>(1, seqs.size()));
    for (const auto seq : seqs)
        if (letters_.size() < letters_max) letters_.push_back({reader_, seq, reason, ports_.clock.wall()});
    complain("a message was given up: " + reason);
}

void Dispatcher::complain(const std::string& why)
{
    if (complaint_ == why) return;
    complaint_ = why;
    ports_.on_health(why.empty(), why);
}

// What the store does not take now is written with the next message.
asio::awaitable<void> Dispatcher::write()
{
    const auto cursor = outbox_.cursor();
    auto text = outbox_.save(ports_.clock.now(), ports_.clock.wall());
    if (cursor == written_ && text == written_text_ && letters_.empty()) co_return;
    store::Change change;
    // Of the other class nothing is ours: it is passed as far as the journal is.
    change.cursors.push_back({reader_, Priority::alert, cursor});
    change.cursors.push_back({reader_, Priority::event, cursor});
    change.memory.push_back({reader_, memory_key, text});
    change.dead_letters = letters_;
    const auto letters = static_cast<std::ptrdiff_t>(letters_.size());
    const auto committed = co_await ports_.store.commit(std::move(change));
    if (!committed) {
        write_failures_.add();
        log::warn("position of a staff channel not kept", kv("channel", config_.name),
                  kv("why", committed.error()));
        co_return;
    }
    written_ = cursor;
    written_text_ = std::move(text);
    letters_.erase(letters_.begin(), letters_.begin() + letters);
}

ChannelStats Dispatcher::stats() const
{
    ChannelStats stats;
    stats.name = config_.name;
    stats.protocol = config_.protocol;
    stats.state = "ready";
    if (outbox_.paused_until() > ports_.clock.now()) stats.state = "paused";
    if (unreachable_since_) stats.state = "unreachable";
    if (stopped_) stats.state = "stopped";
    stats.why = complaint();
    if (stats.why.empty() && unreachable_since_) stats.why = unreachable_why_;
    stats.waiting = outbox_.waiting() + static_cast<std::size_t>(outbox_.folded());
    stats.sent = sent_.value();
    stats.retried = retried_.value();
    stats.throttled = throttled_.value();
    stats.digested = digested_.value();
    stats.dead_letters = dead_letters_.value();
    stats.last_sent = last_sent_;
    return stats;
}

} // namespace gatehouse::notify
