#include "gateway/base/certificates.hpp"
#include "tests/unit/protocols/mqtt/sink_fixture.hpp"

#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

namespace gatehouse::mqtt_test {
namespace {

const std::string base_topic = "gh/v1/zjd-001/gw1/";
const std::string reply_topic = base_topic + "reply/centre-1";

std::string open_order(const std::string& id, const std::string& more_data = {})
{
    return R"({"specversion":"1.0","id":")" + id +
           R"(","source":"/centre/duty-3","type":"cn.gatehouse.cmd.barrier-open.v1","data":{"args":{"device":"gate-1"},"operator":"duty-3","reason":"ambulance")" +
           more_data + "}}";
}

std::string replyto()
{
    return R"(,"replyto":")" + reply_topic + "\"";
}

class MqttOrders : public testing::TestWithParam<const char*> {
protected:
    void SetUp() override
    {
        if (!Broker::available()) GTEST_SKIP() << "no mosquitto on this machine";
        broker.start();
        centre = std::make_unique<Peer>(broker.port(), "centre");
        runner =
            std::make_unique<SinkRunner>(broker.url(), std::string("version = \"") + GetParam() + "\"\n");
        runner->start();
        ASSERT_TRUE(runner->until_ready());
    }
    void TearDown() override
    {
        runner.reset();
        centre.reset();
    }
    // Runs the sink until the centre has heard a reply with this text.
    bool replied(const std::string& text)
    {
        return runner->until([&] { return centre->count("reply/", text) > 0; });
    }
    void order(const std::string& payload) { centre->publish(base_topic + "cmd/barrier-open", payload); }

    Broker broker;
    std::unique_ptr<Peer> centre;
    std::unique_ptr<SinkRunner> runner;
};

TEST_P(MqttOrders, CarriesOutAnOrderAndRepliesDone)
{
    order(open_order("c1", replyto()));
    ASSERT_TRUE(replied(R"("cmd_id":"c1","status":"done","device":"gate-1")"));
    ASSERT_EQ(runner->commands.size(), 1U);
    EXPECT_EQ(runner->commands[0].action, model::Action::barrier_open);
    EXPECT_EQ(runner->commands[0].origin, "mqtt:centre");
    EXPECT_EQ(runner->commands[0].operator_name, "duty-3");
}

TEST_P(MqttOrders, RefusesAReplyAddressThatIsNotItsOwn)
{
    order(open_order("c1", R"(,"replyto":"gh/v1/zjd-001/gw2/cmd/barrier-open")"));
    ASSERT_TRUE(runner->until([&] { return !runner->refused.empty(); }));
    EXPECT_EQ(runner->refused[0].second.code, "reply_topic");
    EXPECT_EQ(runner->refused[0].first.id, "c1");
    EXPECT_TRUE(runner->commands.empty());
}

TEST_P(MqttOrders, HandsOverAnOrderPastItsDeadlineBecauseItMayBeARepeat)
{
    runner->outcome.status = model::Status::duplicate;
    order(open_order("c1", R"(,"expires":"2020-01-01T08:10:30+08:00")" + replyto()));
    ASSERT_TRUE(replied(R"("cmd_id":"c1","status":"duplicate")"));
    ASSERT_EQ(runner->commands.size(), 1U);
    EXPECT_TRUE(runner->commands[0].age_known);
}

TEST_P(MqttOrders, SaysThatAnOrdersAgeIsUnknownWhileTheClockIsNotSynchronised)
{
    runner->clock_synced = false;
    order(open_order("c1", R"(,"expires":"2099-01-01T08:10:30+08:00")" + replyto()));
    ASSERT_TRUE(runner->until([&] { return !runner->commands.empty(); }));
    EXPECT_FALSE(runner->commands[0].age_known);
}

TEST_P(MqttOrders, RepliesOnceTheLinkIsBackToAnOrderWhoseReplyFoundNone)
{
    runner->work_time = 1s;
    order(open_order("c1", replyto()));
    ASSERT_TRUE(runner->until([&] { return !runner->commands.empty(); }));
    broker.stop();
    ASSERT_TRUE(runner->until([&] { return !runner->sink->ready(); }));
    broker.start();
    Peer later(broker.port(), "later");
    ASSERT_TRUE(runner->until([&] { return later.count("reply/", R"("cmd_id":"c1","status":"done")") > 0; }));
}

TEST_P(MqttOrders, SaysAcceptedFirstWhenTheWorkTakesLongerThanTwoSeconds)
{
    runner->work_time = 2500ms;
    order(open_order("c1", replyto()));
    ASSERT_TRUE(replied(R"("status":"accepted")"));
    EXPECT_EQ(centre->count("reply/", R"("status":"done")"), 0U);
    ASSERT_TRUE(replied(R"("status":"done")"));
}

TEST_P(MqttOrders, DoesNotCallAnUnconfirmedMovementDone)
{
    runner->outcome.status = model::Status::accepted;
    order(open_order("c1", replyto()));
    ASSERT_TRUE(replied(R"("status":"accepted","device":"gate-1","detail":{"confirmed":false,"final":true)"));
}

INSTANTIATE_TEST_SUITE_P(Versions, MqttOrders, testing::Values("5", "3"));

class MqttFive : public MqttOrders {};

TEST_P(MqttFive, AnswersToTheResponseTopicWithTheCorrelationData)
{
    centre->publish(base_topic + "cmd/barrier-open", open_order("c1"), false, reply_topic,
                    std::string("\x01\x00\x02", 3));
    ASSERT_TRUE(replied(R"("cmd_id":"c1")"));
    EXPECT_EQ(centre->heard("reply/")[0].correlation, std::string("\x01\x00\x02", 3));
}

TEST_P(MqttFive, RefusesAResponseTopicElsewhere)
{
    centre->publish(base_topic + "cmd/barrier-open", open_order("c1"), false, "somewhere/else");
    ASSERT_TRUE(runner->until([&] { return !runner->refused.empty(); }));
    EXPECT_TRUE(runner->commands.empty());
    EXPECT_EQ(centre->count("somewhere"), 0U);
}

TEST_P(MqttFive, RefusesAnOrderThatWasRetained)
{
    runner->stop();
    centre->publish(base_topic + "cmd/barrier-open", open_order("c1"), true);
    ASSERT_TRUE(centre->waits_for("cmd/barrier-open"));
    SinkRunner later(broker.url(), "client_id = \"fresh\"\n");
    later.start();
    ASSERT_TRUE(later.until([&] { return !later.refused.empty(); }));
    EXPECT_EQ(later.refused[0].second.code, "retained");
    EXPECT_TRUE(later.commands.empty());
}

INSTANTIATE_TEST_SUITE_P(Version, MqttFive, testing::Values("5"));

// A process of its own, so that it can be killed like one.
TEST(MqttWill, SpeaksAfterTheProcessWasKilledAndNamesTheSession)
{
    if (!Broker::available()) GTEST_SKIP() << "no mosquitto on this machine";
    Broker broker;
    broker.start();
    const pid_t child = ::fork();
    if (child == 0) {
        SinkRunner runner(broker.url());
        runner.start();
        runner.until([] { return false; }, 60s);
        ::_exit(0);
    }
    Peer centre(broker.port(), "centre");
    EXPECT_TRUE(centre.waits_for(base_topic + "state", "\"online\":true"));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    EXPECT_TRUE(centre.waits_for(base_topic + "state", R"("online":false,"reason":"lost","session":1)"));
    Peer late(broker.port(), "late");
    EXPECT_TRUE(late.waits_for(base_topic + "state", "\"reason\":\"lost\"")) << "the Will is retained";
}

class MqttTls : public testing::Test {
protected:
    void SetUp() override
    {
        if (!Broker::available()) GTEST_SKIP() << "no mosquitto on this machine";
        make_certificates(broker.folder(), "gw1");
        broker.start();
    }
    [[nodiscard]] std::string keys(bool with_client = true) const
    {
        const auto at = [&](const char* name) { return (broker.folder() / name).string(); };
        std::string text = "ca = \"" + at("ca.pem") + "\"\n";
        if (with_client)
            text += "certificate = \"" + at("client.pem") + "\"\nkey = \"" + at("client.key") + "\"\n";
        return text;
    }
    Broker broker{"", true};
};

TEST_F(MqttTls, ConnectsWithAClientCertificateAndKnowsWhenItExpires)
{
    SinkRunner runner(broker.url(), keys());
    runner.start();
    ASSERT_TRUE(runner.until_ready());
    EXPECT_NEAR(runner.metrics.gauge("gatehouse_certificate_expiry_days", "", {}).value(), 19, 1);
}

TEST_F(MqttTls, WatchesTheAuthorityBesideItsOwnCertificate)
{
    const auto at = [&](const char* name) { return (broker.folder() / name).string(); };
    const auto report =
        base::read_certificates(at("client.pem"), at("ca.pem"), at("client.key"), base::SystemClock().wall());
    EXPECT_EQ(report.first, at("client.pem")) << "of the two it ends first, whatever its part";
    EXPECT_EQ(report.days, 19);
}

TEST_F(MqttTls, NotesInTheJournalThatACertificateExpiresSoon)
{
    SinkRunner runner(broker.url(), keys());
    runner.start();
    ASSERT_TRUE(runner.until_ready());
    ASSERT_EQ(runner.notices.size(), 1U);
    EXPECT_EQ(runner.notices[0].what, "certificate");
    EXPECT_FALSE(runner.notices[0].ok);
    EXPECT_NE(runner.notices[0].detail.find("client.pem expires in 19 days"), std::string::npos);
}

TEST_F(MqttTls, DoesNotGetInWithoutItsCertificate)
{
    SinkRunner runner(broker.url(), keys(false));
    runner.start();
    EXPECT_FALSE(runner.until([&] { return runner.sink->ready(); }, 3s));
}

TEST_F(MqttTls, TrustsOnlyTheGivenAuthority)
{
    Broker stranger("", true);
    make_certificates(stranger.folder(), "gw1");
    stranger.start();
    SinkRunner runner(stranger.url(), keys());
    runner.start();
    EXPECT_FALSE(runner.until([&] { return runner.sink->ready(); }, 3s));
}

} // namespace
} // namespace gatehouse::mqtt_test
