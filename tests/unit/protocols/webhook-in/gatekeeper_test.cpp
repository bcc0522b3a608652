#include "protocols/webhook-in/gatekeeper.hpp"

#include "protocols/webhook-in/encodings.hpp"
#include "protocols/wire/base64.hpp"
#include "tests/fakes/fake_webhook.hpp"

#include <gmock/gmock.h>

namespace gatehouse::webhook_in {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

class WebhookInGatekeeper : public testing::Test {
protected:
    AuthConfig config(Auth auth, std::string secret)
    {
        AuthConfig out;
        out.auth = auth;
        out.secret = base::Secret(std::move(secret));
        return out;
    }

    // The reason of the refusal, or how it was taken.
    std::string judged(Gatekeeper& keeper, const device::PushRequest& request)
    {
        const auto verdict = keeper.judge(request, clock.wall());
        if (verdict.outcome == Verdict::Outcome::refused) return verdict.reason;
        if (verdict.outcome == Verdict::Outcome::repeated) return "repeated";
        if (verdict.outcome == Verdict::Outcome::untimely) return "untimely";
        keeper.settled(verdict.signature, clock.wall());
        return "proven";
    }

    fakes::ManualClock clock;
    fakes::FakeWebhook device{clock};
    Gatekeeper hmac{config(Auth::hmac, device.secret)};
};

TEST_F(WebhookInGatekeeper, DigestsAsTheStandardsVectorSays)
{
    EXPECT_EQ(to_hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

// The library-wide vector of Standard Webhooks: id, timestamp and body signed, several signatures in a
// header.
TEST_F(WebhookInGatekeeper, TakesPostsSignedByTheStandardWebhooksRules)
{
    auto rules = config(Auth::hmac, *wire::from_base64("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"));
    rules.signature.header = "webhook-signature";
    rules.signature.timestamp_header = "webhook-timestamp";
    rules.signature.prefix = "v1,";
    rules.signature.base64 = true;
    rules.signature.over = "{header:webhook-id}.{timestamp}.{body}";
    Gatekeeper keeper(rules);
    device::PushRequest request;
    request.body = R"({"test": 2432232314})";
    request.headers = {{"Webhook-Id", "msg_p5jXN8AQM9LWM0D4loKWxJek"},
                       {"Webhook-Timestamp", "1614265330"},
                       {"Webhook-Signature", "v1,AAAA v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="}};
    EXPECT_EQ(keeper.judge(request, base::WallTime(1'614'265'335s)).outcome, Verdict::Outcome::proven);
    request.headers[2].second = "v1,AAAA v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    EXPECT_EQ(keeper.judge(request, base::WallTime(1'614'265'335s)).reason, "wrong_signature");
}

TEST_F(WebhookInGatekeeper, TakesASignedPostAndTellsWhenItWasSent)
{
    const auto verdict = hmac.judge(device.post("{}"), clock.wall());
    EXPECT_EQ(verdict.outcome, Verdict::Outcome::proven);
    EXPECT_EQ(verdict.sent, clock.wall());
    EXPECT_EQ(verdict.signature.size(), 64u);
}

TEST_F(WebhookInGatekeeper, TurnsAwayWhateverWasNotSignedWithTheSecret)
{
    auto changed = device.post("{\"granted\":false}");
    changed.body = "{\"granted\":true}";
    EXPECT_EQ(judged(hmac, changed), "wrong_signature");
    auto later = device.post("{}");
    later.headers[1].second = "1767225601"; // another timestamp, to get round the window
    EXPECT_EQ(judged(hmac, later), "wrong_signature");
    auto cut = device.post("{}");
    cut.headers[2].second.resize(62);
    EXPECT_EQ(judged(hmac, cut), "wrong_signature");
    auto bare = device.post("{}");
    bare.headers.clear();
    EXPECT_EQ(judged(hmac, bare), "no_signature");
    device.secret = "another secret";
    EXPECT_EQ(judged(hmac, device.post("{}")), "wrong_signature");
}

TEST_F(WebhookInGatekeeper, TellsOldAndFuturePostsAndSaysHowFarTheClocksAreApart)
{
    device.skew = -4min;
    EXPECT_EQ(judged(hmac, device.post("{}")), "proven");
    device.skew = 6min;
    EXPECT_EQ(judged(hmac, device.post("{}")), "untimely");
    device.skew = -6min;
    const auto verdict = hmac.judge(device.post("{}"), clock.wall());
    EXPECT_EQ(verdict.outcome, Verdict::Outcome::untimely);
    EXPECT_THAT(verdict.text, HasSubstr("360 s behind our clock"));
}

TEST_F(WebhookInGatekeeper, KnowsASignedPostThatCameBefore)
{
    const auto request = device.post("{}");
    EXPECT_EQ(judged(hmac, request), "proven");
    EXPECT_EQ(judged(hmac, request), "repeated");
    EXPECT_EQ(judged(hmac, device.post("{\"n\":2}")), "proven");
    clock.advance(4min);
    EXPECT_EQ(judged(hmac, request), "repeated");
    clock.advance(2min);
    EXPECT_EQ(judged(hmac, request), "untimely");
}

TEST_F(WebhookInGatekeeper, ForgetsOldPostsOfWhichNoneCouldComeAgain)
{
    // From the future as far as the window lets: remembered until its own time is past the window.
    device.skew = 290s;
    const auto request = device.post("{}");
    EXPECT_EQ(judged(hmac, request), "proven");
    for (int i = 0; i < 200; ++i) {
        clock.advance(2900ms);
        device.skew = 0s;
        const auto answer = judged(hmac, device.post(std::to_string(i)));
        ASSERT_EQ(answer, "proven");
        ASSERT_NE(judged(hmac, request), "proven") << i;
    }
}

TEST_F(WebhookInGatekeeper, TurnsPostsAwayWhenItCanRememberNoMoreOfThem)
{
    for (int i = 0; i < 16'384; ++i)
        hmac.settled(std::to_string(i), clock.wall());
    EXPECT_EQ(judged(hmac, device.post("{}")), "too_many");
    clock.advance(11min);
    EXPECT_EQ(judged(hmac, device.post("{}")), "proven");
}

TEST_F(WebhookInGatekeeper, TakesABearerToken)
{
    Gatekeeper keeper(config(Auth::bearer, "token of the door"));
    auto request = device.post("{}");
    EXPECT_EQ(judged(keeper, request), "no_token");
    EXPECT_EQ(keeper.challenge(), "Bearer");
    for (const auto* right : {"Bearer token of the door", "bearer  token of the door"}) {
        request.authorization = right;
        EXPECT_EQ(judged(keeper, request), "proven") << right;
    }
    for (const auto* wrong :
         {"Bearer token of the doo", "Bearer token of the door2", "Bearer x", "Basic token of the door"}) {
        request.authorization = wrong;
        EXPECT_THAT(judged(keeper, request), HasSubstr("_token")) << wrong;
    }
}

TEST_F(WebhookInGatekeeper, TakesUserAndPasswordAndATokenInTheUrl)
{
    auto both = config(Auth::basic, "open sesame");
    both.username = "Aladdin";
    Gatekeeper basic(both);
    auto request = device.post("{}");
    request.authorization = "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="; // RFC 7617 §2
    EXPECT_EQ(judged(basic, request), "proven");
    request.authorization = "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ";
    EXPECT_EQ(judged(basic, request), "proven");
    request.authorization = "Basic QWxhZGRpbjpvcGVu";
    EXPECT_EQ(judged(basic, request), "wrong_token");

    Gatekeeper url(config(Auth::url, "a token"));
    request = device.post("{}", "/beat?x=1&token=a%20token");
    EXPECT_EQ(judged(url, request), "proven");
    EXPECT_EQ(judged(url, device.post("{}", "?token=b")), "wrong_token");
    EXPECT_EQ(judged(url, device.post("{}", "?token=")), "no_token");
    EXPECT_EQ(judged(url, device.post("{}")), "no_token");
}

TEST_F(WebhookInGatekeeper, LetsNobodyInWithoutASecretOfOurs)
{
    device.secret.clear();
    for (const auto auth : {Auth::hmac, Auth::bearer, Auth::basic, Auth::url}) {
        Gatekeeper keeper(config(auth, ""));
        auto request = device.post("{}", "?token=");
        request.authorization = "Bearer ";
        request.headers.emplace_back("X-Signature", fakes::FakeWebhook::hmac("", "1767225600.{}"));
        request.headers.emplace_back("X-Timestamp", "1767225600");
        EXPECT_EQ(judged(keeper, request), "no_secret");
    }
}

TEST_F(WebhookInGatekeeper, NeverShowsASecretInWhatItSays)
{
    Gatekeeper keeper(config(Auth::bearer, "token-of-ours"));
    auto request = device.post("{}");
    request.authorization = "Bearer token-of-theirs";
    const auto verdict = keeper.judge(request, clock.wall());
    EXPECT_THAT(verdict.text, Not(HasSubstr("token-of")));
}

} // namespace
} // namespace gatehouse::webhook_in
