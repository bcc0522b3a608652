#include "tests/unit/vision/worker/fake_feed.hpp"
#include "vision/worker/camera.hpp"

#include <gtest/gtest.h>

#include <map>

namespace gatehouse::vision {
namespace {

using namespace std::chrono_literals;

struct CameraTest : testing::Test {
    fakes::ManualClock clock;
    std::atomic<bool> stop{false};
    std::map<std::string, FeedScript> scripts; // by kind of source
    std::vector<std::string> made;
    std::vector<std::chrono::nanoseconds> pauses;
    std::vector<Stream> told;
    std::size_t pauses_max = 1; // after so many the test is over

    Watch watch;

    CameraTest() { watch.camera = "yard"; }
    CameraPorts ports()
    {
        return {.clock = clock,
                .stop = stop,
                .pause =
                    [this](std::chrono::nanoseconds span) {
                        pauses.push_back(span);
                        clock.advance(std::chrono::ceil<std::chrono::milliseconds>(span));
                        stop = pauses.size() >= pauses_max;
                    },
                .make_feed =
                    [this](const Source& source) {
                        made.push_back(source.kind);
                        return std::make_unique<FakeFeed>(scripts[source.kind]);
                    },
                .report = [this](Stream now) { told.push_back(std::move(now)); },
                .seen = [] {},
                .seed = 1};
    }
    void sources(std::initializer_list<std::string> kinds)
    {
        watch.sources.clear();
        for (const auto& kind : kinds)
            watch.sources.push_back({kind, "rtsp://192.0.2.1/" + kind});
    }
    // Two seconds of video that the clock passes while it is read.
    void fill(FeedScript& script, std::size_t units = 50)
    {
        for (std::size_t i = 0; i < units; ++i)
            script.units.push_back(unit_at(clock.now() + 40ms * i, i % 25 == 0, 1'000 + i));
        script.on_read = [this](std::size_t) { clock.advance(40ms); };
    }
    std::vector<std::string> reasons() const
    {
        std::vector<std::string> all;
        for (const auto& one : told)
            all.push_back(one.reason.empty() ? "up" : one.reason);
        return all;
    }
};

TEST_F(CameraTest, TakesTheSmallStreamForHealthAndTheLargeOneForPlates)
{
    sources({"main", "sub"});
    Camera(watch, ports()).run();
    EXPECT_EQ(made.front(), "sub");
    made.clear();
    stop = false;
    pauses.clear();
    watch.wants.plates = true;
    Camera(watch, ports()).run();
    EXPECT_EQ(made.front(), "main");
}

TEST_F(CameraTest, FallsBackToTheNextSourceAndToASnapshotLast)
{
    sources({"snapshot", "main", "sub"});
    scripts["sub"].open_error = base::Errc::unreachable;
    scripts["main"].open_error = base::Errc::unsupported;
    fill(scripts["snapshot"]);
    Camera(watch, ports()).run();
    EXPECT_EQ(made, (std::vector<std::string>{"sub", "main", "snapshot"}));
    ASSERT_FALSE(told.empty());
    EXPECT_EQ(told.front().state, model::LinkState::up);
    EXPECT_EQ(told.front().source, "snapshot");
}

TEST_F(CameraTest, TellsThatItIsUpOnlyWithAPictureAndOnlyOnce)
{
    sources({"main"});
    fill(scripts["main"]);
    scripts["main"].units.push_front(unit_at(clock.now(), false, 1));
    std::size_t told_before_key = 0;
    scripts["main"].on_read = [&](std::size_t number) {
        if (number == 1) told_before_key = told.size();
        clock.advance(40ms);
    };
    Camera(watch, ports()).run();
    EXPECT_EQ(told_before_key, 0U);
    EXPECT_EQ(reasons(), (std::vector<std::string>{"up", "timed_out"}));
    EXPECT_EQ(told.front().width, 1280);
    EXPECT_EQ(told.front().codec, "h264");
    EXPECT_EQ(told.front().frame_rate, 25);
}

TEST_F(CameraTest, MeasuresTheFrameRateThatTheCameraDoesNotSay)
{
    sources({"main"});
    scripts["main"].shape.frame_rate = 0;
    fill(scripts["main"], 200);
    Camera(watch, ports()).run();
    ASSERT_GE(told.size(), 2U);
    EXPECT_EQ(told[0].frame_rate, 0);
    EXPECT_NEAR(told[1].frame_rate, 25, 1);
}

TEST_F(CameraTest, CallsAStreamThatStopsDownAtOnceAndTellsWhyItCannotBeOpenedAgain)
{
    sources({"main"});
    fill(scripts["main"]);
    scripts["main"].end_error = base::Errc::timed_out;
    pauses_max = 2;
    auto camera = Camera(watch, ports());
    scripts["main"].on_read = [&, advance = scripts["main"].on_read](std::size_t number) {
        advance(number);
        if (scripts["main"].units.size() != 1) return;
        scripts["main"].open_error = base::Errc::unreachable;
        scripts["main"].trouble = {"unreachable", "there is no way to the camera"};
    };
    camera.run();
    EXPECT_EQ(reasons(), (std::vector<std::string>{"up", "unreachable"}));
    EXPECT_EQ(camera.figures().reconnects, 2U);
}

TEST_F(CameraTest, KeepsTryingWithLongerWaitsUpToThirtySeconds)
{
    sources({"main"});
    scripts["main"].open_error = base::Errc::unreachable;
    pauses_max = 40;
    Camera(watch, ports()).run();
    EXPECT_EQ(scripts["main"].opened, 40);
    EXPECT_LE(*std::ranges::max_element(pauses), 30s);
    EXPECT_GT(*std::ranges::max_element(pauses), 10s);
    EXPECT_EQ(told.size(), 1U); // the same trouble is told once
}

// The wait after a stream that showed so many units of 40 ms, when twenty tries had failed before it.
struct CameraWaits : CameraTest {
    std::chrono::nanoseconds wait_after(std::size_t units)
    {
        sources({"main"});
        scripts["main"].open_error = base::Errc::unreachable;
        pauses_max = 21;
        CameraPorts with = ports();
        with.pause = [&, pause = with.pause](std::chrono::nanoseconds span) {
            pause(span);
            if (pauses.size() == 20) {
                scripts["main"].open_error = {};
                fill(scripts["main"], units);
            }
        };
        Camera(watch, std::move(with)).run();
        return pauses.back();
    }
};

TEST_F(CameraWaits, AreShortAgainAfterAStreamThatLasted)
{
    EXPECT_EQ(wait_after(800), 500ms);
}

TEST_F(CameraWaits, StayLongForAStreamThatShowsAPictureAndEnds)
{
    EXPECT_GT(wait_after(50), 1s) << "it would be opened every half second for ever";
}

TEST_F(CameraTest, DoesNotGetTheAccountLockedByAWrongPassword)
{
    sources({"main", "sub", "snapshot"});
    scripts["sub"].open_error = base::Errc::unauthorised;
    scripts["sub"].trouble = {"unauthorised", "the camera refuses the user name or the password"};
    pauses_max = 3;
    Camera(watch, ports()).run();
    EXPECT_EQ(made, (std::vector<std::string>{"sub", "sub", "sub"}));
    EXPECT_EQ(pauses, (std::vector<std::chrono::nanoseconds>{1min, 15min, 30min}));
    EXPECT_EQ(reasons(), std::vector<std::string>{"unauthorised"});
}

TEST_F(CameraTest, SaysWhenAStreamHasNoKeyPicture)
{
    sources({"main"});
    for (int i = 0; i < 600; ++i)
        scripts["main"].units.push_back(unit_at(clock.now() + 40ms * i, false, 900));
    scripts["main"].on_read = [this](std::size_t) { clock.advance(40ms); };
    Camera(watch, ports()).run();
    ASSERT_EQ(reasons(), std::vector<std::string>{"no_key_frame"});
    EXPECT_EQ(told.front().state, model::LinkState::silent);
    EXPECT_FALSE(scripts["main"].units.empty());
}

TEST_F(CameraTest, SaysWhenNothingCanBeDecoded)
{
    sources({"main"});
    scripts["main"].damaged = true;
    fill(scripts["main"], 400);
    Camera(watch, ports()).run();
    EXPECT_EQ(reasons(), std::vector<std::string>{"decode"});
}

TEST_F(CameraTest, FallsBackFromAStreamThatOpensAndShowsNothing)
{
    sources({"main", "snapshot"});
    scripts["main"].end_error = base::Errc::timed_out;
    fill(scripts["snapshot"]);
    Camera(watch, ports()).run();
    EXPECT_EQ(made, (std::vector<std::string>{"main", "snapshot"}));
    EXPECT_EQ(told.front().source, "snapshot");
}

TEST_F(CameraTest, GivesEveryNewConnectionTheChanceToBeDecoded)
{
    sources({"main"});
    scripts["main"].damaged = true;
    fill(scripts["main"], 400);
    CameraPorts with = ports();
    with.pause = [&, pause = with.pause](std::chrono::nanoseconds span) {
        pause(span);
        stop = pauses.size() == 2;
        scripts["main"].damaged = false;
        scripts["main"].units = {unit_at(clock.now(), false, 900)};
        fill(scripts["main"]);
    };
    Camera(watch, std::move(with)).run();
    EXPECT_EQ(reasons(), (std::vector<std::string>{"decode", "up", "timed_out"}));
}

TEST_F(CameraTest, SaysWhenThereIsNoSourceAtAll)
{
    Camera(watch, ports()).run();
    EXPECT_EQ(reasons(), std::vector<std::string>{"no_source"});
}

TEST_F(CameraTest, GoesBackToTheFirstChoiceAfterAWhile)
{
    sources({"main", "snapshot"});
    scripts["main"].open_error = base::Errc::unreachable;
    scripts["snapshot"].on_read = [this](std::size_t) {
        clock.advance(2s);
        scripts["snapshot"].units.push_back(unit_at(clock.now(), true, 1'000));
        if (made.size() == 4) stop = true;
    };
    Camera(watch, ports()).run();
    EXPECT_EQ(made, (std::vector<std::string>{"main", "snapshot", "main", "snapshot"}));
    EXPECT_EQ(reasons(), std::vector<std::string>{"up"});
    EXPECT_TRUE(pauses.empty());
}

TEST_F(CameraTest, LetsTheLesserSourceWaitLessThanAPictureMayBeMissing)
{
    sources({"main", "snapshot"});
    std::vector<base::MonoTime> pictures;
    scripts["main"].on_read = [this](std::size_t) { // streams, and never with a key picture
        clock.advance(1s);
        scripts["main"].units.push_back(unit_at(clock.now(), false, 1'000));
    };
    scripts["snapshot"].on_read = [&](std::size_t) {
        clock.advance(1s);
        scripts["snapshot"].units.push_back(unit_at(clock.now(), true, 1'000));
        pictures.push_back(clock.now());
        stop = pictures.size() == 60;
    };
    Camera(watch, ports()).run();
    std::chrono::nanoseconds longest{};
    for (std::size_t i = 1; i < pictures.size(); ++i)
        longest = std::max<std::chrono::nanoseconds>(longest, pictures[i] - pictures[i - 1]);
    EXPECT_GE(made.size(), 4U);
    EXPECT_LT(longest, 10s) << "picture_no_key_frame would come and go";
}

TEST_F(CameraTest, TriesTheFirstChoiceAgainSoonAndThenLessAndLessOften)
{
    sources({"main", "snapshot"});
    scripts["main"].open_error = base::Errc::unreachable;
    scripts["snapshot"].on_read = [this](std::size_t) {
        clock.advance(1s);
        scripts["snapshot"].units.push_back(unit_at(clock.now(), true, 1'000));
    };
    std::vector<base::MonoTime> tries;
    CameraPorts with = ports();
    with.make_feed = [&, make = with.make_feed](const Source& source) {
        if (source.kind == "main") tries.push_back(clock.now());
        stop = tries.size() == 8;
        return make(source);
    };
    Camera(watch, std::move(with)).run();
    ASSERT_EQ(tries.size(), 8U);
    EXPECT_EQ(tries[1] - tries[0], 15s);
    EXPECT_EQ(tries[2] - tries[1], 30s);
    EXPECT_EQ(tries[3] - tries[2], 1min);
    EXPECT_EQ(tries[7] - tries[6], 5min);
}

TEST_F(CameraTest, GivesThePictureOfNowFromTheLargeStream)
{
    sources({"main", "sub"});
    fill(scripts["sub"]);
    scripts["sub"].size = {704, 576};
    fill(scripts["main"], 1);
    Camera camera(watch, ports());
    std::vector<int> widths;
    scripts["sub"].on_read = [&](std::size_t number) {
        if (number == 5)
            camera.ask_picture(
                [&](const base::Result<PicturePtr>& p) { widths.push_back(p ? (*p)->width() : 0); });
        clock.advance(40ms);
    };
    camera.run();
    EXPECT_EQ(widths, std::vector<int>{1280});
}

TEST_F(CameraTest, RefusesAPictureWhileItHasNoneAndWhenTooManyWait)
{
    sources({"main"});
    fill(scripts["main"]);
    Camera camera(watch, ports());
    std::vector<base::error_code> outcomes;
    const auto ask = [&] {
        camera.ask_picture([&](const base::Result<PicturePtr>& p) {
            outcomes.push_back(p ? base::error_code() : p.error());
        });
    };
    ask();
    EXPECT_EQ(outcomes, std::vector<base::error_code>{base::Errc::not_found});
    outcomes.clear();
    scripts["main"].on_read = [&](std::size_t number) {
        if (number == 40)
            for (int i = 0; i < 5; ++i)
                ask();
        clock.advance(40ms);
    };
    camera.run();
    ASSERT_EQ(outcomes.size(), 5U);
    EXPECT_EQ(outcomes.front(), base::Errc::busy);
    EXPECT_FALSE(outcomes.back());
}

} // namespace
} // namespace gatehouse::vision
