#include "protocols/webhook/messages.hpp"

#include "protocols/webhook/channel.hpp"
#include "protocols/wire/base64.hpp"
#include "tests/fakes/channel_fixture.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <gmock/gmock.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace gatehouse::webhook {
namespace {

using testing::HasSubstr;
using testing::Not;
using namespace std::chrono_literals;
using Response = fakes::FakeWeb::Response;

const std::string secret = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX";
const std::string old_secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

std::string signature_of(const std::string& written, const std::string& id, std::int64_t at,
                         const std::string& body)
{
    std::vector<base::Secret> keys;
    keys.push_back(*decode_secret(written));
    return signatures(keys, id, at, body);
}

class Webhook : public fakes::ChannelFixture {
protected:
    void make_with(const std::string& keys = "")
    {
        make(&make_channel,
             "url = \"https://centre.example/hook?token=hidden\"\nsecret = \"" + secret + "\"\n" + keys);
    }
    notify::Verdict judged(unsigned status, const std::string& retry_after = {})
    {
        net::Posted posted;
        posted.fate = net::Posted::Fate::answered;
        posted.status = status;
        if (!retry_after.empty()) posted.headers.add("Retry-After", retry_after);
        return judge(posted, clock.wall());
    }
    // A receiver by the rules of the standard: which of the signatures it believes; from the sheet.
    static int believed(const fakes::FakeWeb::Request& request, const std::string& key)
    {
        const auto what = request.headers.at("webhook-id") + "." + request.headers.at("webhook-timestamp") +
                          "." + request.body;
        std::array<unsigned char, 32> out{};
        HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
             reinterpret_cast<const unsigned char*>(what.data()), what.size(), out.data(), nullptr);
        std::array<unsigned char, 64> base64{};
        const auto size = EVP_EncodeBlock(base64.data(), out.data(), out.size());
        const auto wanted =
            "v1," + std::string(reinterpret_cast<const char*>(base64.data()), static_cast<std::size_t>(size));
        std::istringstream entries(request.headers.at("webhook-signature"));
        std::string entry;
        int place = 0;
        while (entries >> entry)
            if (++place; entry == wanted) return place;
        return 0;
    }
};

// staff-notify.md §5: the library-wide vector and the sheet's own.
TEST_F(Webhook, SignsAsTheVectorsSay)
{
    EXPECT_EQ(signature_of(old_secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, R"({"test": 2432232314})"),
              "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    EXPECT_EQ(signature_of(secret, "01KDVZ0000000000000000TEST", 1767225600,
                           R"({"type":"alert.raised.v1","timestamp":"2026-01-01T08:00:00+08:00",)"
                           R"("data":{"alert_id":"01KDVZ0000000000000000TEST"}})"),
              "v1,TzrE8Y3N1FX7LPW6gM9yZx8/fzl1eJ9slxTV1wLlyU0=");
}

TEST_F(Webhook, DecodesTheSecretAndTakesNoOtherText)
{
    EXPECT_EQ(decode_secret(secret)->expose().size(), 24U);
    for (const auto* wrong : {"", "whsec_", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYX", "whsec_AAEC", "whsec_!!!"})
        EXPECT_FALSE(decode_secret(wrong)) << wrong;
}

TEST_F(Webhook, TellsAMachineWhatHappenedInAFewFields)
{
    const model::Names names{.site = "zjd-001", .gateway = "gw1", .utc_offset = 480min};
    EXPECT_EQ(
        body_of(message, names),
        R"({"type":"alert.raised.v1","timestamp":"2026-01-01T08:00:00.000+08:00","data":{)"
        R"("alert_id":"01KDVZ0000000000000000TEST","state":"raised","severity":3,"kind":"barrier_left_open",)"
        R"("device":"gate-1","text":"1号门道闸未落杆","site":"zjd-001","gateway":"gw1"}})");
}

TEST_F(Webhook, SignsTheBytesThatAreSentAndStampsEachAttempt)
{
    make_with();
    answer = [](const auto&) { return Response{.status = 500}; };
    EXPECT_EQ(send()->kind, Kind::retry);
    clock.advance(5s);
    EXPECT_EQ(send()->kind, Kind::retry);
    ASSERT_EQ(web.requests.size(), 2U);
    EXPECT_EQ(web.requests[0].headers.at("webhook-id"), web.requests[1].headers.at("webhook-id"));
    EXPECT_EQ(web.requests[0].headers.at("webhook-timestamp"), "1767225600");
    EXPECT_EQ(web.requests[1].headers.at("webhook-timestamp"), "1767225605");
    EXPECT_EQ(believed(web.requests[1], *wire::from_base64("AAECAwQFBgcICQoLDA0ODxAREhMUFRYX")), 1);
}

TEST_F(Webhook, SignsWithBothSecretsWhileTheReceiverChangesOver)
{
    make_with("old_secret = \"" + old_secret + "\"\n");
    EXPECT_EQ(send()->kind, Kind::sent);
    const auto& request = web.requests.at(0);
    EXPECT_EQ(believed(request, *wire::from_base64("AAECAwQFBgcICQoLDA0ODxAREhMUFRYX")), 1);
    EXPECT_EQ(believed(request, *wire::from_base64("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")), 2);
}

TEST_F(Webhook, JudgesByTheStatusAlone)
{
    for (const unsigned status : {200U, 202U, 204U})
        EXPECT_EQ(judged(status).kind, Kind::sent);
    for (const unsigned status : {301U, 307U, 400U, 401U, 404U, 429U, 500U, 503U})
        EXPECT_EQ(judged(status).kind, Kind::retry) << status;
    EXPECT_EQ(judged(410).kind, Kind::stopped);
}

TEST_F(Webhook, WaitsAsLongAsRetryAfterSaysButAnHourAtMost)
{
    EXPECT_EQ(judged(503, "120").wait, 120s);
    EXPECT_EQ(judged(429, "86400").wait, 1h);
    EXPECT_EQ(judged(429, "99999999999999999999999").wait, 1h);
    EXPECT_EQ(judged(503, "Thu, 01 Jan 2026 00:10:00 GMT").wait, 10min); // it is midnight in London
    EXPECT_EQ(judged(503, "Wed, 31 Dec 2025 00:10:00 GMT").wait, 0ms);
    EXPECT_EQ(judged(503, "soon").wait, 0ms);
    EXPECT_EQ(judged(503, "-5").wait, 0ms);
    EXPECT_EQ(judged(503, "-2444444444444444444").wait, 0ms); // too far back for milliseconds
    EXPECT_EQ(judged(500, "120").wait, 0ms);                  // not one of those that may ask for it
}

TEST_F(Webhook, TriesAgainWhenTheAnswerIsLostBecauseTheReceiverKnowsARepeat)
{
    make_with();
    answer = [](const auto&) { return Response{.hang = true}; };
    EXPECT_FALSE(send());
    clock.advance(20s);
    settle();
    ASSERT_TRUE(verdict);
    EXPECT_EQ(verdict->kind, Kind::retry);
    EXPECT_FALSE(channel->manner().digests);
    EXPECT_EQ(channel->manner().retries.size(), 9U);
}

TEST_F(Webhook, AsksTheConnectorToLeaveThisBoxAndItsLinkAlone)
{
    make_with("allow_addresses = [\"127.0.0.1\"]\n");
    EXPECT_EQ(send()->kind, Kind::sent);
    ASSERT_TRUE(web.requests.at(0).target.outside_but);
    EXPECT_EQ(*web.requests[0].target.outside_but, std::vector<std::string>{"127.0.0.1"});
    web.refusal = base::make_error_code(base::Errc::unauthorised);
    const auto refused = send();
    EXPECT_EQ(refused->kind, Kind::unreachable);
    EXPECT_THAT(refused->reason, HasSubstr("leads to an address of this box"));
}

TEST_F(Webhook, SaysWhatIsWrongInTheConfigurationWithoutShowingIt)
{
    const auto all =
        issues_of(&check_config, "url = \"http://centre.example/hidden\"\nsecret = \"hidden\"\n");
    EXPECT_THAT(all, HasSubstr("url: is no address to post to"));
    EXPECT_THAT(all, HasSubstr("secret: is no signing secret"));
    EXPECT_THAT(all, Not(HasSubstr("hidden")));
    EXPECT_THAT(issues_of(&check_config, "url = \"https://centre.example/\"\n"),
                HasSubstr("secret: is missing"));
}

} // namespace
} // namespace gatehouse::webhook
