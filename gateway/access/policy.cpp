#include "gateway/access/policy.hpp"

#include <algorithm>

namespace gatehouse::access {

Policy::Policy(config::AccessConfig access, const std::vector<config::LaneConfig>& lanes,
               std::chrono::minutes utc_offset)
    : access_(std::move(access)), calendar_(access_.holidays, utc_offset)
{
    for (const auto& lane : lanes)
        if (lane.direction == model::Direction::out) ways_out_.insert(lane.id);
}

const config::GroupConfig* Policy::group(std::string_view name) const
{
    const auto found = std::find_if(access_.groups.begin(), access_.groups.end(),
                                    [name](const config::GroupConfig& group) { return group.name == name; });
    return found == access_.groups.end() ? nullptr : &*found;
}

bool Policy::is_open(const config::GroupConfig& group, base::WallTime at) const
{
    if (group.schedules.empty()) return true;
    return std::any_of(access_.schedules.begin(), access_.schedules.end(),
                       [&](const config::ScheduleConfig& schedule) {
                           const auto& wanted = group.schedules;
                           return std::find(wanted.begin(), wanted.end(), schedule.name) != wanted.end() &&
                                  calendar_.is_open(schedule, at);
                       });
}

} // namespace gatehouse::access
