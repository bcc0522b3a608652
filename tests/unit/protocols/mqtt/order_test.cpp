#include "protocols/mqtt/order.hpp"

#include <gtest/gtest.h>

namespace gatehouse::mqtt {
namespace {

using model::Status;

class OrderTest : public testing::Test {
protected:
    Order read(std::string payload, const std::string& name = "barrier-open")
    {
        incoming.topic = "gh/v1/zjd-001/gw1/cmd/" + name;
        incoming.payload = std::move(payload);
        return read_order(incoming, topics, policy);
    }
    static std::string document(const std::string& data, const std::string& type = "barrier-open")
    {
        return R"({"specversion":"1.0","id":"c1","type":"cn.gatehouse.cmd.)" + type + R"(.v1","data":)" +
               data + "}";
    }

    model::Names names{.site = "zjd-001", .gateway = "gw1", .utc_offset = std::chrono::minutes(480)};
    Topics topics{names};
    Incoming incoming;
    OrderPolicy policy{
        .origin = "mqtt:centre",
        .allowed_operators = {},
        .clock_synced = true,
        .now = base::WallTime(std::chrono::milliseconds(1'767'225'600'000)), // 2026-01-01T00:00:00Z
        .utc_offset = std::chrono::minutes(480)};
};

TEST_F(OrderTest, ReadsEveryMemberOfAnOrder)
{
    const auto order = read(
        R"({"specversion":"1.0","id":"01KDVZ4AAA0000000000000001","source":"/centre/duty-3","type":"cn.gatehouse.cmd.barrier-open.v1",)"
        R"("time":"2026-01-01T08:00:00+08:00","data":{"args":{"device":"gate-1","output":2,"speed":"slow","times":3},)"
        R"("operator":"duty-3","reason":"ambulance","expires":"2026-01-01T08:00:30+08:00","replyto":"gh/v1/zjd-001/gw1/reply/centre-1"}})");
    ASSERT_FALSE(order.refusal) << order.refusal->text;
    EXPECT_EQ(order.command.id, "01KDVZ4AAA0000000000000001");
    EXPECT_EQ(order.command.device, "gate-1");
    EXPECT_EQ(order.command.output, 2);
    EXPECT_EQ(order.command.args.at("speed"), "slow");
    EXPECT_EQ(order.command.args.at("times"), "3");
    EXPECT_EQ(order.command.issued_at, policy.now);
    EXPECT_EQ(order.command.expires, policy.now + std::chrono::seconds(30));
    EXPECT_EQ(order.reply_to, "gh/v1/zjd-001/gw1/reply/centre-1");
}

TEST_F(OrderTest, RefusesWhatItCannotReadInWords)
{
    const std::vector<std::string> bad{
        "",
        "not json",
        "[]",
        "{}",
        document("[]"),
        document(R"({"args":[]})"),
        document(R"({"args":{}})"),
        document(R"({"args":{"device":"../etc"}})"),
        document(R"({"args":{"device":"gate-1","lane":"east-in"}})"),
        document(R"({"args":{"device":"gate-1","output":0}})"),
        document(R"({"args":{"device":"gate-1","output":"1"}})"),
        document(R"({"args":{"device":"gate-1"},"expires":"tomorrow"})"),
        document(R"({"args":{"device":"gate-1"},"operator":7})"),
        document(R"({"args":{"device":"gate-1"},"reason":")" + std::string(300, 'x') + "\"}"),
        document(R"({"args":{"device":"gate-1"}})", "barrier-close"),
        R"({"specversion":"0.3","id":"c1","type":"cn.gatehouse.cmd.barrier-open.v1","data":{"args":{"device":"gate-1"}}})",
        R"({"specversion":"1.0","id":"c 1","type":"cn.gatehouse.cmd.barrier-open.v1","data":{"args":{"device":"gate-1"}}})",
    };
    for (const auto& payload : bad) {
        const auto order = read(payload);
        ASSERT_TRUE(order.refusal) << payload;
        EXPECT_EQ(order.refusal->status, Status::rejected) << payload;
        EXPECT_EQ(order.refusal->code, "bad_arguments") << payload;
        EXPECT_FALSE(order.refusal->text.empty());
    }
}

TEST_F(OrderTest, KeepsItsLimits)
{
    EXPECT_EQ(read(std::string(order_size_max + 1, ' ')).refusal->code, "too_large");
    std::string deep;
    for (int i = 0; i < 20; ++i)
        deep += R"({"a":)";
    deep += "1" + std::string(20, '}');
    EXPECT_EQ(read(document(R"({"args":{"device":"gate-1","x":)" + deep + "}}")).refusal->code,
              "bad_arguments");
}

TEST_F(OrderTest, RefusesRetainedOrdersUnknownNamesAndForeignReplyTopics)
{
    const auto good = document(R"({"args":{"device":"gate-1"}})");
    incoming.retained = true;
    EXPECT_EQ(read(good).refusal->code, "retained");
    incoming.retained = false;
    EXPECT_EQ(read(good, "self-destruct").refusal->code, "unknown_command");
    for (const char* topic :
         {"gh/v1/zjd-001/gw2/reply/a", "gh/v1/zjd-001/gw1/reply/a/b", "gh/v1/zjd-001/gw1/reply/",
          "gh/v1/zjd-001/gw1/reply/#", "gh/v1/zjd-001/gw1/cmd/door-open", "$SYS/x"}) {
        incoming.response_topic = topic;
        const auto order = read(good);
        ASSERT_TRUE(order.refusal) << topic;
        EXPECT_EQ(order.refusal->code, "reply_topic") << topic;
        EXPECT_TRUE(order.reply_to.empty()) << "nothing may be published there";
    }
}

TEST_F(OrderTest, LetsOnlyNamedOperatorsThrough)
{
    policy.allowed_operators = {"duty-3"};
    EXPECT_EQ(read(document(R"({"args":{"device":"gate-1"},"operator":"duty-4"})")).refusal->code,
              "not_authorised");
    EXPECT_FALSE(read(document(R"({"args":{"device":"gate-1"},"operator":"duty-3"})")).refusal);
}

TEST_F(OrderTest, LeavesTheDeadlineToThoseWhoKnowARepeat)
{
    const auto order =
        read(document(R"({"args":{"device":"gate-1"},"expires":"2026-01-01T08:00:00+08:00"})"));
    EXPECT_FALSE(order.refusal);
    EXPECT_EQ(order.command.expires, policy.now);
    EXPECT_TRUE(order.command.age_known);
}

TEST_F(OrderTest, DoesNotKnowTheAgeOfAMovementThatMayHaveWaitedAtTheBrokerAndGivesNoTime)
{
    const auto dated = [](const std::string& time) {
        return R"({"specversion":"1.0","id":"c1","type":"cn.gatehouse.cmd.barrier-open.v1","time":")" + time +
               R"(","data":{"args":{"device":"gate-1"}}})";
    };
    const auto until = [](const std::string& expires) {
        return document(R"({"args":{"device":"gate-1"},"expires":")" + expires + "\"}");
    };
    const auto bare = document(R"({"args":{"device":"gate-1"}})");
    EXPECT_TRUE(read(bare).command.age_known) << "it came at once";
    incoming.live = false;
    EXPECT_FALSE(read(bare).command.age_known);
    EXPECT_TRUE(read(dated("2026-01-01T07:00:00+08:00")).command.age_known) << "an hour: the deadline tells";
    EXPECT_FALSE(read(dated("2099-01-01T08:00:00+08:00")).command.age_known);
    EXPECT_TRUE(read(until("2026-01-01T08:04:00+08:00")).command.age_known);
    EXPECT_FALSE(read(until("2099-01-01T08:00:00+08:00")).command.age_known);
    EXPECT_TRUE(read(document(R"({"args":{}})", "ping"), "ping").command.age_known) << "moves nothing";
}

TEST_F(OrderTest, KnowsTheAgeOfALiveOrderWhoseSenderAgreesWithAnUnkeptClock)
{
    const auto sent_at = [](const std::string& time) {
        return R"({"specversion":"1.0","id":"c1","type":"cn.gatehouse.cmd.barrier-open.v1","time":")" + time +
               R"(","data":{"args":{"device":"gate-1"},"expires":"2026-01-01T08:01:00+08:00"}})";
    };
    policy.clock_synced = false;
    EXPECT_FALSE(read(document(R"({"args":{"device":"gate-1"}})")).command.age_known) << "no time given";
    EXPECT_TRUE(read(sent_at("2026-01-01T08:00:05+08:00")).command.age_known);
    EXPECT_FALSE(read(sent_at("2026-01-01T07:59:00+08:00")).command.age_known);
    EXPECT_FALSE(read(sent_at("2026-01-01T08:00:45+08:00")).command.age_known);
    incoming.live = false;
    EXPECT_FALSE(read(sent_at("2026-01-01T08:00:05+08:00")).command.age_known)
        << "it may have waited at the broker while both clocks stood still";
}

} // namespace
} // namespace gatehouse::mqtt
