#include "gateway/passage/occupancy.hpp"

#include "gateway/passage/saved_text.hpp"

#include <algorithm>

namespace gatehouse::passage {

void Occupancy::count(const model::Event& event)
{
    const auto* passage = std::get_if<model::Passage>(&event.body);
    if (passage == nullptr || passage->state != model::PassageState::passed) return;
    if (event.direction == model::Direction::unknown) return;
    auto& inside = passage->vehicle ? vehicles : persons;
    inside = std::max(0, inside + (event.direction == model::Direction::in ? 1 : -1));
}

std::string Occupancy::save() const
{
    return std::to_string(vehicles) + '\t' + std::to_string(persons) + '\t' + text_of(corrected_at) + '\t' +
           corrected_by;
}

void Occupancy::load(std::string_view text)
{
    vehicles = static_cast<int>(number_in(take_until(text, '\t')));
    persons = static_cast<int>(number_in(take_until(text, '\t')));
    corrected_at = time_in(take_until(text, '\t'));
    corrected_by = text;
}

} // namespace gatehouse::passage
