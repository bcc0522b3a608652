#include "tests/unit/protocols/mqtt/sink_fixture.hpp"
#include "tests/unit/protocols/mqtt/small_broker.hpp"

namespace gatehouse::mqtt_test {
namespace {

using upstream::Delivery;

const std::string root_topic = "gh/v1/zjd-001/gw1/";
constexpr auto client_id = "gh-zjd-001-gw1";

// Hands one entry over; with its PUBACK all that was sent before is acknowledged too.
bool takes_an_entry(TimedSinkRunner& runner)
{
    std::optional<upstream::Verdict> verdict;
    runner->sink->deliver(vehicle_entry(1), false, [&](upstream::Verdict got) { verdict = got; });
    return runner->until([&] { return verdict.has_value(); }) && verdict->delivery == Delivery::accepted;
}

// What takes minutes, against a real broker in virtual time.
class MqttSinkInTime : public testing::TestWithParam<const char*> {
protected:
    void SetUp() override
    {
        if (!Broker::available()) GTEST_SKIP() << "no mosquitto on this machine";
        broker.start();
    }
    [[nodiscard]] static std::string version() { return std::string("version = \"") + GetParam() + "\"\n"; }
    [[nodiscard]] static bool lost(TimedSinkRunner& runner)
    {
        return runner->until([&] { return !runner->sink->ready(); });
    }

    Broker broker;
};

TEST_P(MqttSinkInTime, GivesWayToAnotherClientWithItsIdAndSaysWhich)
{
    TimedSinkRunner runner(broker.url(), version());
    runner->start();
    for (int fight = 1; fight <= 5; ++fight) {
        ASSERT_TRUE(runner->until_ready()) << fight;
        EXPECT_EQ(runner.session(), std::to_string(fight));
        {
            const Peer rival(broker.port(), client_id);
            ASSERT_TRUE(lost(runner)) << fight;
        }
        if (fight < 5) runner.pass(30s);
    }
    EXPECT_EQ(runner->links.back(),
              std::pair(false, std::string("another client uses the same client id, ") + client_id));
    runner.pass(9min);
    EXPECT_EQ(runner.session(), "5") << "no attempt yet";
    runner.pass(1min);
    EXPECT_TRUE(runner->until_ready());
}

TEST_P(MqttSinkInTime, TakesABrokerThatRestartsForNoRival)
{
    TimedSinkRunner runner(broker.url(), version());
    runner->start();
    auto& attempts = runner->metrics.counter("gatehouse_upstream_reconnects_total", "", {});
    for (int restart = 1; restart <= 6; ++restart) {
        ASSERT_TRUE(runner->until_ready()) << restart;
        const auto before = attempts.value();
        broker.stop();
        ASSERT_TRUE(lost(runner));
        runner.pass(30s);
        ASSERT_TRUE(runner->until([&] { return attempts.value() == before + 2; })) << "nobody there";
        broker.start();
        runner.pass(30s);
    }
    EXPECT_TRUE(runner->until_ready());
    for (const auto& [up, why] : runner->links)
        EXPECT_EQ(why.find("client id"), std::string::npos) << why;
}

TEST_P(MqttSinkInTime, CallsALinkDeadOnWhichNothingIsAcknowledgedFor30Seconds)
{
    TimedSinkRunner runner(broker.url(), version());
    runner->start();
    ASSERT_TRUE(runner->until_ready());
    ASSERT_TRUE(takes_an_entry(runner));
    broker.freeze();
    std::optional<upstream::Verdict> verdict;
    runner->sink->deliver(vehicle_entry(1), false, [&](upstream::Verdict got) { verdict = got; });
    runner.pass(30s);
    EXPECT_TRUE(runner->sink->ready());
    EXPECT_FALSE(verdict);
    runner.pass(6s);
    ASSERT_TRUE(lost(runner));
    ASSERT_TRUE(verdict);
    EXPECT_EQ(verdict->delivery, Delivery::later);
    EXPECT_EQ(runner->links.back(), std::pair(false, std::string("no PUBACK within 30 s")));
    broker.thaw();
    runner.pass(30s);
    EXPECT_TRUE(runner->until_ready());
}

TEST_P(MqttSinkInTime, BeatsEveryMinuteAndLeavesNothingBehindWithoutRetain)
{
    Peer centre(broker.port(), "centre");
    TimedSinkRunner runner(broker.url(), version() + "retain = false\n");
    const auto beats = [&] { return centre.count(root_topic + "state", "\"online\":true"); };
    runner->start();
    ASSERT_TRUE(runner->until_ready());
    ASSERT_TRUE(runner->until([&] { return beats() == 1; })) << "the birth";
    for (std::size_t minute = 1; minute <= 3; ++minute) {
        ASSERT_TRUE(takes_an_entry(runner));
        runner.pass(60s);
        ASSERT_TRUE(runner->until([&] { return beats() == minute + 1; })) << minute;
    }
    EXPECT_EQ(centre.count(root_topic + "dev/"), 0U) << "no device states either";
    Peer late(broker.port(), "late");
    EXPECT_FALSE(late.waits_for(root_topic, "", 1, 1s)) << "nothing is retained";
}

INSTANTIATE_TEST_SUITE_P(Versions, MqttSinkInTime, testing::Values("5", "3"));

TEST(MqttVersion, FallsBackTo311WhenTheBrokerKnowsNoMqtt5)
{
    SmallBroker broker(SmallBroker::v311);
    TimedSinkRunner runner(broker.url());
    runner->start();
    ASSERT_TRUE(runner->until([&] { return broker.refused() == 1 && !runner->links.empty(); }));
    runner.pass(100ms);
    ASSERT_TRUE(runner->until_ready());
    EXPECT_EQ(broker.accepted(), 1);
    EXPECT_TRUE(takes_an_entry(runner));
}

TEST(MqttVersion, StaysWithTheVersionItWasTold)
{
    SmallBroker broker(SmallBroker::v311);
    TimedSinkRunner runner(broker.url(), "version = \"5\"\n");
    runner->start();
    for (int attempt = 1; attempt <= 3; ++attempt) {
        const auto told = static_cast<std::size_t>(attempt);
        ASSERT_TRUE(
            runner->until([&] { return broker.refused() == attempt && runner->links.size() == told; }));
        runner.pass(30s);
    }
    EXPECT_EQ(broker.accepted(), 0);
}

TEST(MqttCertificates, AreReadAgainWhenTheirFilesChange)
{
    if (!Broker::available()) GTEST_SKIP() << "no mosquitto on this machine";
    Broker broker("", true);
    make_certificates(broker.folder(), "gw1");
    broker.start();
    const auto at = [&](const char* name) { return (broker.folder() / name).string(); };
    TimedSinkRunner runner(broker.url(), "ca = \"" + at("ca.pem") + "\"\ncertificate = \"" +
                                             at("client.pem") + "\"\nkey = \"" + at("client.key") + "\"\n");
    runner->start();
    ASSERT_TRUE(runner->until_ready());
    ASSERT_TRUE(takes_an_entry(runner));
    runner.pass(31s);
    EXPECT_FALSE(runner->until([&] { return !runner->sink->ready(); }, 1s)) << "nothing changed";
    make_certificates(broker.folder(), "gw1");
    runner.pass(31s);
    ASSERT_TRUE(runner->until([&] { return runner.session() == "2" && runner->sink->ready(); }));
    const std::pair closed(false, std::string("certificate files changed"));
    EXPECT_NE(std::find(runner->links.begin(), runner->links.end(), closed), runner->links.end());
}

} // namespace
} // namespace gatehouse::mqtt_test
