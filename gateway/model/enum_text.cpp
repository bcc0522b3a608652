#include "gateway/model/enum_text.hpp"

#include <array>
#include <cstddef>

namespace gatehouse::model {
namespace {

using namespace std::string_view_literals;

// Words in the order of the enumerators.
constexpr std::array directions{"unknown"sv, "in"sv, "out"sv};
constexpr std::array clock_qualities{"synced"sv, "unsynced"sv, "device"sv};
constexpr std::array barrier_positions{"unknown"sv, "closed"sv, "open"sv};
constexpr std::array door_positions{"unknown"sv,       "opened"sv,      "closed"sv,    "unlocked"sv,
                                    "locked"sv,        "forced_open"sv, "held_open"sv, "remain_open"sv,
                                    "remain_closed"sv, "normal"sv};
constexpr std::array link_states{"unknown"sv, "up"sv, "silent"sv, "down"sv};
constexpr std::array decision_results{"none"sv, "open"sv, "refuse"sv};
constexpr std::array alert_states{"raised"sv,     "acknowledged"sv, "cleared"sv,     "closed"sv,
                                  "suppressed"sv, "verified"sv,     "rejected"sv,    "dispatched"sv,
                                  "handling"sv,   "escalated"sv,    "transferred"sv, "resolved"sv,
                                  "reopened"sv,   "suspended"sv};
constexpr std::array roles{"guard"sv, "maintenance"sv, "manager"sv, "duty"sv, "centre"sv, "system"sv};

constexpr std::array passage_states{"approached"sv, "decided"sv,    "opened"sv,
                                    "passed"sv,     "backed_off"sv, "timed_out"sv};

static_assert(door_positions.size() == static_cast<std::size_t>(DoorPosition::normal) + 1);
static_assert(alert_states.size() == static_cast<std::size_t>(Alert::State::suspended) + 1);
static_assert(passage_states.size() == static_cast<std::size_t>(PassageState::timed_out) + 1);

template <class Words, class Value>
std::string_view word_of(const Words& words, Value value)
{
    const auto index = static_cast<std::size_t>(value);
    return index < words.size() ? words[index] : words.front();
}

template <class Words, class Value>
bool parse_word(const Words& words, std::string_view word, Value& value)
{
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (words[i] != word) continue;
        value = static_cast<Value>(i);
        return true;
    }
    return false;
}

} // namespace

std::string_view to_string(Direction value)
{
    return word_of(directions, value);
}
std::string_view to_string(ClockQuality value)
{
    return word_of(clock_qualities, value);
}
std::string_view to_string(BarrierPosition value)
{
    return word_of(barrier_positions, value);
}
std::string_view to_string(DoorPosition value)
{
    return word_of(door_positions, value);
}
std::string_view to_string(LinkState value)
{
    return word_of(link_states, value);
}
std::string_view to_string(Decision::Result value)
{
    return word_of(decision_results, value);
}
std::string_view to_string(PassageState value)
{
    return word_of(passage_states, value);
}

bool parse(std::string_view word, Direction& value)
{
    return parse_word(directions, word, value);
}
bool parse(std::string_view word, BarrierPosition& value)
{
    return parse_word(barrier_positions, word, value);
}
bool parse(std::string_view word, DoorPosition& value)
{
    return parse_word(door_positions, word, value);
}
bool parse(std::string_view word, LinkState& value)
{
    return parse_word(link_states, word, value);
}
bool parse(std::string_view word, Decision::Result& value)
{
    return parse_word(decision_results, word, value);
}
bool parse(std::string_view word, Alert::State& value)
{
    return parse_word(alert_states, word, value);
}
bool parse(std::string_view word, Role& value)
{
    return parse_word(roles, word, value);
}

bool parse(std::string_view word, PassageState& value)
{
    return parse_word(passage_states, word, value);
}

} // namespace gatehouse::model
