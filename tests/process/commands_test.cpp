#include "tests/process/world.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <boost/json/serialize.hpp>

namespace gatehouse::proof {
namespace {

class Commands : public World {
protected:
    void start_site()
    {
        plan({{"lpr-1", "plate", true, 0, "barrier_travel = \"100ms\"", ""}});
        ASSERT_NO_FATAL_FAILURE(start());
        ASSERT_TRUE(until([&] { return device_link(gateway.status(), "lpr-1") == "up"; }, 20s));
    }
    OrderText order() const
    {
        OrderText text;
        text.id = order_id();
        text.device = "lpr-1";
        text.lasts = 10s;
        return text;
    }
    // The final answer to the newest of the orders with this id; empty when none came in time.
    std::string answer(const std::string& id, std::size_t nth = 1, Milliseconds limit = 8s)
    {
        std::vector<std::string> finals;
        (void)until(
            [&] {
                finals.clear();
                for (const auto& reply : centre.replies())
                    if (reply.command == id) finals.push_back(reply.status);
                return finals.size() >= nth;
            },
            limit);
        return finals.size() >= nth ? finals.back() : "";
    }
    std::size_t openings() const { return truth().commands.size(); }

    // Whether the books hold a line with this result and a target or detail that names `word`.
    bool audited(const std::string& result)
    {
        const SQLite::Database books(gateway.data_dir + "/gatehouse.db", SQLite::OPEN_READONLY);
        SQLite::Statement line(books, "SELECT count(*) FROM audit WHERE result LIKE ?");
        line.bind(1, result + "%");
        return line.executeStep() && line.getColumn(0).getInt() > 0;
    }
};

TEST_F(Commands, ARepeatedOrderIsAnsweredWithTheResultAndOpensOnce)
{
    ASSERT_NO_FATAL_FAILURE(start_site());
    const auto text = order();
    const auto document = order_document(text);
    centre.publish(order_topic(), document);
    EXPECT_EQ(answer(text.id), "done");
    centre.publish(order_topic(), document);
    EXPECT_EQ(answer(text.id, 2), "duplicate");
    gateway.kill();
    ASSERT_NO_FATAL_FAILURE(launch_again());
    centre.publish(order_topic(), document);
    EXPECT_EQ(answer(text.id, 3, 20s), "duplicate");
    EXPECT_EQ(openings(), 1U);
    EXPECT_TRUE(audited("confirmed"));
}

TEST_F(Commands, AnExpiredOrderIsRefusedAndAudited)
{
    ASSERT_NO_FATAL_FAILURE(start_site());
    auto text = order();
    text.lasts = -5s;
    centre.publish(order_topic(), order_document(text));
    EXPECT_EQ(answer(text.id), "expired");
    EXPECT_EQ(openings(), 0U);
    EXPECT_TRUE(until([&] { return audited("expired"); }, 5s));
}

TEST_F(Commands, ARetainedOrderIsRefusedAndAudited)
{
    broker.start();
    ASSERT_TRUE(until([&] { return centre.subscribed(); }, 10s));
    plan({{"lpr-1", "plate", true, 0, "", ""}});
    const auto text = order();
    centre.publish(order_topic(), order_document(text), true);
    centre.pump(200ms);
    estate->start();
    gateway.launch();
    ASSERT_TRUE(ready(10s));
    EXPECT_EQ(answer(text.id, 1, 20s), "rejected");
    EXPECT_EQ(openings(), 0U);
    EXPECT_TRUE(until([&] { return audited("rejected"); }, 5s));
}

TEST_F(Commands, AnOrderWithAForeignReplyTopicIsRefusedAndNothingIsPublishedThere)
{
    ASSERT_NO_FATAL_FAILURE(start_site());
    auto text = order();
    text.reply_to = "gh/v1/proof/gw2/reply/centre-1";
    centre.publish(order_topic(), order_document(text));
    EXPECT_TRUE(until([&] { return audited("rejected"); }, 10s));
    centre.pump(300ms);
    EXPECT_EQ(answer(text.id, 1, 100ms), "");
    EXPECT_EQ(openings(), 0U);
}

TEST_F(Commands, AnOrderForAnUnknownDeviceIsRefusedAndAudited)
{
    ASSERT_NO_FATAL_FAILURE(start_site());
    auto text = order();
    text.device = "lpr-9";
    centre.publish(order_topic(), order_document(text));
    EXPECT_EQ(answer(text.id), "rejected");
    EXPECT_EQ(openings(), 0U);
    EXPECT_TRUE(until([&] { return audited("rejected"); }, 5s));
}

// A device that says nothing after the order: the gateway is killed while it waits.
TEST_F(Commands, AnOrderThatWasInterruptedIsUnknownAfterTheRestartAndNotGivenAgain)
{
    ASSERT_NO_FATAL_FAILURE(start_site());
    ASSERT_EQ(estate->tell("set lpr-1 answer_delay 3s"), "ok");
    const auto text = order();
    const auto document = order_document(text);
    centre.publish(order_topic(), document);
    ASSERT_TRUE(until(
        [&] {
            return gateway.api("/api/v1/commands/" + text.id).is_object() &&
                   gateway.api("/api/v1/commands/" + text.id).as_object().contains("id");
        },
        5s));
    centre.pump(300ms);
    gateway.kill();
    ASSERT_EQ(estate->tell("set lpr-1 answer_delay 0s"), "ok");
    const auto before = openings();
    ASSERT_NO_FATAL_FAILURE(launch_again());
    const auto told = boost::json::serialize(gateway.api("/api/v1/commands/" + text.id));
    EXPECT_NE(told.find("unknown"), std::string::npos) << told;
    centre.publish(order_topic(), document);
    EXPECT_EQ(answer(text.id, 1, 20s), "duplicate");
    centre.pump(500ms);
    EXPECT_EQ(openings(), before);
    EXPECT_LE(before, 1U);
}

} // namespace
} // namespace gatehouse::proof
