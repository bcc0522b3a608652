#include "protocols/net/http_client.hpp"

#include "gateway/base/task_group.hpp"
#include "tests/fakes/manual_clock.hpp"
#include "tests/fakes/memory_stream.hpp"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

namespace gatehouse::net {
namespace {

using namespace std::chrono_literals;
using base::Errc;
using Answer = std::optional<base::Result<HttpResponse>>;

constexpr const char* challenge_md5 =
    "WWW-Authenticate: Digest qop=\"auth\", realm=\"IP Camera\", nonce=\"one\", stale=\"FALSE\"\r\n";
constexpr const char* challenge_sha = "WWW-Authenticate: Digest qop=\"auth\", realm=\"IP Camera\", "
                                      "nonce=\"two\", algorithm=\"SHA-256\", stale=\"FALSE\"\r\n";

std::string unauthorised(const std::string& challenges)
{
    return "HTTP/1.1 401 Unauthorized\r\n" + challenges + "Content-Length: 4\r\n\r\nnope";
}

const std::string ok = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

asio::awaitable<void> ask(HttpClient& client, HttpRequest request, Answer& answer)
{
    answer = co_await client.request(std::move(request));
}

class HttpClientTest : public testing::Test {
protected:
    HttpClientTest()
    {
        options.target.host = "192.0.2.1";
        options.target.port = 80;
        options.username = "admin";
        options.password = base::Secret("secret");
        options.connect_timeout = 1s;
    }
    ~HttpClientTest() override
    {
        tasks.cancel();
        settle();
    }

    void settle()
    {
        io.restart();
        io.poll();
    }
    HttpClient& client()
    {
        if (!client_) client_ = std::make_unique<HttpClient>(connector, clock, random, options);
        return *client_;
    }
    void start(Answer& answer, const std::string& method = "GET", const std::string& target = "/x",
               bool poll = false)
    {
        HttpRequest request;
        request.method = method;
        request.target = target;
        request.lock_status_poll = poll;
        if (method != "GET") request.body = "<open/>";
        tasks.spawn("ask", ask(client(), std::move(request), answer));
        settle();
    }
    // What the newest connection has been sent.
    std::string sent() { return connector.peers.empty() ? std::string() : connector.peers.back()->take(); }
    void reply(const std::string& text)
    {
        connector.peers.back()->send(text);
        settle();
    }
    // From no connection to a request that was accepted with a password.
    void sign_in()
    {
        Answer answer;
        start(answer);
        reply(unauthorised(challenge_md5));
        reply(ok);
        ASSERT_TRUE(answer && *answer);
        sent();
    }

    asio::io_context io;
    fakes::ManualClock clock;
    base::Random random{1};
    fakes::MemoryConnector connector{io.get_executor()};
    base::TaskGroup tasks{io.get_executor()};
    HttpClientOptions options;

private:
    std::unique_ptr<HttpClient> client_;
};

TEST_F(HttpClientTest, AnswersTheStrongestOfSeveralChallengesAndKeepsTheConnection)
{
    Answer answer;
    start(answer);
    EXPECT_EQ(sent().find("Authorization"), std::string::npos);
    reply(unauthorised(std::string(challenge_md5) + challenge_sha));
    const auto second = sent();
    EXPECT_NE(second.find("algorithm=SHA-256"), std::string::npos);
    EXPECT_NE(second.find("nonce=\"two\""), std::string::npos);
    reply(ok);
    ASSERT_TRUE(answer && *answer);
    EXPECT_EQ((*answer)->body, "hello");
    EXPECT_EQ(connector.peers.size(), 1U);
}

TEST_F(HttpClientTest, TheNextRequestCarriesTheKnownNonceWithACountThatGrows)
{
    sign_in();
    Answer answer;
    start(answer);
    EXPECT_NE(sent().find("nc=00000002"), std::string::npos);
    reply(ok);
    EXPECT_TRUE(answer && *answer);
}

TEST_F(HttpClientTest, AStaleNonceIsReplacedAndTheRequestRepeatedOnce)
{
    sign_in();
    Answer answer;
    start(answer);
    sent();
    reply(unauthorised(
        "WWW-Authenticate: Digest qop=\"auth\", realm=\"IP Camera\", nonce=\"new\", stale=TRUE\r\n"));
    const auto again = sent();
    EXPECT_NE(again.find("nonce=\"new\""), std::string::npos);
    EXPECT_NE(again.find("nc=00000001"), std::string::npos);
    reply(ok);
    EXPECT_TRUE(answer && *answer);
    EXPECT_FALSE(client().rejected());
}

TEST_F(HttpClientTest, AWrongPasswordIsTriedOnceAndThenNotForAMinute)
{
    Answer answer;
    start(answer);
    reply(unauthorised(challenge_md5));
    EXPECT_NE(sent().find("Authorization"), std::string::npos);
    reply(unauthorised("WWW-Authenticate: Digest qop=\"auth\", realm=\"IP Camera\", nonce=\"other\"\r\n"));
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->error(), Errc::unauthorised);
    EXPECT_EQ(sent(), "");
    EXPECT_TRUE(client().rejected());

    Answer silent;
    start(silent);
    clock.advance(59s);
    Answer still_silent;
    start(still_silent);
    EXPECT_EQ(silent->error(), Errc::locked_out);
    EXPECT_EQ(still_silent->error(), Errc::locked_out);
    EXPECT_EQ(sent(), "");
}

TEST_F(HttpClientTest, EveryFurtherRefusalLengthensTheSilenceUpToHalfAnHour)
{
    std::vector<std::chrono::seconds> waits;
    for (int round = 0; round < 4; ++round) {
        Answer answer;
        start(answer);
        reply(unauthorised(challenge_md5));
        reply(unauthorised(challenge_md5));
        ASSERT_TRUE(answer);
        ASSERT_EQ(answer->error(), Errc::unauthorised);
        waits.push_back(std::chrono::duration_cast<std::chrono::seconds>(client().retry_at() - clock.now()));
        clock.advance(std::chrono::duration_cast<std::chrono::milliseconds>(waits.back()));
    }
    EXPECT_EQ(waits, (std::vector<std::chrono::seconds>{60s, 900s, 1800s, 1800s}));
}

TEST_F(HttpClientTest, OnlyOneOfManyRequestsFindsOutThatThePasswordIsWrong)
{
    Answer first;
    Answer second;
    Answer third;
    start(first);
    start(second);
    start(third);
    for (auto& peer : connector.peers)
        peer->send(unauthorised(challenge_md5));
    settle();
    int tries = 0;
    for (auto& peer : connector.peers) {
        const auto text = peer->take();
        if (text.find("Authorization") == std::string::npos) continue;
        ++tries;
        peer->send(unauthorised(challenge_md5));
    }
    settle();
    EXPECT_EQ(tries, 1);
    ASSERT_TRUE(first && second && third);
    const std::vector errors{first->error(), second->error(), third->error()};
    EXPECT_EQ(std::count(errors.begin(), errors.end(), Errc::unauthorised), 1);
    EXPECT_EQ(std::count(errors.begin(), errors.end(), Errc::locked_out), 2);
}

TEST_F(HttpClientTest, TheLockStatusMayBeAskedWithoutPasswordDuringTheSilence)
{
    Answer answer;
    start(answer);
    reply(unauthorised(challenge_md5));
    reply(unauthorised(challenge_md5));
    sent();
    Answer poll;
    start(poll, "GET", "/ISAPI/Security/userCheck", true);
    EXPECT_EQ(sent().find("Authorization"), std::string::npos);
    reply(unauthorised(challenge_md5));
    ASSERT_TRUE(poll && *poll);
    EXPECT_EQ((*poll)->status, 401U);
    EXPECT_EQ((*poll)->body, "nope");

    clock.advance(61s);
    Answer later;
    start(later, "GET", "/ISAPI/Security/userCheck", true);
    EXPECT_EQ(sent().find("Authorization"), std::string::npos);
    reply(unauthorised(challenge_md5));
    EXPECT_EQ(sent(), "") << "a poll never turns into a try";
}

TEST_F(HttpClientTest, AStaleNonceBeforeAWrongPasswordCountsAsAFailureToo)
{
    sign_in();
    Answer answer;
    start(answer);
    reply(unauthorised("WWW-Authenticate: Digest qop=\"auth\", realm=\"IP Camera\", nonce=\"new\"\r\n"));
    reply(unauthorised("WWW-Authenticate: Digest qop=\"auth\", realm=\"IP Camera\", nonce=\"newer\"\r\n"));
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->error(), Errc::unauthorised);
    EXPECT_EQ(client().retry_at() - clock.now(), 15min);
}

TEST_F(HttpClientTest, NothingIsTriedForAsLongAsTheDeviceSays)
{
    client().hold_until(clock.now() + 30min);
    clock.advance(29min);
    Answer silent;
    start(silent);
    EXPECT_EQ(silent->error(), Errc::locked_out);
    EXPECT_TRUE(connector.targets.empty());
    clock.advance(2min);
    sign_in();
    EXPECT_FALSE(client().rejected());
}

TEST_F(HttpClientTest, ResetAllowsATryAtOnce)
{
    Answer answer;
    start(answer);
    reply(unauthorised(challenge_md5));
    reply(unauthorised(challenge_md5));
    client().reset();
    Answer again;
    start(again);
    reply(unauthorised(challenge_md5));
    reply(ok);
    EXPECT_TRUE(again && *again);
}

TEST_F(HttpClientTest, BasicIsNotAnsweredWithoutConsent)
{
    Answer answer;
    start(answer);
    sent();
    reply(unauthorised("WWW-Authenticate: Basic realm=\"cam\"\r\n"));
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->error(), Errc::unauthorised);
    EXPECT_EQ(sent(), "");
}

TEST_F(HttpClientTest, AGetIsRepeatedWhenTheKeptConnectionTurnsOutClosed)
{
    sign_in();
    connector.peers.back()->hang_up();
    Answer answer;
    start(answer);
    ASSERT_EQ(connector.peers.size(), 2U);
    reply(ok);
    EXPECT_TRUE(answer && *answer);
}

TEST_F(HttpClientTest, ACommandIsNeverSentTwice)
{
    sign_in();
    Answer answer;
    start(answer, "PUT");
    EXPECT_NE(sent().find("PUT /x"), std::string::npos);
    connector.peers.back()->hang_up();
    settle();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->error(), Errc::closed);
    EXPECT_EQ(connector.peers.size(), 1U);
}

TEST_F(HttpClientTest, ACommandDoesNotTrustAConnectionThatLayIdle)
{
    sign_in();
    clock.advance(5s);
    Answer answer;
    start(answer, "PUT");
    EXPECT_EQ(connector.peers.size(), 2U);
    reply(ok);
    EXPECT_TRUE(answer && *answer);
}

TEST_F(HttpClientTest, ABodyWithoutLengthEndsWithTheConnection)
{
    Answer answer;
    start(answer);
    reply("HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nhalf ");
    EXPECT_FALSE(answer);
    connector.peers.back()->send("whole");
    connector.peers.back()->hang_up();
    settle();
    ASSERT_TRUE(answer && *answer);
    EXPECT_EQ((*answer)->body, "half whole");
}

TEST_F(HttpClientTest, AnAnswerBrokenOffIsDamaged)
{
    Answer answer;
    start(answer);
    reply("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhalf");
    connector.peers.back()->hang_up();
    settle();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->error(), Errc::damaged);
}

TEST_F(HttpClientTest, AnAnswerTooLargeIsRefused)
{
    options.body_max = 10;
    Answer answer;
    start(answer);
    reply("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n12345678901");
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->error(), Errc::too_large);
}

TEST_F(HttpClientTest, AHeadWithoutEndIsRefused)
{
    Answer answer;
    start(answer);
    reply("HTTP/1.1 200 OK\r\nX: " + std::string(40'000, 'x'));
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->error(), Errc::too_large);
}

TEST_F(HttpClientTest, ADeviceThatSaysNothingTimesOut)
{
    Answer answer;
    start(answer);
    clock.advance(11s);
    settle();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->error(), Errc::timed_out);
}

TEST_F(HttpClientTest, AConnectionThatDoesNotComeAboutIsNoAnswerThatDidNotCome)
{
    connector.unanswered = true;
    Answer answer;
    start(answer, "PUT");
    clock.advance(1s);
    settle();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->error(), Errc::unreachable);
}

TEST_F(HttpClientTest, NothingOfOursBreaksOutOfItsLine)
{
    Answer answer;
    start(answer, "GET", "/x HTTP/1.1\r\nEvil: 1");
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->error(), Errc::bad_input);
    EXPECT_TRUE(connector.targets.empty());
}

asio::awaitable<void> read_all(HttpClient& client, std::string& body, std::optional<base::error_code>& end)
{
    HttpRequest request;
    const auto stream = co_await client.open_stream(std::move(request));
    if (!stream) {
        end = stream.error();
        co_return;
    }
    std::array<std::byte, 7> chunk{};
    for (;;) {
        const auto size = co_await (*stream)->read_some(chunk);
        if (!size) {
            end = size.error();
            co_return;
        }
        body.append(reinterpret_cast<const char*>(chunk.data()), *size);
    }
}

TEST_F(HttpClientTest, AStreamYieldsWhatHasArrivedAndHasNoEnd)
{
    std::string body;
    std::optional<base::error_code> end;
    tasks.spawn("read", read_all(client(), body, end));
    settle();
    reply("HTTP/1.1 200 OK\r\nContent-Type: multipart/mixed; boundary=boundary\r\n\r\n--boundary");
    EXPECT_EQ(body, "--boundary");
    clock.advance(1h);
    reply("\r\nmore");
    EXPECT_EQ(body, "--boundary\r\nmore");
    EXPECT_FALSE(end);
}

// Every way to cut the same answer must read the same.
class CutAnswer : public HttpClientTest, public testing::WithParamInterface<std::string> {};

TEST_P(CutAnswer, ReadsTheSameWhereverTheNetworkCutsIt)
{
    const std::string text = GetParam();
    for (std::size_t cut = 1; cut < text.size(); ++cut) {
        std::string body;
        std::optional<base::error_code> end;
        tasks.spawn("read", read_all(client(), body, end));
        settle();
        reply(text.substr(0, cut));
        connector.peers.back()->send(text.substr(cut));
        connector.peers.back()->hang_up();
        settle();
        ASSERT_TRUE(end);
        EXPECT_EQ(*end, Errc::closed) << cut;
        EXPECT_EQ(body, "hello world") << cut;
    }
}

INSTANTIATE_TEST_SUITE_P(
    Answers, CutAnswer,
    testing::Values(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n6\r\n world\r\n0\r\nT: "
        "1\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhello world",
        "HTTP/1.1 200\r\nX-No-Colon\r\nContent-Length: 11\r\nContent-Length: 11\r\n\r\nhello world",
        "\r\nHTTP/1.0 200 OK\nServer: x\n folded\n\nhello world"));

} // namespace
} // namespace gatehouse::net
