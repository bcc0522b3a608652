#include "vision/worker/sightings.hpp"

#include <gtest/gtest.h>

namespace gatehouse::vision {
namespace {

using namespace std::chrono_literals;

const cv::Rect2f sign(100, 100, 60, 20);
constexpr base::MonoTime noon{12h};

TEST(Sightings, AreWorthHurryingForWhileTheyAreNew)
{
    Sightings sightings;
    EXPECT_TRUE(sightings.observe(noon, {sign}));
    EXPECT_TRUE(sightings.observe(noon + 4s, {sign}));
    EXPECT_FALSE(sightings.observe(noon + 8s, {sign}));
    EXPECT_FALSE(sightings.observe(noon + 9s, {}));
}

TEST(Sightings, AreNewAgainAfterTheyWereGone)
{
    Sightings sightings;
    for (int s = 0; s < 20; ++s)
        (void)sightings.observe(noon + std::chrono::seconds(s), {sign});
    EXPECT_FALSE(sightings.observe(noon + 23s, {sign}));
    EXPECT_TRUE(sightings.observe(noon + 28s, {sign}));
}

TEST(Sightings, OfASignDoNotHideACar)
{
    Sightings sightings;
    for (int s = 0; s < 600; ++s)
        (void)sightings.observe(noon + std::chrono::seconds(s), {sign});
    EXPECT_TRUE(sightings.observe(noon + 600s, {sign, {600, 400, 120, 40}}));
}

TEST(Sightings, FollowACarThatDrivesUpAndStop)
{
    Sightings sightings;
    int hurried = 0;
    for (int tenth = 0; tenth < 300; ++tenth) {
        const auto driven = static_cast<float>(std::min(tenth, 30)) * 10.F;
        hurried += sightings.observe(noon + 100ms * tenth, {{200 + driven, 100 + driven, 100, 40}}) ? 1 : 0;
    }
    EXPECT_EQ(hurried, 80); // eight seconds, though it stands there for thirty
}

TEST(Sightings, AreDoneWhenTheyWereRead)
{
    Sightings sightings;
    EXPECT_TRUE(sightings.observe(noon, {sign}));
    sightings.done();
    EXPECT_FALSE(sightings.observe(noon + 1s, {sign}));
}

} // namespace
} // namespace gatehouse::vision
