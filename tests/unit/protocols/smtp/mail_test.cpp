#include "protocols/smtp/mail.hpp"

#include "protocols/smtp/reply.hpp"
#include "protocols/wire/base64.hpp"
#include "protocols/wire/text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gatehouse::smtp {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using namespace std::chrono_literals;

notify::Notification stuck()
{
    notify::Notification made;
    made.id = "01KDVZ0000000000000000EVNT";
    made.mark = "告警";
    made.title = "1号门道闸未落杆";
    made.lines = {{"级别", "3"}};
    made.at = base::WallTime(1'767'225'930'000ms);
    return made;
}

const model::Names names{.site = "zjd-001", .gateway = "gw1", .utc_offset = 480min};
const Envelope envelope{"gateway@example.org", {"a@example.org", "b@example.org"}};

TEST(Mail, WritesAWholeMessageThatIsTheSameAtEveryTry)
{
    const auto message = mail(envelope, stuck(), names);
    ASSERT_TRUE(message);
    EXPECT_EQ(*message, "Date: Thu, 01 Jan 2026 08:05:30 +0800\r\n"
                        "From: gateway@example.org\r\n"
                        "To: a@example.org, b@example.org\r\n"
                        "Message-ID: <01KDVZ0000000000000000EVNT@zjd-001>\r\n"
                        "Subject: =?UTF-8?B?" +
                            wire::to_base64("[告警] 1号门道闸未落杆") +
                            "?=\r\n"
                            "Auto-Submitted: auto-generated\r\n"
                            "MIME-Version: 1.0\r\n"
                            "Content-Type: text/plain; charset=utf-8\r\n"
                            "Content-Transfer-Encoding: base64\r\n"
                            "\r\n" +
                            wire::to_base64("[告警] 1号门道闸未落杆\r\n\r\n级别: 3\r\n") + "\r\n");
    EXPECT_EQ(mail(envelope, stuck(), names), message);
}

TEST(Mail, LetsNoLineEndBeginAnotherHeader)
{
    for (const char* trick : {"x\r\nBcc: y@example.org", "x\ny", "x\ry"})
        EXPECT_FALSE(header("Subject", trick)) << trick;
    auto message = stuck();
    message.title = "门\r\nBcc: victim@example.org";
    EXPECT_FALSE(mail(envelope, message, names));
    message = stuck();
    message.id = "x>\r\nTo: victim@example.org";
    EXPECT_FALSE(mail(envelope, message, names));
}

TEST(Mail, EncodesLongHeadersInWordsOfWholeCharacters)
{
    std::string subject;
    for (int i = 0; i < 100; ++i)
        subject += "闸";
    const auto line = header("Subject", subject);
    ASSERT_TRUE(line);
    std::string decoded;
    std::size_t at = line->find("=?");
    while (at != std::string::npos) {
        const auto end = line->find("?=", at + 10);
        EXPECT_LE(end + 2 - at, 75U);
        const auto word = *wire::from_base64(line->substr(at + 10, end - at - 10));
        EXPECT_TRUE(wire::is_utf8(word));
        decoded += word;
        at = line->find("=?", end + 2);
    }
    EXPECT_EQ(decoded, subject);
    EXPECT_EQ(*header("Subject", "plain"), "Subject: plain\r\n");
}

TEST(Mail, KeepsEveryLineShort)
{
    auto message = stuck();
    message.lines = {{"说明", std::string(5000, 'x')}};
    const auto text = *mail(envelope, message, names);
    std::size_t begin = 0;
    for (auto end = text.find("\r\n"); end != std::string::npos; end = text.find("\r\n", begin)) {
        EXPECT_LE(end - begin, 998U);
        begin = end + 2;
    }
    EXPECT_EQ(begin, text.size());
}

TEST(Mail, StuffsDotsAtTheBeginningOfLinesOnly)
{
    EXPECT_EQ(dot_stuffed(".\r\n..a\r\nb.\r\n"), "..\r\n...a\r\nb.\r\n");
    EXPECT_EQ(dot_stuffed(""), "");
}

TEST(Mail, KnowsAnAddress)
{
    for (const char* good : {"a@b", "duty.1+x@example.org"})
        EXPECT_TRUE(is_address(good)) << good;
    for (const char* wrong : {"", "a", "@b", "a@", "a@b@c", "a b@c", "a@b>", "<a@b", "a@b\r\nRCPT TO:<x@y>",
                              "a,b@c", "王@example.org"})
        EXPECT_FALSE(is_address(wrong)) << wrong;
}

TEST(MailDate, CountsDaysAndZonesRight)
{
    EXPECT_EQ(mail_date(base::WallTime(1'767'225'600'000ms), 0min), "Thu, 01 Jan 2026 00:00:00 +0000");
    EXPECT_EQ(mail_date(base::WallTime(1'767'225'600'000ms), -90min), "Wed, 31 Dec 2025 22:30:00 -0130");
}

TEST(SmtpReply, ReadsOneAndMoreLinesAndWhatFollowsStays)
{
    const auto one = parse_reply("220 mail.example ready\r\n250");
    ASSERT_TRUE(one.reply);
    EXPECT_EQ(one.reply->code, 220);
    EXPECT_EQ(one.consumed, 24U);
    const auto many = parse_reply("250-mail.example\n250-STARTTLS\n250 AUTH PLAIN LOGIN\n");
    ASSERT_TRUE(many.reply);
    EXPECT_THAT(many.reply->lines, ElementsAre("mail.example", "STARTTLS", "AUTH PLAIN LOGIN"));
    const auto abilities = read_abilities(*many.reply);
    EXPECT_TRUE(abilities.starttls && abilities.auth_plain && abilities.auth_login);
    EXPECT_EQ(parse_reply("250\r\n").reply->code, 250);
    for (const char* unfinished : {"", "2", "250-a\r\n", "250-a\r\n250 b"}) {
        const auto step = parse_reply(unfinished);
        EXPECT_FALSE(step.reply || step.broken) << unfinished;
        EXPECT_EQ(step.consumed, 0U);
    }
}

TEST(SmtpReply, RefusesWhatIsNone)
{
    for (const std::string& broken :
         {std::string("HTTP/1.1 400 Bad\r\n"), std::string("99 x\r\n"), std::string("600 x\r\n"),
          std::string("250x\r\n"), std::string("250-a\r\n251 b\r\n"), std::string("\r\n"),
          std::string(70'000, 'x')})
        EXPECT_TRUE(parse_reply(broken).broken) << broken.substr(0, 20);
    EXPECT_TRUE(read_abilities({250, {"x", "AUTH=LOGIN"}}).auth_login);
    EXPECT_FALSE(read_abilities({250, {"AUTHOR PLAIN"}}).auth_plain);
}

} // namespace
} // namespace gatehouse::smtp
