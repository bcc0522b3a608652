#include "gateway/passage/movement.hpp"

#include "gateway/model/envelope.hpp"
#include "gateway/passage/saved_text.hpp"

#include <algorithm>

namespace gatehouse::passage {

bool Movement::has_read() const
{
    const auto& parts = passage().parts;
    return std::any_of(parts.begin(), parts.end(), [](const auto& part) { return part.role == "read"; });
}

void Movement::add(const model::Event& part, std::string_view role, WallTime now)
{
    touched = now;
    if (passage().parts.size() >= parts_max) return;
    model::Passage::Part made;
    made.id = part.id;
    made.role = role;
    if (const auto* read = std::get_if<model::VehiclePassage>(&part.body)) made.plate = read->plate;
    made.listed = part.decision && part.decision->result == model::Decision::Result::open;
    passage().parts.push_back(std::move(made));
}

void Movement::finish(State how, WallTime at)
{
    passage().state = how;
    passage().ended_at = at;
    under = false;
}

// The times and flags, the device, and the passage as the journal would have it: no other text to keep right.
std::string save(const Movement& movement)
{
    std::string line = text_of(movement.touched) + '\t' + text_of(movement.left) + '\t';
    for (const bool flag : {movement.before, movement.under, movement.moved, movement.waiting})
        line += flag ? '1' : '0';
    line += '\t' + movement.event.device + '\t' + model::type_of(movement.event.body) + '\t';
    return line + model::data_json(movement.event, std::chrono::minutes(0));
}

std::optional<Movement> load(std::string_view line)
{
    Movement movement;
    movement.touched = time_in(take_until(line, '\t'));
    movement.left = time_in(take_until(line, '\t'));
    const auto flags = take_until(line, '\t');
    if (flags.size() != 4) return std::nullopt;
    movement.before = flags[0] == '1';
    movement.under = flags[1] == '1';
    movement.moved = flags[2] == '1';
    movement.waiting = flags[3] == '1';
    const std::string device(take_until(line, '\t'));
    const auto type = take_until(line, '\t');
    auto read = model::event_from_data(type, line);
    if (!read || !std::holds_alternative<model::Passage>(read->body)) return std::nullopt;
    movement.event = std::move(*read);
    movement.event.device = device;
    return movement;
}

} // namespace gatehouse::passage
