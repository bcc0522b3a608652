#include "protocols/dahua/answer.hpp"
#include "protocols/dahua/device_clock.hpp"
#include "protocols/dahua/event_map.hpp"
#include "protocols/dahua/explain.hpp"
#include "protocols/dahua/parts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gatehouse::dahua {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// ---- parts ----

std::vector<std::string> parts_of(const std::string& body, std::size_t piece = SIZE_MAX, bool finish = false,
                                  const std::string& type = "multipart/x-mixed-replace; boundary=myboundary")
{
    PartScanner scanner(type);
    std::vector<std::string> found;
    const auto collect = [&] {
        while (const auto part = scanner.next())
            found.push_back((part->kind == Part::Kind::picture ? "picture:" : "") + *part->body);
    };
    for (std::size_t at = 0; at < body.size(); at += std::min(piece, body.size())) {
        scanner.feed(std::string_view(body).substr(at, piece));
        collect();
    }
    if (finish) {
        scanner.finish();
        collect();
    }
    if (scanner.flaws() > 0) found.push_back("flaws:" + std::to_string(scanner.flaws()));
    return found;
}

// The bytes of the sheet, §3: no blank after the colon.
const std::string beat = "--myboundary\r\nContent-Type: text/plain\r\nContent-Length:9\r\n\r\nHeartbeat\r\n";

std::string measured(const std::string& text, std::size_t length)
{
    return "--myboundary\r\nContent-Type: text/plain\r\nContent-Length: " + std::to_string(length) +
           "\r\n\r\n" + text + "\r\n";
}

std::string open_ended(const std::string& text)
{
    return "--myboundary\r\nContent-Type: text/plain\r\n\r\n" + text + "\r\n";
}

TEST(Parts, AreFoundHoweverTheBytesArrive)
{
    const std::string jpeg = "\xFF\xD8\xFF--myboundar\r\n--\xFF\xD9";
    const auto body =
        beat + measured("Code=A;action=Start;index=0", 27) +
        "--myboundary\r\nContent-Type: image/jpeg\r\nContent-Length: " + std::to_string(jpeg.size()) +
        "\r\n\r\n" + jpeg + "\r\n" + beat;
    for (std::size_t piece : {std::size_t{1}, std::size_t{2}, std::size_t{7}, std::size_t{4096}})
        EXPECT_THAT(parts_of(body, piece),
                    ElementsAre("Heartbeat", "Code=A;action=Start;index=0", "picture:" + jpeg, "Heartbeat"))
            << piece;
}

TEST(Parts, AreGivenAsSoonAsTheirLengthIsThereAndDoNotWaitForTheNextBoundary)
{
    const auto body = measured("Code=A;action=Start;index=0", 27);
    EXPECT_THAT(parts_of(body.substr(0, body.size() - 2)), ElementsAre("Code=A;action=Start;index=0"));
}

TEST(Parts, WithoutALengthEndAtTheNextBoundaryOrWhereTheTextIsPlainlyWhole)
{
    EXPECT_THAT(parts_of(open_ended("Code=A;action=Pulse")), ElementsAre("Code=A;action=Pulse\r\n"));
    EXPECT_THAT(parts_of(open_ended("Code=A;action=Pulse;data={\"a\":\"}\"")), IsEmpty());
    EXPECT_THAT(parts_of(open_ended("Code=A;action=Pulse;data={\n \"a\":{\"b\":1}")), IsEmpty());
    EXPECT_THAT(parts_of(open_ended("Code=A;action=Pulse;data={\n \"a\":\"}\"\n}")),
                ElementsAre("Code=A;action=Pulse;data={\n \"a\":\"}\"\n}\r\n"));
    EXPECT_THAT(parts_of(open_ended("Events[0].Door=0\r\nEvents[0].Status=1") + beat),
                ElementsAre("Events[0].Door=0\r\nEvents[0].Status=1", "Heartbeat"));
}

TEST(Parts, WhoseLengthLiesCostThemselvesAtMost)
{
    EXPECT_THAT(parts_of(measured("Code=A;action=Start", 400) + beat),
                ElementsAre("Code=A;action=Start", "Heartbeat", "flaws:1")); // cut off
    EXPECT_THAT(parts_of(measured("Code=AAAA;action=Start", 9) + beat),
                ElementsAre("Code=AAAA;action=Start", "Heartbeat")); // too short
    EXPECT_THAT(parts_of(measured("x", 99'999'999) + beat), ElementsAre("Heartbeat", "flaws:1"));
    EXPECT_THAT(parts_of("garbage\x01\x02 --\r\n" + beat), ElementsAre("Heartbeat", "flaws:1"));
    EXPECT_THAT(parts_of("--other\r\n\r\nx" + beat, 1), ElementsAre("Heartbeat", "flaws:1"));
    // The header announces another boundary than the lines have.
    const std::string other = "multipart/x-mixed-replace; boundary=--other";
    EXPECT_THAT(parts_of(beat + beat, 1, false, other), ElementsAre("Heartbeat", "Heartbeat"));
}

TEST(Parts, ThatNeverEndAreGivenUp)
{
    PartLimits limits;
    limits.text_max = 1'000;
    PartScanner scanner("multipart/x-mixed-replace; boundary=myboundary", limits);
    scanner.feed(open_ended("Code=A;action=Pulse;data={"));
    for (int n = 0; n < 100; ++n) {
        scanner.feed("\"a\":1,\r\n\"b\":2,\r\n\"c\":3,\r\n");
        EXPECT_FALSE(scanner.next());
        EXPECT_LE(scanner.pending(), 1'200U);
    }
    EXPECT_EQ(scanner.flaws(Flaw::oversize), 1U);
    scanner.feed(beat);
    const auto part = scanner.next();
    ASSERT_TRUE(part);
    EXPECT_EQ(part->text(), "Heartbeat");
}

TEST(Parts, OfAPostMayBeginWithALineEndAndCarryNames)
{
    PartScanner scanner("multipart/form-data; boundary=myboundary");
    scanner.feed("\r\n--myboundary\r\nContent-Type: text/plain\r\nContent-Disposition: form-data; "
                 "name=\"info\"\r\n\r\n{\"Events\":[]}\r\n--myboundary--\r\n");
    scanner.finish();
    const auto part = scanner.next();
    ASSERT_TRUE(part);
    EXPECT_EQ(part->name, "info");
    EXPECT_EQ(part->text(), "{\"Events\":[]}");
    EXPECT_FALSE(scanner.next());
    EXPECT_EQ(scanner.flaws(), 0U);
}

// ---- texts ----

TEST(Notices, CutOnlyTheHeadAtSemicolons)
{
    const auto read = read_notices("Code=VideoMotion;action=Start;index=2;data={\n \"Id\" : [ 0 ],\n"
                                   " \"Name\" : \"a=b;action=Stop;data={\"\n}\n");
    ASSERT_EQ(read.events.size(), 1U);
    EXPECT_EQ(read.events[0].code, "VideoMotion");
    EXPECT_EQ(read.events[0].action, "Start");
    EXPECT_EQ(read.events[0].index, 2);
    EXPECT_EQ(text_at(*read.events[0].data, "Name"), "a=b;action=Stop;data={");
}

TEST(Notices, OfSeveralEventsComeApart)
{
    const auto read =
        read_notices("Events[0].EventBaseInfo.Code=TrafficJunction\r\nEvents[0].Lane=0\r\n"
                     "Events[1].EventBaseInfo.Code=AlarmLocal\r\nEvents[1].EventBaseInfo.Action=Start\r\n");
    ASSERT_EQ(read.events.size(), 2U);
    EXPECT_EQ(number_at(*read.events[0].data, "Lane"), 0);
    EXPECT_EQ(read.events[1].code, "AlarmLocal");
}

TEST(Notices, SayWhatIsWrongAndNeverThrow)
{
    EXPECT_TRUE(read_notices("Heartbeat\r\n").heartbeat);
    for (const auto* text : {"", "nonsense", "Code=", "Code=A;data={", "{\"Events\":[]}",
                             "{\"a\":", "Events[0]", "Events[99999].Code=A", "{\"Events\":[{}]}"})
        EXPECT_FALSE(read_notices(text).flaw.empty()) << text;
    std::string deep = "Events[0].EventBaseInfo.Code=A\nEvents[0]";
    for (int i = 0; i < 100; ++i)
        deep += ".a[0]";
    EXPECT_EQ(read_notices(deep + "=1").events.size(), 1U);
}

TEST(Notices, ReadGb18030)
{
    const auto read =
        read_notices("Code=AccessControl;action=Pulse;index=0;data={\"CardName\":\"\xD5\xC5\xC8\xFD\"}");
    ASSERT_EQ(read.events.size(), 1U);
    EXPECT_EQ(text_at(*read.events[0].data, "CardName"), "张三");
}

TEST(Fields, OfLinesLieWhereTheyBelongInWhateverOrderTheyCome)
{
    const auto tree = read_lines("a.b.c=1\na.d=2\na.b.e=3\nf=4\na.b.c=5\na.d.x=6\na.d.y=7\n"
                                 "g[1].h=8\ng[0].h=9\ng[1].i=10\n.k=11\nl..m=12\n[0]=13\na.b.n[1]=14\n");
    EXPECT_EQ(text_at(*tree, "a.b.c"), "1") << "the first counts";
    EXPECT_EQ(text_at(*tree, "a.b.e"), "3");
    EXPECT_EQ(text_at(*tree, "a.d"), "2") << "nothing lies below a text";
    EXPECT_EQ(text_at(*tree, "f"), "4");
    EXPECT_EQ(text_at(*tree, "g.1.h"), "8");
    EXPECT_EQ(text_at(*tree, "g.0.h"), "9");
    EXPECT_EQ(text_at(*tree, "g.1.i"), "10");
    EXPECT_EQ(text_at(*tree, "k"), "11");
    EXPECT_EQ(find(*tree, "l.m"), nullptr);
    EXPECT_EQ(text_at(*tree, "a.b.n.1"), "14");
}

TEST(Fields, AreNumbersHoweverTheyAreWritten)
{
    const auto tree =
        read_json(R"({"a":"12","b":7.0,"c":"1624168340.0","d":"2026-08-11","e":true,"f":"0x1"})");
    ASSERT_TRUE(tree);
    EXPECT_EQ(number_at(*tree, "a"), 12);
    EXPECT_EQ(number_at(*tree, "b"), 7);
    EXPECT_EQ(number_at(*tree, "c"), 1'624'168'340);
    EXPECT_FALSE(number_at(*tree, "d"));
    EXPECT_EQ(flag_at(*tree, "e"), true);
    EXPECT_FALSE(number_at(*tree, "f"));
    EXPECT_EQ(escaped("沪A 1&b"), "%E6%B2%AAA%201%26b");
}

// ---- mapping ----

Mapped mapped(const std::string& text)
{
    const auto read = read_notices(text);
    EXPECT_EQ(read.events.size(), 1U) << read.flaw << ": " << text;
    return read.events.empty() ? Mapped{} : map(read.events[0], MapContext{});
}

std::string access(const std::string& fields)
{
    return "Code=AccessControl;action=Pulse;index=0;data={\"UTC\":1711203293," + fields + "}";
}

TEST(Mapping, OfAFaceThatWasLetIn)
{
    const auto m =
        mapped(access(R"("Method":15,"Status":1,"UserID":"29559","Door":1,"ReaderID":"2","Type":"Exit")"));
    ASSERT_EQ(m.outcome, Mapped::Outcome::event);
    const auto& attempt = std::get<model::AccessAttempt>(m.event.body);
    EXPECT_TRUE(attempt.granted);
    EXPECT_EQ(attempt.credential, "face");
    EXPECT_EQ(attempt.person, "29559");
    EXPECT_EQ(attempt.door, 2);
    EXPECT_EQ(attempt.reader, 2);
    EXPECT_EQ(m.event.direction, model::Direction::out);
    EXPECT_EQ(m.event.device_key, "acs/1711203293/29559/2/15/1");
}

TEST(Mapping, OfSomebodyWhoWasNot)
{
    const auto reason = [](const std::string& fields) {
        return std::get<model::AccessAttempt>(mapped(access(fields)).event.body).reason;
    };
    EXPECT_EQ(reason(R"("Method":15,"Status":0,"UserID":"","ErrorCode":0)"), "not_recognised");
    EXPECT_EQ(reason(R"("Method":1,"Status":0,"UserID":"","CardNo":"AB","ErrorCode":16)"),
              "unknown_credential");
    EXPECT_EQ(reason(R"("Method":1,"Status":0,"UserID":"7","ErrorCode":18)"), "no_permission");
    EXPECT_EQ(reason(R"("Method":1,"Status":0,"UserID":"7","ErrorCode":32)"), "schedule");
    EXPECT_TRUE(mapped(access(R"("Method":4,"Status":0,"UserID":"7","ErrorCode":96)")).asks);
    EXPECT_EQ(mapped("Code=AccessCtl;action=Pulse").refusal.reason, RefusalReason::incomplete);
    EXPECT_TRUE(std::holds_alternative<model::Duress>(
        mapped(access(R"("Method":13,"Status":1,"UserID":"7")")).event.body));
}

TEST(Mapping, GivesLiveEventAndLogRowOneKey)
{
    const auto live = mapped(access(R"("CreateTime":1711203290,"RealUTC":1711203291,"Method":15,"Status":1,)"
                                    R"("UserID":"29559","Door":0,"RecNo":17)"));
    const auto row = read_lines("CreateTime=1711203290\nMethod=15\nStatus=1\nUserID=29559\nDoor=0\nRecNo=17");
    MapContext context;
    context.history = true;
    const auto logged = map_record(*row, context);
    EXPECT_EQ(live.event.device_key, logged.event.device_key);
    EXPECT_FALSE(live.event.device_key.empty());
    EXPECT_TRUE(logged.event.history);
    EXPECT_EQ(logged.event.device_record, "17");
}

TEST(Mapping, OfPlates)
{
    const auto m = mapped("Code=TrafficJunction;action=Pulse;index=0;data={\"RealUTC\":1711203293,\"Lane\":1,"
                          "\"Object\":{\"Confidence\":255},\"TrafficCar\":{\"PlateNumber\":\"沪A·1234 5\","
                          "\"PlateColor\":\"Blue\",\"RecNo\":9}}");
    const auto& passage = std::get<model::VehiclePassage>(m.event.body);
    EXPECT_EQ(passage.plate.text, "沪A12345");
    EXPECT_EQ(passage.plate.color, "blue");
    EXPECT_DOUBLE_EQ(passage.plate.confidence, 1);
    EXPECT_EQ(passage.lane_no, 2);
    EXPECT_EQ(m.event.device_key, "plate/沪A12345/1711203293");
    for (const auto* none : {"--", "unlicensed", "Unknown", ""}) {
        const auto nobody = mapped(std::string("Code=TrafficJunction;action=Pulse;index=0;data={\"UTC\":1,"
                                               "\"TrafficCar\":{\"PlateNumber\":\"") +
                                   none + "\"}}");
        EXPECT_EQ(std::get<model::VehiclePassage>(nobody.event.body).plate.text, "") << none;
    }
    EXPECT_EQ(mapped("Code=TrafficJunction;action=Pulse;index=0;data={\"TrafficCar\":{\"PlateNumber\":\"\","
                     "\"SnapCategory\":\"NonMotor\"}}")
                  .refusal.reason,
              RefusalReason::no_vehicle);
    EXPECT_EQ(mapped("Code=TrafficJam;action=Start;index=0").refusal.reason, RefusalReason::violation);
}

TEST(Mapping, OfAlarmsAndDoors)
{
    EXPECT_EQ(std::get<model::InputChanged>(mapped("Code=AlarmLocal;action=Start;index=3").event.body).input,
              4);
    EXPECT_FALSE(std::get<model::Tamper>(mapped("Code=VideoBlind;action=Stop;index=0").event.body).active);
    const auto forced = mapped("Code=BreakIn;action=Pulse;index=1;data={\"Door\":1}");
    EXPECT_EQ(std::get<model::DoorState>(forced.event.body).position, model::DoorPosition::forced_open);
    EXPECT_EQ(std::get<model::DoorState>(forced.event.body).door, 2);
    const auto open =
        mapped(R"({"Code":"DoorStatus","Action":"Pulse","Index":0,"Data":{"Status":"OpenAlways","UTC":9}})");
    EXPECT_EQ(std::get<model::DoorState>(open.event.body).position, model::DoorPosition::remain_open);
    EXPECT_EQ(mapped("Code=FaceDetection;action=Start;index=0").refusal.reason, RefusalReason::face);
    EXPECT_EQ(mapped("Code=NewFile;action=Pulse;index=0").refusal.reason, RefusalReason::routine);
    EXPECT_EQ(mapped("Code=Something;action=Pulse;index=0").refusal.reason, RefusalReason::unknown_code);
    EXPECT_TRUE(mapped("Code=TimeChange;action=Pulse;index=0").clock_changed);
}

// Field samples of ITSAPI in both layouts (sheet §6b).
TEST(Mapping, OfTollgatePostsInBothLayouts)
{
    const std::string inner =
        R"("Plate":{"IsExist":true,"PlateNumber":"浙A1111","PlateColor":"Blue","Confidence":51},)"
        R"("SnapInfo":{"AccurateTime":"2018-03-01 16:00:00.246","TimeZone":13,"LanNo":1,)"
        R"("AllowUser":true,"OpenStrobe":true})";
    for (const auto& body : {"{\"Picture\":{" + inner + "}}", "{\"Picture\":{}," + inner + "}"}) {
        const auto m = map_tollgate(*read_json(body), MapContext{});
        const auto& passage = std::get<model::VehiclePassage>(m.event.body);
        EXPECT_EQ(passage.plate.text, "浙A1111");
        EXPECT_DOUBLE_EQ(passage.plate.confidence, 0.2);
        EXPECT_EQ(passage.device_list, "allow");
        EXPECT_EQ(passage.lane_no, 1);
        EXPECT_TRUE(m.device_opened);
        EXPECT_EQ(m.event.device_key, "plate/浙A1111/1519891200"); // 08:00:00 UTC
    }
    EXPECT_EQ(map_tollgate(*read_json("{}"), MapContext{}).refusal.reason, RefusalReason::incomplete);
}

TEST(Mapping, ReadsLocalTimesAsDevicesWriteThem)
{
    const auto seconds = [](const std::string& text) {
        const auto time = local_time(text);
        return time ? time->time_since_epoch().count() : -1;
    };
    EXPECT_EQ(seconds("2026-08-11 11:48:28"), 1'786'448'908'000);
    EXPECT_EQ(seconds("2026-8-11 11:48:28"), 1'786'448'908'000);
    EXPECT_EQ(seconds("2026/8/11 11:48:28.5"), 1'786'448'908'500);
    EXPECT_EQ(seconds("11-08-2026 11:48:28"), 1'786'448'908'000);
    for (const auto* text : {"", "2026", "2026-08-11", "a", "2026-13-41 11:48:28"})
        EXPECT_EQ(seconds(text), -1) << text;
}

// ---- clock ----

struct Clock {
    base::WallTime now{std::chrono::seconds(1'767'225'600)}; // 2026-01-01T00:00:00Z
    DeviceClock clock{480min, 5'000ms};
    void shows(std::chrono::milliseconds skew) { clock.measured(now + 480min + skew, now, now); }
    // How far off the event comes out, in seconds.
    auto off(std::chrono::milliseconds ahead, StampKind kind, bool live = true)
    {
        const auto stamp = clock.stamp(now + ahead, kind, now, live);
        trusted = stamp.trusted;
        return std::chrono::duration_cast<std::chrono::seconds>(stamp.occurred_at - now).count();
    }
    bool trusted = false;
};

// Measured on a plate camera in UTC+7: UTC is local time read as an epoch, RealUTC is true (sheet §3).
TEST(Clocks, OfAnotherZoneDoNotShiftRealUtc)
{
    Clock c;
    c.shows(-60min);
    EXPECT_EQ(c.off(0s, StampKind::real_utc), 0);
    EXPECT_TRUE(c.trusted);
    EXPECT_EQ(c.off(7h, StampKind::utc), 0);
    EXPECT_EQ(c.off(-60min, StampKind::local), 0);
}

TEST(Clocks, ThatAreWrongAreCorrectedByTheirMeasuredOffset)
{
    Clock c;
    c.shows(-180'000ms);
    EXPECT_EQ(c.off(-180s, StampKind::utc), 0);
    EXPECT_FALSE(c.trusted);
    EXPECT_EQ(c.off(-600s, StampKind::utc, false), -420); // from the log
    Clock hours;
    hours.shows(-3h);
    EXPECT_EQ(hours.off(-3h, StampKind::utc), 0);
    EXPECT_EQ(hours.off(-4h, StampKind::utc, false), -3600);
    Clock first_boot; // 1970
    const auto age = -first_boot.now.time_since_epoch();
    first_boot.shows(age);
    EXPECT_EQ(first_boot.off(age + 10s, StampKind::utc), 10 > 5 ? 0 : 10);
}

TEST(Clocks, ThatWereSetForgetWhatTheirLiveEventsTaught)
{
    Clock c;
    c.shows(-180'000ms);
    EXPECT_EQ(c.off(-180s, StampKind::utc), 0);
    c.shows(0ms);
    EXPECT_EQ(c.off(-600s, StampKind::utc, false), -600);
}

TEST(Clocks, BelieveNoStampOfTheFuture)
{
    Clock c;
    c.shows(0ms);
    EXPECT_EQ(c.off(1000s, StampKind::utc), 0);
    EXPECT_FALSE(c.trusted);
    EXPECT_EQ(c.off(-1000s, StampKind::utc), -1000); // a late report
}

// ---- answers, recordings ----

TEST(Answers, SayInOneSentenceWhatToDo)
{
    EXPECT_TRUE(judge(200, "OK\r\n").ok());
    EXPECT_EQ(judge(200, "Error\r\nBad Request!\r\n").verdict, Verdict::refused);
    EXPECT_EQ(judge(400, "").verdict, Verdict::refused);
    EXPECT_EQ(judge(403, "").verdict, Verdict::forbidden);
    EXPECT_EQ(judge(404, "").verdict, Verdict::unknown_there);
    EXPECT_EQ(judge(302, "").verdict, Verdict::unknown_there);
    EXPECT_EQ(judge(200, "{\"result\":false}").verdict, Verdict::refused);
    for (unsigned status : {302U, 400U, 403U, 404U, 500U, 503U})
        EXPECT_THAT(judge(status, "").why(),
                    testing::MatchesRegex("[a-z].*; .* / .*；.* \\(HTTP " + std::to_string(status) + "\\)"));
    EXPECT_EQ(judge(503, "").why(),
              "the device is busy; try again in a minute / 设备忙；请一分钟后重试 (HTTP 503)");
    EXPECT_THAT(judge(200, "Error\r\nBad Request!\r\n").why(), HasSubstr("设备拒绝此操作；"));
    EXPECT_THAT(failed(base::Errc::unauthorised).why(), HasSubstr(" / 设备拒绝用户名或密码；"));
}

TEST(Recordings, LoseNamesPlatesAndPicturesAndNothingElse)
{
    const std::string jpeg = "\xFF\xD8\xFF"
                             "face"
                             "\xFF\xD9"
                             "more"
                             "\xFF\xD8\xFF"
                             "x"
                             "\xFF\xD9";
    const auto body =
        measured(
            "Events[0].EventBaseInfo.Code=AccessControl\r\nEvents[0].CardName=Zhang\r\nEvents[0].UserID=29559"
            "\r\nEvents[0].Status=1\r\nEvents[0].UTC=1711203293",
            132) +
        "--myboundary\r\nContent-Type: image/jpeg\r\nContent-Length: " + std::to_string(jpeg.size()) +
        "\r\n\r\n" + jpeg + "\r\n" +
        measured("Code=TrafficJunction;action=Pulse;index=0;data={\"TrafficCar\":{\"PlateNumber\" : "
                 "\"沪A12345\"}}",
                 79);
    const auto out = redact(body);
    EXPECT_EQ(out.size(), body.size());
    for (const auto* secret : {"Zhang", "29559", "A12345", "face", "more"})
        EXPECT_EQ(out.find(secret), std::string::npos) << secret;
    EXPECT_THAT(out, HasSubstr("Events[0].UTC=1711203293"));
    EXPECT_EQ(explain_bytes(out, MapContext{}), explain_bytes(body, MapContext{}));
    EXPECT_THAT(
        explain_bytes(body, MapContext{}),
        ElementsAre("AccessControl: access.granted", "picture, 19 bytes", "TrafficJunction: vehicle.passed"));
    EXPECT_THAT(explain_bytes("garbage", MapContext{}), ElementsAre(HasSubstr("not an event")));
}

} // namespace
} // namespace gatehouse::dahua
