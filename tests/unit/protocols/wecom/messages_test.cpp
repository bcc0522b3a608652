#include "protocols/wecom/messages.hpp"

#include "protocols/wecom/channel.hpp"
#include "protocols/wire/text.hpp"
#include "tests/fakes/channel_fixture.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <gmock/gmock.h>

namespace gatehouse::wecom {
namespace {

using testing::HasSubstr;
using testing::Not;
using namespace std::chrono_literals;

class WeCom : public fakes::ChannelFixture {
protected:
    static std::string content(const std::string& body, const char* type)
    {
        return boost::json::parse(body).at(type).at("content").as_string().c_str();
    }
};

TEST_F(WeCom, WritesAMarkdownMessageInColours)
{
    EXPECT_EQ(
        body_of(message),
        R"({"msgtype":"markdown","markdown":{"content":"**[告警]** 1号门道闸未落杆\n>级别: <font color=\"info\">3</font>)"
        R"(\n>时间: 2026-01-01 08:05:30\n>编号: 01KDVZ"}})");
    message.severity = 1;
    EXPECT_THAT(body_of(message), HasSubstr(R"(<font color=\"warning\">)"));
}

TEST_F(WeCom, CallsByUserIdInMarkdownAndByMobileInText)
{
    message.mention = {{"王", "", "wang"}};
    EXPECT_THAT(content(body_of(message), "markdown"), HasSubstr("\n<@wang>"));
    message.mention = {{"王", "13800000000", "wang"}};
    EXPECT_THAT(body_of(message),
                HasSubstr(R"("mentioned_list":["wang"],"mentioned_mobile_list":["13800000000"])"));
    EXPECT_THAT(content(body_of(message), "text"), HasSubstr("[告警] 1号门道闸未落杆\n级别: 3"));
    EXPECT_THAT(body_of(message), Not(HasSubstr("王")));
}

// The limits are bytes, and a Chinese character has three.
TEST_F(WeCom, CutsBetweenCharactersAtTheLimitOfBytes)
{
    for (std::size_t more = 0; more < 3; ++more) {
        message.lines = {{std::string(more, 'x'), {}}};
        for (int i = 0; i < 2000; ++i)
            message.lines[0].value += "闸";
        message.mention.clear();
        const auto markdown = content(body_of(message), "markdown");
        EXPECT_LE(markdown.size(), markdown_max);
        EXPECT_GT(markdown.size(), markdown_max - 3);
        EXPECT_TRUE(wire::is_utf8(markdown));
        message.mention = {{"", "13800000000", ""}};
        const auto text = content(body_of(message), "text");
        EXPECT_LE(text.size(), text_max);
        EXPECT_GT(text.size(), text_max - 3);
        EXPECT_TRUE(wire::is_utf8(text));
        message.mention = {{"", "", "wang"}};
        const auto called = content(body_of(message), "markdown");
        EXPECT_LE(called.size(), markdown_max);
        EXPECT_THAT(called, testing::EndsWith("<@wang>"));
    }
}

TEST_F(WeCom, GoesByTheNumberInTheBody)
{
    const std::vector<std::pair<std::string, Kind>> cases{
        {R"({"errcode":0,"errmsg":"ok"})", Kind::sent},
        {R"({"errcode":0,"errmsg":"ok. Warning: wrong json format."})", Kind::sent},
        {R"({"errcode":-1,"errmsg":"busy"})", Kind::retry},
        {R"({"errcode":45009,"errmsg":"api freq out of limit"})", Kind::throttled},
        {R"({"errcode":93000,"errmsg":"invalid webhook url"})", Kind::stopped},
        {R"({"errcode":40008,"errmsg":"x"})", Kind::refused},
        {R"({"errcode":40009,"errmsg":"x"})", Kind::refused},
        {R"({"errcode":40033,"errmsg":"x"})", Kind::refused},
        {R"({"errcode":44004,"errmsg":"x"})", Kind::refused},
        {R"({"errmsg":"ok"})", Kind::retry},
        {"<html>", Kind::retry},
    };
    for (const auto& [body, kind] : cases)
        EXPECT_EQ(judge(200, body).kind, kind) << body;
    EXPECT_EQ(judge(200, R"({"errcode":45009})").wait, 60s);
    EXPECT_EQ(judge(503, R"({"errcode":0})").kind, Kind::retry);
}

TEST_F(WeCom, PostsToTheRobotAndKeepsItsKeyToItself)
{
    make(&make_channel, "url = \"https://robot.example/cgi-bin/webhook/send?key=hidden-key\"");
    answer = [](const auto& request) {
        EXPECT_EQ(request.path, "/cgi-bin/webhook/send?key=hidden-key");
        EXPECT_EQ(request.headers.at("content-type"), "application/json");
        return fakes::FakeWeb::Response{.body = R"({"errcode":93000,"errmsg":"invalid hidden-key"})"};
    };
    const auto refused = send();
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->kind, Kind::stopped);
    EXPECT_THAT(refused->reason, Not(HasSubstr("hidden-key")));
    EXPECT_EQ(channel->manner().rates.front().count, 18U);
    EXPECT_THAT(issues_of(&check_config, "url = \"https://robot.example/\""), HasSubstr("holds no key"));
}

} // namespace
} // namespace gatehouse::wecom
