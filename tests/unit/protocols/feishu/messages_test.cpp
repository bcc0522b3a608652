#include "protocols/feishu/messages.hpp"

#include "protocols/feishu/channel.hpp"
#include "tests/fakes/channel_fixture.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <gmock/gmock.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace gatehouse::feishu {
namespace {

using testing::HasSubstr;
using testing::Not;
using namespace std::chrono_literals;
using Response = fakes::FakeWeb::Response;

const std::string secret = "feishuTestSecret01";
const base::WallTime vector_time{std::chrono::seconds(1'767'225'600)};

class Feishu : public fakes::ChannelFixture {
protected:
    // The bot: its clock, and whether it believes a signature; from the sheet, not from our codec.
    Response judge_signature(const fakes::FakeWeb::Request& request)
    {
        const auto body = boost::json::parse(request.body);
        const std::string stamp = body.at("timestamp").as_string().c_str();
        const auto key = stamp + "\n" + secret;
        std::array<unsigned char, 32> out{};
        HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), out.data(), 0, out.data(), nullptr);
        std::array<unsigned char, 64> base64{};
        const auto size = EVP_EncodeBlock(base64.data(), out.data(), out.size());
        const std::string expected(reinterpret_cast<const char*>(base64.data()),
                                   static_cast<std::size_t>(size));
        const auto now = clock.wall() + ahead;
        const auto age = now - base::WallTime(std::chrono::seconds(std::stoll(stamp)));
        const bool good = std::chrono::abs(age) < 1h && body.at("sign").as_string() == expected.c_str();
        Response response;
        response.headers = fakes::date_line(now);
        response.body = good
                            ? R"({"code":0,"msg":"success","data":{}})"
                            : R"({"code":19021,"msg":"sign match fail or timestamp is not within one hour"})";
        return response;
    }
    std::chrono::milliseconds ahead{0};
};

// staff-notify.md §3: seconds, and what is signed is the key.
TEST_F(Feishu, SignsAsTheSheetsVectorSays)
{
    EXPECT_EQ(sign(secret, vector_time), "5VYZJ3l1xCTnPein4PH27CqS01SyENo8k3YzYqk3LO4=");
    EXPECT_EQ(sign(secret, vector_time + 999ms), sign(secret, vector_time));
}

TEST_F(Feishu, WritesTheCardOfTheSheet)
{
    message.severity = 1;
    EXPECT_EQ(
        body_of(message, "", base::Secret(secret), vector_time),
        R"({"timestamp":"1767225600","sign":"5VYZJ3l1xCTnPein4PH27CqS01SyENo8k3YzYqk3LO4=","msg_type":"interactive",)"
        R"("card":{"config":{"wide_screen_mode":true},"header":{"template":"red","title":{"tag":"plain_text",)"
        R"("content":"[告警] 1号门道闸未落杆"}},"elements":[{"tag":"div","text":{"tag":"lark_md",)"
        R"("content":"**级别** 3\n**时间** 2026-01-01 08:05:30\n**编号** 01KDVZ"}}]}})");
    const auto unsigned_body = body_of(message, "门禁", base::Secret(), vector_time);
    EXPECT_THAT(unsigned_body, Not(HasSubstr("timestamp")));
    EXPECT_THAT(unsigned_body, HasSubstr("门禁 [告警]"));
}

TEST_F(Feishu, CallsByUserIdAndLetsNoNameBecomeALink)
{
    message.mention = {{"王", "13800000000", "ou_1"}};
    message.lines = {{"门", "a](http://203.0.113.9)"}};
    const auto body = body_of(message, "", base::Secret(), vector_time);
    EXPECT_THAT(body, HasSubstr("<at id=ou_1></at>"));
    EXPECT_THAT(body, HasSubstr(R"(a\\]\\(http://203.0.113.9\\))"));
    EXPECT_THAT(body, Not(HasSubstr("王")));
}

TEST_F(Feishu, GoesByTheNumberInTheBody)
{
    const std::vector<std::pair<std::string, Kind>> cases{
        {R"({"code":0,"msg":"success","data":{}})", Kind::sent},
        {R"({"StatusCode":0,"StatusMessage":"success","code":0})", Kind::sent},
        {R"({"code":9499,"msg":"Bad Request"})", Kind::refused},
        {R"({"code":19001,"msg":"x"})", Kind::stopped},
        {R"({"code":19021,"msg":"x"})", Kind::stopped},
        {R"({"code":19022,"msg":"x"})", Kind::stopped},
        {R"({"code":19024,"msg":"x"})", Kind::stopped},
        {R"({"code":11232,"msg":"x"})", Kind::throttled},
        {R"({"code":1,"msg":"x"})", Kind::retry},
        {"", Kind::retry},
    };
    for (const auto& [body, kind] : cases)
        EXPECT_EQ(judge(200, body).verdict.kind, kind) << body;
    EXPECT_EQ(judge(200, R"({"code":11232})").verdict.wait, 60s);
}

TEST_F(Feishu, IsTakenByAStrictBotAlsoWhenOurClockIsTwoHoursOff)
{
    make(&make_channel,
         "url = \"https://bot.example/open-apis/bot/v2/hook/hidden\"\nsecret = \"" + secret + "\"");
    answer = [this](const auto& request) { return judge_signature(request); };
    EXPECT_EQ(send()->kind, Kind::sent);
    ahead = -2h;
    const auto sent = send();
    EXPECT_EQ(sent->kind, Kind::sent);
    EXPECT_THAT(sent->reason, HasSubstr("our clock is 7200 s ahead of"));
    EXPECT_EQ(web.requests.size(), 3U);
}

TEST_F(Feishu, StopsWhenTheSecretIsWrong)
{
    make(&make_channel, "url = \"https://bot.example/open-apis/bot/v2/hook/hidden\"\nsecret = \"other\"");
    answer = [this](const auto& request) { return judge_signature(request); };
    const auto refused = send();
    EXPECT_EQ(refused->kind, Kind::stopped);
    EXPECT_EQ(web.requests.size(), 1U);
    EXPECT_THAT(refused->reason, Not(HasSubstr("hidden")));
}

} // namespace
} // namespace gatehouse::feishu
