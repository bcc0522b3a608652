#include "tests/unit/vision/worker/fake_feed.hpp"
#include "vision/worker/gaze.hpp"

#include <gtest/gtest.h>

namespace gatehouse::vision {
namespace {

using namespace std::chrono_literals;

struct GazeTest : testing::Test {
    fakes::ManualClock clock;
    FeedScript script;
    FakeFeed feed{script};
    LookQueue looks;
    Gaze gaze{{.motion = false, .width_max = 640}, clock, looks};

    // The units of a camera with 25 a second, a key one every `gop`; each is as many bytes as its number.
    void play(Gaze& to, std::size_t first, std::size_t count, std::size_t gop = 50)
    {
        for (std::size_t i = first; i < first + count; ++i) {
            to.take(feed, unit_at(clock.now(), i % gop == 0, i));
            clock.advance(40ms);
        }
    }
    std::vector<Look> take_all()
    {
        std::vector<Look> all;
        while (auto look = looks.pop())
            all.push_back(std::move(*look));
        return all;
    }
};

TEST_F(GazeTest, LooksAtKeyPicturesAloneWhileNothingHappens)
{
    play(gaze, 0, 150);
    EXPECT_EQ(script.looked, (std::vector<std::size_t>{0, 50, 100}));
    EXPECT_TRUE(script.followed.empty());
    const auto all = take_all();
    ASSERT_EQ(all.size(), 3U);
    EXPECT_FALSE(all.front().hurried);
}

TEST_F(GazeTest, PassesOverKeyPicturesThatComeFasterThanOneASecond)
{
    play(gaze, 0, 75, 1); // MJPEG: three seconds of key pictures
    EXPECT_EQ(script.looked.size(), 4U);
}

TEST_F(GazeTest, BeginsATriggerWithWhatCameSinceTheLastKeyPicture)
{
    play(gaze, 0, 55);
    gaze.hurry(clock.now() + 1s);
    play(gaze, 55, 2);
    EXPECT_EQ(script.followed, (std::vector<std::size_t>{50, 51, 52, 53, 54, 55, 56}));
}

TEST_F(GazeTest, KnowsAKeyPictureThatIsDecodedWithALaterUnit)
{
    const auto began = clock.now();
    script.late = true;
    gaze.hurry(clock.now() + 1min);
    play(gaze, 0, 55);
    EXPECT_EQ(gaze.tally().last_key, began + 50 * 40ms) << "a stream with B-frames has key pictures";
    EXPECT_EQ(gaze.tally().decoded, 53U);
}

TEST_F(GazeTest, HandsOnTenPicturesASecondOfATriggeredCamera)
{
    gaze.hurry(clock.now() + 10s);
    std::size_t handed_on = 0;
    for (std::size_t i = 0; i < 50; ++i) {
        play(gaze, i, 1);
        handed_on += take_all().size();
    }
    EXPECT_EQ(script.followed.size(), 50U);
    EXPECT_GE(handed_on, 16U); // every third of 25
    EXPECT_LE(handed_on, 20U);
}

TEST_F(GazeTest, RestsWhenTheTriggerIsOver)
{
    gaze.hurry(clock.now() + 1s);
    play(gaze, 0, 60);
    EXPECT_EQ(script.rests, 1);
    EXPECT_EQ(script.followed.size(), 25U);
    EXPECT_EQ(script.looked, (std::vector<std::size_t>{50}));
}

TEST_F(GazeTest, ALongerTriggerIsNotCutByAShorterOne)
{
    gaze.hurry(clock.now() + 10s);
    gaze.hurry(clock.now() + 1s);
    play(gaze, 0, 50);
    EXPECT_EQ(script.followed.size(), 50U);
}

TEST_F(GazeTest, HandsOnASmallPictureForHealthAndTheWholeOneForPlates)
{
    play(gaze, 0, 1);
    EXPECT_EQ(take_all().front().picture->width(), 640);
    Gaze plates({.motion = true, .width_max = 0}, clock, looks);
    play(plates, 0, 1);
    EXPECT_EQ(take_all().front().picture->width(), 1280);
}

TEST_F(GazeTest, HurriesByItselfWhenSomethingMovesAndPlatesAreWanted)
{
    Gaze plates({.motion = true, .width_max = 0}, clock, looks);
    const auto still = [&](std::size_t count) {
        for (std::size_t i = 0; i < count; ++i, clock.advance(40ms))
            plates.take(feed, unit_at(clock.now(), i % 50 == 0, i % 50 == 0 ? 40'000 : 900));
    };
    still(500);
    EXPECT_TRUE(script.followed.empty());
    for (std::size_t i = 1; i < 25; ++i, clock.advance(40ms)) // a car
        plates.take(feed, unit_at(clock.now(), false, 9'000));
    EXPECT_FALSE(script.followed.empty());
}

TEST_F(GazeTest, CountsWhatCannotBeDecodedAndGoesOn)
{
    script.damaged = true;
    play(gaze, 0, 150);
    EXPECT_EQ(gaze.tally().errors, 3U);
    EXPECT_EQ(gaze.tally().bad_keys, 3);
    EXPECT_FALSE(gaze.tally().last_key);
    script.damaged = false;
    play(gaze, 150, 1);
    EXPECT_EQ(gaze.tally().bad_keys, 0);
    EXPECT_EQ(gaze.tally().decoded, 1U);
    EXPECT_EQ(gaze.tally().packets, 151U);
}

TEST_F(GazeTest, GivesThePictureOfNowOnlyOnceThereIsOne)
{
    EXPECT_EQ(gaze.picture(feed).error(), base::Errc::not_found);
    play(gaze, 0, 30);
    EXPECT_TRUE(gaze.picture(feed));
    gaze.begin();
    EXPECT_EQ(gaze.picture(feed).error(), base::Errc::not_found);
}

TEST(Gop, LetsTheRestGoWhenItGrowsBeyondItsBounds)
{
    Gop gop;
    gop.push(unit_at({}, true, 100));
    for (std::size_t i = 0; i < Gop::units_max + 10; ++i)
        gop.push(unit_at({}, false, 100));
    EXPECT_TRUE(gop.whole().empty());
    ASSERT_NE(gop.key(), nullptr);
    gop.push(unit_at({}, true, 7));
    gop.push(unit_at({}, false, 8));
    EXPECT_EQ(gop.whole().size(), 2U);
    gop.push(unit_at({}, false, Gop::bytes_max));
    EXPECT_TRUE(gop.whole().empty());
}

TEST(LookQueue, DropsTheOldestAndCountsIt)
{
    LookQueue queue;
    for (int i = 0; i < 5; ++i)
        queue.push({.picture = nullptr,
                    .at = base::MonoTime(std::chrono::seconds(i)),
                    .wall = {},
                    .hurried = false});
    EXPECT_EQ(queue.dropped(), 2U);
    EXPECT_EQ(queue.pop()->at, base::MonoTime(2s));
    EXPECT_EQ(queue.pop()->at, base::MonoTime(3s));
    EXPECT_EQ(queue.pop()->at, base::MonoTime(4s));
    EXPECT_FALSE(queue.pop());
}

} // namespace
} // namespace gatehouse::vision
