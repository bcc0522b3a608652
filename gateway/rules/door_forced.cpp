#include "gateway/rules/rule_list.hpp"

namespace gatehouse::rules {
namespace {

using namespace std::chrono_literals;

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
const RuleSpec door_forced{"door-forced", "door_forced", 2, 0s, classify_door_forced, door_forced_sentence};

} // namespace gatehouse::rules
