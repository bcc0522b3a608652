#include "tests/process/world.hpp"

#include <csignal>
#include <fmt/format.h>

namespace gatehouse::proof {
namespace {

class Operations : public World {
protected:
    void start_site()
    {
        plan({{"face-1", "face", false, 5, "", ""}, {"face-2", "face", false, 5, "", ""}});
        ASSERT_NO_FATAL_FAILURE(start());
    }
    bool log_says(const std::string& words, Milliseconds limit)
    {
        return until([&] { return read_text(gateway.log_file()).find(words) != std::string::npos; }, limit);
    }
};

TEST_F(Operations, ABadFileChangesNothing)
{
    ASSERT_NO_FATAL_FAILURE(start_site());
    const auto boot = gateway.status().at("boot");
    gateway.write_config(gateway.config_text() + "\n[[device]]\nid = \"face-3\"\nnonsense = 1\n");
    gateway.process().signal(SIGHUP);
    EXPECT_TRUE(log_says("configuration not reloaded", 5s));
    const auto status = gateway.status();
    EXPECT_EQ(status.at("boot"), boot);
    EXPECT_EQ(status.at("devices").as_array().size(), 2U);
    EXPECT_EQ(device_link(status, "face-1"), "up");
    settle_and_prove();
}

TEST_F(Operations, AReloadStartsTheNewDeviceAndLeavesTheQueueAndTheOthersAlone)
{
    plan({{"face-1", "face", false, 5, "", ""}, {"face-2", "face", false, 5, "", ""}});
    const auto one = std::vector<DevicePlan>{estate->plans()[0]};
    gateway.configure(one, *estate);
    ASSERT_NO_FATAL_FAILURE(start());
    broker.stop();
    EXPECT_TRUE(until([&] { return backlog(gateway.status()) > 10; }, 20s));
    const auto before = gateway.status();
    gateway.configure(estate->plans(), *estate);
    gateway.process().signal(SIGHUP);
    EXPECT_TRUE(until([&] { return device_link(gateway.status(), "face-2") == "up"; }, 20s));
    const auto after = gateway.status();
    EXPECT_GE(backlog(after), backlog(before));
    EXPECT_EQ(after.at("boot"), before.at("boot"));
    const auto log = read_text(gateway.log_file());
    EXPECT_EQ(log.find("device stops"), std::string::npos) << "an unchanged device was restarted";
    broker.start();
    settle_and_prove();
}

TEST_F(Operations, ItStopsInOrderWithinTenSeconds)
{
    ASSERT_NO_FATAL_FAILURE(start_site());
    gateway.process().signal(SIGTERM);
    const auto code = gateway.process().wait(10s);
    ASSERT_TRUE(code.has_value()) << "still running after 10 s";
    EXPECT_EQ(*code, 0);
    EXPECT_TRUE(until(
        [&] {
            const auto state = centre.retained().find("gh/v1/proof/gw1/state");
            return state != centre.retained().end() && state->second.find("shutdown") != std::string::npos;
        },
        5s))
        << "nobody told the centre";
    ASSERT_NO_FATAL_FAILURE(launch_again());
    settle_and_prove();
}

TEST_F(Operations, ItStopsInOrderAlsoWithoutItsBroker)
{
    ASSERT_NO_FATAL_FAILURE(start_site());
    broker.freeze();
    centre.pump(300ms);
    gateway.process().signal(SIGTERM);
    const auto code = gateway.process().wait(10s);
    ASSERT_TRUE(code.has_value()) << "still running after 10 s";
    EXPECT_EQ(*code, 0);
    broker.thaw();
    ASSERT_NO_FATAL_FAILURE(launch_again());
    settle_and_prove();
}

TEST_F(Operations, AReloadThatComesWhileItStopsDoesNotCutTheStopShort)
{
    ASSERT_NO_FATAL_FAILURE(start_site());
    broker.freeze();
    centre.pump(300ms);
    gateway.process().signal(SIGTERM);
    ASSERT_TRUE(log_says("stopping", 5s));
    gateway.process().signal(SIGHUP);
    const auto code = gateway.process().wait(10s);
    ASSERT_TRUE(code.has_value()) << "still running after 10 s";
    EXPECT_EQ(*code, 0);
    broker.thaw();
    ASSERT_NO_FATAL_FAILURE(launch_again());
    settle_and_prove();
}

TEST_F(Operations, ASecondGatewayOnTheSameDirectoryRefusesToStart)
{
    ASSERT_NO_FATAL_FAILURE(start_site());
    Scratch other;
    Gateway second(other, free_port(), broker.port());
    second.data_dir = gateway.data_dir;
    second.upstream_keys = "client_id = \"second\"\n";
    second.configure({}, *estate);
    second.launch();
    const auto code = second.process().wait(10s);
    ASSERT_TRUE(code.has_value()) << "it runs";
    EXPECT_EQ(*code, 1);
    const auto log = read_text(second.log_file());
    EXPECT_NE(log.find(gateway.data_dir), std::string::npos) << log;
    settle_and_prove();
}

TEST_F(Operations, ABadFileAtTheStartIsNamedWithItsPlace)
{
    plan({{"face-1", "face", false, 0, "", ""}});
    gateway.write_config(gateway.config_text() + "\n[surprise]\n");
    gateway.launch();
    const auto code = gateway.process().wait(10s);
    ASSERT_TRUE(code.has_value());
    EXPECT_EQ(*code, 78);
    EXPECT_NE(read_text(gateway.log_file()).find("gatehouse.toml:"), std::string::npos);
}

} // namespace
} // namespace gatehouse::proof
