#include "tests/fakes/fake_web.hpp"
#include "tests/site/site.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gatehouse::site {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using Response = fakes::FakeWeb::Response;

constexpr auto two_groups = R"(
[[notify]]
name = "guards"
protocol = "dingtalk"
url = "https://guards.example/robot/send?access_token=hidden-token"
secret = "SEC0123"
roles = ["guard"]

[[notify]]
name = "office"
protocol = "wecom"
url = "https://office.example/send?key=hidden-key"
kinds = ["notify_down"]

[[roster]]
role = "guard"
people = [{ name = "王", mobile = "13800000000" }]
)";

// An estate whose guards read DingTalk and whose office reads WeCom.
class Staff : public testing::Test {
protected:
    Staff()
    {
        site.toml += two_groups;
        site.network.outside = &web;
        site.start();
    }
    ~Staff() override
    {
        if (site.running()) site.stop();
    }
    // Somebody covers this part of the camera at the fence.
    void cover(const std::string& part, bool active = true)
    {
        const auto key = "tamper-" + std::to_string(++records);
        site.inside([&] { site.scripted.push(key, model::Tamper{part, active}); });
    }
    void force_door()
    {
        const auto key = "door-" + std::to_string(++records);
        site.inside([&] { site.scripted.push(key, model::DoorState{1, model::DoorPosition::forced_open}); });
    }
    [[nodiscard]] std::vector<std::string> titles(const std::string& host) const
    {
        std::vector<std::string> found;
        for (const auto& request : web.requests) {
            if (request.target.host != host) continue;
            // Who calls by mobile sends text in WeCom, else markdown.
            const auto body = boost::json::parse(request.body);
            const auto& message = body.at(body.at("msgtype").as_string()).as_object();
            const auto* title = message.if_contains("title");
            found.emplace_back((title != nullptr ? *title : message.at("content")).as_string());
        }
        return found;
    }

    Site site;
    Response answer{.body = R"({"errcode":0,"errmsg":"ok"})"};
    fakes::FakeWeb web{site.io.get_executor(), [this](const fakes::FakeWeb::Request& request) {
                           const bool guards = request.target.host == "guards.example";
                           return guards ? answer : Response{.body = R"({"errcode":0})"};
                       }};
    int records = 0;
};

TEST_F(Staff, ReadOfATamperedCameraWithinASecondAndOfItsEnd)
{
    cover("lens");
    site.pass(1s);
    ASSERT_THAT(titles("guards.example"), ElementsAre("[告警] 周界被遮挡、拆动或破坏"));
    EXPECT_THAT(web.requests.front().body, HasSubstr("@13800000000"));
    EXPECT_THAT(web.requests.front().body, Not(HasSubstr("王")));
    cover("lens", false);
    site.pass(1s);
    EXPECT_EQ(titles("guards.example").back(), "[恢复] 周界被遮挡、拆动或破坏");
    EXPECT_THAT(titles("office.example"), IsEmpty());
}

TEST_F(Staff, AreNotToldTwiceAfterARestart)
{
    cover("lens");
    site.pass(1s);
    site.stop();
    site.start();
    site.pass(1min);
    EXPECT_EQ(titles("guards.example").size(), 1U);
}

TEST_F(Staff, ReadOneDigestAfterHalfAnHourWithoutTheInternet)
{
    web.refusal = base::make_error_code(base::Errc::unreachable);
    cover("lens");
    force_door();
    site.pass(30min);
    EXPECT_EQ(site.alerts("notify_down").size(), 1U);
    web.refusal.reset();
    site.pass(2min);
    const auto read = titles("guards.example");
    ASSERT_FALSE(read.empty());
    EXPECT_THAT(read.front(), HasSubstr("[汇总] 另有3条告警")); // their own silence is the third
    EXPECT_LE(read.size(), 2U);
}

TEST_F(Staff, HearThroughAnotherChannelThatTheirsHasStopped)
{
    answer.body = R"({"errcode":300005,"errmsg":"token is not exist"})";
    cover("lens");
    site.pass(10s);
    cover("case");
    site.pass(10s);
    EXPECT_EQ(titles("guards.example").size(), 1U);
    ASSERT_THAT(titles("office.example"), ElementsAre(HasSubstr("值班通知渠道guards异常")));
    EXPECT_THAT(web.requests.back().body, Not(HasSubstr("hidden-token")));
    // Put right at the other end; a reload tries again.
    answer.body = R"({"errcode":0,"errmsg":"ok"})";
    EXPECT_TRUE(site.reload().applied);
    site.pass(10s);
    EXPECT_GE(titles("guards.example").size(), 3U);
}

} // namespace
} // namespace gatehouse::site
