#include "gateway/passage/presence.hpp"

#include <algorithm>

namespace gatehouse::passage {
namespace {

constexpr std::size_t known_max = 20'000;

} // namespace

// Empty for what says nothing: nobody passed, or nobody known, or it is not known which way.
std::string Presence::key_of(const model::Event& event)
{
    const auto* passage = std::get_if<model::Passage>(&event.body);
    if (passage == nullptr || passage->state != model::PassageState::passed) return {};
    if (event.direction == model::Direction::unknown) return {};
    const auto& who = passage->vehicle ? passage->plate.text : passage->person;
    if (who.empty()) return {};
    return (passage->vehicle ? "plate " : "person ") + who;
}

bool Presence::note(const model::Event& event)
{
    auto key = key_of(event);
    if (key.empty()) return false;
    const auto known = last_.find(key);
    const bool again = known != last_.end() && known->second.direction == event.direction;
    undo_.emplace_back(key, known == last_.end() ? std::nullopt : std::optional(known->second));
    last_[std::move(key)] = {event.direction, event.occurred_at};
    if (last_.size() > known_max) forget_older_half();
    return again;
}

void Presence::recall(const model::Event& event)
{
    auto key = key_of(event);
    if (key.empty() || last_.size() >= known_max) return;
    last_.emplace(std::move(key), Last{event.direction, event.occurred_at});
}

void Presence::take_back()
{
    for (auto change = undo_.rbegin(); change != undo_.rend(); ++change) {
        if (change->second)
            last_[change->first] = *change->second;
        else
            last_.erase(change->first);
    }
    undo_.clear();
}

void Presence::forget_older_half()
{
    std::vector<base::WallTime> times;
    times.reserve(last_.size());
    for (const auto& [key, last] : last_)
        times.push_back(last.at);
    const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
    std::nth_element(times.begin(), middle, times.end());
    std::erase_if(last_, [limit = *middle](const auto& known) { return known.second.at < limit; });
}

} // namespace gatehouse::passage
