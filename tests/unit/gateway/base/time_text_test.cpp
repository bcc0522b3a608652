#include "gateway/base/time_text.hpp"

#include "gateway/base/random.hpp"

#include <gtest/gtest.h>

namespace gatehouse::base {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;

constexpr minutes beijing{480};

WallTime ms(std::int64_t count)
{
    return WallTime(milliseconds(count));
}

TEST(TimeText, WritesMillisecondsAndTheOffset)
{
    EXPECT_EQ(format_time(ms(1'767'225'900'120), beijing), "2026-01-01T08:05:00.120+08:00");
    EXPECT_EQ(format_time(ms(0), minutes(0)), "1970-01-01T00:00:00.000+00:00");
    EXPECT_EQ(format_time(ms(-1), minutes(-210)), "1969-12-31T20:29:59.999-03:30");
}

TEST(TimeText, ReadsBackWhatItWrites)
{
    Random random(2);
    for (int i = 0; i < 5'000; ++i) {
        const auto time =
            ms(static_cast<std::int64_t>(random.next() % 253'402'300'000'000ULL)); // to the year 9999
        const auto offset = minutes(static_cast<std::int64_t>(random.next() % 1'600) - 800);
        const auto parsed = parse_time(format_time(time, offset), minutes(0));
        ASSERT_TRUE(parsed) << format_time(time, offset);
        ASSERT_EQ(parsed->time, time);
        ASSERT_EQ(parsed->offset, offset);
    }
}

TEST(TimeText, ReadsWhatDevicesWrite)
{
    const auto expected = ms(1'767'225'900'000);
    for (const auto* text : {"2026-01-01T08:05:00+08:00", "2026-01-01 08:05:00+0800",
                             "2026-01-01T08:05:00+08", "2026-01-01T00:05:00Z", "2026-01-01t00:05:00z",
                             "2026-01-01T08:05:00", "2026-01-01T08:05:00.0000000+08:00"}) {
        const auto parsed = parse_time(text, beijing);
        ASSERT_TRUE(parsed) << text;
        EXPECT_EQ(parsed->time, expected) << text;
    }
    EXPECT_FALSE(parse_time("2026-01-01T08:05:00", beijing)->offset);
    EXPECT_EQ(parse_time("2026-01-01T08:05:00.1239+08:00", beijing)->time, expected + milliseconds(123));
    EXPECT_EQ(parse_time("2026-01-01T08:05:00,5+08:00", beijing)->time, expected + milliseconds(500));
}

TEST(TimeText, RefusesWhatIsNoTime)
{
    for (const auto* text :
         {"", "2026", "2026-01-01", "2026-1-1T00:00:00", "2026-13-01T00:00:00", "2026-02-29T00:00:00",
          "2026-00-10T00:00:00", "2026-01-01T24:00:00", "2026-01-01T00:60:00", "2026-01-01T00:00:61",
          "2026-01-01T00:00", "2026-01-01T00:00:00+", "2026-01-01T00:00:00+15:00",
          "2026-01-01T00:00:00+08:60", "2026-01-01T00:00:00+08:00x", "2026-01-01T00:00:00 CST",
          "x026-01-01T00:00:00", "2026-01-01T00:00:0-"})
        EXPECT_FALSE(parse_time(text, beijing)) << text;
}

TEST(TimeText, KnowsLeapDays)
{
    EXPECT_TRUE(parse_time("2028-02-29T00:00:00Z", beijing));
    EXPECT_FALSE(parse_time("2100-02-29T00:00:00Z", beijing));
}

} // namespace
} // namespace gatehouse::base
