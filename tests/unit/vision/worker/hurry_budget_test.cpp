#include "vision/worker/hurry_budget.hpp"

#include <gtest/gtest.h>

namespace gatehouse::vision {
namespace {

using namespace std::chrono_literals;

// Seconds of so many in which it may hurry, when every tenth of a second would like to.
double hurried(HurryBudget& budget, base::MonoTime& now, std::chrono::seconds wanted)
{
    int granted = 0;
    for (const auto end = now + wanted; now < end; now += 100ms)
        granted += budget.take(now) ? 1 : 0;
    return granted / 10.0;
}

TEST(HurryBudget, LetsACarBeReadAndTheNextOneSoonAfter)
{
    HurryBudget budget;
    base::MonoTime now{1h};
    EXPECT_NEAR(hurried(budget, now, 8s), 8, 0.2);
    now += 10s;
    EXPECT_NEAR(hurried(budget, now, 8s), 8, 0.2);
}

TEST(HurryBudget, LetsNoTreeKeepACameraBusyForEver)
{
    HurryBudget budget;
    base::MonoTime now{1h};
    const double granted = hurried(budget, now, 600s);
    EXPECT_GT(granted, 600.0 / 5);
    EXPECT_LT(granted, 20 + 600.0 / 3);
}

TEST(HurryBudget, IsWholeAgainAfterAMinuteOfRest)
{
    HurryBudget budget;
    base::MonoTime now{1h};
    (void)hurried(budget, now, 60s);
    now += 60s;
    EXPECT_NEAR(hurried(budget, now, 15s), 15, 0.5);
}

} // namespace
} // namespace gatehouse::vision
