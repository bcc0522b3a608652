#include "vision/worker/av_picture.hpp"
#include "vision/worker/examination.hpp"

#include <gtest/gtest.h>

namespace gatehouse::vision {
namespace {

using namespace std::chrono_literals;

struct ExaminationTest : testing::Test {
    Watch watch;
    Abilities abilities; // none: no network is needed to see a camera fail
    std::vector<FromWorker> said;
    base::MonoTime now{1h};
    base::WallTime wall{std::chrono::hours(480'000)};

    ExaminationTest() { watch.camera = "yard"; }
    Examination examination()
    {
        return {watch, abilities, [this](FromWorker message) { said.push_back(std::move(message)); }};
    }
    Look look(base::MonoTime at, int grey) const
    {
        return {.picture =
                    std::make_shared<const MatPicture>(cv::Mat(360, 640, CV_8UC3, cv::Scalar::all(grey))),
                .at = at,
                .wall = wall,
                .hurried = false};
    }
    // So many seconds in which nothing comes.
    void tick(Examination& of, int seconds, const Tally& tally = {})
    {
        for (int i = 0; i < seconds; ++i) {
            now += 1s;
            of.tick(now, wall += 1s, tally);
        }
    }
};

TEST_F(ExaminationTest, LooksAtAPictureThatCameJustBeforeATick)
{
    auto yard = examination();
    tick(yard, 3);
    (void)yard.look(look(now - 50ms, 90), {});
    EXPECT_NEAR(yard.status().mean, 90, 2);
    tick(yard, 1);
    (void)yard.look(look(now - 50ms, 140), {});
    EXPECT_NEAR(yard.status().mean, 140, 2);
}

TEST_F(ExaminationTest, TellsOnceThatNothingComesAnyMoreAndOfWhichCamera)
{
    auto yard = examination();
    Tally tally;
    tally.last_packet = tally.last_key = now;
    tick(yard, 60, tally);
    ASSERT_EQ(said.size(), 1U);
    const auto& finding = std::get<Finding>(said.front());
    EXPECT_EQ(finding.camera, "yard");
    EXPECT_EQ(finding.what, "lost");
    EXPECT_TRUE(finding.active);
    EXPECT_NE(finding.seen_at, base::WallTime{});
}

TEST_F(ExaminationTest, TellsNothingOfACamerasHealthThatNobodyWants)
{
    watch.wants.health = false;
    auto yard = examination();
    tick(yard, 60);
    EXPECT_TRUE(said.empty());
}

TEST_F(ExaminationTest, LearnsAnewWhenWhatWasLearntCannotBeRead)
{
    watch.references = "rubbish";
    auto yard = examination();
    (void)yard.look(look(now, 90), {});
    EXPECT_TRUE(yard.status().learning);
}

TEST_F(ExaminationTest, DoesWithoutWhatIsNotInstalled)
{
    watch.wants.plates = true;
    watch.wants.faces = true;
    auto yard = examination();
    EXPECT_FALSE(yard.look(look(now, 90), {}));
    EXPECT_TRUE(said.empty());
}

} // namespace
} // namespace gatehouse::vision
