#include "protocols/smtp/channel.hpp"

#include "gateway/base/task_group.hpp"
#include "protocols/wire/base64.hpp"
#include "tests/fakes/manual_clock.hpp"
#include "tests/fakes/memory_stream.hpp"

#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gatehouse::smtp {
namespace {

using testing::HasSubstr;
using testing::Not;
using namespace std::chrono_literals;
using Kind = notify::Verdict::Kind;

constexpr auto implicit_tls = R"(
url = "smtps://mail.example"
username = "gate"
password = "hidden-password"
from = "gateway@example.org"
to = ["a@example.org", "b@example.org"]
)";
constexpr auto starttls = R"(
url = "smtp://mail.example"
username = "gate"
password = "hidden-password"
from = "gateway@example.org"
to = ["a@example.org"]
)";

// The server's side is played by hand, line by line.
class Smtp : public testing::Test {
protected:
    ~Smtp() override
    {
        tasks.cancel();
        settle();
    }
    void make(const std::string& keys)
    {
        config::Issues issues;
        auto table = config::Table::parse(keys, "test.toml", issues);
        notify::ChannelContext context{io.get_executor(),
                                       clock,
                                       random,
                                       connector,
                                       {.site = "zjd-001", .gateway = "gw1", .utc_offset = 480min}};
        channel = make_channel({}, std::move(table), std::move(context));
    }
    void settle()
    {
        io.restart();
        io.poll();
    }
    asio::awaitable<void> keep(notify::Notification sent)
    {
        verdict = co_await channel->send(std::move(sent));
    }
    void send(const std::string& title = "1号门道闸未落杆")
    {
        verdict.reset();
        notify::Notification message;
        message.id = "01KDVZEVENT";
        message.mark = "告警";
        message.title = title;
        tasks.spawn("send", keep(std::move(message)));
        settle();
    }
    // What the client said since the last call, and the server's next words.
    std::string hear() { return connector.peers.back()->take(); }
    void say(const std::string& text)
    {
        connector.peers.back()->send(text);
        settle();
    }
    // The server says each of these after it has heard something.
    void converse(const std::vector<std::string>& lines)
    {
        for (const auto& line : lines) {
            heard += hear();
            say(line + "\r\n");
        }
        heard += hear();
    }

    asio::io_context io;
    fakes::ManualClock clock;
    base::Random random{1};
    fakes::MemoryConnector connector{io.get_executor()};
    base::TaskGroup tasks{io.get_executor()};
    std::unique_ptr<notify::Channel> channel;
    std::optional<notify::Verdict> verdict;
    std::string heard;
};

const std::string ehlo_answer = "250-mail.example\r\n250-STARTTLS\r\n250 AUTH LOGIN PLAIN";

TEST_F(Smtp, HandsAMessageOverUnderTlsFromTheFirstByte)
{
    make(implicit_tls);
    send();
    ASSERT_EQ(connector.targets.size(), 1U);
    EXPECT_TRUE(connector.targets[0].tls);
    EXPECT_TRUE(connector.targets[0].verify_peer);
    EXPECT_EQ(connector.targets[0].port, 465);
    converse({"220 mail.example", ehlo_answer, "235 welcome", "250 ok", "250 ok", "250 ok", "354 go",
              "250 queued", "221 bye"});
    ASSERT_TRUE(verdict);
    EXPECT_EQ(verdict->kind, Kind::sent);
    EXPECT_EQ(verdict->reason, "");
    EXPECT_THAT(heard,
                testing::StartsWith("EHLO gw1.zjd-001\r\nAUTH PLAIN " +
                                    wire::to_base64(std::string("\0gate\0hidden-password", 21)) +
                                    "\r\nMAIL FROM:<gateway@example.org>\r\nRCPT TO:<a@example.org>\r\n"
                                    "RCPT TO:<b@example.org>\r\nDATA\r\nDate: "));
    EXPECT_THAT(heard, testing::EndsWith("\r\n.\r\nQUIT\r\n"));
    EXPECT_EQ(connector.tls_started.size(), 0U);
}

TEST_F(Smtp, SaysNothingOfValueBeforeStartTls)
{
    make(starttls);
    send();
    EXPECT_FALSE(connector.targets[0].tls);
    EXPECT_EQ(connector.targets[0].port, 587);
    converse({"220 mail.example", ehlo_answer, "220 go on"});
    EXPECT_EQ(heard, "EHLO gw1.zjd-001\r\nSTARTTLS\r\nEHLO gw1.zjd-001\r\n");
    ASSERT_EQ(connector.tls_started.size(), 1U);
    EXPECT_TRUE(connector.tls_started[0].verify_peer);
    EXPECT_EQ(connector.tls_started[0].host, "mail.example");
    converse({"250-mail.example\r\n250 AUTH LOGIN", "334 VXNlcm5hbWU6", "334 UGFzc3dvcmQ6", "235 welcome",
              "250 ok", "250 ok", "354 go", "250 queued", "221 bye"});
    EXPECT_EQ(verdict->kind, Kind::sent);
    EXPECT_THAT(heard, HasSubstr("AUTH LOGIN\r\n" + wire::to_base64("gate") + "\r\n" +
                                 wire::to_base64("hidden-password") + "\r\nMAIL"));
}

TEST_F(Smtp, StopsRatherThanSpeakInClearText)
{
    make(starttls);
    send();
    converse({"220 mail.example", "250-mail.example\r\n250 AUTH PLAIN"});
    ASSERT_TRUE(verdict);
    EXPECT_EQ(verdict->kind, Kind::stopped);
    EXPECT_THAT(verdict->reason, HasSubstr("no STARTTLS"));
    EXPECT_THAT(heard, Not(HasSubstr("AUTH")));
}

TEST_F(Smtp, BelievesNothingThatWasSaidBeforeTheHandshake)
{
    make(starttls);
    send();
    converse({"220 mail.example", ehlo_answer, "220 go on\r\n250 injected"});
    ASSERT_TRUE(verdict);
    EXPECT_EQ(verdict->kind, Kind::stopped);
    EXPECT_TRUE(connector.tls_started.empty());
}

TEST_F(Smtp, TellsRefusalsForNowFromThoseForGood)
{
    struct Case {
        std::vector<std::string> lines;
        Kind kind;
    };
    const std::string all = ehlo_answer;
    const std::vector<Case> cases{
        {{"421 too busy"}, Kind::retry},
        {{"220 x", all, "535 no"}, Kind::stopped},
        {{"220 x", all, "454 later"}, Kind::retry},
        {{"220 x", "250 x"}, Kind::stopped}, // takes no password
        {{"220 x", all, "235 ok", "550 no"}, Kind::stopped},
        {{"220 x", all, "235 ok", "250 ok", "550 no", "551 no"}, Kind::refused},
        {{"220 x", all, "235 ok", "250 ok", "450 later", "550 no"}, Kind::retry},
        {{"220 x", all, "235 ok", "250 ok", "250 ok", "250 ok", "451 later"}, Kind::retry},
        {{"220 x", all, "235 ok", "250 ok", "250 ok", "250 ok", "354 go", "452 full"}, Kind::retry},
        {{"220 x", all, "235 ok", "250 ok", "250 ok", "250 ok", "354 go", "554 spam"}, Kind::refused},
        {{"SSH-2.0-x"}, Kind::unreachable},
    };
    for (const auto& one : cases) {
        make(implicit_tls);
        send();
        converse(one.lines);
        if (!verdict) converse({"221 bye"});
        ASSERT_TRUE(verdict) << one.lines.back();
        EXPECT_EQ(verdict->kind, one.kind) << one.lines.back();
        EXPECT_THAT(verdict->reason, Not(HasSubstr("hidden")));
        EXPECT_THAT(verdict->reason, Not(HasSubstr("example")));
    }
}

TEST_F(Smtp, TriesAgainOnlyForWhomTheServerPutOff)
{
    make(implicit_tls);
    send();
    converse(
        {"220 x", ehlo_answer, "235 ok", "250 ok", "250 ok", "450 later", "354 go", "250 queued", "221 bye"});
    EXPECT_EQ(verdict->kind, Kind::retry);
    heard.clear();
    send();
    converse({"220 x", ehlo_answer, "235 ok", "250 ok", "250 ok", "354 go", "250 queued", "221 bye"});
    EXPECT_EQ(verdict->kind, Kind::sent);
    EXPECT_THAT(heard, Not(HasSubstr("RCPT TO:<a@example.org>")));
    EXPECT_THAT(heard, HasSubstr("RCPT TO:<b@example.org>"));
}

TEST_F(Smtp, SaysWhenOneRecipientIsRefusedForGoodAndTheOthersHaveIt)
{
    make(implicit_tls);
    send();
    converse(
        {"220 x", ehlo_answer, "235 ok", "250 ok", "550 no", "250 ok", "354 go", "250 queued", "221 bye"});
    EXPECT_EQ(verdict->kind, Kind::sent);
    EXPECT_THAT(verdict->reason, HasSubstr("550"));
}

TEST_F(Smtp, KnowsWhetherTheMessageCanHaveArrivedWhenTheLineIsCut)
{
    make(implicit_tls);
    send();
    converse({"220 x", ehlo_answer, "235 ok", "250 ok"});
    connector.peers.back()->hang_up();
    settle();
    EXPECT_EQ(verdict->kind, Kind::unreachable);
    send();
    converse({"220 x", ehlo_answer, "235 ok", "250 ok", "250 ok", "250 ok", "354 go"});
    connector.peers.back()->hang_up();
    settle();
    EXPECT_EQ(verdict->kind, Kind::maybe);
    send();
    converse({"220 x", ehlo_answer});
    clock.advance(31s);
    settle();
    EXPECT_EQ(verdict->kind, Kind::unreachable);
}

TEST_F(Smtp, RefusesAMessageWhoseHeaderWouldHoldALineEnd)
{
    make(implicit_tls);
    send("门\r\nBcc: victim@example.org");
    ASSERT_TRUE(verdict);
    EXPECT_EQ(verdict->kind, Kind::refused);
    EXPECT_TRUE(connector.targets.empty());
}

TEST(SmtpConfig, SaysWhatIsWrong)
{
    const auto issues_of = [](const std::string& keys) {
        config::Issues issues;
        auto table = config::Table::parse(keys, "test.toml", issues);
        check_config({}, table);
        std::string all;
        for (const auto& issue : issues)
            all += config::to_string(issue) + "\n";
        return all;
    };
    const auto all =
        issues_of("url = \"https://mail.example\"\nusername = \"x\"\nfrom = \"gate\"\nto = [\"a b\"]\n");
    EXPECT_THAT(all, HasSubstr("url: is no mail server; right would be smtps://HOST:465"));
    EXPECT_THAT(all, HasSubstr("password: username and password belong together"));
    EXPECT_THAT(all, HasSubstr("from: is no mail address"));
    EXPECT_THAT(all, HasSubstr("to: \"a b\" is no mail address"));
    EXPECT_THAT(issues_of(""), HasSubstr("to: right would be 1 to 50 addresses"));
}

} // namespace
} // namespace gatehouse::smtp
