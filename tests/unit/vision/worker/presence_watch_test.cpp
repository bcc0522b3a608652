#include "vision/worker/presence_watch.hpp"

#include <gtest/gtest.h>

namespace gatehouse::vision {
namespace {

using namespace std::chrono_literals;
constexpr base::MonoTime arrival{12h};

TEST(PresenceWatch, SaysOnceThatSomebodyIsThere)
{
    PresenceWatch watch;
    EXPECT_EQ(watch.observe(arrival, 0), std::nullopt);
    EXPECT_EQ(watch.observe(arrival + 2s, 1), true);
    EXPECT_EQ(watch.observe(arrival + 4s, 2), std::nullopt);
}

TEST(PresenceWatch, TakesATurnedHeadForTheSamePerson)
{
    PresenceWatch watch;
    EXPECT_EQ(watch.observe(arrival, 1), true);
    EXPECT_EQ(watch.observe(arrival + 10s, 0), std::nullopt);
    EXPECT_EQ(watch.observe(arrival + 12s, 1), std::nullopt);
    EXPECT_EQ(watch.observe(arrival + 26s, 0), std::nullopt);
    EXPECT_EQ(watch.observe(arrival + 27s, 0), false);
    EXPECT_EQ(watch.observe(arrival + 29s, 1), true);
}

} // namespace
} // namespace gatehouse::vision
