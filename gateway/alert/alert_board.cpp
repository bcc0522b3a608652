#include "gateway/alert/alert_board.hpp"

#include "gateway/base/random.hpp"

#include <algorithm>
#include <cassert>

namespace gatehouse::alert {

using base::Errc;
using base::Result;
using model::Alert;

namespace {

constexpr auto storm_kind = "alert_storm"; // too many alerts at once, of all kinds
constexpr auto burst_kind = "alert_burst"; // too many of one kind at one device

// What is no news while something else is wrong. Urgent alerts are never inhibited: whoever cuts a cable
// before he opens a door must not stay unseen.
struct Inhibition {
    enum class Where {
        device, // at the source's device and, for what the gateway finds, its lanes
        lane,   // in its lanes, whatever device tells it
        everywhere
    };
    std::string_view source;
    std::string_view target; // empty: all
    Where where = Where::device;
};
constexpr std::array inhibitions = {
    Inhibition{"device_flapping", "device_offline"},
    Inhibition{"device_offline", ""},
    Inhibition{"clock_unsynced", "clock_out_of_policy", Inhibition::Where::everywhere},
    // Who is let in while the camera tells nothing was not read.
    Inhibition{"device_silent", "manual_opening", Inhibition::Where::lane},
    Inhibition{"device_silent", "tailgating", Inhibition::Where::lane},
    Inhibition{"device_silent", "vehicle_waiting", Inhibition::Where::lane},
    Inhibition{"vision_down", "manual_opening", Inhibition::Where::lane},
    Inhibition{"vision_down", "tailgating", Inhibition::Where::lane},
    Inhibition{"vision_down", "vehicle_waiting", Inhibition::Where::lane},
    // A camera without a picture has often lost its link too. Whichever is found first stands for both:
    // mostly the picture, and that calls the guard whose camera is blind.
    Inhibition{"camera_lost", "device_offline"},
    Inhibition{"camera_no_key_frame", "device_offline"},
    Inhibition{"camera_no_key_frame", "device_silent"},
    Inhibition{"device_silent", "camera_no_key_frame"},
    Inhibition{"device_flapping", "camera_lost"},
    // What opens for a fire stays open.
    Inhibition{"fire", "barrier_left_open", Inhibition::Where::everywhere},
    Inhibition{"fire", "door_held_open", Inhibition::Where::everywhere},
};

bool is_summary(const std::string& kind)
{
    return kind == storm_kind || kind == burst_kind;
}

// Who is called first.
Role first_role(int severity)
{
    return severity >= 4 ? Role::maintenance : Role::guard;
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

// ---- what findings do ----

void AlertBoard::restore(Alert alert)
{
    if (alert.state == State::closed) return remember(std::move(alert));
    if (alert.state == State::rejected) return;
    keep(std::move(alert));
}

// Of two alerts of one place, which only an older gateway could make, the open one takes the findings.
Alert& AlertBoard::keep(Alert alert)
{
    const auto [key, fresh] = by_key_.try_emplace(key_of(alert), alert.id);
    if (!fresh && is_in(waiting | taken, alert.state)) key->second = alert.id;
    const auto id = alert.id;
    return alerts_.insert_or_assign(id, std::move(alert)).first->second;
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
    if (alerts_.contains(alert_id(finding))) return; // this very finding was dealt with before
    const Key key{finding.kind, finding.device.empty() ? own_device : finding.device, finding.lane};
    if (const auto known = by_key_.find(key); known != by_key_.end())
        return again(alerts_.at(known->second), finding, now, out);
    if (!is_summary(finding.kind) && full(finding.severity)) return storm(finding, now, out);
    const auto closed = closed_.find(key);
    const bool comes_back = closed != closed_.end() &&
                            now - closed->second.changed_at < limits_.reopen_within &&
                            closed->second.result != "false" && closed->second.result != "test";
    if (!comes_back) return make(finding, now, out);
    auto& alert = keep(std::move(closed->second));
    closed_.erase(closed);
    again(alert, finding, now, out);
}

void AlertBoard::storm(const Finding& finding, WallTime now, std::vector<Transition>& out)
{
    ++stormed_;
    Finding storm = finding;
    storm.kind = storm_kind;
    storm.device = own_device;
    storm.lane.clear();
    storm.severity = 2;
    storm.lasts = true; // whatever began it
    storm.text = "未处理告警过多，新告警只计数，请尽快处理";
    raise(storm, now, out);
}

bool AlertBoard::full(int severity) const
{
    const auto open_now = open();
    if (!is_urgent(severity)) return open_now >= limits_.open_max;
    return open_now >= 2 * limits_.open_max || alerts_.size() - open_now >= limits_.resting_max;
}

std::size_t AlertBoard::count(Set states) const
{
    return static_cast<std::size_t>(std::count_if(alerts_.begin(), alerts_.end(), [states](const auto& one) {
        return is_in(states, one.second.state);
    }));
}

void AlertBoard::make(const Finding& finding, WallTime now, std::vector<Transition>& out)
{
    Alert alert;
    alert.id = alert_id(finding);
    alert.kind = finding.kind;
    alert.device = finding.device.empty() ? own_device : finding.device;
    alert.lane = finding.lane;
    alert.severity = finding.severity;
    alert.text = finding.text;
    alert.lasts = finding.lasts;
    if (!finding.evidence.empty()) alert.evidence.push_back(finding.evidence);
    alert.raised_at = now;
    call(keep(std::move(alert)), State::raised, now, out);
}

// What is known to be wrong and what a person is at only counts; what was over comes back.
void AlertBoard::again(Alert& alert, const Finding& finding, WallTime now, std::vector<Transition>& out)
{
    repeat(alert, finding);
    alert.lasts = alert.lasts || finding.lasts; // what only happens ends nothing that lasts
    if (alert.state == State::suppressed && is_in_burst(alert))
        burst(alert, now, out); // the summary counts it
    if (!is_in(over | ended, alert.state)) return;
    alert.text = finding.text;
    call(alert, State::reopened, now, out);
}

void AlertBoard::repeat(Alert& alert, const Finding& finding)
{
    ++alert.count;
    ++repeats_;
    if (!finding.evidence.empty() && alert.evidence.size() < limits_.evidence_max)
        alert.evidence.push_back(finding.evidence);
    counted_.insert(alert.id);
}

// Calls somebody, unless something speaks against it: then the alert is kept and says what.
void AlertBoard::call(Alert& alert, State state, WallTime now, std::vector<Transition>& out)
{
    auto reason = suppressor(alert, now);
    if (!reason && !is_summary(alert.kind))
        if (auto parent = burst(alert, now, out); !parent.empty())
            reason = Reason{"同类告警过于频繁，只计数", std::move(parent)};
    By by;
    if (reason) {
        alert.parent = reason->parent;
        by.note = reason->why;
        out.push_back(move(alert, State::suppressed, std::move(by), now));
        return;
    }
    start_clock(alert, now);
    out.push_back(move(alert, state, std::move(by), now));
}

void AlertBoard::start_clock(Alert& alert, WallTime now)
{
    alert.parent.clear();
    alert.result.clear();
    alert.level = 0;
    alert.acknowledged_at = {};
    alert.assigned = model::to_string(first_role(alert.severity));
    alert.due_ack = now + ack_within(alert.severity);
    alert.due_clear = now + clear_within(alert.severity);
}

void AlertBoard::clear(const Key& key, WallTime now, std::vector<Transition>& out)
{
    const auto known = by_key_.find(key);
    if (known == by_key_.end()) return;
    auto& alert = alerts_.at(known->second);
    // A door falls shut behind everybody: that it is over is told once, also when somebody has answered
    // since.
    if (!alert.lasts) return;
    alert.lasts = false;
    // What is suppressed ends when its time is up: a burst must not become one of endings.
    if (alert.state == State::suppressed) counted_.insert(alert.id);
    if (is_in(waiting | taken, alert.state)) out.push_back(move(alert, State::cleared, By{}, now));
}

// ---- what keeps an alert quiet ----

std::optional<AlertBoard::Reason> AlertBoard::suppressor(const Alert& alert, WallTime now) const
{
    if (is_summary(alert.kind)) return std::nullopt;
    if (auto why = quiet_.why(alert, now); !why.empty()) return Reason{std::move(why), ""};
    if (const auto* source = inhibitor(alert)) return Reason{"已有上级告警：" + source->text, source->id};
    return std::nullopt;
}

// Any open alert of this kind at this device, in whatever lane; or the open one that stands for it.
const Alert* AlertBoard::current(std::string_view kind, const std::string& device) const
{
    auto at = by_key_.lower_bound(Key{std::string(kind), device, ""});
    for (; at != by_key_.end() && at->first.kind == kind && at->first.device == device; ++at)
        if (const auto* open = open_for(alerts_.at(at->second)); open != nullptr) return open;
    return nullptr;
}

// The alert that calls somebody for what this one says: itself, or its parent while it lasts. A summary says
// too little to stand for it. Null: nobody is called.
const Alert* AlertBoard::open_for(const Alert& alert) const
{
    if (is_in(waiting | taken, alert.state)) return &alert;
    if (alert.state != State::suppressed || !alert.lasts) return nullptr;
    const auto found = alerts_.find(alert.parent);
    if (found == alerts_.end() || is_summary(found->second.kind)) return nullptr;
    const auto& parent = found->second;
    return is_in(waiting | taken, parent.state) ? &parent : nullptr;
}

const Alert* AlertBoard::inhibitor(const Alert& alert) const
{
    if (is_urgent(alert.severity)) return nullptr;
    for (const auto& law : inhibitions) {
        if (law.source == alert.kind || (!law.target.empty() && law.target != alert.kind)) continue;
        const bool everywhere = law.where == Inhibition::Where::everywhere;
        const bool in_lane = law.where == Inhibition::Where::lane;
        const Alert* source = nullptr;
        if (!in_lane) source = current(law.source, everywhere ? own_device : alert.device);
        if (source != nullptr) return source;
        const bool by_lane =
            in_lane || (law.where == Inhibition::Where::device && alert.device == own_device);
        const auto lane = lanes_.find(alert.lane);
        if (!by_lane || lane == lanes_.end()) continue;
        for (const auto& device : lane->second)
            if (source = current(law.source, device); source != nullptr) return source;
    }
    return nullptr;
}

// Whether a burst that still lasts is what keeps it suppressed.
bool AlertBoard::is_in_burst(const Alert& alert) const
{
    const auto parent = alerts_.find(alert.parent);
    return parent != alerts_.end() && parent->second.kind == burst_kind &&
           is_in(waiting | taken, parent->second.state);
}

// The id of the alert that stands for all of them; empty as long as it is not too much.
std::string AlertBoard::burst(const Alert& alert, WallTime now, std::vector<Transition>& out)
{
    if (!bursts_.count(alert.kind, alert.device, now)) return {};
    if (const auto* running = current(burst_kind, alert.device)) {
        auto& summary = alerts_.at(running->id);
        ++summary.count;
        counted_.insert(summary.id);
        return summary.id;
    }
    Finding summary;
    summary.kind = burst_kind;
    summary.device = alert.device;
    summary.severity = alert.severity;
    summary.text = "短时间内重复告警过多，之后只计数：" + alert.text;
    summary.evidence = alert.evidence.empty() ? "" : alert.evidence.back();
    summary.cause = alert.count;
    summary.since = now;
    raise(summary, now, out);
    const auto* made = current(burst_kind, alert.device);
    return made == nullptr ? std::string() : made->id;
}

// ---- what people do ----

Result<Transition> AlertBoard::carry_out(const Order& order, WallTime now)
{
    const auto* wanted = verb(order.verb);
    if (wanted == nullptr || order.actor.empty() || (wanted->needs_note && order.note.empty()))
        return Errc::bad_input;
    const bool known_result = order.result == "real" || order.result == "false" || order.result == "test";
    if (wanted->to == State::closed ? !known_result : !(known_result || order.result.empty()))
        return Errc::bad_input;
    const auto target = target_of(order, *wanted);
    if (!target) return target.error();
    auto& alert = **target;
    take_up(alert, order, wanted->to, now);
    By by{order.actor, order.role, order.channel, order.note, order.result};
    if (wanted->to == State::rejected) by.result = "false";
    if (!order.number.empty()) by.note = order.number + (order.note.empty() ? "" : "：" + order.note);
    if (is_in(ended, wanted->to)) return end(alert.id, wanted->to, std::move(by), now);
    return move(alert, wanted->to, std::move(by), now);
}

// The alert, if this may be done to it by this role; taken out of memory when it was closed.
Result<Alert*> AlertBoard::target_of(const Order& order, const Verb& wanted)
{
    const auto closed = std::find_if(closed_.begin(), closed_.end(),
                                     [&order](const auto& one) { return one.second.id == order.id; });
    const auto found = alerts_.find(order.id);
    if (found == alerts_.end() && closed == closed_.end()) return Errc::not_found;
    const auto& alert = found == alerts_.end() ? closed->second : found->second;
    if (!is_legal(alert.state, wanted.to)) return Errc::conflict;
    // A number belongs to a work order, and a work order is given once.
    const bool is_number = wanted.word == "order";
    if (is_number != (alert.state == State::transferred) && wanted.to == State::transferred)
        return Errc::conflict;
    if (is_number && order.number.empty()) return Errc::bad_input;
    if (!may(order.role, alert.state, wanted.to)) return Errc::unauthorised;
    const bool ends_alone = order.role == Role::guard || order.role == Role::maintenance ||
                            (alert.state == State::resolved && alert.role == model::to_string(order.role));
    if (is_in(ended, wanted.to) && is_urgent(alert.severity) && ends_alone) return Errc::unauthorised;
    if (found != alerts_.end()) return &found->second;
    if (by_key_.contains(closed->first)) return Errc::conflict; // the place has an alert again
    auto& back = keep(std::move(closed->second));
    closed_.erase(closed);
    return &back;
}

// What a step means for clock and responsibility.
void AlertBoard::take_up(Alert& alert, const Order& order, State to, WallTime now) const
{
    if (to == State::reopened) start_clock(alert, now);
    if (to == State::transferred) alert.assigned = model::to_string(Role::centre);
    if (to == State::transferred && !order.number.empty()) alert.order_number = order.number;
    if (to != State::acknowledged) return;
    if (alert.acknowledged_at == WallTime{}) alert.acknowledged_at = now;
    alert.assigned = model::to_string(order.role);
}

Result<Transition> AlertBoard::dispatch(const std::string& id, const std::string& channel,
                                        const std::string& whom, WallTime now)
{
    const auto found = alerts_.find(id);
    if (found == alerts_.end()) return Errc::not_found;
    if (!is_legal(found->second.state, State::dispatched)) return Errc::conflict;
    By by;
    by.channel = channel;
    by.note = whom;
    return move(found->second, State::dispatched, std::move(by), now);
}

// ---- steps ----

Transition AlertBoard::move(Alert& alert, State to, By by, WallTime now)
{
    Transition made;
    auto& step = made.step;
    if (alert.steps > 0) step.from = alert.state;
    assert(may(by.role, step.from, to));
    // While it was suspended its clock stood still.
    if (step.from == State::suspended)
        alert.due_clear += std::max(now - alert.changed_at, WallTime::duration(0));
    alert.state = to;
    alert.changed_at = now;
    if (by.role != Role::system || is_in(ended, to)) {
        alert.actor = by.actor;
        alert.role = model::to_string(by.role);
    }
    if (!by.note.empty()) alert.note = by.note;
    if (!by.result.empty()) alert.result = by.result;
    counted_.erase(alert.id); // the transition carries the count
    step.alert = alert.id;
    step.seq = ++alert.steps;
    step.to = to;
    step.at = now;
    step.actor = std::move(by.actor);
    step.role = model::to_string(by.role);
    step.channel = std::move(by.channel);
    step.note = std::move(by.note);
    step.result = std::move(by.result);
    made.device_key = alert.id + "/" + std::to_string(step.seq);
    made.alert = alert;
    return made;
}

Transition AlertBoard::end(const std::string& id, State to, By by, WallTime now)
{
    auto& alert = alerts_.at(id);
    auto made = move(alert, to, std::move(by), now);
    if (const auto key = by_key_.find(key_of(alert)); key != by_key_.end() && key->second == id)
        by_key_.erase(key);
    auto over_with = alerts_.extract(made.alert.id); // `id` may be the alert's own
    if (to == State::closed && made.step.from != State::suppressed) remember(std::move(over_with.mapped()));
    return made;
}

void AlertBoard::remember(Alert closed)
{
    const auto known = closed_.find(key_of(closed));
    if (known != closed_.end() && known->second.changed_at > closed.changed_at) return;
    closed_.insert_or_assign(key_of(closed), std::move(closed));
    if (closed_.size() <= limits_.closed_max) return;
    closed_.erase(std::min_element(closed_.begin(), closed_.end(), [](const auto& a, const auto& b) {
        return a.second.changed_at < b.second.changed_at;
    }));
}

// ---- what others see ----

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
        if (alert.state != State::suppressed) all.push_back(alert);
    std::sort(all.begin(), all.end(),
              [](const Alert& a, const Alert& b) { return a.raised_at > b.raised_at; });
    return all;
}

} // namespace gatehouse::alert
