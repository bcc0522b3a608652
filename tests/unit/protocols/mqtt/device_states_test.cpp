#include "protocols/mqtt/device_states.hpp"

#include <gtest/gtest.h>

namespace gatehouse::mqtt {
namespace {

using namespace std::chrono_literals;

class DeviceStatesTest : public testing::Test {
protected:
    // The ids due now, each answered with `accepted`; a minus before those that are taken away.
    std::string due(bool accepted = true)
    {
        states.look(devices, now);
        std::string ids;
        while (const auto next = states.take()) {
            ids += (ids.empty() ? "" : " ") + std::string(next->gone ? "-" : "") + next->device;
            states.settled(next->device, accepted);
        }
        return ids;
    }

    DeviceStates states;
    DeviceStates::Devices devices{{"cam-1", {}}, {"gate-1", {}}};
    base::MonoTime now{1h};
};

TEST_F(DeviceStatesTest, AreAllDueAfterANewLinkAndThenOnlyWhatChanged)
{
    states.begin("");
    EXPECT_EQ(due(), "cam-1 gate-1");
    EXPECT_EQ(due(), "");
    devices[1].second.firmware = "V5.7.1";
    EXPECT_EQ(due(), "gate-1");
    devices[1].second.last_heard = base::WallTime(1min);
    EXPECT_EQ(due(), "") << "a time alone is no change";
    states.begin(states.retained());
    EXPECT_EQ(due(), "cam-1 gate-1");
}

TEST_F(DeviceStatesTest, AreRefreshedEveryFiveMinutesAlsoWhenTheyWereRefused)
{
    states.begin("");
    EXPECT_EQ(due(false), "cam-1 gate-1");
    EXPECT_EQ(due(), "");
    now += 5min;
    EXPECT_EQ(due(), "cam-1 gate-1");
}

TEST_F(DeviceStatesTest, TakeAwayWhatIsNotConfiguredAnyMore)
{
    states.begin("cam-1 old-1");
    EXPECT_EQ(due(), "cam-1 gate-1 -old-1");
    EXPECT_EQ(states.retained(), "cam-1 gate-1");
    devices.erase(devices.begin());
    EXPECT_EQ(due(false), "-cam-1");
    EXPECT_EQ(states.retained(), "cam-1 gate-1") << "it still lies there";
    now += 5min;
    EXPECT_EQ(due(), "-cam-1 gate-1");
    EXPECT_EQ(states.retained(), "gate-1");
}

TEST_F(DeviceStatesTest, ForgetNoDeviceThatWentWhileItsDocumentWasOnItsWay)
{
    states.begin("");
    states.look(devices, now);
    const auto first = states.take();
    ASSERT_TRUE(first);
    devices.erase(devices.begin());
    states.look(devices, now);
    states.settled(first->device, true);
    EXPECT_EQ(due(), "-cam-1 gate-1");
}

} // namespace
} // namespace gatehouse::mqtt
