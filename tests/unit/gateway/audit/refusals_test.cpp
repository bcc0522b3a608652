#include "gateway/audit/refusals.hpp"

#include <gtest/gtest.h>

namespace gatehouse::audit {
namespace {

TEST(Refusals, RecordSoManyAMinuteAndCountTheRest)
{
    Refusals refusals;
    const base::MonoTime start{std::chrono::hours(1)};
    int recorded = 0;
    for (int i = 0; i < 100; ++i)
        if (refusals.admit({}, start)) ++recorded;
    EXPECT_EQ(recorded, Refusals::a_minute_max);
    const auto next = refusals.admit({}, start + std::chrono::minutes(1));
    ASSERT_TRUE(next);
    EXPECT_EQ(next->detail, " (and 70 refused before it)");
    EXPECT_EQ(refusals.admit({}, start + std::chrono::minutes(1))->detail, "");
}

} // namespace
} // namespace gatehouse::audit
