#include "gateway/model/ulid.hpp"
#include "tests/fakes/manual_clock.hpp"

#include <gtest/gtest.h>

namespace gatehouse::model {
namespace {

TEST(Ulid, CarriesTheTimeInItsFirstTenCharacters)
{
    fakes::ManualClock clock(base::WallTime(std::chrono::milliseconds(1'469'918'176'385)));
    base::Random random(1);
    const auto id = UlidSource(clock, random).next();
    EXPECT_EQ(id.substr(0, 10), "01ARYZ6S41"); // the example of the specification
    EXPECT_TRUE(is_ulid(id));
}

TEST(Ulid, SortsInTheOrderOfMakingEvenWhenTheClockStandsOrStepsBack)
{
    fakes::ManualClock clock;
    base::Random random(7);
    UlidSource source(clock, random);
    std::string last = source.next();
    for (int i = 0; i < 20'000; ++i) {
        if (i % 100 == 0) clock.step_wall(std::chrono::milliseconds(i % 300 == 0 ? -50 : 20));
        auto next = source.next();
        ASSERT_LT(last, next);
        last = std::move(next);
    }
}

TEST(Ulid, RefusesOtherText)
{
    EXPECT_FALSE(is_ulid(""));
    EXPECT_FALSE(is_ulid("01ARYZ6S41TSV4RRFFQ69G5FA"));
    EXPECT_FALSE(is_ulid("01ARYZ6S41TSV4RRFFQ69G5FAU"));
    EXPECT_TRUE(is_ulid("01ARYZ6S41TSV4RRFFQ69G5FAV"));
}

} // namespace
} // namespace gatehouse::model
