#pragma once
#include "gateway/base/clock.hpp"
#include "gateway/config/access.hpp"

#include <vector>

namespace gatehouse::access {

// The days of a site and what its schedules make of them. All dates and hours are site time. Pure.
class Calendar {
public:
    Calendar() = default;
    Calendar(std::vector<config::HolidayConfig> holidays, std::chrono::minutes utc_offset);

    // Whether `at` lies in a span of the schedule. A span belongs to the day on which it begins: one from
    // Friday 22:00 to 06:00 ends on Saturday, also when that is a day off. Its last minute does not count.
    [[nodiscard]] bool is_open(const config::ScheduleConfig& schedule, base::WallTime at) const;

private:
    [[nodiscard]] bool begins_on(const config::ScheduleConfig& schedule, std::chrono::sys_days date) const;

    std::vector<config::HolidayConfig> holidays_;
    std::chrono::minutes utc_offset_{480};
};

} // namespace gatehouse::access
