#include "protocols/dingtalk/messages.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gatehouse::dingtalk {
namespace {

using testing::HasSubstr;
using testing::Not;
using Kind = notify::Verdict::Kind;
using std::chrono::milliseconds;

const std::string secret = "SEC0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

notify::Notification barrier_stuck()
{
    notify::Notification message;
    message.mark = "告警";
    message.title = "1号门道闸未落杆";
    message.lines = {
        {"级别", "3"}, {"时间", "2026-01-01 08:05:30"}, {"车牌", "沪A1**45"}, {"编号", "01KDVZ"}};
    return message;
}

// staff-notify.md §1; '+', '/' and '=' are encoded, and once.
TEST(DingTalkMessages, SignsAsTheSheetsVectorSays)
{
    const base::WallTime at{milliseconds(1'767'225'600'009)};
    EXPECT_EQ(sign(secret, at), "ujyUyImxBI4Imk8OZXD6WzB/oM7z+mWc/DyskRlmELY=");
    EXPECT_EQ(signed_query(base::Secret(secret), at),
              "&timestamp=1767225600009&sign=ujyUyImxBI4Imk8OZXD6WzB%2FoM7z%2BmWc%2FDyskRlmELY%3D");
}

TEST(DingTalkMessages, WritesTheMessageOfTheSheetAndCallsTheNumberInTheTextToo)
{
    auto message = barrier_stuck();
    message.mention = {{"王", "13800000000", ""}};
    EXPECT_EQ(
        body_of(message, ""),
        R"({"msgtype":"markdown","markdown":{"title":"[告警] 1号门道闸未落杆","text":"### [告警] )"
        R"(1号门道闸未落杆\n- 级别: 3\n- 时间: 2026-01-01 08:05:30\n- 车牌: 沪A1\\*\\*45\n- 编号: 01KDVZ)"
        R"(\n\n@13800000000"},"at":{"atMobiles":["13800000000"],"atUserIds":[],"isAtAll":false}})");
    EXPECT_THAT(body_of(message, ""), Not(HasSubstr("王")));
}

TEST(DingTalkMessages, PutsTheKeywordBeforeAHeadlineThatLacksIt)
{
    EXPECT_THAT(body_of(barrier_stuck(), "门禁"), HasSubstr(R"("title":"门禁 [告警] 1号门道闸未落杆")"));
    EXPECT_THAT(body_of(barrier_stuck(), "告警"), HasSubstr(R"("title":"[告警] 1号门道闸未落杆")"));
}

TEST(DingTalkMessages, LetsNoNameBecomeALink)
{
    auto message = barrier_stuck();
    message.title = "门](http://203.0.113.9) `x` @all";
    EXPECT_THAT(body_of(message, ""), HasSubstr(R"(门\\]\\(http://203.0.113.9\\) \\`x\\` \\@all)"));
}

TEST(DingTalkMessages, CutsALongTextBetweenCharactersAndKeepsTheCall)
{
    auto message = barrier_stuck();
    message.mention = {{"", "13800000000", ""}};
    for (int i = 0; i < 3000; ++i)
        message.lines.push_back({"门", "闸"});
    const auto body = body_of(message, "");
    EXPECT_LT(body.size(), 20'000U);
    EXPECT_THAT(body, HasSubstr("@13800000000"));
    EXPECT_THAT(body, Not(HasSubstr("\xEF\xBF\xBD")));
}

TEST(DingTalkMessages, GoesByTheNumberInTheBodyAndNotByTheStatus)
{
    struct Case {
        const char* body;
        Kind kind;
    };
    const Case cases[] = {
        {R"({"errcode":0,"errmsg":"ok"})", Kind::sent},
        {R"({"errcode":0,"errmsg":"keywords not in content"})", Kind::sent},
        {R"({"errcode":-1,"errmsg":"busy"})", Kind::retry},
        {R"({"errcode":310000,"errmsg":"keywords not in content"})", Kind::stopped},
        {R"({"errcode":310000,"errmsg":"sign not match"})", Kind::stopped},
        {R"({"errcode":310000,"errmsg":"ip 203.0.113.9 not in whitelist"})", Kind::stopped},
        {R"({"errcode":130101,"errmsg":"send too fast, exceed 20 times per minute"})", Kind::throttled},
        {R"({"errcode":410100,"errmsg":"too fast","status":1111,"wait":600})", Kind::throttled},
        {R"({"errcode":300001,"errmsg":"token is not exist"})", Kind::stopped},
        {R"({"errcode":300005,"errmsg":"token is not exist"})", Kind::stopped},
        {R"({"errcode":40035,"errmsg":"x"})", Kind::refused},
        {R"({"errcode":43004,"errmsg":"x"})", Kind::refused},
        {R"({"errcode":99999,"errmsg":"x"})", Kind::retry},
        {R"({"errmsg":"ok"})", Kind::retry},
        {"ok", Kind::retry},
        {"", Kind::retry},
    };
    for (const auto& one : cases)
        EXPECT_EQ(judge(200, one.body).verdict.kind, one.kind) << one.body;
    EXPECT_EQ(judge(502, R"({"errcode":0})").verdict.kind, Kind::retry);
    EXPECT_EQ(judge(429, "").verdict.wait, std::chrono::minutes(10));
    EXPECT_EQ(judge(200, R"({"errcode":130101})").verdict.wait, std::chrono::minutes(10));
    EXPECT_TRUE(judge(200, R"({"errcode":310000,"errmsg":"invalid timestamp"})").untimely);
    EXPECT_FALSE(judge(200, R"({"errcode":310000,"errmsg":"sign not match"})").untimely);
}

} // namespace
} // namespace gatehouse::dingtalk
