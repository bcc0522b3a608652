#include "gateway/access/calendar.hpp"

#include "gateway/base/random.hpp"
#include "gateway/base/time_text.hpp"

#include <gtest/gtest.h>

namespace gatehouse::access {
namespace {

using config::HolidayConfig;
using config::HolidayRule;
using config::ScheduleConfig;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::sys_days;

constexpr minutes site_time{480};

base::WallTime moment(std::string_view text)
{
    return base::parse_time(text, site_time)->time;
}

sys_days date(int year, unsigned month, unsigned day)
{
    return std::chrono::year(year) / std::chrono::month(month) / std::chrono::day(day);
}

ScheduleConfig working_days(std::vector<config::ScheduleSpan> spans, HolidayRule rule = HolidayRule::ignore)
{
    ScheduleConfig schedule;
    schedule.weekdays = {true, true, true, true, true, false, false};
    schedule.spans = std::move(spans);
    schedule.holidays = rule;
    return schedule;
}

// The National Day week of 2026, with the Saturday on which people work for it.
std::vector<HolidayConfig> golden_week()
{
    return {{"国庆", date(2026, 10, 1), date(2026, 10, 7), {date(2026, 10, 10)}}};
}

TEST(CalendarTest, OpensAtTheFirstMinuteAndClosesAtTheLast)
{
    const Calendar calendar({}, site_time);
    const auto day = working_days({{7 * 60, 19 * 60}});
    EXPECT_FALSE(calendar.is_open(day, moment("2026-01-15T06:59:59.999")));
    EXPECT_TRUE(calendar.is_open(day, moment("2026-01-15T07:00:00")));
    EXPECT_TRUE(calendar.is_open(day, moment("2026-01-15T18:59:59.999")));
    EXPECT_FALSE(calendar.is_open(day, moment("2026-01-15T19:00:00")));
    EXPECT_FALSE(calendar.is_open(day, moment("2026-01-17T12:00:00"))); // a Saturday
}

TEST(CalendarTest, ANightBelongsToTheDayOnWhichItBegins)
{
    const Calendar calendar({}, site_time);
    const auto night = working_days({{22 * 60, 6 * 60}});
    EXPECT_TRUE(calendar.is_open(night, moment("2026-01-16T23:30:00"))); // Friday
    EXPECT_TRUE(calendar.is_open(night, moment("2026-01-17T05:59:00"))); // Saturday morning
    EXPECT_FALSE(calendar.is_open(night, moment("2026-01-17T06:00:00")));
    EXPECT_FALSE(calendar.is_open(night, moment("2026-01-17T22:00:00")));
    EXPECT_FALSE(calendar.is_open(night, moment("2026-01-19T05:00:00"))); // Monday: Sunday has no night
}

TEST(CalendarTest, CarriesANightOverTheEndOfAMonthAndAYear)
{
    const Calendar calendar({}, site_time);
    const auto night = working_days({{22 * 60, 6 * 60}});
    EXPECT_TRUE(calendar.is_open(night, moment("2027-01-01T01:00:00"))); // from Thursday, 31 December
    EXPECT_TRUE(calendar.is_open(night, moment("2028-02-29T23:00:00"))); // a leap day, Tuesday
    EXPECT_TRUE(calendar.is_open(night, moment("2028-03-01T05:00:00")));
}

TEST(CalendarTest, ReadsEveryDateInSiteTime)
{
    const Calendar calendar({}, site_time);
    const auto day = working_days({{0, 1440}});
    // Sunday in Greenwich, Monday in Shanghai.
    EXPECT_TRUE(calendar.is_open(day, moment("2026-01-18T17:00:00Z")));
    EXPECT_FALSE(calendar.is_open(day, moment("2026-01-18T15:00:00Z")));
}

TEST(CalendarTest, ADayOffIsWhatTheScheduleMakesOfIt)
{
    const Calendar calendar(golden_week(), site_time);
    const auto noon = moment("2026-10-01T12:00:00"); // a Thursday
    EXPECT_TRUE(calendar.is_open(working_days({{0, 1440}}, HolidayRule::ignore), noon));
    EXPECT_FALSE(calendar.is_open(working_days({{0, 1440}}, HolidayRule::closed), noon));
    auto sundays = working_days({{0, 1440}}, HolidayRule::as_sunday);
    EXPECT_FALSE(calendar.is_open(sundays, noon));
    sundays.weekdays.at(6) = true;
    EXPECT_TRUE(calendar.is_open(sundays, noon));
}

TEST(CalendarTest, ADayWorkedInsteadCountsAsAMonday)
{
    const Calendar calendar(golden_week(), site_time);
    const auto saturday = moment("2026-10-10T12:00:00");
    EXPECT_TRUE(calendar.is_open(working_days({{0, 1440}}, HolidayRule::closed), saturday));
    EXPECT_FALSE(calendar.is_open(working_days({{0, 1440}}, HolidayRule::ignore), saturday));
}

TEST(CalendarTest, ANightBeforeADayOffStillEndsOnIt)
{
    const Calendar calendar(golden_week(), site_time);
    const auto night = working_days({{22 * 60, 6 * 60}}, HolidayRule::closed);
    EXPECT_TRUE(calendar.is_open(night, moment("2026-10-01T03:00:00")));  // from Wednesday
    EXPECT_FALSE(calendar.is_open(night, moment("2026-10-02T03:00:00"))); // the holiday itself has none
    EXPECT_FALSE(calendar.is_open(night, moment("2026-10-08T03:00:00"))); // nor has its last day
}

// Every minute that the schedule opens, found by walking from day to day: slow, and hard to get wrong.
std::set<base::WallTime> open_minutes(const ScheduleConfig& schedule, const std::vector<HolidayConfig>& all,
                                      sys_days first, sys_days last)
{
    std::set<base::WallTime> open;
    for (auto day = first; day <= last; day += days(1)) {
        auto weekday = std::chrono::weekday(day).iso_encoding() - 1;
        bool off = false;
        bool worked = false;
        for (const auto& holiday : all) {
            off = off || (day >= holiday.from && day <= holiday.to);
            for (const auto& instead : holiday.workdays)
                worked = worked || instead == day;
        }
        if (schedule.holidays != HolidayRule::ignore && worked) {
            weekday = 0;
        } else if (off && schedule.holidays == HolidayRule::closed) {
            continue;
        } else if (off && schedule.holidays == HolidayRule::as_sunday) {
            weekday = 6;
        }
        if (!schedule.weekdays.at(weekday)) continue;
        for (const auto& span : schedule.spans) {
            const int length = span.to > span.from ? span.to - span.from : 1440 - span.from + span.to;
            for (int i = 0; i < length; ++i)
                open.insert(base::WallTime(day) + minutes(span.from + i) - site_time);
        }
    }
    return open;
}

TEST(CalendarTest, AgreesWithASlowReferenceAtEveryMinute)
{
    base::Random random(4);
    const auto first = date(2026, 9, 26); // over the end of a month, a golden week and a working Saturday
    const auto last = date(2026, 10, 12);
    for (int round = 0; round < 8; ++round) {
        ScheduleConfig schedule;
        for (auto& day : schedule.weekdays)
            day = random.next() % 2 == 0;
        schedule.holidays = static_cast<HolidayRule>(random.next() % 3);
        for (auto n = 1 + random.next() % 3; n > 0; --n) {
            const int from = static_cast<int>(random.next() % 1440);
            const int to = 1 + static_cast<int>(random.next() % 1440);
            if (from != to) schedule.spans.push_back({from, to});
        }
        const Calendar calendar(golden_week(), site_time);
        const auto open = open_minutes(schedule, golden_week(), first - days(1), last);
        for (auto at = base::WallTime(first) - site_time; at < base::WallTime(last) - site_time;
             at += minutes(1))
            ASSERT_EQ(calendar.is_open(schedule, at + std::chrono::seconds(random.next() % 60)),
                      open.contains(at))
                << "round " << round << " at " << base::format_time(at, site_time);
    }
}

} // namespace
} // namespace gatehouse::access
