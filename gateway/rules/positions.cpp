#include "gateway/rules/positions.hpp"

#include "gateway/model/enum_text.hpp"
#include "gateway/rules/saved_line.hpp"

#include <array>

namespace gatehouse::rules {
namespace {

using model::BarrierPosition;

constexpr std::size_t known_max = 1000;
constexpr std::string_view mark = "=position"; // no device id has such a letter

} // namespace

void Positions::note(const model::Event& event)
{
    const auto* moved = std::get_if<model::BarrierMoved>(&event.body);
    if (moved == nullptr || event.history) return;
    const auto key = std::pair(event.device, moved->output);
    auto found = known_.find(key);
    if (found == known_.end()) {
        // A barrier that only ever says that it cannot tell is not one that tells.
        if (moved->position == BarrierPosition::unknown || known_.size() >= known_max) return;
        found = known_.emplace(key, Known{}).first;
    }
    auto& known = found->second;
    const bool went_up = moved->position == BarrierPosition::open && known.position != BarrierPosition::open;
    if (went_up) known.opened_at = event.received_at;
    known.position = moved->position;
    changed_ = true;
}

const Positions::Known* Positions::find(const std::string& device, int output) const
{
    const auto found = known_.find({device, output});
    return found == known_.end() ? nullptr : &found->second;
}

std::string Positions::save() const
{
    std::string text;
    for (const auto& [key, known] : known_) {
        text += std::string(mark) + '\t' + key.first + '\t' + std::to_string(key.second) + '\t';
        text += std::string(model::to_string(known.position)) + '\t' +
                std::to_string(known.opened_at.time_since_epoch().count()) + '\n';
    }
    return text;
}

void Positions::load(std::string_view text)
{
    known_.clear();
    changed_ = true;
    while (!text.empty() && known_.size() < known_max) {
        auto line = take_until(text, '\n');
        std::array<std::string_view, 5> field;
        for (auto& part : field)
            part = take_until(line, '\t');
        Known known;
        if (field[0] != mark || !model::parse(field[3], known.position)) continue;
        known.opened_at = base::WallTime(std::chrono::milliseconds(saved_number(field[4])));
        known_[{std::string(field[1]), static_cast<int>(saved_number(field[2]))}] = known;
    }
}

} // namespace gatehouse::rules
