#include "protocols/net/post_box.hpp"

#include "protocols/net/http_date.hpp"
#include "protocols/net/peer_clock.hpp"
#include "protocols/net/robot.hpp"
#include "tests/fakes/fake_web.hpp"
#include "tests/fakes/manual_clock.hpp"

#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gatehouse::net {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using Fate = Posted::Fate;

TEST(PostAddress, TakesHttpsAndKeepsThePathAsItWas)
{
    const auto address = parse_post_address("https://robot.example:8443/a%2Fb?token=x%2By");
    ASSERT_TRUE(address);
    EXPECT_EQ(address->target.host, "robot.example");
    EXPECT_EQ(address->target.port, 8443);
    EXPECT_TRUE(address->target.tls);
    EXPECT_TRUE(address->target.verify_peer);
    EXPECT_EQ(address->path.expose(), "/a%2Fb?token=x%2By");
    EXPECT_EQ(parse_post_address("https://robot.example")->path.expose(), "/");
    for (const char* wrong : {"", "http://robot.example/", "https://", "https://user:p@robot.example/",
                              "https://robot.example/#x", "https://robot.example/a b", "robot.example"})
        EXPECT_FALSE(parse_post_address(wrong)) << wrong;
}

TEST(PostAddress, EncodesWhatIsNotUnreserved)
{
    EXPECT_EQ(percent_encoded("aZ09-._~"), "aZ09-._~");
    EXPECT_EQ(percent_encoded("+/= &闸"), "%2B%2F%3D%20%26%E9%97%B8");
}

class PostBoxTest : public testing::Test {
protected:
    PostBoxTest()
    {
        options.address = *parse_post_address("https://robot.example/post?token=1");
        options.answer_max = 4096;
    }
    ~PostBoxTest() override
    {
        tasks.cancel();
        settle();
    }
    void settle()
    {
        io.restart();
        io.poll();
    }
    asio::awaitable<void> keep()
    {
        if (!box) box = std::make_unique<PostBox>(web, clock, random, options);
        std::string body = "{}";
        std::string type = "application/json";
        HttpHeaders headers;
        headers.add("webhook-id", "1");
        std::string query = "&x=1";
        posted = co_await box->post(std::move(body), std::move(type), std::move(headers), std::move(query));
    }
    std::optional<Posted> post()
    {
        posted.reset();
        tasks.spawn("post", keep());
        settle();
        return posted;
    }

    asio::io_context io;
    fakes::ManualClock clock;
    base::Random random{1};
    PostBoxOptions options;
    fakes::FakeWeb::Response response;
    fakes::FakeWeb web{io.get_executor(), [this](const auto&) { return response; }};
    base::TaskGroup tasks{io.get_executor()};
    std::unique_ptr<PostBox> box;
    std::optional<Posted> posted;
};

TEST_F(PostBoxTest, PostsOnceAndGivesTheWholeAnswer)
{
    response.body = "fine";
    const auto answer = post();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->fate, Fate::answered);
    EXPECT_EQ(answer->status, 200U);
    EXPECT_EQ(answer->body, "fine");
    ASSERT_EQ(web.requests.size(), 1U);
    EXPECT_EQ(web.requests[0].method, "POST");
    EXPECT_EQ(web.requests[0].path, "/post?token=1&x=1");
    EXPECT_EQ(web.requests[0].headers.at("webhook-id"), "1");
    EXPECT_EQ(web.requests[0].headers.at("host"), "robot.example");
}

TEST_F(PostBoxTest, ReadsNoMoreOfAnAnswerThanItMay)
{
    response.body = std::string(1'000'000, 'x');
    const auto answer = post();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->fate, Fate::answered);
    EXPECT_EQ(answer->body.size(), 4096U);
}

TEST_F(PostBoxTest, FollowsNoRedirectAndAnswersNoChallenge)
{
    response.status = 307;
    response.headers = "Location: https://other.example/\r\n";
    EXPECT_EQ(post()->status, 307U);
    response.status = 401;
    response.headers = "WWW-Authenticate: Basic realm=\"x\"\r\n";
    const auto refused = post();
    EXPECT_EQ(refused->fate, Fate::answered);
    EXPECT_EQ(refused->status, 401U);
    EXPECT_EQ(web.requests.size(), 2U);
}

TEST_F(PostBoxTest, KnowsWhetherAnythingCanHaveArrived)
{
    web.refusal = base::make_error_code(base::Errc::closed); // while TLS was started
    EXPECT_EQ(post()->fate, Fate::not_sent);
    web.refusal.reset();
    response.hang_up = true;
    EXPECT_EQ(post()->fate, Fate::maybe_sent);
    response.hang_up = false;
    response.hang = true;
    EXPECT_FALSE(post());
    clock.advance(10s);
    settle();
    ASSERT_TRUE(posted);
    EXPECT_EQ(posted->fate, Fate::maybe_sent);
}

TEST(HttpDate, ReadsTheFormThatMayBeSentAndNoOther)
{
    const auto date = parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT");
    ASSERT_TRUE(date);
    EXPECT_EQ(*date,
              base::WallTime(std::chrono::sys_days(std::chrono::year(1994) / 11 / 6)) + 8h + 49min + 37s);
    for (const char* wrong : {"", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 EST",
                              "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Xov 1994 08:49:37 GMT",
                              "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 06 Nov 1994 08:49:3x GMT"})
        EXPECT_FALSE(parse_http_date(wrong)) << wrong;
}

TEST(PeerClock, TakesThePeersTimeOnlyWhenItDiffersAndLetsItGoAgain)
{
    const auto at = *parse_http_date("Thu, 01 Jan 2026 10:00:00 GMT");
    HttpHeaders answer;
    answer.add("Date", "Thu, 01 Jan 2026 10:00:00 GMT");
    PeerClock clock;
    EXPECT_FALSE(clock.learn(answer, at - 30s));
    EXPECT_EQ(clock.complaint(), "");
    EXPECT_TRUE(clock.learn(answer, at - 2h));
    EXPECT_EQ(clock.time(at - 2h), at);
    EXPECT_THAT(clock.complaint(), HasSubstr("7200 s behind"));
    EXPECT_FALSE(clock.learn(answer, at - 2h)); // it does not explain a second refusal
    clock.look_again(answer, at);
    EXPECT_EQ(clock.complaint(), "");
    EXPECT_FALSE(clock.learn({}, at - 2h));
}

TEST(RobotAnswer, ReadsNumberAndWordsOfAnyBody)
{
    const auto answer = read_robot_answer(R"({"code":19001,"msg":"line\nbreak"})", "code", "msg");
    EXPECT_EQ(answer.code, 19001);
    EXPECT_EQ(answer.words, "line break");
    for (const char* body : {"", "[]", "{}", R"({"code":"0"})", R"({"code":0.5})", "{\"code\":"})
        EXPECT_FALSE(read_robot_answer(body, "code", "msg").code) << body;
}

} // namespace
} // namespace gatehouse::net
