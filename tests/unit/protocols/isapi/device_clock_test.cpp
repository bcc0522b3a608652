#include "protocols/isapi/device_clock.hpp"
#include "tests/unit/protocols/isapi/session_fixture.hpp"

namespace gatehouse::isapi {

namespace {
const base::WallTime noon{std::chrono::milliseconds(1'767'225'600'000)};
}

TEST(DeviceClock, HalvesTheRoundTrip)
{
    DeviceClock clock(480min, 5s);
    EXPECT_FALSE(clock.measured(noon + 3s, noon, noon + 2s));
    EXPECT_EQ(clock.offset_ms(), 2000);
    EXPECT_TRUE(clock.trusted());
    const auto stamp = clock.stamp(noon + 12s, 480min, noon + 10s, true);
    EXPECT_EQ(stamp.occurred_at, noon + 10s);
    EXPECT_TRUE(stamp.trusted);
}

TEST(DeviceClock, IsTrustedOnlyOnceItIsMeasured)
{
    DeviceClock clock(480min, 5s);
    const auto before = clock.stamp(noon + 4s, 480min, noon, true);
    EXPECT_FALSE(before.trusted) << "it may have happened four seconds later than it says, or earlier";
    EXPECT_EQ(before.occurred_at, noon + 4s);
    EXPECT_FALSE(clock.measured(noon + 4s, noon, noon));
    EXPECT_TRUE(clock.stamp(noon + 4s, 480min, noon, true).trusted);
}

TEST(DeviceClock, BeyondThePolicyATimeIsCorrectedAndMarked)
{
    DeviceClock clock(480min, 5s);
    EXPECT_TRUE(clock.measured(noon - 10min, noon, noon));
    EXPECT_FALSE(clock.trusted());
    const auto live = clock.stamp(noon - 10min + 1s, 480min, noon + 2s, true);
    EXPECT_FALSE(live.trusted);
    EXPECT_EQ(live.occurred_at, noon + 1s);
    const auto queued = clock.stamp(noon - 15min, 480min, noon, true);
    EXPECT_EQ(queued.occurred_at, noon - 5min) << "a post that waited is old";
    EXPECT_EQ(clock.stamp(noon, 480min, noon, true).occurred_at, noon) << "of the future: set meanwhile";
    const auto history = clock.stamp(noon - 1h, 480min, noon, false);
    EXPECT_FALSE(history.trusted);
    EXPECT_EQ(history.occurred_at, noon - 50min);
    EXPECT_TRUE(clock.measured(noon, noon, noon)); // back in policy
}

TEST(DeviceClock, LocalTimeStampedAsUtcIsRecognisedByItsWholeHours)
{
    DeviceClock clock(480min, 5s);
    EXPECT_FALSE(clock.measured(noon, noon, noon));
    const auto stamp = clock.stamp(noon + 8h, 0min, noon + 1s, true);
    EXPECT_EQ(stamp.occurred_at, noon);
    EXPECT_TRUE(stamp.trusted);
    EXPECT_EQ(clock.stamp_error(), 480min);
    EXPECT_EQ(clock.stamp(noon + 7h, 0min, noon, false).occurred_at, noon - 1h);
}

TEST(DeviceClock, AReportThatIsAnHourLateIsNoZoneError)
{
    DeviceClock clock(480min, 5s);
    EXPECT_FALSE(clock.measured(noon, noon, noon));
    const auto stamp = clock.stamp(noon - 1h, 480min, noon, true);
    EXPECT_EQ(stamp.occurred_at, noon - 1h);
    EXPECT_EQ(clock.stamp_error(), 0min);
}

TEST_F(IsapiSession, AClockThatIsWrongIsReportedAndItsEventsAreMarked)
{
    device.clock_skew = 10min;
    start("face");
    ASSERT_EQ(of<model::DeviceClock>().size(), 1u);
    const auto body = std::get<model::DeviceClock>(of<model::DeviceClock>()[0].body);
    EXPECT_FALSE(body.trusted);
    EXPECT_NEAR(static_cast<double>(body.offset_ms), 600'000, 1000);
    device.happen(1);
    settle();
    const auto attempt = of<model::AccessAttempt>().at(0);
    EXPECT_FALSE(attempt.time_trusted);
    EXPECT_LE(std::chrono::abs(attempt.occurred_at - attempt.received_at), 1s);
    EXPECT_EQ(attempt.device_time, std::chrono::floor<std::chrono::milliseconds>(clock.wall() + 10min));
    EXPECT_EQ(device.asked("PUT", "/ISAPI/System/time"), 0u);
}

TEST_F(IsapiSession, AClockIsCorrectedWhereConfigured)
{
    device.clock_skew = 10min;
    start("face", "clock = \"correct-daily\"");
    EXPECT_EQ(device.asked("PUT", "/ISAPI/System/time"), 1u);
    EXPECT_TRUE(driver->status().clock_trusted);
    EXPECT_TRUE(std::get<model::DeviceClock>(of<model::DeviceClock>().back().body).corrected);
    for (int i = 0; i < 60; ++i) {
        pass(30s);
        device.send_document(device.heartbeat());
    }
    EXPECT_EQ(device.asked("PUT", "/ISAPI/System/time"), 1u);
}

TEST_F(IsapiSession, DeviceSyncSetsTheClockAndSaysWhenItDidNotHelp)
{
    device.clock_skew = 10min;
    start("face");
    device.clock_settable = false;
    EXPECT_EQ(command(model::Action::device_sync).status, model::Status::failed);
    device.clock_settable = true;
    EXPECT_EQ(command(model::Action::device_sync).status, model::Status::confirmed);
}

TEST_F(IsapiSession, TheSelfTestChangesNothingAndNamesOneRemedyAFailure)
{
    device.clock_skew = 1h;
    start("face");
    const auto answer = ask(driver->self_test());
    ASSERT_TRUE(answer->has_value());
    std::map<std::string, device::TestStep> steps;
    for (const auto& step : **answer) {
        EXPECT_EQ(step.passed, step.remedy.empty()) << step.name;
        steps[step.name] = step;
    }
    EXPECT_TRUE(steps["reachable"].passed);
    EXPECT_TRUE(steps["password"].passed);
    EXPECT_FALSE(steps["clock"].passed);
    EXPECT_TRUE(steps["event stream"].passed);
    EXPECT_TRUE(steps["record log"].passed);
    EXPECT_TRUE(steps["door"].passed);
    EXPECT_TRUE(std::none_of(device.requests.begin(), device.requests.end(),
                             [](const auto& r) { return r.method == "PUT"; }));
}

TEST_F(IsapiSession, ACaptureHoldsWhatTheDeviceSaidAndCanBeReplayed)
{
    start("face");
    const auto recorded = ask(driver->capture(10s));
    device.happen(4);
    pass(11s);
    ASSERT_TRUE(recorded->has_value());
    ASSERT_TRUE((*recorded)->has_value());
    const auto lines = driver->replay(***recorded);
    ASSERT_EQ(lines.size(), 1u);
    EXPECT_NE(lines[0].find("access.granted"), std::string::npos) << lines[0];
    EXPECT_EQ((***recorded).find("Authorization"), std::string::npos);
}

} // namespace gatehouse::isapi
