#include "gateway/rules/catalogue.hpp"

#include "gateway/rules/camera_states.hpp"
#include "gateway/rules/condition_rule.hpp"
#include "gateway/rules/rule_list.hpp"
#include "gateway/rules/tally_rule.hpp"

#include <algorithm>
#include <array>

namespace gatehouse::rules {
namespace {

constexpr std::array single_rows = {
    &fire,
    &duress,
    &welfare,
    &tamper,
    &cabinet_open,
    &deny_listed,
    &stranger_repeated,
    &stranger_at_several_doors,
    &failed_attempts,
    &lock_out,
    &door_forced,
    &door_held_open,
    &barrier_fault,
    &barrier_left_open,
    &boom_off,
    &barrier_stuck,
    &opened_without_command,
    &command_failed,
    &command_unconfirmed,
    &device_offline,
    &device_silent,
    &device_health,
    &device_storage,
    &zone_occupied,
    &plate_differs,
    &device_flapping,
    &device_new_mac,
    &clock_out_of_policy,
    &upstream_down,
    &notify_down,
    &vision_down,
    &disk_filling,
    &faces_many,
    &faces_to_file,
    &store_damaged,
    &records_lost,
    &clock_unsynced,
    &audit_broken,
    &tailgating,
    &wrong_direction,
    &convoy,
    &echo,
    &manual_opening,
    &anti_passback,
    &vehicle_waiting,
    &vehicle_overstay,
};

constexpr auto rows = [] {
    std::array<const RuleSpec*, single_rows.size() + camera_state_count> all{};
    std::copy(single_rows.begin(), single_rows.end(), all.begin());
    for (std::size_t n = 0; n < camera_state_count; ++n)
        all[single_rows.size() + n] = &camera_states[n];
    return all;
}();

void tune(RuleSpec& spec, const config::RuleConfig& tuned)
{
    if (tuned.after) spec.after = std::max(*tuned.after, std::chrono::milliseconds(0));
    if (tuned.severity && *tuned.severity >= 1 && *tuned.severity <= 4) spec.severity = *tuned.severity;
    if (tuned.count && spec.often.count > 0) spec.often.count = std::max(*tuned.count, 1);
    if (tuned.within) spec.often.within = std::max(*tuned.within, std::chrono::milliseconds(0));
}

std::unique_ptr<Rule> make_rule(const RuleSpec& spec, const Site& site, base::Metrics& metrics)
{
    if (spec.make != nullptr) return spec.make(spec, site, metrics);
    if (spec.often.count > 0) return std::make_unique<TallyRule>(spec, site, metrics);
    return std::make_unique<ConditionRule>(spec, site, metrics);
}

} // namespace

std::span<const RuleSpec* const> catalogue()
{
    return rows;
}

bool is_rule(std::string_view name)
{
    return std::any_of(rows.begin(), rows.end(), [name](const RuleSpec* spec) { return spec->name == name; });
}

bool is_while_armed(std::string_view kind)
{
    return std::any_of(rows.begin(), rows.end(),
                       [kind](const RuleSpec* spec) { return spec->kind == kind && spec->while_armed; });
}

std::vector<std::string> keys_of(const RuleSpec& spec)
{
    if (spec.often.count > 0) return {"count", "within"};
    if (spec.own_times) return {};
    return {"after"};
}

std::vector<std::unique_ptr<Rule>> make_rules(const std::vector<config::RuleConfig>& configured,
                                              const Site& site, base::Metrics& metrics)
{
    std::vector<std::unique_ptr<Rule>> rules;
    for (const RuleSpec* row : rows) {
        RuleSpec spec = *row;
        bool enabled = spec.enabled;
        for (const auto& tuned : configured) {
            if (tuned.name != spec.name) continue;
            enabled = tuned.enabled;
            tune(spec, tuned);
        }
        if (enabled) rules.push_back(make_rule(spec, site, metrics));
    }
    return rules;
}

} // namespace gatehouse::rules
