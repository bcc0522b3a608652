#include "gateway/rules/rule_list.hpp"

namespace gatehouse::rules {
namespace {

using namespace std::chrono_literals;

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
const RuleSpec door_held_open{"door-held-open",        "door_held_open",       3, 0s,
                              classify_door_held_open, door_held_open_sentence};

} // namespace gatehouse::rules
