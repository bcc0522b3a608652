#include "gateway/rules/tally_rule.hpp"

#include "gateway/rules/saved_line.hpp"

#include <algorithm>
#include <array>

namespace gatehouse::rules {
namespace {

constexpr std::size_t tallies_max = 1000;

} // namespace

TallyRule::TallyRule(RuleSpec spec, Site site, base::Metrics& metrics)
    : spec_(spec), site_(std::move(site)),
      dropped_(metrics.counter("gatehouse_rule_conditions_dropped_total",
                               "Conditions beyond the bound of a rule", {{"rule", std::string(spec.name)}}))
{
}

std::vector<Finding> TallyRule::observe(const model::Entry& entry)
{
    const auto& event = entry.event;
    auto signal = meaning(spec_, site_, event);
    // When an old record came says nothing about how soon it followed another.
    if (!signal || event.history) return {};
    auto part = one_line(std::move(signal->part));
    Seen seen{event.received_at, entry.seq, event.id, {}};
    Spot spot;
    if (spec_.often.places)
        seen.place = event.device + '/' + part;
    else
        spot = Spot{event.device, std::move(part)};
    auto* tally = tally_of(spot);
    if (tally == nullptr) return {};
    if (!spec_.often.places) tally->lane = event.lane;
    count(*tally, std::move(seen));
    changed_ = true;
    if (tally->seen.size() < static_cast<std::size_t>(spec_.often.count)) return {};
    tally->raised = true;
    return {finding(Finding::Change::raise, spot, *tally)};
}

// Null beyond the bound.
TallyRule::Tally* TallyRule::tally_of(const Spot& spot)
{
    const auto known = tallies_.find(spot);
    if (known != tallies_.end()) return &known->second;
    if (tallies_.size() >= tallies_max) {
        dropped_.add();
        return nullptr;
    }
    return &tallies_[spot];
}

void TallyRule::count(Tally& tally, Seen seen) const
{
    std::erase_if(tally.seen, [&](const Seen& before) {
        const bool same_place = spec_.often.places && before.place == seen.place;
        return same_place || seen.at - before.at > spec_.often.within;
    });
    tally.seen.push_back(std::move(seen));
    if (tally.seen.size() > static_cast<std::size_t>(spec_.often.count)) tally.seen.pop_front();
}

std::vector<Finding> TallyRule::tick(WallTime now)
{
    std::vector<Finding> findings;
    for (auto at = tallies_.begin(); at != tallies_.end();) {
        auto& [spot, tally] = *at;
        // A wall clock that was set back must not keep an alert for longer than its time.
        for (auto& seen : tally.seen)
            seen.at = std::min(seen.at, now);
        if (now - tally.seen.back().at <= spec_.often.within) {
            ++at;
            continue;
        }
        if (tally.raised && !stands_elsewhere(spot, tally))
            findings.push_back(finding(Finding::Change::clear, spot, tally));
        at = tallies_.erase(at);
        changed_ = true;
    }
    return findings;
}

// An alert is of a device and lane: it ends with the last of its doors.
bool TallyRule::stands_elsewhere(const Spot& spot, const Tally& ended) const
{
    return std::any_of(tallies_.begin(), tallies_.end(), [&](const auto& other) {
        return other.first.device == spot.device && other.first.part != spot.part && other.second.raised &&
               other.second.lane == ended.lane;
    });
}

Finding TallyRule::finding(Finding::Change change, const Spot& spot, const Tally& tally) const
{
    Signal signal;
    signal.part = spot.part;
    Finding made;
    made.change = change;
    made.kind = spec_.kind;
    made.device = spot.device.empty() ? "gateway" : spot.device;
    made.lane = tally.lane;
    made.severity = spec_.severity;
    if (change == Finding::Change::raise)
        made.text = spec_.sentence(site_.place(made.device, made.lane), signal);
    const auto& newest = tally.seen.back();
    made.evidence = newest.evidence;
    made.cause = newest.cause;
    made.since = newest.at;
    return made;
}

std::string TallyRule::save() const
{
    std::string text;
    for (const auto& [spot, tally] : tallies_)
        for (const auto& seen : tally.seen) {
            text += spot.device + '\t' + spot.part + '\t' + tally.lane + '\t';
            text += std::to_string(seen.at.time_since_epoch().count()) + '\t' + std::to_string(seen.cause);
            text +=
                '\t' + seen.evidence + '\t' + (tally.raised ? "raised" : "held") + '\t' + seen.place + '\n';
        }
    return text;
}

void TallyRule::load(std::string_view text)
{
    tallies_.clear();
    changed_ = true;
    while (!text.empty()) {
        auto line = take_until(text, '\n');
        std::array<std::string_view, 8> field;
        for (auto& part : field)
            part = take_until(line, '\t');
        if (field[6] != "raised" && field[6] != "held") continue;
        auto* tally = tally_of(Spot{std::string(field[0]), std::string(field[1])});
        if (tally == nullptr) return;
        tally->lane = field[2];
        tally->raised = field[6] == "raised";
        Seen seen;
        seen.at = WallTime(std::chrono::milliseconds(saved_number(field[3])));
        seen.cause = saved_number(field[4]);
        seen.evidence = field[5];
        seen.place = field[7];
        count(*tally, std::move(seen));
    }
}

} // namespace gatehouse::rules
