#include "tests/unit/protocols/zkteco/session_fixture.hpp"

#include <gmock/gmock.h>

namespace gatehouse::zkteco {
namespace {

using model::AccessAttempt;
using model::LinkState;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

// ---- whose request it is ----

TEST_F(ZktecoSession, ClaimsWhatNamesItsSerialAndComesFromItsAddress)
{
    start();
    auto request = device.hello();
    EXPECT_TRUE(driver->claims(request));
    request.target = "//iclock/cdata.aspx?table=ATTLOG&sn=BOCK200961014";
    EXPECT_TRUE(driver->claims(request));
    request.target = "/iclock/cdata?SN=BOCK200961015";
    EXPECT_FALSE(driver->claims(request));
    request.target = "/other/cdata?SN=BOCK200961014";
    EXPECT_FALSE(driver->claims(request));
    request = device.hello();
    request.remote = "192.0.2.99";
    EXPECT_FALSE(driver->claims(request));
    EXPECT_EQ(say(request).status, 404U);
    EXPECT_EQ(odd("foreign"), 1U);
}

// ---- the attendance dialect ----

TEST_F(ZktecoSession, GreetsATerminalAndAsksForPunchesOnly)
{
    start();
    const auto reply = say(device.hello());
    EXPECT_EQ(reply.status, 200U);
    EXPECT_EQ(reply.content_type, "text/plain");
    EXPECT_THAT(reply.body, testing::StartsWith("GET OPTION FROM: BOCK200961014\n"));
    EXPECT_THAT(reply.body, HasSubstr("ATTLOGStamp=9999\n"));
    EXPECT_EQ(reply.date, ""); // it would set its clock by it
    EXPECT_EQ(driver->status().facts.at("dialect"), "attendance");
    EXPECT_THAT(links(), ElementsAre(LinkState::up));
}

TEST_F(ZktecoSession, APunchIsOnDiskBeforeItIsAcknowledgedAndALivePersonDoesNotWait)
{
    start();
    const auto reply = say(device.punch("4711"));
    EXPECT_EQ(reply.body, "OK: 1");
    ASSERT_EQ(of<AccessAttempt>().size(), 1U);
    const auto event = of<AccessAttempt>()[0];
    EXPECT_EQ(event.device, "dev-1");
    EXPECT_FALSE(event.history);
    EXPECT_TRUE(event.time_trusted);
    EXPECT_EQ(std::get<AccessAttempt>(event.body).credential, "face");
    ASSERT_EQ(early.size(), 1U);
    EXPECT_EQ(early[0].device_key, event.device_key);
}

TEST_F(ZktecoSession, WhatTheJournalCannotTakeStaysWithTheDevice)
{
    start();
    say(device.punch("1"));
    sink_refuses = 1;
    const auto request = device.punch("4711");
    EXPECT_EQ(say(request).status, 503U);
    EXPECT_EQ(of<AccessAttempt>().size(), 1U);
    EXPECT_EQ(say(request).body, "OK: 1");
    EXPECT_EQ(of<AccessAttempt>().size(), 2U);
    EXPECT_EQ(early.size(), 2U); // nothing opens a second time
}

TEST_F(ZktecoSession, AStampIsEchoedOnlyWhenItsRecordsAreOnDiskAlsoAfterARestart)
{
    start();
    const auto line = "1\t" + device.now_text() + "\t0\t15\t\t0\t0\t\n";
    const auto operation = "OPLOG 0\t0\t" + device.now_text() + "\t0\t0\t0\t0\n";
    say(device.post("cdata", "table=ATTLOG&Stamp=10", line));
    for (const auto* table : {"ATTLOG", "OPERLOG"}) {
        sink_refuses = 1;
        const auto body = std::string(table) == "ATTLOG" ? line : operation;
        EXPECT_EQ(say(device.post("cdata", std::string("table=") + table + "&Stamp=20", body)).status, 503U);
    }
    EXPECT_THAT(say(device.hello()).body, HasSubstr("\nATTLOGStamp=10\nOPERLOGStamp=9999\n"));
    EXPECT_EQ(say(device.post("cdata", "table=OPERLOG&Stamp=33", operation)).body, "OK: 1");
    stop();
    start();
    EXPECT_THAT(say(device.hello()).body, HasSubstr("\nATTLOGStamp=10\nOPERLOGStamp=33\n"));
}

TEST_F(ZktecoSession, APostOfAnAccessDeviceIsTakenWholeOrComesAgain)
{
    start();
    enrol();
    say(device.event(0));
    const auto batch =
        device.post("cdata", "table=rtlog", device.row(0, 2) + device.row(0, 3) + device.row(0, 4));
    sink_refuses = 1; // of the first; the others are on disk
    EXPECT_EQ(say(batch).status, 503U);
    EXPECT_EQ(say(batch).body, "OK");
    EXPECT_EQ(of<AccessAttempt>().size(), 4U);
    EXPECT_EQ(early.size(), 4U);
}

TEST_F(ZktecoSession, WhatTheJournalNeverTakesDoesNotComeForEver)
{
    start();
    say(device.punch("1"));
    refuses_with = base::Errc::bad_input;
    sink_refuses = 1;
    EXPECT_EQ(say(device.punch("4711")).body, "OK: 1");
    EXPECT_EQ(of<AccessAttempt>().size(), 1U);
}

TEST_F(ZktecoSession, ABatchThatComesTwiceIsThereOnce)
{
    start();
    const auto request = device.punch("4711");
    say(request);
    EXPECT_EQ(say(request).body, "OK: 1");
    EXPECT_EQ(of<AccessAttempt>().size(), 1U);
    EXPECT_EQ(repeats, 1);
    EXPECT_EQ(early.size(), 1U);
}

TEST_F(ZktecoSession, RecordsOfAnOutageAreHistoryAndOpenNothing)
{
    start();
    std::string body;
    for (int i = 0; i < 200; ++i)
        body += std::to_string(i) + "\t" + device.now_text(-3h) + "\t0\t15\t\t0\t0\t\n";
    EXPECT_EQ(say(device.post("cdata", "table=ATTLOG&Stamp=77", body)).body, "OK: 200");
    EXPECT_EQ(of<AccessAttempt>().size(), 200U);
    EXPECT_TRUE(of<AccessAttempt>()[0].history);
    EXPECT_TRUE(early.empty());
    EXPECT_THAT(say(device.hello()).body, HasSubstr("ATTLOGStamp=77\n")); // echoed
}

TEST_F(ZktecoSession, AnUnreadableLineCostsOneLine)
{
    start();
    const auto good = "1\t" + device.now_text() + "\t0\t15\t\t0\t0\t\n";
    const auto reply =
        say(device.post("cdata", "table=ATTLOG&Stamp=1", "rubbish\n" + good + "1\tnever\t0\t1\n"));
    EXPECT_EQ(reply.body, "OK: 3"); // or it would come for ever
    EXPECT_EQ(of<AccessAttempt>().size(), 1U);
    EXPECT_EQ(metrics
                  .counter("gatehouse_zkteco_records_refused_total", "",
                           {{"device", "dev-1"}, {"reason", "malformed"}})
                  .value(),
              1U);
}

TEST_F(ZktecoSession, TemplatesAndPhotographsVanish)
{
    using namespace std::string_literals;
    start();
    const auto body =
        "FP PIN=1\tFID=0\tSize=4\tValid=1\tTMP=QUJD\nBIOPHOTO PIN=1\tContent=QUJD\nUSER PIN=1\tName=\xD5\xC5"
        "\nOPLOG 0\t0\t" +
        device.now_text() + "\t0\t0\t0\t0\n";
    EXPECT_EQ(say(device.post("cdata", "table=OPERLOG&Stamp=1", body)).body, "OK: 4");
    EXPECT_EQ(odd("biometric_dropped"), 2U);
    EXPECT_EQ(of<model::DeviceHealth>().size(), 1U);
    const auto photo = "PIN=20160225120821-982\nSN=1\nsize=4\nCMD=realupload\0\xFF\xD8\xFF\xE0"s;
    EXPECT_EQ(say(device.post("cdata", "table=ATTPHOTO&Stamp=1", photo)).body, "OK");
    EXPECT_EQ(odd("photo_dropped"), 1U);
    for (const auto& event : events)
        EXPECT_TRUE(event.pictures.empty());
}

// ---- liveness ----

TEST_F(ZktecoSession, IsDownWhenItHasNeverCalledAndUpWithItsFirstCall)
{
    start();
    EXPECT_TRUE(links().empty());
    pass(26s);
    EXPECT_THAT(links(), ElementsAre(LinkState::down));
    EXPECT_THAT(driver->status().why, HasSubstr("cloud server"));
    say(device.get("ping"));
    EXPECT_THAT(links(), ElementsAre(LinkState::down, LinkState::up));
    calls(20);
    EXPECT_EQ(links().size(), 2U);
    pass(26s); // 3 x 5 s + 10 s (sheet §5)
    EXPECT_EQ(links().back(), LinkState::down);
    EXPECT_THAT(driver->status().why, HasSubstr("has not called for 25 s"));
}

TEST_F(ZktecoSession, RecordsInItsLogThatDoNotComeMakeTheLinkSilentAndAreFetched)
{
    start();
    say(device.hello());
    call(true);
    say(device.punch("1"));
    pass(5s);
    call(true);
    EXPECT_EQ(driver->status().link, LinkState::up);
    (void)device.punch("2"); // in its log, never sent
    for (int i = 0; i < 14; ++i) {
        pass(5s);
        call(true);
    }
    EXPECT_EQ(driver->status().link, LinkState::silent);
    EXPECT_THAT(driver->status().why, HasSubstr("1 records"));
    ASSERT_FALSE(device.commands.empty());
    EXPECT_THAT(device.commands[0], testing::StartsWith("DATA QUERY ATTLOG StartTime="));
    EXPECT_EQ(of<AccessAttempt>().size(), 2U);
    EXPECT_TRUE(of<AccessAttempt>().back().history);
    call(true);
    EXPECT_EQ(driver->status().link, LinkState::silent); // fetched is not live
    say(device.punch("3"));
    EXPECT_EQ(driver->status().link, LinkState::up);
}

// ---- the clock (pains 17) ----

TEST_F(ZktecoSession, TellsNoTimeAndNoZoneUnlessToldTo)
{
    start();
    const auto hello = say(device.hello());
    EXPECT_THAT(hello.body, Not(HasSubstr("TimeZone")));
    EXPECT_THAT(hello.body, Not(HasSubstr("SyncTime")));
    EXPECT_EQ(say(device.get("cdata", "type=time")).body, "OK");
    device.skew = -1h;
    punches(4);
    EXPECT_FALSE(driver->status().clock_trusted);
    ASSERT_EQ(of<model::DeviceClock>().size(), 1U);
    EXPECT_NEAR(static_cast<double>(*driver->status().clock_offset_ms), -3'600'000.0, 1'500.0);
    EXPECT_TRUE(writes.empty());
    // From then on a live punch is live although its stamp is an hour old.
    EXPECT_FALSE(of<AccessAttempt>().back().history);
    EXPECT_FALSE(of<AccessAttempt>().back().time_trusted);
}

TEST_F(ZktecoSession, ShowsBothClocksAndWhatWouldBeWrittenBeforeItIs)
{
    start();
    say(device.hello());
    device.skew = -8h;
    punches(4);
    const auto steps = wait(driver->self_test());
    ASSERT_EQ(steps.back().name, "clock");
    EXPECT_FALSE(steps.back().passed);
    EXPECT_THAT(steps.back().detail, HasSubstr("box says 2026-01-01 08:01:"));
    EXPECT_THAT(steps.back().detail, HasSubstr("device says 2026-01-01 00:01:"));
    EXPECT_THAT(steps.back().detail, HasSubstr("nothing is written"));
    EXPECT_THAT(steps.back().remedy, HasSubstr("time_zone"));
}

TEST_F(ZktecoSession, TellsTimeAndZoneWhereConfiguredAndOnlyWhileOurOwnClockIsKept)
{
    start("clock = \"correct\"\ntime_zone = \"offset\"\n");
    auto hello = say(device.hello());
    EXPECT_THAT(hello.body, HasSubstr("TimeZone=+08:00\nSyncTime=3600\n"));
    EXPECT_EQ(hello.date, "Thu, 01 Jan 2026 00:00:00 GMT");
    ASSERT_EQ(writes.size(), 1U);
    EXPECT_EQ(writes[0].what, "time zone");
    EXPECT_EQ(say(device.get("cdata", "type=time")).body, "Time=2026-01-01T08:00:00+08:00");
    our_clock_kept = false;
    hello = say(device.hello());
    EXPECT_THAT(hello.body, Not(HasSubstr("TimeZone")));
    EXPECT_EQ(hello.date, "");
    EXPECT_EQ(say(device.get("cdata", "type=time")).body, "OK");
}

TEST_F(ZktecoSession, AZoneThatShiftedTheClockByHoursIsNotToldAgain)
{
    start("clock = \"correct\"\ntime_zone = \"minutes\"\n");
    EXPECT_THAT(say(device.hello()).body, HasSubstr("TimeZone=480\n"));
    device.skew = 16h; // it took the minutes for something else
    punches(4);
    EXPECT_THAT(say(device.hello()).body, Not(HasSubstr("TimeZone")));
    // A device that is merely a little wrong is told again.
    (void)command(model::Action::device_sync);
    device.skew = 20s;
    punches(4);
    EXPECT_THAT(say(device.hello()).body, HasSubstr("TimeZone=480\n"));
}

TEST_F(ZktecoSession, AClockThatWasWrongForAnotherReasonIsNoFaultOfTheZone)
{
    start("clock = \"correct\"\ntime_zone = \"minutes\"\n");
    device.skew = -8h; // as it left the factory, before it was told
    punches(4);
    EXPECT_THAT(say(device.hello()).body, HasSubstr("TimeZone=480\n"));
    EXPECT_THAT(say(device.hello()).body, HasSubstr("TimeZone=480\n"));
    device.skew = 47min; // no zone is away by that
    punches(4);
    EXPECT_FALSE(driver->status().clock_trusted);
    EXPECT_THAT(say(device.hello()).body, HasSubstr("TimeZone=480\n"));
}

TEST_F(ZktecoSession, AnAccessDeviceIsToldTheTimeAsItsOwnNumber)
{
    start("clock = \"correct\"\n");
    enrol();
    const auto number = (26LL * 12 * 31) * 86'400; // 2026-01-01 00:00:00 UTC by the formula of sheet §3
    EXPECT_EQ(say(device.get("rtdata", "type=time")).body,
              "DateTime=" + std::to_string(number) + ",ServerTZ=+0800");
}

// ---- the access dialect ----

TEST_F(ZktecoSession, AnAccessDeviceRegistersAndEveryLaterRequestCarriesItsToken)
{
    start("doors = 2\n");
    device.access = true;
    EXPECT_EQ(say(device.hello()).body, "OK"); // unknown: register
    const auto registered = say(device.registration()).body;
    EXPECT_THAT(registered, testing::MatchesRegex("RegistryCode=[A-Za-z]+"));
    device.take_options(registered);
    device.take_options(say(device.post("push", "", "")).body);
    EXPECT_EQ(device.options["TransTables"], "User\tTransaction");
    EXPECT_EQ(say(device.event(0, "\tpin=7\tcardno=13375590\teventaddr=1")).body, "OK");
    EXPECT_EQ(of<AccessAttempt>().size(), 1U);
    EXPECT_EQ(early.size(), 1U);
    EXPECT_EQ(driver->status().model, "ProFaceX");
    EXPECT_EQ(driver->status().facts.at("doors it has"), "2");
    // Known from now on, also after a restart of ours.
    stop();
    start("doors = 2\n");
    EXPECT_EQ(say(device.event(0)).status, 200U);
    EXPECT_THAT(say(device.hello()).body, testing::StartsWith("registry=ok\nRegistryCode="));
}

TEST_F(ZktecoSession, AWrongTokenIsSentBackToRegister)
{
    start();
    enrol();
    const auto good = device.session_id;
    device.session_id = "stolen";
    EXPECT_EQ(say(device.event(0)).status, 406U);
    EXPECT_EQ(say(device.poll()).status, 406U);
    EXPECT_TRUE(of<AccessAttempt>().empty());
    EXPECT_EQ(odd("token"), 2U);
    device.session_id = good;
    EXPECT_EQ(say(device.event(0)).status, 200U);
    device.md5 = nullptr; // no cookie at all
    EXPECT_EQ(say(device.event(0)).status, 406U);
    stop();
    start("token = \"ignore\"\n");
    device.md5 = nullptr;
    EXPECT_EQ(say(device.event(0)).status, 200U);
}

TEST_F(ZktecoSession, AWrongTokenIsNoSignOfLifeAndAPostIsNoHandshake)
{
    start();
    enrol();
    device.session_id = "stolen";
    auto post = device.post("cdata", "options=all&table=rtlog", device.row(0, 1));
    EXPECT_EQ(say(post).status, 406U);
    EXPECT_TRUE(of<AccessAttempt>().empty());
    for (int i = 0; i < 6; ++i) {
        pass(5s);
        EXPECT_EQ(say(device.poll()).status, 406U);
    }
    EXPECT_EQ(driver->status().link, LinkState::down);
}

TEST_F(ZktecoSession, AnEmptyLogIsAHeartbeatAndEveryAlarmHasItsEvent)
{
    start();
    enrol();
    EXPECT_EQ(say(device.post("cdata", "table=rtlog", "")).body, "OK");
    const auto before = events.size();
    for (const int code : {27, 28, 100, 102, 200, 202})
        EXPECT_EQ(say(device.event(code)).body, "OK");
    EXPECT_EQ(events.size() - before, 7U); // and once what the clock is worth
    EXPECT_EQ(of<model::Tamper>().size(), 1U);
    EXPECT_EQ(of<model::DoorState>().size(), 3U);
    EXPECT_EQ(of<AccessAttempt>().size(), 2U);
    say(device.event(199));
    EXPECT_EQ(metrics
                  .counter("gatehouse_zkteco_records_refused_total", "",
                           {{"device", "dev-1"}, {"reason", "unknown_event"}})
                  .value(),
              1U);
}

TEST_F(ZktecoSession, NumbersThatNeverComeBecomeAGapAndLateOnesDoNot)
{
    start();
    enrol();
    say(device.event(0));
    const auto late = device.event(0);
    const auto never = device.event(0);
    (void)never;
    say(device.event(0));
    say(late);
    for (int i = 0; i < 140; ++i) {
        pass(5s);
        call();
    }
    ASSERT_EQ(of<model::Gap>().size(), 1U);
    const auto gap = std::get<model::Gap>(of<model::Gap>()[0].body);
    EXPECT_EQ(gap.first, 3);
    EXPECT_EQ(gap.last, 3);
    EXPECT_EQ(gap.scope, "dev-1");
}

TEST_F(ZktecoSession, AResetNumberIsANewRecordAndNoRepeat)
{
    start();
    enrol();
    say(device.event(0));
    pass(2s);
    device.next_index = 1;
    say(device.event(0));
    EXPECT_EQ(of<AccessAttempt>().size(), 2U);
    EXPECT_EQ(repeats, 0);
}

TEST_F(ZktecoSession, TheStateOfDoorsIsReconciledWithWhatEventsSaid)
{
    start();
    enrol();
    say(device.state("01"));
    EXPECT_TRUE(of<model::DoorState>().empty()); // once may be an event on its way
    say(device.state("01"));
    ASSERT_EQ(of<model::DoorState>().size(), 1U);
    EXPECT_EQ(std::get<model::DoorState>(of<model::DoorState>()[0].body).position,
              model::DoorPosition::closed);
    say(device.event(200));
    say(device.state("02"));
    say(device.state("02"));
    EXPECT_EQ(of<model::DoorState>().size(), 2U);
    EXPECT_NEAR(static_cast<double>(*driver->status().clock_offset_ms), 500.0, 1'000.0);
}

TEST_F(ZktecoSession, ADeviceThatAsksWhomToLetInIsLeftToItsOwnListAtOnce)
{
    start();
    enrol();
    const auto line = device.row(0, 1);
    const auto reply = say(device.post("cdata", "table=rtlog&AuthType=device", line));
    EXPECT_THAT(reply.body, testing::StartsWith("AUTH=TIMEOUT\r\ntime="));
    EXPECT_TRUE(of<AccessAttempt>().empty());
}

TEST_F(ZktecoSession, StoredTablesAreAcknowledgedAndNotRead)
{
    start();
    enrol();
    const auto reply =
        say(device.post("cdata", "table=tabledata&tablename=biodata&count=1", "biodata pin=1\ttmp=QUJD"));
    EXPECT_EQ(reply.body, "biodata=1");
    EXPECT_EQ(say(device.get("rtdata", "type=time")).body, "OK");
}

TEST_F(ZktecoSession, ACaptureHoldsWhatTheDeviceSentMeanwhile)
{
    start();
    const auto recording = ask(driver->capture(30s));
    say(device.punch("4711"));
    EXPECT_EQ(wait(driver->capture(1s)).error(), base::Errc::busy);
    pass(31s);
    ASSERT_TRUE(recording->has_value());
    EXPECT_THAT((*recording)->value(), HasSubstr("POST /iclock/cdata?SN=SN1&stamp=9999&table=ATTLOG\n"));
    EXPECT_THAT((*recording)->value(), Not(HasSubstr("4711")));
    EXPECT_THAT(driver->replay((*recording)->value()), testing::Contains(HasSubstr("access.granted")));
}

} // namespace
} // namespace gatehouse::zkteco
