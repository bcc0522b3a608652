#include "tests/unit/protocols/isapi/session_fixture.hpp"

namespace gatehouse::isapi {

namespace {
const std::string time_path = "/ISAPI/System/time";
}

TEST_F(IsapiSession, ADeviceThatFollowsATimeServerIsLeftToIt)
{
    device.clock_skew = 10min;
    device.time_mode = "NTP";
    start("face", "clock = \"correct-daily\"");
    EXPECT_EQ(device.asked("PUT", time_path), 0u);
    const auto refused = command(model::Action::device_sync);
    EXPECT_EQ(refused.status, model::Status::failed);
    EXPECT_NE(refused.text.find("time server"), std::string::npos);
    stop();
    start("face", "clock = \"take-over\"");
    EXPECT_EQ(device.asked("PUT", time_path), 1u);
    EXPECT_TRUE(driver->status().clock_trusted);
}

TEST_F(IsapiSession, SettingAClockKeepsItsZone)
{
    device.clock_skew = 10min;
    device.time_zone = "CST-8:00:00DST01:00:00,M4.1.0/02:00:00,M10.5.0/02:00:00";
    start("face", "clock = \"correct-daily\"");
    const auto put = std::find_if(device.requests.begin(), device.requests.end(), [](const auto& request) {
        return request.method == "PUT" && request.with_credentials;
    });
    ASSERT_NE(put, device.requests.end());
    EXPECT_NE(put->body.find("<timeZone>" + device.time_zone + "</timeZone>"), std::string::npos)
        << put->body;
}

TEST_F(IsapiSession, NoClockIsSetByOneThatIsNotKeptItself)
{
    our_clock_kept = false;
    device.clock_skew = 10min;
    start("face", "clock = \"correct-daily\"");
    EXPECT_EQ(device.asked("PUT", time_path), 0u);
    our_clock_kept = true;
    pass_alive(11min);
    EXPECT_EQ(device.asked("PUT", time_path), 1u);
}

TEST_F(IsapiSession, AClockThatWasSetMeanwhileIsMeasuredAgainAtTheFirstStampThatDoesNotFit)
{
    device.clock_skew = 1h;
    start("face");
    device.clock_skew = 0ms;
    device.happen(1);
    settle();
    device.happen(2);
    settle();
    const auto attempts = of<model::AccessAttempt>();
    ASSERT_EQ(attempts.size(), 2u);
    EXPECT_TRUE(attempts[1].time_trusted);
    EXPECT_GT(attempts[1].occurred_at, attempts[1].received_at - 2s);
}

} // namespace gatehouse::isapi
