#include "protocols/net/session_token.hpp"
#include "protocols/zkteco/config.hpp"
#include "protocols/zkteco/device_clock.hpp"
#include "protocols/zkteco/event_codes.hpp"
#include "protocols/zkteco/event_map.hpp"
#include "protocols/zkteco/explain.hpp"
#include "protocols/zkteco/record_numbers.hpp"
#include "protocols/zkteco/recorder.hpp"
#include "protocols/zkteco/replies.hpp"
#include "protocols/zkteco/request.hpp"
#include "protocols/zkteco/times.hpp"

#include "gateway/base/time_text.hpp"

#include <gmock/gmock.h>

namespace gatehouse::zkteco {
namespace {

using namespace std::chrono_literals;
using model::AccessAttempt;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const Reading reading{};

base::WallTime at(const char* text)
{
    return base::parse_time(text, 480min)->time;
}

template <class Body>
Body body(const Mapped& mapped)
{
    EXPECT_EQ(mapped.refusal, Refusal::none) << mapped.text;
    EXPECT_TRUE(std::holds_alternative<Body>(mapped.event.body)) << mapped.text;
    return std::get<Body>(mapped.event.body);
}

Mapped access_event(const std::string& fields)
{
    return map_access(read_fields("time=2017-01-10 11:49:40\t" + fields), reading);
}

// ---- first lines ----

TEST(ZktecoRequest, KnowsThePathsWhateverTheirSpelling)
{
    const auto hello =
        read_request("GET", "/iclock/cdata?SN=BOCK200961014&options=all&language=69&pushver=2.4.0"
                            "&DeviceType=middle%20east&PushOptionsFlag=1");
    EXPECT_EQ(hello.place, Place::cdata);
    EXPECT_FALSE(hello.post);
    EXPECT_EQ(hello.serial, "BOCK200961014");
    EXPECT_EQ(hello.value("devicetype"), "middle east");
    EXPECT_EQ(read_request("POST", "//iclock//cdata.aspx?table=ATTLOG&sn=A").place, Place::cdata);
    EXPECT_EQ(read_request("POST", "//iclock//cdata.aspx?table=ATTLOG&sn=A").serial, "A");
    EXPECT_EQ(read_request("GET", "/iclock/getrequest").place, Place::getrequest);
    EXPECT_EQ(read_request("GET", "/iclock/registry?SN=1").place, Place::registry);
    EXPECT_EQ(read_request("GET", "/iclockx/cdata?SN=1").place, Place::other);
    EXPECT_EQ(read_request("GET", "/iclock/fdata?SN=1").place, Place::other);
    EXPECT_EQ(read_request("GET", "").place, Place::other);
    EXPECT_EQ(read_request("GET", "/iclock/ping?SN=%4&=&&x").serial, "%4");
}

// ---- lines ----

TEST(ZktecoRecords, APunchIsReadByPosition)
{
    const auto punch = read_punch("1\t2024-07-28 01:25:24\t0\t1\t\t0\t0\t");
    ASSERT_TRUE(punch);
    EXPECT_EQ(punch->pin, "1");
    EXPECT_EQ(punch->time, "2024-07-28 01:25:24");
    EXPECT_EQ(punch->status, 0);
    EXPECT_EQ(punch->verify, 1);
    const auto odd = read_punch("5_4968\t2024-07-28 01:25:24\t255\t15");
    ASSERT_TRUE(odd);
    EXPECT_EQ(odd->pin, "5_4968");
    EXPECT_FALSE(read_punch("1\t2024-07-28 01:25:24\t0"));
    EXPECT_FALSE(read_punch("\t\t\t\t\t\t"));
}

TEST(ZktecoRecords, TheWideLineOfTftDevicesHasTheSameBeginning)
{
    const auto punch =
        read_punch("982\t2016-02-25 12:08:21\t1\t0\t9001\t0\t0\t1\t2\t3\t4\t5\t6\t1.0\t2.0\t3.0");
    ASSERT_TRUE(punch);
    EXPECT_EQ(punch->pin, "982");
    EXPECT_EQ(punch->status, 1);
    EXPECT_EQ(punch->work_code, "9001");
}

TEST(ZktecoRecords, ANameInGb2312IsReadAsWhatItSays)
{
    const auto fields = read_fields("USER PIN=12\tName=\xD5\xC5\xC8\xFD\tPri=0\tCard=13375590\t");
    EXPECT_EQ(field(fields, "pin"), "12");
    EXPECT_EQ(field(fields, "name"), "张三");
    EXPECT_EQ(field(fields, "card"), "13375590");
}

TEST(ZktecoRecords, TheFirstFieldOfANameCounts)
{
    const auto fields = read_fields("PIN=12\tpin=13\tcardno=");
    EXPECT_EQ(field(fields, "pin"), "12");
    EXPECT_TRUE(has_field(fields, "cardno"));
    EXPECT_FALSE(has_field(fields, "event"));
}

TEST(ZktecoRecords, TemplatesAreKnownByTheirFirstWord)
{
    EXPECT_TRUE(is_biometric("FP PIN=1\tFID=0\tSize=1\tTMP=AA"));
    EXPECT_TRUE(is_biometric("BIODATA Pin=1\tNo=0"));
    EXPECT_TRUE(is_biometric("BIOPHOTO PIN=1\tFileName=1.jpg"));
    EXPECT_TRUE(is_biometric("FACE PIN=1"));
    EXPECT_TRUE(is_biometric("biophoto pin=1"));
    EXPECT_FALSE(is_biometric("USER PIN=1\tName=FACE "));
    EXPECT_FALSE(is_biometric("OPLOG 6\t0\t2024-06-13 12:55:41\t1\t0\t0\t906"));
}

TEST(ZktecoRecords, InfoTellsHowManyRecordsTheLogHolds)
{
    const auto info = read_info("Ver 6.8.0(build640),2,0,7,192.168.1.201,10,-1,-12,101");
    ASSERT_TRUE(info);
    EXPECT_EQ(info->firmware, "Ver 6.8.0(build640)");
    EXPECT_EQ(info->users, 2);
    EXPECT_EQ(info->logs, 7);
    EXPECT_FALSE(read_info("Ver 6.8.0,x,0,7"));
    EXPECT_FALSE(read_info(""));
}

TEST(ZktecoRecords, ResultsComeSeveralToABodyWithTextBetween)
{
    const auto results = read_results("ID=1&Return=0&CMD=DATA\nID=2&Return=-13&CMD=CONTROL DEVICE\n"
                                      "ID=3&Return=0&CMD=INFO\n~DeviceName=K40\nFirmVer=6.60\n");
    ASSERT_EQ(results.size(), 3U);
    EXPECT_EQ(results[0].id, "1");
    EXPECT_EQ(results[1].code, -13);
    EXPECT_EQ(results[1].command, "CONTROL DEVICE");
    EXPECT_TRUE(read_results("ID=&Return=0").empty());
    EXPECT_TRUE(read_results("ID=1&Return=zero").empty());
}

TEST(ZktecoRecords, ThePhotographsHeaderEndsWithANul)
{
    using namespace std::string_literals;
    const auto photo = read_photo("PIN=20160225120821-982\nSN=1\nsize=4\nCMD=realupload\0\xFF\xD8\xFF\xE0"s);
    ASSERT_TRUE(photo);
    EXPECT_EQ(photo->name, "20160225120821-982");
    EXPECT_EQ(photo->command, "realupload");
    EXPECT_EQ(photo->announced, 4U);
    EXPECT_EQ(photo->received, 4U);
    EXPECT_FALSE(read_photo("PIN=1\nsize=4\n"));
}

TEST(ZktecoRecords, ContactsAreTwoBitsADoorAndRelaysOne)
{
    EXPECT_EQ(contact_of("01", 1), Contact::closed);
    EXPECT_EQ(contact_of("01", 2), Contact::none);
    EXPECT_EQ(contact_of("08", 2), Contact::open);
    EXPECT_EQ(contact_of("0002", 5), Contact::open);
    EXPECT_EQ(contact_of("zz", 1), Contact::none);
    EXPECT_EQ(contact_of("", 16), Contact::none);
    EXPECT_TRUE(relay_of("02", 2));
    EXPECT_FALSE(relay_of("02", 1));
}

// ---- times ----

TEST(ZktecoTimes, LocalTimesBecomeInstantsAndImpossibleOnesNothing)
{
    EXPECT_EQ(read_time("2024-07-28 01:25:24", 480min), at("2024-07-27T17:25:24Z"));
    EXPECT_EQ(write_time(at("2024-07-27T17:25:24Z"), 480min), "2024-07-28 01:25:24");
    for (const auto* text : {"2024-02-30 01:25:24", "2024-07-28 24:00:00", "0000-00-00 00:00:00",
                             "2024-07-28", "2024-07-28 01:25:2x", ""})
        EXPECT_FALSE(read_time(text, 480min)) << text;
}

TEST(ZktecoTimes, TheNumberCountsMonthsOf31Days)
{
    // By the formula of sheet §3, worked out by hand.
    EXPECT_EQ(to_number(at("2000-01-01T00:00:00+08:00"), 480min), 0);
    EXPECT_EQ(to_number(at("2000-02-01T00:00:01+08:00"), 480min), 31 * 86'400 + 1);
    EXPECT_EQ(to_number(at("2018-02-20T03:14:54+08:00"), 480min),
              ((18LL * 12 + 1) * 31 + 19) * 86'400 + 3 * 3600 + 14 * 60 + 54);
}

TEST(ZktecoTimes, AZoneIsSaidInTheFormThatTheFirmwareTakesOrNotAtAll)
{
    EXPECT_EQ(zone_option(480min, ZoneForm::hours), "8");
    EXPECT_EQ(zone_option(330min, ZoneForm::hours), "");
    EXPECT_EQ(zone_option(330min, ZoneForm::minutes), "330");
    EXPECT_EQ(zone_option(-300min, ZoneForm::offset), "-05:00");
    EXPECT_EQ(zone_option(480min, ZoneForm::none), "");
    EXPECT_EQ(http_date(at("1994-11-06T08:49:37Z")), "Sun, 06 Nov 1994 08:49:37 GMT");
    EXPECT_EQ(attendance_time(at("2026-05-05T17:40:20+08:00"), 480min), "Time=2026-05-05T17:40:20+08:00");
    EXPECT_THAT(access_time(at("2026-05-05T17:40:20+08:00"), 480min, true), HasSubstr(",ServerTZ=+0800"));
}

// ---- meaning ----

TEST(ZktecoMap, APunchLetsSomebodyInAndIsKnownByPersonTimeAndStatus)
{
    const auto mapped = map(*read_punch("1\t2024-07-28 01:25:24\t0\t1\t\t0\t0\t"), reading);
    const auto attempt = body<AccessAttempt>(mapped);
    EXPECT_TRUE(attempt.granted);
    EXPECT_EQ(attempt.credential, "fingerprint");
    EXPECT_EQ(attempt.person, "1");
    EXPECT_EQ(mapped.event.device_key, "att/1/2024-07-28 01:25:24/0");
    EXPECT_EQ(mapped.event.device_time, at("2024-07-28T01:25:24+08:00"));
    EXPECT_EQ(mapped.event.direction, model::Direction::unknown);
    Reading with_direction = reading;
    with_direction.punch_direction = true;
    EXPECT_EQ(map(*read_punch("1\t2024-07-28 01:25:24\t1\t1"), with_direction).event.direction,
              model::Direction::out);
    EXPECT_EQ(map(*read_punch("1\t2024-07-28 99:25:24\t1\t1"), reading).refusal, Refusal::no_time);
}

TEST(ZktecoMap, OnlyOperationsThatConcernSecurityBecomeEvents)
{
    const auto operation = [](const std::string& text) { return map(*read_operation(text), reading); };
    EXPECT_TRUE(body<model::DeviceHealth>(operation("OPLOG 0\t0\t2024-03-12 11:03:48\t0\t0\t0\t0")).ok);
    EXPECT_FALSE(body<model::DeviceHealth>(operation("OPLOG 1\t0\t2024-03-12 11:03:48\t0\t0\t0\t0")).ok);
    EXPECT_EQ(body<model::Tamper>(operation("OPLOG 3\t0\t2024-03-12 11:03:48\t55\t0\t0\t0")).part, "case");
    EXPECT_EQ(body<model::DoorState>(operation("OPLOG 3\t0\t2024-03-12 11:03:48\t54\t0\t0\t0")).position,
              model::DoorPosition::forced_open);
    EXPECT_EQ(body<model::DeviceHealth>(operation("OPLOG 23\t1\t2024-03-12 11:03:48\t0\t0\t0\t0")).what,
              "storage");
    EXPECT_EQ(operation("OPLOG 4\t0\t2024-03-12 11:03:53\t0\t0\t0\t0").refusal, Refusal::not_wanted);
    EXPECT_EQ(operation("OPLOG 6\t0\t2024-06-13 12:55:41\t1\t0\t0\t906").refusal, Refusal::not_wanted);
    EXPECT_FALSE(read_operation("OPLOG x\t0\t2024-06-13 12:55:41"));
}

TEST(ZktecoMap, AccessEventsSayWhoWhereAndWhyNot)
{
    const auto in =
        access_event("pin=1001\tcardno=13375590\teventaddr=1\tevent=0\tinoutstatus=0\tverifytype=4"
                     "\tindex=22");
    const auto attempt = body<AccessAttempt>(in);
    EXPECT_TRUE(attempt.granted);
    EXPECT_EQ(attempt.credential, "card");
    EXPECT_EQ(attempt.card, "13375590");
    EXPECT_EQ(attempt.person, "1001");
    EXPECT_EQ(in.event.direction, model::Direction::in);
    EXPECT_EQ(in.event.device_record, "22");
    EXPECT_EQ(in.event.device_key, "acc/22/2017-01-10 11:49:40");
    const auto out = body<AccessAttempt>(
        access_event("pin=0\tcardno=13375591\teventaddr=3\taddrtype=3\tevent=27\tverifytype=4\tindex=23"));
    EXPECT_FALSE(out.granted);
    EXPECT_EQ(out.reason, "unknown_credential");
    EXPECT_EQ(out.person, "");
    EXPECT_EQ(out.reader, 3);
    EXPECT_EQ(out.door, 0);
    EXPECT_EQ(body<AccessAttempt>(access_event("eventaddr=1\tevent=202\tverifytype=200")).credential,
              "button");
    EXPECT_EQ(body<AccessAttempt>(access_event("eventaddr=1\tevent=24\tverifytype=15")).credential, "face");
    EXPECT_EQ(body<AccessAttempt>(access_event("eventaddr=1\tevent=47")).reason, "other");
}

TEST(ZktecoMap, AccessEventsTellOfDoorsAlarmsAndTheDeviceItself)
{
    EXPECT_EQ(body<model::DoorState>(access_event("eventaddr=2\tevent=28")).position,
              model::DoorPosition::held_open);
    EXPECT_EQ(body<model::DoorState>(access_event("eventaddr=2\tevent=102")).door, 2);
    EXPECT_EQ(body<model::Tamper>(access_event("eventaddr=1\tevent=100")).part, "case");
    EXPECT_EQ(body<model::Duress>(access_event("pin=7\teventaddr=1\tevent=101")).person, "7");
    EXPECT_TRUE(body<model::InputChanged>(access_event("eventaddr=2\taddrtype=4\tevent=226")).active);
    EXPECT_EQ(body<model::BarrierFault>(access_event("eventaddr=1\tevent=5015")).fault, "blocked");
    EXPECT_TRUE(body<model::DeviceHealth>(access_event("eventaddr=0\tevent=206")).ok);
    EXPECT_EQ(body<model::Detection>(access_event("eventaddr=1\tevent=224")).what, "doorbell");
    EXPECT_EQ(access_event("eventaddr=1\tevent=214").refusal, Refusal::not_wanted);
    EXPECT_EQ(access_event("eventaddr=1\tevent=199").refusal, Refusal::unknown_event);
    EXPECT_EQ(access_event("eventaddr=1").refusal, Refusal::malformed);
    EXPECT_EQ(map_access(read_fields("event=0\tindex=1"), reading).refusal, Refusal::no_time);
}

TEST(ZktecoMap, EveryResultHasASentenceWithARemedy)
{
    EXPECT_THAT(explain_return(-13), HasSubstr("does not know the command"));
    EXPECT_THAT(explain_return(-104), HasSubstr("no such table"));
    EXPECT_THAT(explain_return(-708), HasSubstr("does not support"));
    EXPECT_THAT(explain_return(-13), HasSubstr(" / 设备不支持此命令；"));
    for (const int code : {-1, -13, -104, -615, -725, -4711})
        EXPECT_THAT(explain_return(code),
                    testing::MatchesRegex("the .*; .* / .*；.* \\(" + std::to_string(code) + "\\)"));
}

// ---- clock and numbers ----

TEST(ZktecoClock, AStampOfNowIsBelievedAtOnceAndAnOffsetOnlyWhenThreeAgree)
{
    DeviceClock clock(5s, 60s);
    const auto now = at("2026-01-01T08:00:00Z");
    EXPECT_FALSE(clock.hinted(now - 1h, now));
    EXPECT_FALSE(clock.hinted(now - 1h + 30s, now + 32s));
    EXPECT_FALSE(clock.offset());
    EXPECT_FALSE(clock.stamp(now - 1h, now).trusted);
    EXPECT_TRUE(clock.hinted(now - 1h + 60s, now + 61s));
    ASSERT_TRUE(clock.offset());
    EXPECT_NEAR(static_cast<double>(clock.offset()->count()), -3'600'000.0, 1'000.0);
    EXPECT_FALSE(clock.trusted());
    EXPECT_TRUE(clock.stamp(now + 70s - 1h, now + 71s).fresh);
    EXPECT_TRUE(clock.hinted(now + 100s, now + 101s));
    EXPECT_TRUE(clock.trusted());
}

TEST(ZktecoClock, RecordsOfAnOutageSayNothingOfTheClock)
{
    DeviceClock clock(5s, 60s);
    const auto now = at("2026-01-01T08:00:00Z");
    for (int i = 1; i <= 20; ++i)
        EXPECT_FALSE(clock.hinted(now - 2h + i * 5min, now + i * 1s));
    EXPECT_FALSE(clock.offset());
}

TEST(ZktecoClock, NeitherDoesABurstOfRecordsThatHappenedTogether)
{
    DeviceClock clock(5s, 60s);
    const auto now = at("2026-01-01T08:00:00Z");
    for (int i = 0; i < 10; ++i)
        EXPECT_FALSE(clock.hinted(now - 30min + i * 500ms, now + i * 1s));
    EXPECT_FALSE(clock.stamp(now - 30min, now).fresh); // it would open a gate for somebody long gone
}

TEST(ZktecoClock, TwoRecordsThatAgreeByChanceAreNoMeasure)
{
    DeviceClock clock(5s, 60s);
    const auto now = at("2026-01-01T08:00:00Z");
    EXPECT_FALSE(clock.hinted(now - 1h, now));
    EXPECT_FALSE(clock.hinted(now - 1h + 61s, now + 61s));
    EXPECT_FALSE(clock.offset());
}

TEST(ZktecoNumbers, AHoleIsReportedWhenNothingFillsIt)
{
    RecordNumbers numbers;
    const auto shown = at("2026-01-01T08:00:00Z");
    const base::MonoTime begun{1h};
    numbers.note(5, shown, begun);
    numbers.note(10, shown + 5s, begun);
    numbers.note(7, shown + 2s, begun);
    EXPECT_TRUE(numbers.overdue(begun + 9min, 10min).empty());
    const auto holes = numbers.overdue(begun + 10min, 10min);
    ASSERT_EQ(holes.size(), 2U);
    EXPECT_EQ(holes[0].first, 6);
    EXPECT_EQ(holes[0].last, 6);
    EXPECT_EQ(holes[1].first, 8);
    EXPECT_EQ(holes[1].last, 9);
    EXPECT_TRUE(numbers.overdue(begun + 1h, 10min).empty());
}

TEST(ZktecoNumbers, ACountThatBeginsAnewLeavesNoHole)
{
    RecordNumbers numbers;
    const auto shown = at("2026-01-01T08:00:00Z");
    numbers.note(500, shown, base::MonoTime{1h});
    numbers.note(1, shown + 1min, base::MonoTime{1h});
    numbers.note(2, shown + 2min, base::MonoTime{1h});
    RecordNumbers later;
    later.from_memory(numbers.to_memory());
    later.note(3, shown + 3min, base::MonoTime{1h});
    EXPECT_TRUE(later.overdue(base::MonoTime{100h}, 1s).empty());
    EXPECT_TRUE(numbers.overdue(base::MonoTime{100h}, 1s).empty());
}

// ---- answers, recordings, configuration ----

TEST(ZktecoReplies, OptionsAskForPunchesAndOperationsAndForNothingElse)
{
    const auto text = attendance_options("BOCK200961014", Stamps{"12", "9999", "9999"}, 5s, "", false);
    EXPECT_THAT(text, testing::StartsWith("GET OPTION FROM: BOCK200961014\nATTLOGStamp=12\n"));
    EXPECT_THAT(text, HasSubstr("\nTransFlag=AttLog\tOpLog\n"));
    EXPECT_THAT(text, HasSubstr("\nDelay=5\n"));
    EXPECT_THAT(text, HasSubstr("\nRealtime=1\n"));
    EXPECT_THAT(text, Not(HasSubstr("TimeZone")));
    EXPECT_THAT(attendance_options("A", Stamps{}, 5s, "8", true), HasSubstr("\nTimeZone=8\nSyncTime=3600\n"));
    EXPECT_THAT(access_options("code", "id", 5s), testing::StartsWith("registry=ok\nRegistryCode=code\n"));
}

TEST(ZktecoToken, IsTheMd5OfCodeSerialAndSession)
{
    EXPECT_EQ(net::md5_hex("abc"), "900150983cd24fb0d6963f7d28e17f72"); // RFC 1321 A.5
    EXPECT_EQ(net::random_token(32).size(), 32U);
    EXPECT_NE(net::random_token(32), net::random_token(32));
}

TEST(ZktecoRecording, HoldsNoPersonNoCardAndNoTemplateAndCanBeReplayed)
{
    Recorder recorder;
    recorder.begin();
    recorder.take("POST", read_request("POST", "/iclock/cdata?SN=BOCK200961014&table=ATTLOG&Stamp=9999"),
                  "4711\t2024-07-28 01:25:24\t0\t15\t\t0\t0\n");
    recorder.take("POST", read_request("POST", "/iclock/cdata?SN=BOCK200961014&table=rtlog"),
                  "time=2017-01-10 11:49:40\tpin=4711\tcardno=13375590\teventaddr=1\tevent=0\tinoutstatus=0"
                  "\tverifytype=4\tindex=22\n");
    recorder.take("POST", read_request("POST", "/iclock/cdata?SN=BOCK200961014&table=OPERLOG"),
                  "USER PIN=4711\tName=Zhang\tPri=0\nFP PIN=4711\tTMP=QUJD\nOPLOG 0\t0\t2024-03-12 "
                  "11:03:48\t0\t0\t0\t0\n");
    const auto text = recorder.end();
    for (const auto* secret : {"4711", "13375590", "Zhang", "QUJD", "BOCK200961014"})
        EXPECT_THAT(text, Not(HasSubstr(secret)));
    EXPECT_THAT(explain_bytes(text, reading),
                ElementsAre("POST records", "access.granted: punch at 2024-07-28T01:25:24.000+08:00",
                            "POST records",
                            "access.granted: event 0: let in at 2017-01-10T11:49:40.000+08:00, record 22",
                            "POST records", testing::_, testing::HasSubstr("operation 0")));
}

TEST(ZktecoConfig, SlipsAreCalledByTheirNameAndNothingIsWrittenByDefault)
{
    const auto issues_of = [](const std::string& text, const std::string& address = "http://192.0.2.41") {
        config::Issues issues;
        config::DeviceConfig device;
        device.kind = "face";
        device.address = address;
        auto table = config::Table::parse(text, "test.toml", issues);
        (void)read_config(device, table);
        table.finish();
        std::string all;
        for (const auto& issue : issues)
            all += issue.path + ": " + issue.text + "\n";
        return all;
    };
    EXPECT_EQ(issues_of("serial = \"A1\""), "");
    EXPECT_THAT(issues_of(""), HasSubstr("serial"));
    EXPECT_THAT(issues_of("serial = \"A 1\""), HasSubstr("serial number"));
    EXPECT_THAT(issues_of("serial = \"A1\"", "udp://192.0.2.41"), HasSubstr("http://192.0.2.41"));
    EXPECT_THAT(issues_of("serial = \"A1\"\ntime_zone = \"hours\""), HasSubstr("clock = \"correct\""));
    EXPECT_THAT(issues_of("serial = \"A1\"\nserail = 1"), HasSubstr("serail"));
}

} // namespace
} // namespace gatehouse::zkteco
