#include "gateway/notify/outbox.hpp"

#include "gateway/notify/routing.hpp"

#include <algorithm>

namespace gatehouse::notify {
namespace {

using namespace std::chrono_literals;
using base::MonoTime;

// How much of a channel's pace each kind of message may use up: an urgent one finds room after a flood of
// others, and a digest after a flood of urgent ones.
constexpr double share_of_rest = 0.67;
constexpr double share_of_urgent = 0.9;
constexpr double share_of_digest = 1.0;

constexpr auto short_wait = 5s;    // for room in the window; longer, and it goes into a digest
constexpr auto gather_flood = 20s; // before a digest of what found no room
constexpr auto gather_old = 2s;    // before a digest of a backlog, which is read in pages
constexpr auto old_after = 3min;   // what has waited longer is told together
constexpr auto maybe_pause = 5s;   // before what may have arrived is sent once more

double share_of(const Pending& item)
{
    return item.is_urgent() ? share_of_urgent : share_of_rest;
}

} // namespace

Outbox::Outbox(Manner manner, config::NotifyConfig config, std::chrono::minutes utc_offset)
    : manner_(std::move(manner)), config_(std::move(config)), utc_offset_(utc_offset), window_(manner_.rates)
{
}

void Outbox::pass(std::int64_t seq)
{
    read_ = std::max(read_, seq);
    left_.erase(left_.begin(), left_.upper_bound(seq));
}

void Outbox::add(Pending pending, bool only_if_waiting)
{
    pass(pending.seqs.back());
    const auto waiting = std::find_if(items_.begin(), items_.end(),
                                      [&](const Pending& item) { return item.alert.id == pending.alert.id; });
    if (waiting == items_.end()) {
        if (only_if_waiting) return;
        items_.push_back(std::move(pending));
        return fold_surplus();
    }
    // One message tells both: it keeps its place and its tries, and says what is true now.
    auto& item = *waiting;
    item.whole = item.whole || (item.stage != Stage::cleared && pending.stage == Stage::cleared);
    item.seqs.insert(item.seqs.end(), pending.seqs.begin(), pending.seqs.end());
    std::sort(item.seqs.begin(), item.seqs.end());
    item.id = std::move(pending.id);
    item.alert = std::move(pending.alert);
    item.stage = pending.stage;
    item.roles = std::move(pending.roles);
    item.tries.maybe = false;
    if (item.stage == Stage::escalated) item.in_digest = false;
}

void Outbox::fold_surplus()
{
    while (manner_.digests && items_.size() > items_max) {
        auto victim =
            std::find_if(items_.begin(), items_.end(), [](const Pending& item) { return item.in_digest; });
        if (victim == items_.end())
            victim = std::find_if(items_.begin(), items_.end(),
                                  [](const Pending& item) { return !item.is_urgent(); });
        if (victim == items_.end()) victim = items_.begin();
        folded_.add({1, victim->alert.severity, victim->since, victim->alert.changed_at});
        items_.erase(victim);
    }
}

MonoTime Outbox::ready_at(const Pending& item, MonoTime now, base::WallTime wall) const
{
    const auto held = held_until(config_, item.alert.severity, wall, utc_offset_);
    return held ? std::max(item.tries.due, now + (*held - wall)) : item.tries.due;
}

// Severity 4 is gathered for the maintenance digest; what has waited for long is told together.
void Outbox::choose_digest(Pending& item, MonoTime now, base::WallTime wall) const
{
    if (item.in_digest || !manner_.digests || item.tries.refused > 0 || item.tries.maybe) return;
    const bool gathered = item.alert.severity == 4 && item.stage != Stage::escalated;
    const bool old = now - item.came > old_after || wall - item.alert.changed_at > old_after;
    if (!gathered && !old) return;
    item.in_digest = true;
    item.digest_at = item.came + (gathered ? config_.digest_every : std::chrono::milliseconds(gather_old));
}

Outbox::Look Outbox::look(MonoTime now, base::WallTime wall)
{
    Look look;
    if (now < paused_until_) {
        look.again = paused_until_;
        return look;
    }
    const auto later = [&look](MonoTime when) { look.again = std::min(look.again, when); };
    auto best = items_.end();
    for (auto item = items_.begin(); item != items_.end(); ++item) {
        choose_digest(*item, now, wall);
        if (item->in_digest) continue;
        if (const auto ready = ready_at(*item, now, wall); ready > now) {
            later(ready);
            continue;
        }
        const auto free = window_.free_at(share_of(*item));
        if (free > now) {
            later(free);
            item->in_digest = manner_.digests && item->tries.refused == 0 && free - now > short_wait;
            item->digest_at = now + gather_flood;
            continue;
        }
        if (best == items_.end() || (item->is_urgent() && !best->is_urgent())) best = item;
    }
    const bool urgent = best != items_.end() && best->is_urgent();
    if (!urgent && take_digest(look, now, wall)) return look;
    if (best != items_.end()) look.parcel = take(best, now);
    return look;
}

Parcel Outbox::take(std::deque<Pending>::iterator item, MonoTime now)
{
    Parcel parcel;
    sending_.insert(item->seqs.begin(), item->seqs.end());
    parcel.items.push_back(std::move(*item));
    items_.erase(item);
    window_.note(now);
    return parcel;
}

// True when the digest is to go now; otherwise look.again says when it may be.
bool Outbox::take_digest(Look& look, MonoTime now, base::WallTime wall)
{
    auto due = folded_.count > 0 ? now : MonoTime::max();
    const auto belongs = [&](const Pending& item) {
        if (!item.in_digest) return false;
        const auto ready = ready_at(item, now, wall);
        if (ready > now) look.again = std::min(look.again, ready);
        return ready <= now;
    };
    for (const auto& item : items_)
        if (belongs(item)) due = std::min(due, item.digest_at);
    if (due == MonoTime::max()) return false;
    due = std::max({due, digest_.due, window_.free_at(share_of_digest)});
    if (due > now) {
        look.again = std::min(look.again, due);
        return false;
    }
    Parcel parcel;
    for (auto& item : items_) {
        if (!belongs(item)) continue;
        sending_.insert(item.seqs.begin(), item.seqs.end());
        parcel.items.push_back(item);
    }
    std::erase_if(items_, belongs);
    parcel.folded = std::exchange(folded_, Folded{});
    window_.note(now);
    look.parcel = std::move(parcel);
    return true;
}

Outbox::Settled Outbox::settle(Parcel parcel, const Verdict& verdict, MonoTime now, base::Random& random)
{
    using Kind = Verdict::Kind;
    sending_.clear();
    auto& tries = parcel.is_digest() ? digest_ : parcel.items.front().tries;
    const bool repeated = verdict.kind == Kind::maybe && tries.maybe;
    const bool given_up = verdict.kind == Kind::retry && tries.refused >= manner_.retries.size();
    if (verdict.kind == Kind::sent || verdict.kind == Kind::refused || repeated || given_up) {
        tries = {};
        Settled settled{.dead = verdict.kind == Kind::refused || given_up};
        for (const auto& item : parcel.items)
            if (settled.dead) settled.seqs.insert(settled.seqs.end(), item.seqs.begin(), item.seqs.end());
        return settled;
    }
    plan(tries, verdict, now, random);
    if (verdict.kind == Kind::throttled) pause_until(now + verdict.wait);
    put_back(std::move(parcel));
    return {.again = true};
}

void Outbox::plan(Tries& tries, const Verdict& verdict, MonoTime now, base::Random& random) const
{
    if (verdict.kind == Verdict::Kind::maybe) {
        tries.maybe = true;
        tries.due = now + maybe_pause;
    }
    if (verdict.kind != Verdict::Kind::retry) return;
    const auto wait = manner_.retries[tries.refused++];
    const auto vary = 1 + manner_.jitter * (2 * random.uniform() - 1);
    const std::chrono::duration<double, std::milli> varied = wait * vary;
    tries.due = now + std::max(verdict.wait, std::chrono::ceil<std::chrono::milliseconds>(varied));
}

void Outbox::put_back(Parcel parcel)
{
    folded_.add(parcel.folded);
    for (auto item = parcel.items.rbegin(); item != parcel.items.rend(); ++item)
        put_back(std::move(*item));
    fold_surplus();
}

// In front of the others. What has become of the alert meanwhile goes into the same message.
void Outbox::put_back(Pending item)
{
    const auto newer = std::find_if(items_.begin(), items_.end(),
                                    [&](const Pending& other) { return other.alert.id == item.alert.id; });
    if (newer == items_.end()) return items_.push_front(std::move(item));
    auto news = std::move(*newer);
    items_.erase(newer);
    items_.push_front(std::move(item));
    add(std::move(news), false);
}

std::int64_t Outbox::cursor() const
{
    auto first = std::numeric_limits<std::int64_t>::max();
    for (const auto& item : items_)
        first = std::min(first, item.seqs.front());
    if (!sending_.empty()) first = std::min(first, *sending_.begin());
    if (!left_.empty()) first = std::min(first, *left_.begin());
    return first == std::numeric_limits<std::int64_t>::max() ? std::max(read_, upto_) : first - 1;
}

} // namespace gatehouse::notify
