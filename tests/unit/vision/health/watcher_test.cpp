#include "tests/unit/vision/health/scene.hpp"
#include "vision/jpeg/decode.hpp"

#include <gtest/gtest.h>

using namespace gatehouse;
using namespace gatehouse::vision;
using namespace gatehouse::vision::health;

namespace {

cv::Mat covered(const cv::Mat& scene, double share)
{
    auto out = scene.clone();
    out.colRange(0, cvRound(share * out.cols)).setTo(cv::Scalar::all(14));
    return out;
}

cv::Mat blurred(const cv::Mat& scene)
{
    cv::Mat out;
    cv::GaussianBlur(scene, out, {}, 4);
    return out;
}

cv::Mat shifted(const cv::Mat& scene, int pixels)
{
    cv::Mat out;
    const cv::Mat by = (cv::Mat_<double>(2, 3) << 1, 0, pixels, 0, 1, 0);
    cv::warpAffine(scene, out, by, scene.size(), cv::INTER_LINEAR, cv::BORDER_REFLECT);
    return out;
}

cv::Mat red(const cv::Mat& scene)
{
    cv::Mat out;
    cv::multiply(scene, cv::Scalar(0.6, 0.6, 1.1), out);
    return out + cv::Scalar(0, 0, 40);
}

cv::Mat striped(const cv::Mat& scene)
{
    auto out = scene.clone();
    for (int y = 0; y < out.rows; ++y)
        out.row(y) += cv::Scalar::all(12 * std::sin(2 * CV_PI * y / 15));
    return out;
}

// Two fifths of it a bare wall with one notice board.
cv::Mat beside_a_wall()
{
    auto scene = drawn_gate();
    scene.colRange(0, 260).setTo(cv::Scalar(160, 165, 170));
    drawn_gate(19)(cv::Rect(60, 200, 60, 60)).copyTo(scene(cv::Rect(60, 200, 60, 60)));
    return scene;
}

// Half of a lorry: a bare side, but also letters, seams and wheels.
cv::Mat behind_a_lorry(const cv::Mat& scene)
{
    auto out = scene.clone();
    out.colRange(0, 320).setTo(cv::Scalar(60, 120, 70));
    for (int x = 20; x < 320; x += 75)
        cv::line(out, {x, 0}, {x, 280}, cv::Scalar::all(30), 2);
    cv::putText(out, "TRANSPORT", {30, 150}, cv::FONT_HERSHEY_SIMPLEX, 1.6, cv::Scalar(240, 250, 250), 4);
    for (const int x : {70, 230})
        cv::circle(out, {x, 310}, 36, cv::Scalar::all(15), -1);
    return out;
}

cv::Mat with_kerbs(int lower_by)
{
    auto scene = drawn_gate();
    for (int y = 40; y < 330; y += 70)
        cv::rectangle(scene, {0, y + lower_by, 640, 22}, cv::Scalar::all(y % 140 == 40 ? 220 : 40), -1);
    cv::GaussianBlur(scene, scene, {}, 1);
    return scene;
}

cv::Mat grey(const cv::Mat& scene)
{
    cv::Mat out;
    cv::cvtColor(scene, out, cv::COLOR_BGR2GRAY);
    cv::cvtColor(out, out, cv::COLOR_GRAY2BGR);
    return out;
}

cv::Mat another_place(const cv::Mat&)
{
    return drawn_gate(23);
}

// A clock that the camera writes into its pictures.
cv::Mat with_clock(const cv::Mat& picture, int second)
{
    auto out = picture.clone();
    cv::putText(out, "12:00:" + std::to_string(10 + second % 50), {8, 24}, cv::FONT_HERSHEY_SIMPLEX, 0.7,
                cv::Scalar::all(250), 2);
    return out;
}

} // namespace

TEST(CameraHealth, SaysThatACameraIsLostAfterHalfAMinuteAndThatItIsBack)
{
    Playground camera;
    camera.learn();
    EXPECT_EQ(camera.words(camera.miss(28, false)), "");
    EXPECT_EQ(camera.words(camera.miss(4, false)), "+lost");
    EXPECT_EQ(camera.words(camera.miss(60, false)), "");
    EXPECT_EQ(camera.words(camera.see(15)), "-lost");
}

TEST(CameraHealth, SaysThatACameraNeverAnswered)
{
    Playground camera;
    EXPECT_EQ(camera.words(camera.miss(35, false)), "+lost");
}

TEST(CameraHealth, TellsAStreamWithoutPicturesFromALostOne)
{
    Playground camera;
    camera.learn();
    EXPECT_EQ(camera.words(camera.miss(40, true)), "+no_key_frame");
    EXPECT_EQ(camera.words(camera.miss(40, false)), "+lost");
}

TEST(CameraHealth, SaysNothingOfAQuietScene)
{
    Playground camera;
    EXPECT_TRUE(camera.watcher.status().learning);
    camera.learn();
    EXPECT_FALSE(camera.watcher.status().learning);
    EXPECT_EQ(camera.words(camera.see(300)), "");
    EXPECT_NEAR(camera.watcher.status().sharpness, 100, 10);
}

TEST(CameraHealth, TellsABlackPictureWithinItsHoldAndNothingElseOfIt)
{
    Playground camera;
    camera.learn();
    const auto black = [](const cv::Mat& scene) {
        return cv::Mat(scene.size(), scene.type(), cv::Scalar::all(4));
    };
    EXPECT_EQ(camera.words(camera.see(9, black)), "");
    EXPECT_EQ(camera.words(camera.see(100, black)), "+black");
    EXPECT_EQ(camera.words(camera.see(20)), "-black");
}

TEST(CameraHealth, IsInLessOfAHurryWithBlackAtNight)
{
    Playground camera;
    camera.wait(std::chrono::hours(10));
    camera.learn();
    const auto black = [](const cv::Mat& scene) {
        return cv::Mat(scene.size(), scene.type(), cv::Scalar::all(4));
    };
    EXPECT_EQ(camera.words(camera.see(55, black)), "");
    EXPECT_EQ(camera.words(camera.see(10, black)), "+black");
}

TEST(CameraHealth, SeesThroughAnOverlayThatABlackPictureStillCarries)
{
    Playground camera;
    camera.learn();
    int second = 0;
    const auto black = [&](const cv::Mat& scene) {
        return with_clock(cv::Mat(scene.size(), scene.type(), cv::Scalar::all(4)), second++);
    };
    EXPECT_EQ(camera.words(camera.see(20, black)), "+black");
}

TEST(CameraHealth, TellsEachFaultOnceAndItsEndOnce)
{
    struct Case {
        std::string what;
        Playground::Look look;
        int seconds;
        double noise = 2;
    };
    const std::vector<Case> cases{
        {"over_exposed", [](const cv::Mat& scene) { return scaled(scene, 0.5, 200); }, 35},
        {"low_contrast", [](const cv::Mat& scene) { return scaled(scene, 0.15, 110); }, 65},
        {"blurred", blurred, 65},
        {"occluded", [](const cv::Mat& scene) { return covered(scene, 0.6); }, 15},
        {"moved", [](const cv::Mat& scene) { return shifted(scene, 50); }, 30},
        {"moved", another_place, 30},
        {"colour_cast", red, 125},
        {"noise", Playground::as_it_is, 65, 25},
        {"stripes", striped, 65},
    };
    for (const auto& [what, look, seconds, noise] : cases) {
        Playground camera;
        camera.learn();
        EXPECT_EQ(camera.words(camera.see(seconds, look, noise)), "+" + what);
        EXPECT_EQ(camera.words(camera.see(60, look, noise)), "") << what;
        EXPECT_EQ(camera.watcher.status().active, std::vector<std::string>{what});
        EXPECT_EQ(camera.words(camera.see(40)), "-" + what);
    }
}

TEST(CameraHealth, TellsACoverOverAWallThatHadNothingToLose)
{
    Playground camera(beside_a_wall());
    camera.learn();
    const auto told = camera.see(15, [](const cv::Mat& scene) { return covered(scene, 0.4); });
    ASSERT_EQ(camera.words(told), "+occluded");
    ASSERT_EQ(told[0].region.size(), 4U);
    EXPECT_NEAR(told[0].region[2].x, 0.4, 0.05) << "the whole cover, not only what had texture";
    EXPECT_GT(told[0].region[2].y - told[0].region[0].y, 0.8);
}

TEST(CameraHealth, TakesTheBareSideOfALorryForNoCover)
{
    for (const auto& scene : {drawn_gate(), beside_a_wall()}) {
        Playground camera(scene);
        camera.learn();
        EXPECT_EQ(camera.words(camera.see(24, behind_a_lorry)), "");
        EXPECT_EQ(camera.words(camera.see(20)), "");
    }
}

TEST(CameraHealth, SeesThatADarkSceneIsOverExposedThoughItIsNotAllWhite)
{
    Playground camera(scaled(drawn_gate(), 0.2));
    camera.learn();
    EXPECT_EQ(camera.words(camera.see(35, [](const cv::Mat& scene) { return scaled(scene, 0.5, 190); })),
              "+over_exposed");
}

TEST(CameraHealth, SeesThatASoftCameraIsOutOfFocus)
{
    cv::Mat soft;
    cv::GaussianBlur(drawn_gate(), soft, {}, 2.5);
    Playground camera(soft);
    camera.learn();
    const auto out_of_focus = [](const cv::Mat& scene) {
        cv::Mat out;
        cv::GaussianBlur(scene, out, {}, 3);
        return out;
    };
    EXPECT_EQ(camera.words(camera.see(65, out_of_focus)), "+blurred");
}

TEST(CameraHealth, FindsStripesOnAMastThatShakesAndTakesKerbsForNone)
{
    Playground camera(with_kerbs(0));
    camera.learn();
    int i = 0;
    const auto shaken = [&](const cv::Mat&) { return with_kerbs(i++ % 2 == 0 ? -1 : 1); };
    EXPECT_EQ(camera.words(camera.see(80, shaken)), "");
    EXPECT_EQ(camera.words(camera.see(65, [&](const cv::Mat& scene) { return striped(shaken(scene)); })),
              "+stripes");
}

TEST(CameraHealth, FindsStripesInTheDarkWhereTheyAreAllThatHasStructure)
{
    cv::Mat dim = grey(scaled(drawn_gate(), 0.25));
    cv::GaussianBlur(dim, dim, {}, 5);
    Playground camera(dim);
    camera.learn();
    EXPECT_EQ(camera.words(camera.see(130, striped)), "+stripes");
    EXPECT_EQ(camera.words(camera.see(20)), "-stripes");
}

TEST(CameraHealth, TakesACoverThatLeavesNothingColouredForNoInfrared)
{
    auto scene = drawn_gate();
    grey(scene.colRange(550, 640)).copyTo(scene.colRange(550, 640));
    Playground camera(scene);
    camera.learn();
    EXPECT_EQ(camera.words(camera.see(15, [](const cv::Mat& seen) { return covered(seen, 0.95); })),
              "+occluded");
}

TEST(CameraHealth, FindsAFrozenPictureEvenWithAClockThatStandsInIt)
{
    Playground camera;
    camera.learn();
    const auto still = with_clock(drawn_gate(), 3);
    EXPECT_EQ(camera.words(camera.repeat(29, still)), "");
    EXPECT_EQ(camera.words(camera.repeat(5, still)), "+frozen");
    EXPECT_EQ(camera.words(camera.see(15)), "-frozen");
}

TEST(CameraHealth, TakesARunningClockForLife)
{
    Playground camera;
    camera.learn();
    for (int second = 0; second < 90; second += Playground::step)
        EXPECT_EQ(camera.words(camera.repeat(1, with_clock(drawn_gate(), second))), "");
}

TEST(CameraHealth, DoesNotAlarmWhenTheLightChanges)
{
    Playground camera;
    camera.learn();
    EXPECT_EQ(camera.words(camera.see(120, [](const cv::Mat& scene) { return scaled(scene, 0.5); })), "");
    EXPECT_EQ(camera.words(camera.see(120, [](const cv::Mat& scene) { return scaled(scene, 1.2); })), "");
}

TEST(CameraHealth, LetsALorryStandBeforeItForTwentySeconds)
{
    Playground camera;
    camera.learn();
    for (int i = 0; i < 4; ++i) {
        EXPECT_EQ(camera.words(camera.see(20, another_place)), "");
        EXPECT_EQ(camera.words(camera.see(20)), "");
    }
}

TEST(CameraHealth, LearnsInfraredByItselfAndKnowsBothAfterwards)
{
    Playground camera;
    camera.learn();
    EXPECT_EQ(camera.words(camera.see(20, grey)), "");
    EXPECT_TRUE(camera.watcher.status().learning);
    EXPECT_EQ(camera.words(camera.see(80, grey)), "");
    EXPECT_FALSE(camera.watcher.status().learning);
    EXPECT_EQ(camera.words(camera.see(15, [](const cv::Mat& scene) { return covered(grey(scene), 0.6); })),
              "+occluded");
    EXPECT_EQ(camera.words(camera.see(20, grey)), "-occluded");
    EXPECT_EQ(camera.words(camera.see(20)), "");
    EXPECT_FALSE(camera.watcher.status().learning);
}

TEST(CameraHealth, LearnsNothingFromAFault)
{
    Playground camera;
    camera.learn();
    EXPECT_EQ(camera.words(camera.see(600, another_place)), "+moved");
    EXPECT_EQ(camera.words(camera.see(20)), "-moved");
}

TEST(CameraHealth, LearnsAnewWhatALorryHidAtFirst)
{
    Playground camera;
    EXPECT_EQ(camera.words(camera.see(40, another_place)), "");
    EXPECT_EQ(camera.words(camera.see(40)), "");
    EXPECT_TRUE(camera.watcher.status().learning);
    EXPECT_EQ(camera.words(camera.see(60)), "");
    EXPECT_FALSE(camera.watcher.status().learning);
    EXPECT_EQ(camera.words(camera.see(30, another_place)), "+moved");
}

TEST(CameraHealth, ForgetsOnCommandAndTakesTheNewViewForGranted)
{
    Playground camera;
    camera.learn();
    EXPECT_EQ(camera.words(camera.see(30, another_place)), "+moved");
    camera.watcher.forget();
    EXPECT_EQ(camera.words(camera.see(1, another_place)), "-moved");
    EXPECT_TRUE(camera.watcher.status().learning);
    EXPECT_EQ(camera.words(camera.see(100, another_place)), "");
    EXPECT_FALSE(camera.watcher.status().learning);
}

TEST(CameraHealth, AfterForgettingThereIsNothingToKeepAndTheNextProcessLearnsToo)
{
    Playground camera;
    camera.learn();
    ASSERT_TRUE(camera.watcher.take_references(camera.now()));
    camera.watcher.forget();
    const auto references = camera.watcher.take_references(camera.now());
    ASSERT_TRUE(references) << "what is kept elsewhere must go at once";
    EXPECT_LT(references->size(), 100U);

    Playground after;
    ASSERT_TRUE(after.watcher.restore(*references));
    EXPECT_EQ(after.words(after.see(30, another_place)), "");
    EXPECT_TRUE(after.watcher.status().learning);
}

TEST(CameraHealth, KnowsTheSceneAgainAfterARestart)
{
    Playground before;
    before.learn();
    const auto references = before.watcher.take_references(before.now());
    ASSERT_TRUE(references);
    EXPECT_LT(references->size(), 400U * 1024);
    EXPECT_FALSE(before.watcher.take_references(before.now())) << "nothing new";

    Playground after;
    ASSERT_TRUE(after.watcher.restore(*references));
    EXPECT_EQ(after.words(after.see(5)), "");
    EXPECT_FALSE(after.watcher.status().learning);
    EXPECT_EQ(after.words(after.see(30, another_place)), "+moved");
}

TEST(CameraHealth, RefusesDamagedReferencesAndKeepsWhatItKnows)
{
    Playground camera;
    camera.learn();
    auto references = *camera.watcher.take_references(camera.now());
    references.resize(references.size() / 2);
    EXPECT_EQ(camera.watcher.restore(references).error(), base::Errc::bad_input);
    EXPECT_EQ(camera.watcher.restore("").error(), base::Errc::bad_input);
    EXPECT_EQ(camera.words(camera.see(30, another_place)), "+moved");
}

TEST(CameraHealth, ShowsNowAndThen)
{
    Playground camera;
    camera.learn();
    const auto told = camera.see(15, [](const cv::Mat& scene) { return covered(scene, 0.6); });
    ASSERT_EQ(camera.words(told), "+occluded");
    for (const auto& picture : {told[0].present_picture, told[0].reference_picture}) {
        const auto decoded = jpeg::decode(std::as_bytes(std::span(picture)));
        ASSERT_TRUE(decoded);
        EXPECT_EQ(decoded->bgr.size(), cv::Size(640, 360));
        EXPECT_EQ(cv::mean(decoded->bgr.colRange(0, 300))[0] < 30,
                  &picture == &told[0].present_picture || picture == told[0].present_picture);
    }
    ASSERT_EQ(told[0].region.size(), 4U);
    EXPECT_LT(told[0].region[1].x, 0.7);
    EXPECT_GT(told[0].values.at("gone"), 0.4);
    EXPECT_FALSE(told[0].detail.empty());
}

TEST(CameraHealth, IsMoreOrLessSensitiveAsConfigured)
{
    const auto told = [](int sensitivity, double contrast) {
        HealthOptions options;
        options.states["low_contrast"] = sensitivity;
        Playground camera(drawn_gate(), {}, options);
        camera.learn();
        const auto factor = contrast / camera.watcher.status().contrast;
        return camera.words(camera.see(64, [&](const cv::Mat& scene) { return scaled(scene, factor, 100); }));
    };
    EXPECT_EQ(told(5, 16), "");
    EXPECT_EQ(told(10, 16), "+low_contrast");
    EXPECT_EQ(told(5, 12.5), "+low_contrast");
    EXPECT_EQ(told(1, 12.5), "");
}

TEST(CameraHealth, DoesNotWatchAStateThatIsSwitchedOff)
{
    HealthOptions options;
    options.states["moved"] = 0;
    Playground camera(drawn_gate(), {}, options);
    camera.learn();
    EXPECT_EQ(camera.words(camera.see(60, another_place)), "");
}

TEST(CameraHealth, LearnsThoughAStateThatIsSwitchedOffIsAlwaysTrue)
{
    HealthOptions options;
    options.states["noise"] = 0;
    Playground camera(drawn_gate(), {}, options);
    EXPECT_EQ(camera.words(camera.see(80, Playground::as_it_is, 25)), "");
    EXPECT_FALSE(camera.watcher.status().learning);
}

TEST(CameraHealth, LooksAtASqueezedSubStreamAsAtTheMainOne)
{
    Playground camera;
    camera.learn();
    const auto squeezed = [](const cv::Mat& scene) {
        cv::Mat out;
        cv::resize(scene, out, {704, 576});
        return out;
    };
    EXPECT_EQ(camera.words(camera.see(70, squeezed)), "");
}

TEST(CameraHealth, PassesOverPicturesThatComeFasterThanTwoASecond)
{
    Watcher watcher{Options{}};
    Sample sample;
    sample.picture = drawn_gate();
    (void)watcher.observe(sample);
    sample.time += std::chrono::milliseconds(40);
    sample.picture = cv::Mat(360, 640, CV_8UC3, cv::Scalar::all(4));
    (void)watcher.observe(sample);
    EXPECT_GT(watcher.status().mean, 50);
}
