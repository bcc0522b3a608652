#include "protocols/webhook-in/body.hpp"
#include "protocols/webhook-in/device_time.hpp"
#include "protocols/webhook-in/encodings.hpp"
#include "protocols/webhook-in/pointer.hpp"

#include "gateway/base/time_text.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>

namespace gatehouse::webhook_in {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

// ---- pointers ----

// The document and the pointers of RFC 6901 §5.
TEST(WebhookInPointer, ReadsTheExamplesOfTheStandard)
{
    const auto document = json::parse(R"({"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\j":5,)"
                                      R"("k\"l":6," ":7,"m~n":8})");
    const std::vector<std::pair<std::string, std::string>> examples{{"/foo", R"(["bar","baz"])"},
                                                                    {"/foo/0", R"("bar")"},
                                                                    {"/", "0"},
                                                                    {"/a~1b", "1"},
                                                                    {"/c%d", "2"},
                                                                    {"/e^f", "3"},
                                                                    {"/g|h", "4"},
                                                                    {"/i\\j", "5"},
                                                                    {"/k\"l", "6"},
                                                                    {"/ ", "7"},
                                                                    {"/m~0n", "8"}};
    for (const auto& [text, wanted] : examples) {
        const auto pointer = Pointer::parse(text);
        ASSERT_TRUE(pointer) << text;
        const auto* found = pointer->find(document);
        ASSERT_NE(found, nullptr) << text;
        EXPECT_EQ(json::serialize(*found), wanted) << text;
    }
    EXPECT_EQ(Pointer::parse("")->find(document), &document);
}

TEST(WebhookInPointer, KnowsWhatIsNoPointer)
{
    for (const auto* text : {"foo", "#/foo", "/a~2b", "/a~"})
        EXPECT_FALSE(Pointer::parse(text)) << text;
    const auto document = json::parse(R"({"list":[1,2],"none":null})");
    for (const auto* text : {"/list/2", "/list/01", "/list/-", "/list/x", "/list/0/y", "/none"})
        EXPECT_EQ(Pointer::parse(text)->find(document), nullptr) << text;
}

TEST(WebhookInPointer, TellsTheInstallerHowFarTheWayGoesAndNeverAValue)
{
    const auto document =
        json::parse(R"({"AlarmInfoPlate":{"result":{"license":"secret","color":1}},"list":[1,2]})");
    const auto missing = [&](const char* text) { return Pointer::parse(text)->missing(document); };
    EXPECT_EQ(missing("/AlarmInfoPlate/result/plate"),
              "/AlarmInfoPlate/result/plate is missing; /AlarmInfoPlate/result has: license, color");
    EXPECT_EQ(missing("/x/y"), "/x/y is missing; there it has: AlarmInfoPlate, list");
    EXPECT_EQ(missing("/list/7"), "/list/7 is missing; /list has: an array of 2");
    EXPECT_EQ(
        missing("/AlarmInfoPlate/result/license/x"),
        "/AlarmInfoPlate/result/license/x is missing; /AlarmInfoPlate/result/license has: a single value");
}

TEST(WebhookInPointer, TakesNumbersForTextsAndTextsForNumbers)
{
    const auto document = json::parse(R"({"a":" x ","b":772021022532740148,"c":1.5,"d":true,"e":{},"f":[]})");
    std::string room;
    const auto text = [&](const char* at) { return scalar_text(*Pointer::parse(at)->find(document), room); };
    EXPECT_EQ(text("/a"), "x");
    EXPECT_EQ(text("/b"), "772021022532740148");
    EXPECT_EQ(text("/c"), "1.5");
    EXPECT_EQ(text("/d"), "true");
    EXPECT_FALSE(text("/e"));
    EXPECT_FALSE(text("/f"));
}

// ---- encodings ----

TEST(WebhookInEncodings, ReadAndWriteHex)
{
    EXPECT_EQ(from_hex("666F6f"), "foo");
    EXPECT_FALSE(from_hex("666"));
    EXPECT_FALSE(from_hex("6g"));
    EXPECT_EQ(to_hex(std::string("\x00\xffo", 3)), "00ff6f");
}

TEST(WebhookInEncodings, TakeOnlyPicturesForPictures)
{
    const std::string jpeg = "/9j/4AAQ"; // FF D8 FF E0 00 10
    EXPECT_EQ(read_picture(jpeg, 1000).bytes->size(), 6u);
    EXPECT_EQ(read_picture("data:image/jpeg;base64," + jpeg, 1000).bytes->size(), 6u);
    EXPECT_EQ(read_picture("iVBORw==", 1000).bytes->size(), 4u); // 89 50 4E 47
    EXPECT_EQ(read_picture("", 1000).why, "");
    EXPECT_EQ(read_picture("Zm9v", 1000).why, "is neither JPEG nor PNG");
    EXPECT_EQ(read_picture("/9j/4", 1000).why, "is not base64, or cut off");
    EXPECT_EQ(read_picture(std::string(4000, '/'), 1000).why, "is larger than 1000 bytes");
}

// ---- bodies ----

TEST(WebhookInBody, TellsJsonFromFormsWhateverTheContentTypeSays)
{
    const auto text = [](const std::string& body, const std::string& type,
                         Format format = Format::automatic) {
        const auto read = read_body(body, type, format);
        return read.value ? json::serialize(*read.value) : read.why;
    };
    EXPECT_EQ(text(R"({"a":1,})", "application/x-www-form-urlencoded"), R"({"a":1})");
    EXPECT_EQ(text("a=1&b=%E6%B5%8B+x&c&=d", "application/json"), R"({"a":"1","b":"测 x","c":""})");
    EXPECT_EQ(text("\xEF\xBB\xBF [1]\n", ""), "[1]");
    EXPECT_THAT(text("a=1", "", Format::json), HasSubstr("no JSON from byte 0 on"));
    EXPECT_EQ(text("", ""), "the body is empty");
    EXPECT_THAT(text(R"({"a":)", ""), HasSubstr("cut off after 5 bytes"));
    EXPECT_THAT(text(R"({"a":1} x)", ""), HasSubstr("more follows after the JSON"));
}

TEST(WebhookInBody, ReadsGb18030InBothForms)
{
    const std::string plate = "\xBB\xA6"
                              "A12345"; // 沪
    const auto body = read_body("{\"plate\":\"" + plate + "\"}", "", Format::automatic);
    ASSERT_TRUE(body.value);
    EXPECT_EQ(json::serialize(*body.value), "{\"plate\":\"沪A12345\"}");
    EXPECT_EQ(json::serialize(*read_form("plate=%BB%A6A12345")), "{\"plate\":\"沪A12345\"}");
    EXPECT_EQ(json::serialize(*read_form("a=1&token=2&a=3", "token")), "{\"a\":\"3\"}");
}

TEST(WebhookInBody, ReadsEveryKindOfRecording)
{
    const auto urls = [](const std::string& bytes) {
        std::string out;
        const auto recording = read_recording(bytes, Format::automatic);
        for (const auto& post : recording.posts)
            out += post.url + json::serialize(*post.body);
        return out + recording.flaw;
    };
    EXPECT_EQ(urls("# POST /beat\n{\"a\":1}\n# POST /\n{\"b\":2}\n{\"c\":3}"),
              R"(/beat{"a":1}{"b":2}{"c":3})");
    EXPECT_EQ(urls("POST /push/dev-1/beat?x=1 HTTP/1.1\r\nHost: g\r\n\r\n{\"a\":1}"), R"(/beat{"a":1})");
    EXPECT_EQ(urls("POST /upload HTTP/1.1\nHost: g\n\na=1"), R"(/upload{"a":"1"})");
    EXPECT_EQ(urls("a=1&b=2"), R"({"a":"1","b":"2"})");
    EXPECT_THAT(urls("{\"a\":1}{\"b\":"), HasSubstr(R"({"a":1}body 2: no JSON)"));
    EXPECT_EQ(urls("# nothing\n"), "");
}

// ---- times ----

TEST(WebhookInTime, ReadsWhatMakesWrite)
{
    const TimeRules rules{480min, false};
    const auto read = [&](const char* text) {
        const auto time = read_time(text, rules);
        return time ? base::format_time(*time, 480min) : "none";
    };
    EXPECT_EQ(read("1615192075"), "2021-03-08T16:27:55.000+08:00");
    EXPECT_EQ(read("1615192075944"), "2021-03-08T16:27:55.944+08:00"); // face terminals, ms
    EXPECT_EQ(read("25920000000"), "1970-10-28T08:00:00.000+08:00");   // ms of a clock that was lost
    EXPECT_EQ(read("1615192075.9"), "2021-03-08T16:27:55.900+08:00");
    EXPECT_EQ(read("1615192075944123"), "2021-03-08T16:27:55.944+08:00");
    EXPECT_EQ(read("1615192075944123456"), "2021-03-08T16:27:55.944+08:00");
    EXPECT_EQ(read("2026-08-11T11:48:28+08:00"), "2026-08-11T11:48:28.000+08:00");
    EXPECT_EQ(read("2026-08-11T03:48:28.5Z"), "2026-08-11T11:48:28.500+08:00");
    EXPECT_EQ(read("2026-8-11 9:05:01"), "2026-08-11T09:05:01.000+08:00");
    EXPECT_EQ(read("2026/08/11 09:05"), "2026-08-11T09:05:00.000+08:00");
    EXPECT_EQ(read("16-04-2024 21:07:02"), "2024-04-16T21:07:02.000+08:00"); // a terminal's picture upload
    EXPECT_EQ(read("20260811090501"), "2026-08-11T09:05:01.000+08:00");
    EXPECT_EQ(read("20260811090501123"), "2026-08-11T09:05:01.123+08:00");
    for (const auto* wrong : {"", "0", "soon", "2026-13-01 00:00:00", "2026-08-11", "99999999999999", "1e9",
                              "123456789012345678901234567890", "2026-08-11 11:48:28 CST"})
        EXPECT_EQ(read(wrong), "none") << wrong;
}

TEST(WebhookInTime, CanTakeUnixTimeForLocalTime)
{
    // A plate camera sent local time read as epoch: 25 200 s apart in UTC+7.
    const TimeRules rules{420min, true};
    EXPECT_EQ(base::format_time(*read_time("1615217275", rules), 420min), "2021-03-08T15:27:55.000+07:00");
}

TEST(WebhookInClock, CountsTheGreatestOffsetBecauseWhatIsLateLooksBehind)
{
    PushClock clock(5s);
    const base::WallTime now{1'767'225'600s};
    EXPECT_FALSE(clock.measured(now - 2s, now));
    EXPECT_FALSE(clock.measured(now - 60s, now)); // a retry
    EXPECT_EQ(clock.offset(), -2'000ms);
    EXPECT_TRUE(clock.trusted());
    for (int i = 0; i < 5; ++i)
        (void)clock.measured(now - 1h, now);
    EXPECT_EQ(clock.offset(), -3'600'000ms);
    EXPECT_FALSE(clock.trusted());
    const auto stamp = clock.stamp(now - 1h - 3s, now);
    EXPECT_EQ(stamp.occurred_at, now - 3s);
    EXPECT_EQ(stamp.age, 3'000ms);
    EXPECT_FALSE(stamp.trusted);
}

TEST(WebhookInClock, BelievesAClockThatWasNeverMeasuredAsFarAsItAgreesWithTheArrival)
{
    const PushClock clock(5s);
    const base::WallTime now{1'767'225'600s};
    EXPECT_TRUE(clock.stamp(now - 3s, now).trusted);
    EXPECT_FALSE(clock.stamp(now - 1h, now).trusted);
    const auto ahead = clock.stamp(now + 1h, now);
    EXPECT_FALSE(ahead.trusted);
    EXPECT_EQ(ahead.occurred_at, now);
}

} // namespace
} // namespace gatehouse::webhook_in
