#include "gateway/rules/rule_list.hpp"

namespace gatehouse::rules {
namespace {

std::optional<Signal> classify_door_forced(const model::Event& event)
{
    const auto* door = std::get_if<model::DoorState>(&event.body);
    if (!door) return std::nullopt;
    const auto part = std::to_string(door->door);
    switch (door->position) {
    case model::DoorPosition::forced_open: return lasting(true, part, "");
    case model::DoorPosition::closed:
    case model::DoorPosition::locked:
    case model::DoorPosition::remain_closed:
    case model::DoorPosition::normal: return lasting(false, part, "");
    default: return std::nullopt;
    }
}

std::string door_forced_sentence(const std::string& place, const Signal& signal)
{
    return place + "的" + signal.part + "号门被强行打开";
}

} // namespace

// A door that was opened without permission.
const RuleSpec door_forced{.name = "door-forced",
                           .kind = "door_forced",
                           .severity = 2,
                           .classify = classify_door_forced,
                           .sentence = door_forced_sentence,
                           .while_armed = true};

} // namespace gatehouse::rules
