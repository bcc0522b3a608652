#include "gateway/rules/catalogue.hpp"

#include "gateway/rules/rule_list.hpp"

#include <algorithm>
#include <array>

namespace gatehouse::rules {
namespace {

constexpr std::array rows = {
    &duress,         &tamper,
    &door_forced,    &door_held_open,
    &barrier_fault,  &barrier_left_open,
    &command_failed, &command_unconfirmed,
    &device_offline, &device_silent,
    &device_health,  &clock_out_of_policy,
    &upstream_down,  &disk_filling,
    &store_damaged,  &records_lost,
    &clock_unsynced,
};

} // namespace

std::span<const RuleSpec* const> catalogue()
{
    return rows;
}

bool is_rule(std::string_view name)
{
    return std::any_of(rows.begin(), rows.end(), [name](const RuleSpec* spec) { return spec->name == name; });
}

std::vector<std::unique_ptr<Rule>> make_rules(const std::vector<config::RuleConfig>& configured,
                                              const Place& place, base::Metrics& metrics)
{
    std::vector<std::unique_ptr<Rule>> rules;
    for (const RuleSpec* row : rows) {
        RuleSpec spec = *row;
        bool enabled = true;
        for (const auto& tuned : configured) {
            if (tuned.name != spec.name) continue;
            enabled = tuned.enabled;
            if (tuned.after) spec.after = std::max(*tuned.after, std::chrono::milliseconds(0));
            if (tuned.severity && *tuned.severity >= 1 && *tuned.severity <= 4)
                spec.severity = *tuned.severity;
        }
        if (enabled) rules.push_back(std::make_unique<ConditionRule>(spec, place, metrics));
    }
    return rules;
}

} // namespace gatehouse::rules
