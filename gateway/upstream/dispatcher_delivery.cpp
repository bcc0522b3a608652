#include "gateway/base/log.hpp"
#include "gateway/upstream/dispatcher.hpp"

#include <algorithm>

namespace gatehouse::upstream {
namespace {

using namespace std::chrono_literals;
using model::Priority;

constexpr auto old_after = 2s;     // an entry older than this belongs to a backlog: the rate limit holds
constexpr auto replay_after = 60s; // marked `replay` upstream (mqtt-upstream.md §2)
constexpr std::size_t alert_reserve_max = 4;
constexpr std::size_t letters_max = 1000;  // while the store takes nothing
constexpr auto patience = 30s;             // refusals of one entry for longer than this are worth a complaint
constexpr int hang_ups_max = 5;            // links lost over one entry before it is filed
constexpr int hang_ups_before_probing = 2; // then one delivery at a time, so that the blame is exact

} // namespace

// Sends whatever may be sent now. Runs on every page, verdict and link change; never waits.
void Dispatcher::pump()
{
    if (pumping_ || stopping_) return;
    pumping_ = true;
    auto& alerts = queue_of(Priority::alert);
    auto& events = queue_of(Priority::event);
    while (ports_.sink.ready() && ports_.clock.now() >= paused_until_ && letters_.size() < letters_max) {
        auto& queue = may_send(alerts) ? alerts : events;
        if (!may_send(queue)) break;
        // Of a backlog the newest alerts come first (mqtt-upstream.md §4); live ones in their order.
        const bool newest = &queue == &alerts && age(*queue.front()) > old_after;
        if (!within_rate(newest ? *queue.back() : *queue.front())) break;
        send(queue, newest ? queue.take_back() : queue.take_front());
    }
    pumping_ = false;
    open_gauge_.set(static_cast<double>(open_));
    for (auto& queue : queues_)
        if (queue.wants_page()) return room_.notify();
}

std::size_t Dispatcher::window() const
{
    if (hang_ups_ >= hang_ups_before_probing) return 1;
    return std::max<std::size_t>(ports_.sink.window(), 1);
}

// Events leave a few places of the window to alerts, so a fresh alert overtakes any backlog.
bool Dispatcher::may_send(const Queue& queue) const
{
    if (queue.empty()) return false;
    const auto reserve = queue.priority() == Priority::alert ? 0 : std::min(alert_reserve_max, window() / 4);
    return open_ + reserve < window();
}

// Since it came here; what is from before our start, by the wall clock.
std::chrono::nanoseconds Dispatcher::age(const model::Entry& entry) const
{
    const auto known = arrivals_.age(entry.seq, ports_.clock.now());
    return known ? *known : ports_.clock.wall() - entry.event.received_at;
}

// The peer's limit while a backlog drains. Live entries pass without a look at it.
bool Dispatcher::within_rate(const model::Entry& entry)
{
    const auto rate = ports_.sink.backlog_rate();
    if (rate <= 0 || age(entry) < old_after) return true;
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
    losing_ = false;
    const bool replay = age(*entry) > replay_after;
    auto done = [this, &queue, entry, alive = std::weak_ptr<int>(alive_)](Verdict verdict) {
        if (!alive.expired()) settle(queue, entry, std::move(verdict));
    };
    ports_.sink.deliver(std::move(entry), replay, std::move(done));
}

void Dispatcher::settle(Queue& queue, const model::EntryPtr& entry, Verdict verdict)
{
    --open_;
    const bool lost = verdict.delivery == Delivery::later && !ports_.sink.ready();
    if (lost && hung_up_on(entry->seq))
        verdict = {Delivery::rejected, "the peer hung up on it " + std::to_string(hang_ups_max) + " times"};
    if (verdict.delivery == Delivery::later) {
        put_off(queue, entry->seq, verdict);
        return pump();
    }
    hang_ups_ = 0;
    end_complaint(entry->seq);
    if (verdict.delivery == Delivery::rejected) {
        file(*entry, std::move(verdict.reason));
    } else {
        delivered_.add();
        backoff_.reset();
        last_accepted_ = ports_.clock.wall();
        meter_.add(ports_.clock.now());
    }
    if (queue.done(entry->seq) || verdict.delivery == Delivery::rejected) dirty_.notify();
    pump();
}

void Dispatcher::put_off(Queue& queue, std::int64_t seq, const Verdict& verdict)
{
    retried_.add();
    queue.again(seq);
    if (!ports_.sink.ready()) return;
    pause(verdict.pause);
    complain(seq, verdict);
}

void Dispatcher::file(const model::Entry& entry, std::string reason)
{
    rejected_.add();
    base::log::warn("entry refused by the peer, filed as dead letter", base::kv("upstream", name_),
                    base::kv("seq", entry.seq), base::kv("why", reason));
    // An announcement is not announced itself: a peer that refuses those too would keep us busy for ever.
    const auto* gap = std::get_if<model::Gap>(&entry.event.body);
    const bool announce = gap == nullptr || gap->scope != reader_;
    letters_.push_back(
        {{reader_, entry.seq, std::move(reason), ports_.clock.wall()}, entry.event.received_at, announce});
}

// Whether the peer has hung up on this entry too often. Of all that was open when a link is lost, the one
// sent first is the suspect: it comes first, and everything before it was answered.
bool Dispatcher::hung_up_on(std::int64_t seq)
{
    if (std::exchange(losing_, true)) return false;
    if (std::exchange(suspect_, seq) != seq) hang_ups_ = 0;
    return ++hang_ups_ >= hang_ups_max;
}

// One entry at a time: when it has been taken, the next refused one begins its own complaint.
void Dispatcher::complain(std::int64_t seq, const Verdict& verdict)
{
    const auto now = ports_.clock.now();
    if (!refusal_) refusal_ = Refusal{.seq = seq, .since = now, .told = {}};
    const bool lasting = verdict.pause > 0ms || now - refusal_->since >= patience;
    if (refusal_->seq != seq || !lasting || refusal_->told == verdict.reason) return;
    refusal_->told = verdict.reason;
    if (ports_.on_refusal) ports_.on_refusal(verdict.reason);
}

void Dispatcher::end_complaint(std::int64_t seq)
{
    if (!refusal_ || refusal_->seq != seq) return;
    const bool told = !refusal_->told.empty();
    refusal_.reset();
    if (told && ports_.on_refusal) ports_.on_refusal("");
}

// The peer is there but takes nothing now: one pause for the whole window, not one per entry.
void Dispatcher::pause(std::chrono::milliseconds at_least)
{
    if (!tasks_ || stopping_) return;
    const auto now = ports_.clock.now();
    const bool paused = paused_until_ > now;
    if (paused && paused_until_ + 1s > now + at_least) return;
    paused_until_ = now + (paused ? at_least : std::max(at_least, backoff_.next(ports_.random)));
    tasks_->spawn("upstream pause", resume_at(paused_until_));
}

} // namespace gatehouse::upstream
