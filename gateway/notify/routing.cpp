#include "gateway/notify/routing.hpp"

#include "gateway/config/nearest.hpp"

#include <algorithm>

namespace gatehouse::notify {
namespace {

using namespace std::chrono_literals;

constexpr config::DaySpan maintenance_hours{7h, 22h};

template <class T>
bool holds(const std::vector<T>& list, const T& wanted)
{
    return list.empty() || std::find(list.begin(), list.end(), wanted) != list.end();
}

std::vector<std::string> shared_roles(const std::vector<std::string>& ours,
                                      const std::vector<std::string>& wanted)
{
    std::vector<std::string> shared;
    for (const auto& role : wanted)
        if (holds(ours, role)) shared.push_back(role);
    return shared;
}

// When the span that contains `at` ends.
base::WallTime end_of(const config::DaySpan& span, base::WallTime at, const config::SiteMoment& moment)
{
    auto left = span.to - moment.of_day;
    if (left <= 0min) left += 24h;
    return at + left - moment.past;
}

} // namespace

std::optional<News> news_of(const model::Alert& alert)
{
    const auto state = model::to_string(alert.state);
    if (state == "raised" || state == "detected" || state == "reopened") return News{Stage::raised};
    if (state == "escalated") return News{Stage::escalated};
    if (state == "cleared" || state == "resolved") return News{Stage::cleared};
    if (state == "closed" || state == "rejected") return News{Stage::cleared, true};
    return std::nullopt;
}

std::vector<std::string> first_roles(int severity)
{
    if (severity <= 1) return {"guard", "centre"};
    if (severity == 4) return {"maintenance"};
    return {"guard"};
}

std::vector<std::string> roles_of(const model::Alert& alert, Stage stage)
{
    auto roles = first_roles(alert.severity);
    if (alert.assigned.empty()) return roles;
    if (stage == Stage::escalated) return {alert.assigned};
    if (stage == Stage::cleared && std::find(roles.begin(), roles.end(), alert.assigned) == roles.end())
        roles.push_back(alert.assigned);
    return roles;
}

Match match(const config::NotifyConfig& channel, const Occasion& occasion)
{
    Match found;
    found.roles = shared_roles(channel.roles, occasion.roles);
    if (found.roles.empty())
        found.why = "it is not for " + config::joined(occasion.roles);
    else if (!holds(channel.severities, occasion.severity))
        found.why = "it does not take severity " + std::to_string(occasion.severity);
    else if (!occasion.kind.empty() && !holds(channel.kinds, occasion.kind))
        found.why = "it does not take " + occasion.kind;
    else if (!holds(channel.states, std::string(to_string(occasion.stage))))
        found.why = "it does not take what is " + std::string(to_string(occasion.stage));
    found.called = found.why.empty();
    return found;
}

std::vector<config::DutyPerson> on_duty(const std::vector<config::RosterConfig>& rosters,
                                        const std::vector<std::string>& roles, base::WallTime at,
                                        std::chrono::minutes utc_offset)
{
    const auto moment = config::site_moment(at, utc_offset);
    std::vector<config::DutyPerson> people;
    for (const auto& shift : rosters) {
        if (std::find(roles.begin(), roles.end(), shift.role) == roles.end()) continue;
        // Past midnight it is still the shift that began the day before.
        const bool since_yesterday = shift.hours.from > shift.hours.to && moment.of_day < shift.hours.to;
        const auto day = since_yesterday ? (moment.weekday + 6) % 7 : moment.weekday;
        if (!shift.weekdays[day] || !shift.hours.contains(moment.of_day)) continue;
        for (const auto& person : shift.people)
            if (std::find(people.begin(), people.end(), person) == people.end()) people.push_back(person);
    }
    return people;
}

std::optional<base::WallTime> held_until(const config::NotifyConfig& channel, int severity, base::WallTime at,
                                         std::chrono::minutes utc_offset)
{
    if (severity <= 2) return std::nullopt;
    const auto start = at;
    // The end of one span may lie inside the other.
    for (int round = 0; round < 2; ++round) {
        auto moment = config::site_moment(at, utc_offset);
        if (channel.quiet && channel.quiet->from != channel.quiet->to &&
            channel.quiet->contains(moment.of_day)) {
            at = end_of(*channel.quiet, at, moment);
            moment = config::site_moment(at, utc_offset);
        }
        constexpr config::DaySpan night{maintenance_hours.to, maintenance_hours.from};
        if (severity == 4 && night.contains(moment.of_day)) at = end_of(night, at, moment);
    }
    if (at == start) return std::nullopt;
    return at;
}

} // namespace gatehouse::notify
