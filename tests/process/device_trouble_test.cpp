#include "tests/process/world.hpp"

namespace gatehouse::proof {
namespace {

class DeviceTrouble : public World {
protected:
    void start_site()
    {
        const std::string quick = "silence_max = \"5s\"\nrequest_max = \"1s\"\nunproven_max = \"5s\"\n";
        plan({{"face-1", "face", false, 10, "", quick}, {"face-2", "face", false, 10, "", quick}});
        ASSERT_NO_FATAL_FAILURE(start());
        ASSERT_TRUE(link_is("face-1", "up", 20s));
    }
    bool link_is(const std::string& device, const std::string& link, Milliseconds limit)
    {
        return until([&] { return device_link(gateway.status(), device) == link; }, limit);
    }
    bool link_is_not_up(const std::string& device, Milliseconds limit)
    {
        return until([&] { return device_link(gateway.status(), device) != "up"; }, limit);
    }
    // What the device keeps in its log while nobody hears of it.
    void let_records_pass()
    {
        const auto before = truth().created.size();
        constexpr std::size_t many = 30;
        EXPECT_TRUE(until([&] { return truth().created.size() > before + many; }, 20s));
    }
};

TEST_F(DeviceTrouble, AStandingDeviceIsNotUpAndItsLogComesAfterwards)
{
    ASSERT_NO_FATAL_FAILURE(start_site());
    ASSERT_EQ(estate->tell("half_open face-1 on"), "ok");
    EXPECT_TRUE(link_is_not_up("face-1", 30s));
    EXPECT_EQ(device_link(gateway.status(), "face-2"), "up");
    let_records_pass();
    ASSERT_EQ(estate->tell("half_open face-1 off"), "ok");
    EXPECT_TRUE(link_is("face-1", "up", 60s));
    settle_and_prove();
}

TEST_F(DeviceTrouble, ADeviceThatTellsNothingIsSilentAndItsLogComesAllTheSame)
{
    ASSERT_NO_FATAL_FAILURE(start_site());
    ASSERT_EQ(estate->tell("mute face-1 on"), "ok");
    EXPECT_TRUE(link_is("face-1", "silent", 60s));
    let_records_pass();
    ASSERT_EQ(estate->tell("mute face-1 off"), "ok");
    EXPECT_TRUE(link_is("face-1", "up", 60s));
    settle_and_prove();
}

TEST_F(DeviceTrouble, ADeviceThatRestartsIsNotUpMeanwhileAndItsLogComesAfterwards)
{
    ASSERT_NO_FATAL_FAILURE(start_site());
    ASSERT_EQ(estate->tell("reboot face-1 4s"), "ok");
    EXPECT_TRUE(link_is_not_up("face-1", 10s));
    EXPECT_TRUE(link_is("face-1", "up", 60s));
    let_records_pass();
    settle_and_prove();
}

} // namespace
} // namespace gatehouse::proof
