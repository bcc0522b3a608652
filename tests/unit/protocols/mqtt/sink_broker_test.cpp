#include "tests/unit/protocols/mqtt/sink_fixture.hpp"

namespace gatehouse::mqtt_test {
namespace {

using upstream::Delivery;

const std::string base = "gh/v1/zjd-001/gw1/";

class MqttSink : public testing::TestWithParam<const char*> {
protected:
    void SetUp() override
    {
        if (!Broker::available()) GTEST_SKIP() << "no mosquitto on this machine";
        broker.start();
    }
    [[nodiscard]] static std::string version() { return std::string("version = \"") + GetParam() + "\"\n"; }
    static Delivery deliver(SinkRunner& runner, std::int64_t seq)
    {
        std::optional<upstream::Verdict> verdict;
        runner.sink->deliver(vehicle_entry(seq), false, [&](upstream::Verdict got) { verdict = got; });
        EXPECT_TRUE(runner.until([&] { return verdict.has_value(); }));
        return verdict ? verdict->delivery : Delivery::later;
    }

    Broker broker;
};

TEST_P(MqttSink, HandsAnEntryOverAndHearsThePuback)
{
    Peer centre(broker.port(), "centre");
    SinkRunner runner(broker.url(), version());
    runner.start();
    ASSERT_TRUE(runner.until_ready());
    EXPECT_EQ(deliver(runner, 1042), Delivery::accepted);
    ASSERT_TRUE(centre.waits_for("evt/vehicle/lpr-in-1", "\"sequence\":\"00000000000000001042\""));
    EXPECT_EQ(centre.heard("evt/")[0].topic, base + "evt/vehicle/lpr-in-1");
}

TEST_P(MqttSink, IntroducesItselfWithBirthInfoAndDeviceStates)
{
    Peer centre(broker.port(), "centre");
    SinkRunner runner(broker.url(), version());
    runner.start();
    ASSERT_TRUE(runner.until([&] { return centre.count("dev/gate-1/state", "\"link\":\"unknown\"") > 0; }));
    ASSERT_TRUE(centre.waits_for(base + "info", "0.1.0"));
    ASSERT_TRUE(centre.waits_for(base + "state", "\"online\":true,\"session\":1"));
    EXPECT_EQ(centre.heard("gh/v1")[0].topic, base + "state") << "birth comes first";
    // Retained: who subscribes later hears it too.
    Peer late(broker.port(), "late");
    EXPECT_TRUE(late.waits_for(base + "state", "\"online\":true"));
}

TEST_P(MqttSink, TakesTheStateOfARemovedDeviceAwayAndTellsWhenItsClockIsKept)
{
    Peer centre(broker.port(), "centre");
    SinkRunner runner(broker.url(), version());
    runner.devices.emplace_back("gate-2", device::DeviceStatus{});
    runner.clock_synced = false;
    runner.start();
    ASSERT_TRUE(runner.until([&] { return centre.count("dev/gate-2/state", "unknown") > 0; }));
    EXPECT_EQ(centre.count(base + "info", R"("clockquality":"unsynced")"), 1U);
    runner.devices.pop_back();
    runner.clock_synced = true;
    runner.sink->device_changed("gate-1", {}); // the next look would come by itself within seconds
    ASSERT_TRUE(runner.until([&] { return centre.count(base + "info", R"("clockquality":"synced")") == 1; }));
    ASSERT_TRUE(runner.until([&] { return centre.count("dev/gate-2/state") == 2; }));
    Peer late(broker.port(), "late");
    ASSERT_TRUE(late.waits_for("dev/gate-1/state"));
    EXPECT_EQ(late.count("dev/gate-2/state"), 0U);
}

TEST_P(MqttSink, PublishesItsFiguresWithoutKeepingThem)
{
    Peer centre(broker.port(), "centre");
    SinkRunner runner(broker.url(), version());
    runner.start();
    ASSERT_TRUE(runner.until([&] { return centre.count("stat/gateway", R"("data":{"devices":1})") > 0; }));
    Peer late(broker.port(), "late");
    ASSERT_TRUE(late.waits_for(base + "state", "\"online\":true"));
    EXPECT_EQ(late.count("stat/gateway", ""), 0U) << "not retained";
}

TEST_P(MqttSink, CountsItsSessionsAcrossRestarts)
{
    Peer centre(broker.port(), "centre");
    MapMemory kept;
    for (int session = 1; session <= 2; ++session) {
        SinkRunner runner(broker.url(), version());
        runner.memory.values = kept.values;
        runner.start();
        ASSERT_TRUE(runner.until_ready());
        kept.values = runner.memory.values;
        EXPECT_TRUE(
            centre.waits_for(base + "state", "\"online\":true,\"session\":" + std::to_string(session)));
    }
}

TEST_P(MqttSink, SaysGoodbyeOnACleanStopAndLeavesNoWill)
{
    Peer centre(broker.port(), "centre");
    SinkRunner runner(broker.url(), version());
    runner.start();
    ASSERT_TRUE(runner.until_ready());
    runner.stop();
    EXPECT_TRUE(centre.waits_for(base + "state", "\"reason\":\"shutdown\""));
    EXPECT_FALSE(centre.waits_for(base + "state", "\"reason\":\"lost\"", 1, 1s));
}

TEST_P(MqttSink, ComesBackAfterABrokerRestartAndAnswersOpenDeliveriesWithLater)
{
    SinkRunner runner(broker.url(), version());
    runner.start();
    ASSERT_TRUE(runner.until_ready());
    broker.stop();
    std::optional<upstream::Verdict> verdict;
    runner.sink->deliver(vehicle_entry(1), false, [&](upstream::Verdict got) { verdict = got; });
    ASSERT_TRUE(runner.until([&] { return verdict.has_value(); }));
    EXPECT_EQ(verdict->delivery, Delivery::later);
    ASSERT_TRUE(runner.until([&] { return !runner.sink->ready(); }));
    broker.start();
    ASSERT_TRUE(runner.until_ready());
    EXPECT_EQ(deliver(runner, 1), Delivery::accepted);
    ASSERT_FALSE(runner.links.empty());
    EXPECT_TRUE(runner.links.back().first);
}

TEST_P(MqttSink, TakesAWindowOfManyAtOnce)
{
    SinkRunner runner(broker.url(), version() + "window = 500\n");
    runner.start();
    ASSERT_TRUE(runner.until_ready());
    int accepted = 0;
    int other = 0;
    for (int seq = 1; seq <= 500; ++seq)
        runner.sink->deliver(vehicle_entry(seq), false, [&](upstream::Verdict verdict) {
            ++(verdict.delivery == Delivery::accepted ? accepted : other);
        });
    ASSERT_TRUE(runner.until([&] { return accepted + other == 500; }));
    EXPECT_EQ(other, 0);
}

INSTANTIATE_TEST_SUITE_P(Versions, MqttSink, testing::Values("5", "3"));

} // namespace
} // namespace gatehouse::mqtt_test
