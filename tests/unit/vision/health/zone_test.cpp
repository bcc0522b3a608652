#include "tests/unit/vision/health/scene.hpp"

using namespace gatehouse::vision;
using namespace gatehouse::vision::health;

namespace {

const Zone fire_lane{3, "Fire lane", {{0.25, 0.28}, {0.75, 0.28}, {0.75, 0.92}, {0.25, 0.92}}, 2, 15};

cv::Mat vehicle(const cv::Mat& scene, int x, const cv::Scalar& paint = {160, 60, 50})
{
    auto out = scene.clone();
    const cv::Rect body(x, 150, 170, 110);
    cv::rectangle(out, body, paint, -1);
    cv::rectangle(out, {x + 25, 160, 120, 34}, cv::Scalar::all(25), -1);
    cv::rectangle(out, {x + 55, 225, 60, 16}, cv::Scalar(200, 90, 30), -1);
    for (const int lamp : {x + 12, x + 140})
        cv::rectangle(out, {lamp, 205, 20, 14}, cv::Scalar::all(240), -1);
    cv::rectangle(out, {x + 10, 255, 34, 20}, cv::Scalar::all(15), -1);
    cv::rectangle(out, {x + 126, 255, 34, 20}, cv::Scalar::all(15), -1);
    return out;
}

cv::Mat standing(const cv::Mat& scene)
{
    return vehicle(scene, 230);
}
cv::Mat shaded(const cv::Mat& scene)
{
    auto out = scene.clone();
    const cv::Rect shadow(200, 130, 220, 170);
    out(shadow) *= 0.5;
    return out;
}
cv::Mat dimmer(const cv::Mat& scene)
{
    return scaled(scene, 0.6);
}

// A twelfth of the fire lane: a motorcycle, or a car far away.
cv::Mat small_vehicle(const cv::Mat& scene)
{
    auto out = scene.clone();
    cv::Mat small;
    cv::resize(standing(scene)(cv::Rect(230, 150, 170, 125)), small, {102, 75}, 0, 0, cv::INTER_AREA);
    small.copyTo(out(cv::Rect({270, 180}, small.size())));
    return out;
}

Playground road()
{
    return Playground(drawn_road(), {fire_lane});
}

} // namespace

TEST(OccupiedZone, IsToldOnceWhenAVehicleHasStoodForItsMinutesAndOnceWhenItLeaves)
{
    auto camera = road();
    camera.learn();
    EXPECT_EQ(camera.words(camera.see(115, standing)), "");
    const auto told = camera.see(15, standing);
    ASSERT_EQ(camera.words(told), "+occupied");
    EXPECT_EQ(told[0].zone, 3);
    EXPECT_EQ(told[0].detail, "Fire lane has been occupied for 2 minutes.");
    ASSERT_EQ(told[0].region.size(), 4U);
    EXPECT_NEAR(told[0].region[0].x, 230 / 640.0, 0.03);
    EXPECT_EQ(camera.words(camera.see(600, standing)), "") << "what stands is not learnt";
    EXPECT_EQ(camera.words(camera.see(20)), "-occupied");
    EXPECT_EQ(camera.words(camera.see(300)), "");
}

TEST(OccupiedZone, CountsNoTrafficThatPasses)
{
    auto camera = road();
    camera.learn();
    for (int i = 0; i < 12; ++i) {
        const auto paint = cv::Scalar(40 + 15 * i, 200 - 12 * i, 90);
        EXPECT_EQ(camera.words(camera.see(
                      25, [&](const cv::Mat& scene) { return vehicle(scene, 190 + 60 * (i % 3), paint); })),
                  "");
    }
}

TEST(OccupiedZone, TakesNobodyOnFootForAVehicle)
{
    auto camera = road();
    camera.learn();
    const auto person = [](const cv::Mat& scene) {
        auto out = scene.clone();
        cv::rectangle(out, {300, 160, 26, 70}, cv::Scalar(30, 40, 160), -1);
        cv::circle(out, {313, 150}, 11, cv::Scalar(120, 150, 190), -1);
        return out;
    };
    EXPECT_EQ(camera.words(camera.see(400, person)), "");
}

TEST(OccupiedZone, IsOccupiedByWhatCoversAsMuchOfItAsItsShareSays)
{
    std::vector<Zone> zones;
    for (const int share : {5, 15, 60}) {
        zones.push_back(fire_lane);
        zones.back().number = share;
        zones.back().minutes = 1;
        zones.back().share = share;
    }
    Playground camera(drawn_road(), std::move(zones));
    camera.learn();
    const auto small = camera.see(75, small_vehicle);
    ASSERT_EQ(camera.words(small), "+occupied");
    EXPECT_EQ(small[0].zone, 5);
    EXPECT_EQ(camera.words(camera.see(20)), "-occupied");
    const auto large = camera.see(75, standing);
    ASSERT_EQ(camera.words(large), "+occupied +occupied");
    EXPECT_EQ(large[0].zone, 5);
    EXPECT_EQ(large[1].zone, 15);
}

TEST(OccupiedZone, TakesNoShadowForAVehicle)
{
    auto camera = road();
    camera.learn();
    EXPECT_EQ(camera.words(camera.see(400, shaded)), "");
}

TEST(OccupiedZone, KeepsAVehicleThroughAChangeOfTheLight)
{
    auto camera = road();
    camera.learn();
    EXPECT_EQ(camera.words(camera.see(130, standing)), "+occupied");
    EXPECT_EQ(camera.words(camera.see(200, [](const cv::Mat& scene) { return dimmer(standing(scene)); })),
              "");
    EXPECT_EQ(camera.words(camera.see(30, dimmer)), "-occupied");
}

TEST(OccupiedZone, KeepsAVehicleIntoTheNight)
{
    auto camera = road();
    camera.learn();
    EXPECT_EQ(camera.words(camera.see(130, standing)), "+occupied");
    const auto infrared = [](const cv::Mat& scene) {
        cv::Mat grey;
        cv::cvtColor(scene, grey, cv::COLOR_BGR2GRAY);
        cv::cvtColor(grey, grey, cv::COLOR_GRAY2BGR);
        return grey;
    };
    EXPECT_EQ(camera.words(camera.see(200, [&](const cv::Mat& scene) { return infrared(standing(scene)); })),
              "");
    EXPECT_EQ(camera.words(camera.see(30, infrared)), "-occupied");
    EXPECT_EQ(camera.words(camera.see(200, infrared)), "");
}

TEST(OccupiedZone, UnderstandsThatAVehicleStoodThereWhenItBegan)
{
    auto camera = road();
    EXPECT_EQ(camera.words(camera.see(80, standing)), "");
    EXPECT_EQ(camera.words(camera.see(400)), "") << "it has left, nothing stands there now";
}

TEST(OccupiedZone, DoesNotCountWhileTheCameraSeesNothing)
{
    auto camera = road();
    camera.learn();
    EXPECT_EQ(camera.words(camera.see(60, standing)), "");
    const auto black = [](const cv::Mat& scene) {
        return cv::Mat(scene.size(), scene.type(), cv::Scalar::all(4));
    };
    EXPECT_EQ(camera.words(camera.see(100, black)), "+black");
    EXPECT_EQ(camera.words(camera.see(50, standing)), "-black");
    EXPECT_EQ(camera.words(camera.see(60, standing)), "+occupied");
}
