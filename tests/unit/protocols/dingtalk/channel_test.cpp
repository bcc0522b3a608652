#include "protocols/dingtalk/channel.hpp"
#include "tests/fakes/channel_fixture.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace gatehouse::dingtalk {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;
using Response = fakes::FakeWeb::Response;

const std::string robot_secret = "SEC0123456789abcdef";
constexpr auto robot_keys = R"(
url = "https://robot.example/robot/send?access_token=hidden-token"
secret = "SEC0123456789abcdef"
keyword = "告警"
)";

// A robot that checks what the real one checks; written from the sheet, not from our codec.
class Robot {
public:
    explicit Robot(base::Clock& clock) : clock_(clock) {}

    Response answer(const fakes::FakeWeb::Request& request)
    {
        if (scripted) return *scripted;
        EXPECT_TRUE(request.target.tls);
        EXPECT_TRUE(request.target.verify_peer);
        if (request.headers.at("content-type").find("application/json") != 0) return code(43004, "type");
        const auto url = boost::urls::parse_origin_form(request.path);
        const auto value = [&](const char* name) { return std::string((*url->params().find(name)).value); };
        if (value("access_token") != "hidden-token") return code(300005, "token is not exist");
        const auto stamp = value("timestamp");
        const auto age = clock_.wall() + ahead - base::WallTime(std::chrono::milliseconds(std::stoll(stamp)));
        if (std::chrono::abs(age) > 1h) return code(310000, "invalid timestamp");
        if (value("sign") != expected(stamp)) return code(310000, "sign not match");
        if (request.body.find("告警") == std::string::npos) return code(310000, "keywords not in content");
        return code(0, "ok");
    }

    std::optional<Response> scripted;
    std::chrono::milliseconds ahead{0}; // the robot's clock before ours

private:
    Response code(int number, const std::string& words) const
    {
        Response response;
        response.headers = fakes::date_line(clock_.wall() + ahead);
        response.body = R"({"errcode":)" + std::to_string(number) + R"(,"errmsg":")" + words + R"("})";
        return response;
    }
    static std::string expected(const std::string& stamp)
    {
        const auto message = stamp + "\n" + robot_secret;
        std::array<unsigned char, 32> out{};
        HMAC(EVP_sha256(), robot_secret.data(), static_cast<int>(robot_secret.size()),
             reinterpret_cast<const unsigned char*>(message.data()), message.size(), out.data(), nullptr);
        std::array<unsigned char, 64> base64{};
        const auto size = EVP_EncodeBlock(base64.data(), out.data(), out.size());
        return {reinterpret_cast<const char*>(base64.data()), static_cast<std::size_t>(size)};
    }

    base::Clock& clock_;
};

class DingTalkChannelTest : public fakes::ChannelFixture {
protected:
    DingTalkChannelTest()
    {
        answer = [this](const auto& request) { return robot.answer(request); };
        make(&make_channel, robot_keys);
    }
    Robot robot{clock};
};

TEST_F(DingTalkChannelTest, SendsWhatAStrictRobotTakes)
{
    const auto sent = send();
    ASSERT_TRUE(sent);
    EXPECT_EQ(sent->kind, Kind::sent) << sent->reason;
    EXPECT_EQ(sent->reason, "");
    EXPECT_EQ(web.requests.size(), 1U);
}

TEST_F(DingTalkChannelTest, SignsWithThePeersTimeWhenOurClockIsTwoHoursOffAndSaysSo)
{
    robot.ahead = 2h;
    auto sent = send();
    ASSERT_TRUE(sent);
    EXPECT_EQ(sent->kind, Kind::sent);
    EXPECT_THAT(sent->reason, HasSubstr("our clock is 7200 s behind"));
    EXPECT_EQ(web.requests.size(), 2U);
    // It is known now; and no longer when the clock has been set.
    sent = send();
    EXPECT_EQ(web.requests.size(), 3U);
    EXPECT_NE(sent->reason, "");
    robot.ahead = 0h;
    clock.step_wall(0s);
    sent = send();
    EXPECT_EQ(sent->kind, Kind::sent);
    sent = send();
    EXPECT_EQ(sent->reason, "");
}

TEST_F(DingTalkChannelTest, StopsWhenTheClockIsNotWhatIsWrong)
{
    robot.scripted = Response{.body = R"({"errcode":310000,"errmsg":"invalid timestamp"})"};
    const auto refused = send();
    EXPECT_EQ(refused->kind, Kind::stopped);
    EXPECT_EQ(web.requests.size(), 1U);
}

TEST_F(DingTalkChannelTest, TellsWhatCannotHaveArrivedFromWhatMayHave)
{
    web.refusal = base::make_error_code(base::Errc::unreachable);
    EXPECT_EQ(send()->kind, Kind::unreachable);
    web.refusal.reset();
    robot.scripted = Response{.hang_up = true};
    EXPECT_EQ(send()->kind, Kind::maybe);
    robot.scripted = Response{.hang = true};
    EXPECT_FALSE(send());
    clock.advance(11s);
    settle();
    ASSERT_TRUE(verdict);
    EXPECT_EQ(verdict->kind, Kind::maybe);
}

TEST_F(DingTalkChannelTest, NamesNeitherAddressNorSecretInAReason)
{
    for (const auto status : {200U, 302U, 404U, 500U}) {
        robot.scripted = Response{.status = status,
                                  .body = R"({"errcode":7,"errmsg":"hidden-token SEC0123456789abcdef"})"};
        const auto verdict_now = send();
        EXPECT_THAT(verdict_now->reason, Not(HasSubstr("hidden-token")));
        EXPECT_THAT(verdict_now->reason, Not(HasSubstr("SEC")));
    }
    EXPECT_EQ(web.requests.size(), 4U); // a redirect is not followed
}

TEST_F(DingTalkChannelTest, SaysWhatIsWrongInTheConfigurationWithoutShowingIt)
{
    const auto issues = [](const std::string& keys) { return issues_of(&check_config, keys); };
    EXPECT_THAT(issues(""), HasSubstr("url: is missing"));
    EXPECT_THAT(issues("url = \"http://robot.example/?access_token=x1\""),
                HasSubstr("right would be https://"));
    EXPECT_THAT(issues("url = \"http://robot.example/?access_token=x1\""), Not(HasSubstr("x1")));
    EXPECT_THAT(issues("url = \"https://robot.example/\""), HasSubstr("holds no access_token"));
    EXPECT_THAT(issues("url = \"https://robot.example/?access_token=x\"\nsecret = \"abc\""),
                HasSubstr("begins with SEC"));
}

} // namespace
} // namespace gatehouse::dingtalk
