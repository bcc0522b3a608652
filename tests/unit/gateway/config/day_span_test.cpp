#include "gateway/config/day_span.hpp"

#include <gtest/gtest.h>

namespace gatehouse::config {
namespace {

using namespace std::chrono_literals;

TEST(DaySpan, ContainsItsBeginAndNotItsEndAlsoPastMidnight)
{
    const DaySpan day{7h, 19h};
    EXPECT_TRUE(day.contains(7h));
    EXPECT_FALSE(day.contains(19h));
    const DaySpan night{22h, 7h};
    EXPECT_TRUE(night.contains(23h));
    EXPECT_TRUE(night.contains(0h));
    EXPECT_FALSE(night.contains(7h));
    EXPECT_TRUE(DaySpan{}.contains(12h)); // the whole day
}

TEST(DaySpan, ReadsTimesAsPeopleWriteThem)
{
    EXPECT_EQ(parse_day_time("00:00"), 0h);
    EXPECT_EQ(parse_day_time("23:59"), 23h + 59min);
    EXPECT_EQ(parse_day_time("24:00"), 24h);
    EXPECT_EQ(parse_day_span("22:00-07:00"), (DaySpan{22h, 7h}));
    for (const char* wrong :
         {"", "7:00", "24:01", "12:60", "12.00", "ab:cd", "12:00-", "-12:00", "1:00-2:00"}) {
        EXPECT_FALSE(parse_day_time(wrong)) << wrong;
        EXPECT_FALSE(parse_day_span(wrong)) << wrong;
    }
}

TEST(SiteMoment, TellsWeekdayAndTimeOfTheSite)
{
    const base::WallTime at{std::chrono::sys_days(std::chrono::year(2026) / 1 / 4) + 17h + 30min + 5s};
    const auto moment = site_moment(at, 480min); // Monday, half past one in the night
    EXPECT_EQ(moment.weekday, 0U);
    EXPECT_EQ(moment.of_day, 1h + 30min);
    EXPECT_EQ(moment.past, 5s);
}

} // namespace
} // namespace gatehouse::config
