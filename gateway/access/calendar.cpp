#include "gateway/access/calendar.hpp"

#include <algorithm>

namespace gatehouse::access {
namespace {

using std::chrono::days;
using std::chrono::minutes;
using std::chrono::sys_days;

constexpr std::size_t monday = 0;
constexpr std::size_t sunday = 6;

std::size_t weekday_of(sys_days date)
{
    return std::chrono::weekday(date).iso_encoding() - 1;
}

} // namespace

Calendar::Calendar(std::vector<config::HolidayConfig> holidays, minutes utc_offset)
    : holidays_(std::move(holidays)), utc_offset_(utc_offset)
{
}

bool Calendar::is_open(const config::ScheduleConfig& schedule, base::WallTime at) const
{
    const auto local = at + utc_offset_;
    const auto today = std::chrono::floor<days>(local);
    const auto minute = std::chrono::floor<minutes>(local - today).count();
    // One that ends on the next day also reaches into today from yesterday.
    const bool today_counts = begins_on(schedule, today);
    const bool yesterday_counts = begins_on(schedule, today - days(1));
    return std::any_of(schedule.spans.begin(), schedule.spans.end(), [&](const config::ScheduleSpan& span) {
        const bool over_midnight = span.to <= span.from;
        if (!over_midnight) return today_counts && minute >= span.from && minute < span.to;
        return (today_counts && minute >= span.from) || (yesterday_counts && minute < span.to);
    });
}

bool Calendar::begins_on(const config::ScheduleConfig& schedule, sys_days date) const
{
    if (schedule.holidays == config::HolidayRule::ignore) return schedule.weekdays.at(weekday_of(date));
    for (const auto& holiday : holidays_) {
        if (std::find(holiday.workdays.begin(), holiday.workdays.end(), date) != holiday.workdays.end())
            return schedule.weekdays[monday];
        if (date < holiday.from || date > holiday.to) continue;
        return schedule.holidays == config::HolidayRule::as_sunday && schedule.weekdays[sunday];
    }
    return schedule.weekdays.at(weekday_of(date));
}

} // namespace gatehouse::access
