#pragma once
#include "gateway/model/alert.hpp"

#include <array>
#include <chrono>
#include <optional>
#include <span>
#include <string_view>

// The laws of an alert's life in one place (domain.md §6, staff-notify.md §6): which transitions there are
// and who may make them, how soon somebody must answer, and to whom it goes when nobody does.
namespace gatehouse::alert {

using model::Role;
using State = model::Alert::State;

// Sets of states and roles, a bit each.
using Set = std::uint32_t;
[[nodiscard]] constexpr Set bit(State state)
{
    return Set{1} << static_cast<unsigned>(state);
}
[[nodiscard]] constexpr Set bit(Role role)
{
    return Set{1} << static_cast<unsigned>(role);
}
template <class... Members>
[[nodiscard]] constexpr Set set(Members... members)
{
    return (bit(members) | ...);
}

inline constexpr Set nothing = Set{1} << 31U; // before the first transition
// Nobody has answered.
inline constexpr Set waiting =
    set(State::raised, State::verified, State::dispatched, State::escalated, State::reopened);
// Somebody has, and is at it.
inline constexpr Set taken = set(State::acknowledged, State::handling, State::transferred, State::suspended);
// It seems to be over; somebody has still to say so.
inline constexpr Set over = set(State::cleared, State::resolved);
inline constexpr Set ended = set(State::closed, State::rejected);

inline constexpr Set the_gateway = set(Role::system);
inline constexpr Set leads = set(Role::manager, Role::duty, Role::centre);
inline constexpr Set people = leads | set(Role::guard, Role::maintenance);

struct Law {
    State to;
    Set from;
    Set who;
};

// clang-format off
inline constexpr std::array laws = {
    //  to                    from                                                        who
    Law{State::raised,       nothing | set(State::suppressed),                            the_gateway},
    Law{State::suppressed,   nothing | over | set(State::closed),                         the_gateway},
    Law{State::verified,     set(State::raised, State::dispatched, State::escalated, State::reopened), people},
    Law{State::dispatched,   set(State::raised, State::verified, State::reopened),        the_gateway},
    Law{State::acknowledged, waiting | set(State::cleared),                               people},
    Law{State::handling,     set(State::acknowledged, State::transferred, State::suspended), people},
    Law{State::escalated,    waiting | set(State::acknowledged, State::handling, State::cleared), the_gateway},
    Law{State::transferred,  waiting | taken,                                             leads},
    Law{State::suspended,    set(State::acknowledged, State::handling, State::transferred), leads},
    Law{State::cleared,      waiting | taken | set(State::suppressed),                    the_gateway},
    Law{State::resolved,     taken | set(State::cleared),                                 people},
    Law{State::rejected,     waiting | taken | over,                                      people},
    Law{State::closed,       waiting | taken | over,                                      people},
    Law{State::closed,       over | set(State::suppressed),                               the_gateway},
    Law{State::reopened,     set(State::resolved, State::closed),                         leads},
    Law{State::reopened,     over | set(State::closed),                                   the_gateway},
};
// clang-format on

// Whether such a transition exists at all, and whether this role may make it.
[[nodiscard]] bool is_legal(std::optional<State> from, State to);
[[nodiscard]] bool may(Role role, std::optional<State> from, State to);

// What people can do about an alert: the word of the API and the command line, and where it leads.
struct Verb {
    std::string_view word;
    State to;
    bool needs_note = false;
};
inline constexpr std::array verbs = {
    Verb{"ack", State::acknowledged},       Verb{"verify", State::verified},
    Verb{"reject", State::rejected, true},  Verb{"handle", State::handling},
    Verb{"resolve", State::resolved, true}, Verb{"close", State::closed},
    Verb{"reopen", State::reopened, true},  Verb{"suspend", State::suspended, true},
    Verb{"transfer", State::transferred},   Verb{"order", State::transferred},
};
// Null for a word that is none.
[[nodiscard]] const Verb* verb(std::string_view word);

// How soon somebody must answer, and how soon the cause must be gone (the second is ours; the sheet's example
// gives two hours for severity 3).
[[nodiscard]] std::chrono::milliseconds ack_within(int severity);
[[nodiscard]] std::chrono::milliseconds clear_within(int severity);
// To whom an alert goes that nobody answers, step by step.
[[nodiscard]] std::span<const Role> escalation(int severity);
// When the next such step is due; nothing when there is none, or its clock stands.
[[nodiscard]] std::optional<base::WallTime> escalation_due(const model::Alert& alert);

// Severity 1 and 2: a person must end it, and not the one alone who handled it.
[[nodiscard]] constexpr bool is_urgent(int severity)
{
    return severity <= 2;
}
[[nodiscard]] constexpr bool is_in(Set states, State state)
{
    return (states & bit(state)) != 0;
}

} // namespace gatehouse::alert
