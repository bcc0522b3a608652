#include "gateway/alert/alert_board.hpp"

#include "gateway/base/random.hpp"

#include <algorithm>

namespace gatehouse::alert {

using base::Errc;
using model::Alert;
using State = model::Alert::State;
using namespace std::chrono_literals;

namespace {

constexpr auto storm_kind = "alert_storm";

// How soon somebody must answer (staff-notify.md §6), and how soon the cause must be gone (ours; the sheet's
// example gives two hours for severity 3).
std::chrono::milliseconds ack_within(int severity)
{
    switch (severity) {
    case 1: return 2min;
    case 2: return 5min;
    case 3: return 15min;
    default: return 24h;
    }
}

std::chrono::milliseconds clear_within(int severity)
{
    switch (severity) {
    case 1: return 30min;
    case 2: return 1h;
    case 3: return 2h;
    default: return 72h;
    }
}

std::uint64_t fnv1a(std::string_view text)
{
    std::uint64_t state = 0xcbf29ce484222325ULL;
    for (const char c : text)
        state = (state ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
    return state;
}

// The lowest 5 * width bits in Crockford's base 32.
void append_base32(std::string& out, std::uint64_t value, unsigned width)
{
    constexpr std::string_view alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    for (unsigned digit = width; digit-- > 0;)
        out += alphabet[(value >> (5U * digit)) & 31U];
}

bool is_current(State state)
{
    return state == State::raised || state == State::acknowledged;
}

} // namespace

std::string alert_id(const Finding& finding)
{
    std::string what = finding.kind + '\n' + finding.device + '\n' + finding.lane + '\n';
    what += finding.evidence + '\n' + std::to_string(finding.cause);
    base::Random spread(fnv1a(what));
    const auto time = std::max<std::int64_t>(0, finding.since.time_since_epoch().count());
    std::string id;
    append_base32(id, static_cast<std::uint64_t>(time) & 0xffffffffffffULL, 10);
    append_base32(id, spread.next(), 8);
    append_base32(id, spread.next(), 8);
    return id;
}

void AlertBoard::restore(Alert alert)
{
    if (alert.state == State::closed) return;
    if (is_current(alert.state)) current_.emplace(key_of(alert), alert.id);
    alerts_.insert_or_assign(alert.id, std::move(alert));
}

void AlertBoard::apply(const Finding& finding, WallTime now, std::vector<Transition>& out)
{
    if (finding.change == Finding::Change::raise)
        raise(finding, now, out);
    else
        clear(Key{finding.kind, finding.device, finding.lane}, now, out);
}

void AlertBoard::raise(const Finding& finding, WallTime now, std::vector<Transition>& out)
{
    const auto current = current_.find(Key{finding.kind, finding.device, finding.lane});
    if (current != current_.end()) return repeat(alerts_.at(current->second), finding);
    if (finding.kind == storm_kind || !full(finding.severity)) return make(finding, now, out);
    ++stormed_;
    Finding storm = finding;
    storm.kind = storm_kind;
    storm.device = "gateway";
    storm.lane.clear();
    storm.severity = 2;
    storm.text = "未处理告警过多，新告警只计数，请尽快处理";
    raise(storm, now, out);
}

bool AlertBoard::full(int severity) const
{
    const auto cleared = alerts_.size() - current_.size();
    if (severity > 2) return current_.size() >= limits_.open_max;
    return current_.size() >= 2 * limits_.open_max || cleared >= limits_.cleared_max;
}

void AlertBoard::make(const Finding& finding, WallTime now, std::vector<Transition>& out)
{
    Alert alert;
    alert.id = alert_id(finding);
    if (alerts_.contains(alert.id)) return; // this very finding was dealt with before
    alert.kind = finding.kind;
    alert.device = finding.device.empty() ? "gateway" : finding.device;
    alert.lane = finding.lane;
    alert.severity = finding.severity;
    alert.text = finding.text;
    if (!finding.evidence.empty()) alert.evidence.push_back(finding.evidence);
    alert.raised_at = now;
    alert.due_ack = now + ack_within(finding.severity);
    alert.due_clear = now + clear_within(finding.severity);
    auto& kept = alerts_.emplace(alert.id, std::move(alert)).first->second;
    current_[key_of(kept)] = kept.id;
    out.push_back(move_to(kept, State::raised, now));
}

void AlertBoard::repeat(Alert& alert, const Finding& finding)
{
    // The finding that made the alert, seen again after a crash, is no repeat.
    if (alert_id(finding) == alert.id) return;
    ++alert.count;
    ++repeats_;
    if (!finding.evidence.empty() && alert.evidence.size() < limits_.evidence_max)
        alert.evidence.push_back(finding.evidence);
    counted_.insert(alert.id);
}

void AlertBoard::clear(const Key& key, WallTime now, std::vector<Transition>& out)
{
    const auto current = current_.find(key);
    if (current == current_.end()) return;
    auto& alert = alerts_.at(current->second);
    current_.erase(current);
    out.push_back(move_to(alert, State::cleared, now));
}

Transition AlertBoard::move_to(Alert& alert, State state, WallTime now)
{
    alert.state = state;
    alert.changed_at = now;
    counted_.erase(alert.id); // the transition carries the count
    return Transition{alert, alert.id + "/" + std::string(model::to_string(state))};
}

Transition AlertBoard::close_now(const std::string& id, WallTime now)
{
    auto& alert = alerts_.at(id);
    if (is_current(alert.state)) current_.erase(key_of(alert));
    auto made = move_to(alert, State::closed, now);
    alerts_.erase(id);
    return made;
}

void AlertBoard::tick(WallTime now, std::vector<Transition>& out)
{
    if (current_.size() * 10 < limits_.open_max * 8) clear(Key{storm_kind, "gateway", ""}, now, out);
    std::vector<const Alert*> waiting; // for the clock alone: not urgent, and the cause is gone
    for (const auto& [id, alert] : alerts_)
        if (alert.state == State::cleared && alert.severity > 2) waiting.push_back(&alert);
    std::sort(waiting.begin(), waiting.end(),
              [](const Alert* a, const Alert* b) { return a->changed_at < b->changed_at; });
    auto cleared = alerts_.size() - current_.size();
    for (const Alert* alert : waiting) {
        if (now - alert->changed_at < limits_.auto_close && cleared <= limits_.cleared_max) break;
        const auto id = alert->id;
        auto& kept = alerts_.at(id);
        kept.actor = "gateway";
        kept.note = "已恢复，自动关闭";
        out.push_back(close_now(id, now));
        --cleared;
    }
}

base::Result<Transition> AlertBoard::acknowledge(const std::string& id, std::string actor, std::string note,
                                                 WallTime now)
{
    const auto found = alerts_.find(id);
    if (found == alerts_.end()) return Errc::not_found;
    auto& alert = found->second;
    if (alert.state != State::raised) return Errc::conflict;
    alert.actor = std::move(actor);
    alert.note = std::move(note);
    return move_to(alert, State::acknowledged, now);
}

base::Result<Transition> AlertBoard::close(const std::string& id, std::string actor, std::string result,
                                           std::string note, WallTime now)
{
    const auto found = alerts_.find(id);
    if (found == alerts_.end()) return Errc::not_found;
    found->second.actor = std::move(actor);
    found->second.result = std::move(result);
    found->second.note = std::move(note);
    return close_now(id, now);
}

std::vector<Alert> AlertBoard::take_counted()
{
    std::vector<Alert> counted;
    for (const auto& id : counted_)
        if (const auto found = alerts_.find(id); found != alerts_.end()) counted.push_back(found->second);
    counted_.clear();
    return counted;
}

std::vector<Alert> AlertBoard::alerts() const
{
    std::vector<Alert> all;
    all.reserve(alerts_.size());
    for (const auto& [id, alert] : alerts_)
        all.push_back(alert);
    std::sort(all.begin(), all.end(),
              [](const Alert& a, const Alert& b) { return a.raised_at > b.raised_at; });
    return all;
}

} // namespace gatehouse::alert
