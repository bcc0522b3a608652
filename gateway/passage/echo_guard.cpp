#include "gateway/passage/echo_guard.hpp"

#include <algorithm>

namespace gatehouse::passage {
namespace {

constexpr std::size_t opened_max = 16;

} // namespace

void EchoGuard::note_opened(const config::LaneConfig& lane, const std::string& plate)
{
    if (plate.empty()) return;
    auto& opened = opened_[lane.id];
    opened.push_back({plate, clock_.now()});
    if (opened.size() > opened_max) opened.pop_front();
}

// Only the very same text: a neighbour's plate may differ by one letter.
std::optional<model::Decision> EchoGuard::judge(const config::LaneConfig& lane,
                                                const std::string& plate) const
{
    const auto opposite = opened_.find(lane.opposite);
    if (plate.empty() || opposite == opened_.end()) return std::nullopt;
    const bool echo =
        std::any_of(opposite->second.begin(), opposite->second.end(), [&](const Opened& opened) {
            return opened.plate == plate && clock_.now() - opened.at <= echo_within;
        });
    if (!echo) return std::nullopt;
    model::Decision decision;
    decision.result = model::Decision::Result::refuse;
    decision.rule = "echo";
    decision.reasons.push_back("The vehicle was just let through lane \"" + lane.opposite +
                               "\"; this camera sees it from behind.");
    return decision;
}

} // namespace gatehouse::passage
