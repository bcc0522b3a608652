#include "gateway/alert/life.hpp"

#include <algorithm>

namespace gatehouse::alert {
namespace {

using namespace std::chrono_literals;

constexpr std::array first_manager_then_duty = {Role::manager, Role::duty};
constexpr std::array manager = {Role::manager};
constexpr std::array maintenance = {Role::maintenance};

Set bit_of(std::optional<State> from)
{
    return from ? bit(*from) : nothing;
}

} // namespace

bool is_legal(std::optional<State> from, State to)
{
    return std::any_of(laws.begin(), laws.end(),
                       [&](const Law& law) { return law.to == to && (law.from & bit_of(from)) != 0; });
}

bool may(Role role, std::optional<State> from, State to)
{
    return std::any_of(laws.begin(), laws.end(), [&](const Law& law) {
        return law.to == to && (law.from & bit_of(from)) != 0 && (law.who & bit(role)) != 0;
    });
}

const Verb* verb(std::string_view word)
{
    const auto* found =
        std::find_if(verbs.begin(), verbs.end(), [word](const Verb& v) { return v.word == word; });
    return found == verbs.end() ? nullptr : found;
}

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

std::span<const Role> escalation(int severity)
{
    switch (severity) {
    case 1: return first_manager_then_duty;
    case 3: return maintenance;
    default: return manager;
    }
}

std::optional<base::WallTime> escalation_due(const model::Alert& alert)
{
    if (static_cast<std::size_t>(alert.level) >= escalation(alert.severity).size()) return std::nullopt;
    if (alert.state == State::escalated) return alert.changed_at + ack_within(alert.severity);
    if (is_in(waiting, alert.state)) return alert.due_ack;
    if (is_in(set(State::acknowledged, State::handling), alert.state)) return alert.due_clear;
    // The device says that it is over; of what is urgent somebody must know all the same.
    const bool unanswered = alert.acknowledged_at == base::WallTime{};
    if (alert.state == State::cleared && is_urgent(alert.severity) && unanswered) return alert.due_ack;
    return std::nullopt;
}

} // namespace gatehouse::alert
