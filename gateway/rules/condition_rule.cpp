#include "gateway/rules/condition_rule.hpp"

#include "gateway/rules/saved_line.hpp"

#include <array>

namespace gatehouse::rules {
namespace {

constexpr std::size_t conditions_max = 1000;

} // namespace

ConditionRule::ConditionRule(RuleSpec spec, Site site, base::Metrics& metrics)
    : spec_(spec), site_(std::move(site)),
      dropped_(metrics.counter("gatehouse_rule_conditions_dropped_total",
                               "Conditions beyond the bound of a rule", {{"rule", std::string(spec.name)}}))
{
}

std::vector<Finding> ConditionRule::observe(const model::Entry& entry)
{
    auto signal = meaning(spec_, site_, entry.event);
    if (!signal) return {};
    return take(entry, std::move(*signal));
}

std::vector<Finding> ConditionRule::take(const model::Entry& entry, Signal signal)
{
    const auto& event = entry.event;
    if (event.history) {
        // An old record says nothing about now; it still counts when it is urgent, as something that
        // happened.
        if (signal.kind == Signal::Kind::ends || spec_.severity > 2) return {};
        signal.kind = Signal::Kind::happens;
    }
    const Spot spot{signal.device.empty() ? event.device : signal.device, one_line(std::move(signal.part))};
    Condition condition;
    condition.lane = signal.lane.empty() ? event.lane : signal.lane;
    condition.since = event.received_at;
    condition.cause = entry.seq;
    condition.evidence = event.id;
    condition.why = one_line(std::move(signal.why));
    switch (signal.kind) {
    case Signal::Kind::begins: return begin(spot, std::move(condition));
    case Signal::Kind::ends: return end(spot, condition);
    case Signal::Kind::happens: break;
    }
    auto happened = finding(Finding::Change::raise, spot, condition);
    happened.lasts = false;
    return {std::move(happened)};
}

std::vector<Finding> ConditionRule::begin(const Spot& spot, Condition condition)
{
    const auto known = conditions_.find(spot);
    if (known != conditions_.end()) {
        // Begun again without an end in between: the time runs on from the first, the newest reason counts.
        known->second.why = condition.why;
        changed_ = true;
        if (!known->second.raised) return {};
        return {finding(Finding::Change::raise, spot, condition)};
    }
    if (conditions_.size() >= conditions_max) {
        dropped_.add();
        return {};
    }
    const bool at_once = spec_.after.count() == 0;
    condition.raised = at_once;
    const auto& held = conditions_.emplace(spot, std::move(condition)).first->second;
    changed_ = true;
    if (!at_once) return {};
    return {finding(Finding::Change::raise, spot, held)};
}

std::vector<Finding> ConditionRule::end(const Spot& spot, const Condition& now)
{
    std::vector<Finding> findings;
    Condition ended = now;
    const auto known = conditions_.find(spot);
    if (known != conditions_.end()) {
        // Both ends may lie in one page of the journal, with no tick between them.
        const auto& held = known->second;
        ended.lane = held.lane;
        if (!held.raised && now.since - held.since >= spec_.after)
            findings.push_back(finding(Finding::Change::raise, spot, held));
        conditions_.erase(known);
        changed_ = true;
    }
    for (const auto& [other, held] : conditions_)
        if (held.raised && other.device == spot.device && held.lane == ended.lane) return findings;
    // Also without a condition of ours: an alert may be open from before a rule was switched off and on.
    findings.push_back(finding(Finding::Change::clear, spot, ended));
    return findings;
}

std::vector<Finding> ConditionRule::tick(WallTime now)
{
    std::vector<Finding> findings;
    for (auto& [spot, condition] : conditions_) {
        // A wall clock that was set back must not delay an alert for longer than its time.
        if (condition.since > now) {
            condition.since = now;
            changed_ = true;
        }
        if (condition.raised || now - condition.since < spec_.after) continue;
        condition.raised = true;
        changed_ = true;
        findings.push_back(finding(Finding::Change::raise, spot, condition));
    }
    return findings;
}

Finding ConditionRule::finding(Finding::Change change, const Spot& spot, const Condition& condition) const
{
    Signal signal;
    signal.part = spot.part;
    signal.why = condition.why;
    Finding made;
    made.change = change;
    made.kind = spec_.kind;
    made.device = spot.device;
    made.lane = condition.lane;
    made.severity = spec_.severity;
    if (change == Finding::Change::raise)
        made.text = spec_.sentence(site_.place(spot.device, condition.lane), signal);
    made.evidence = condition.evidence;
    made.cause = condition.cause;
    made.since = condition.since;
    return made;
}

std::string ConditionRule::save() const
{
    std::string text;
    for (const auto& [spot, condition] : conditions_) {
        text += spot.device + '\t' + spot.part + '\t' + condition.lane + '\t';
        text += std::to_string(condition.since.time_since_epoch().count()) + '\t' +
                std::to_string(condition.cause);
        text += '\t' + condition.evidence + '\t' + (condition.raised ? "raised" : "held") + '\t' +
                condition.why + '\n';
    }
    return text;
}

void ConditionRule::load(std::string_view text)
{
    conditions_.clear();
    changed_ = true;
    while (!text.empty() && conditions_.size() < conditions_max) {
        auto line = take_until(text, '\n');
        std::array<std::string_view, 8> field;
        for (auto& part : field)
            part = take_until(line, '\t');
        if (field[6] != "raised" && field[6] != "held") continue;
        Condition condition;
        condition.lane = field[2];
        condition.since = WallTime(std::chrono::milliseconds(saved_number(field[3])));
        condition.cause = saved_number(field[4]);
        condition.evidence = field[5];
        condition.raised = field[6] == "raised";
        condition.why = field[7];
        conditions_.emplace(Spot{std::string(field[0]), std::string(field[1])}, std::move(condition));
    }
}

} // namespace gatehouse::rules
