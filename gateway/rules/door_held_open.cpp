#include "gateway/rules/rule_list.hpp"

namespace gatehouse::rules {
namespace {

std::optional<Signal> classify_door_held_open(const model::Event& event)
{
    const auto* door = std::get_if<model::DoorState>(&event.body);
    if (!door) return std::nullopt;
    const auto part = std::to_string(door->door);
    switch (door->position) {
    case model::DoorPosition::held_open: return lasting(true, part, "");
    case model::DoorPosition::closed:
    case model::DoorPosition::locked:
    case model::DoorPosition::remain_closed:
    case model::DoorPosition::normal: return lasting(false, part, "");
    default: return std::nullopt;
    }
}

std::string door_held_open_sentence(const std::string& place, const Signal& signal)
{
    return place + "的" + signal.part + "号门长时间未关闭";
}

} // namespace

// A door that the device reports as open for too long; the device measures the time.
const RuleSpec door_held_open{.name = "door-held-open",
                              .kind = "door_held_open",
                              .severity = 3,
                              .classify = classify_door_held_open,
                              .sentence = door_held_open_sentence,
                              .while_armed = true};

} // namespace gatehouse::rules
