#include "gateway/health/uptime.hpp"

#include <gtest/gtest.h>

namespace gatehouse::health {
namespace {

using namespace std::chrono_literals;

class UptimeTallyTest : public testing::Test {
protected:
    void link(model::LinkState state, std::chrono::minutes after, std::string device = "lpr-1")
    {
        model::Event event;
        event.device = std::move(device);
        event.received_at = first + after;
        event.body = model::DeviceLink{state, ""};
        tally.observe(event);
    }
    void gateway(std::string what, std::chrono::minutes after)
    {
        model::Event event;
        event.device = "gateway";
        event.received_at = first + after;
        event.body = model::SystemNotice{std::move(what), true, ""};
        tally.observe(event);
    }
    Uptime told() { return tally.report().front(); }

    const base::WallTime first{std::chrono::sys_days(std::chrono::year(2026) / 1 / 1)};
    UptimeTally tally{{first, first + 100min}, {"lpr-1", "face-1"}};
};

TEST_F(UptimeTallyTest, CountsTheTimeInWhichTheLinkWasSeenToBeUp)
{
    link(model::LinkState::up, -60min);
    link(model::LinkState::silent, 20min);
    link(model::LinkState::down, 30min);
    link(model::LinkState::up, 50min);
    EXPECT_EQ(told().planned, 100min);
    EXPECT_EQ(told().up, 70min) << "silent is not on line";
    EXPECT_DOUBLE_EQ(told().rate().value_or(0), 0.7);
    EXPECT_EQ(tally.report().back().up, 0min) << "a device that has told nothing";
}

TEST_F(UptimeTallyTest, TakesNoDeviceForOnLineWhileTheGatewayDoesNotRun)
{
    link(model::LinkState::up, 0min);
    gateway("stopping", 40min);
    gateway("started", 60min);
    link(model::LinkState::up, 61min);
    EXPECT_EQ(told().up, 79min);
}

TEST_F(UptimeTallyTest, LeavesOutWhatWasPlanned)
{
    link(model::LinkState::up, 0min);
    link(model::LinkState::down, 40min);
    tally.exclude("lpr-1", {first + 30min, first + 60min});
    tally.exclude("lpr-1", {first + 50min, first + 80min});
    EXPECT_EQ(told().planned, 50min);
    EXPECT_EQ(told().up, 30min);
}

TEST_F(UptimeTallyTest, HasNoRateWhenNothingWasPlanned)
{
    tally.exclude("lpr-1", {first - 10min, first + 200min});
    EXPECT_FALSE(told().rate());
}

} // namespace
} // namespace gatehouse::health
