#include "tests/unit/protocols/dahua/session_fixture.hpp"

#include <gmock/gmock.h>

namespace gatehouse::dahua {
namespace {

using model::LinkState;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string jpeg = "\xFF\xD8\xFF"
                         "one"
                         "\xFF\xD9";

std::string junction(const std::string& plate, std::int64_t utc, const std::string& more = "")
{
    return "Events[0].EventBaseInfo.Code=TrafficJunction\r\nEvents[0].EventBaseInfo.Action=Pulse\r\n"
           "Events[0].EventBaseInfo.Index=0\r\nEvents[0].Lane=0\r\nEvents[0].RealUTC=" +
           std::to_string(utc) + "\r\nEvents[0].TrafficCar.PlateNumber=" + plate + "\r\n" + more;
}

TEST_F(DahuaSession, BringsWhoPassedAndAnnouncesItFirst)
{
    start("face");
    device.pass(1);
    settle();
    ASSERT_THAT(people(), ElementsAre("29559"));
    ASSERT_EQ(early.size(), 1U);
    const auto event = of<model::AccessAttempt>()[0];
    EXPECT_EQ(early[0].device_key, event.device_key);
    EXPECT_TRUE(event.time_trusted);
    EXPECT_EQ(event.occurred_at, std::chrono::floor<std::chrono::seconds>(clock.wall()));
    EXPECT_EQ(driver->status().model, "ASI7213Y-V3");
    EXPECT_THAT(links(), ElementsAre(LinkState::up));
    // Its codes would be cut, so all are asked for (sheet §3).
    EXPECT_EQ(device.asked("/cgi-bin/eventManager.cgi?action=attach&codes=[All]&heartbeat=5"), 1U);
}

TEST_F(DahuaSession, UnderstandsAStreamWithoutLengthsAtOnce)
{
    start("camera");
    device.send_text("Code=AlarmLocal;action=Start;index=3", false);
    settle();
    ASSERT_EQ(of<model::InputChanged>().size(), 1U);
    EXPECT_TRUE(std::get<model::InputChanged>(of<model::InputChanged>()[0].body).active);
}

TEST_F(DahuaSession, TellsOfWhatGoesOnOnlyBeginAndEnd)
{
    start("camera");
    for (const auto* action : {"Start", "Start", "Stop", "Stop"})
        device.send_text(std::string("Code=VideoBlind;action=") + action + ";index=0");
    settle();
    EXPECT_EQ(of<model::Tamper>().size(), 2U);
    // Motion that ends without having begun is nothing; a tamper that ends may end an alert.
    device.send_text("Code=VideoMotion;action=Stop;index=0");
    device.send_text("Code=VideoBlind;action=Stop;index=1");
    settle();
    EXPECT_THAT(of<model::Detection>(), IsEmpty());
    EXPECT_EQ(of<model::Tamper>().size(), 3U);
    // Over or begun anew while we were away: either way it is told.
    device.send_text("Code=VideoMotion;action=Start;index=0");
    settle();
    inside([this] { device.cut(); });
    pass(2s);
    device.send_text("Code=VideoMotion;action=Stop;index=0");
    settle();
    EXPECT_EQ(of<model::Detection>().size(), 2U);
}

TEST_F(DahuaSession, LosesOneMessageToGarbageAndNotTheLink)
{
    start("face");
    device.send("\x01\x02garbage\r\n");
    device.send("--myboundary\r\nContent-Type: text/plain\r\nContent-Length: "
                "900\r\n\r\nCode=AccessControl;action=Pu");
    device.pass(1);
    device.send_text("Code=AccessControl;action=Pulse;index=0;data={\"Sta");
    device.pass(2, "8");
    settle();
    EXPECT_THAT(people(), ElementsAre("29559", "8"));
    EXPECT_THAT(links(), ElementsAre(LinkState::up));
    EXPECT_GE(metrics.counter("gatehouse_dahua_framing_flaws_total", "", {{"device", "dev-1"}}).value(), 1U);
}

TEST_F(DahuaSession, CallsTheLinkDownAfterThreeMissedHeartbeatsAndComesBack)
{
    start("camera");
    pass_alive(60s);
    EXPECT_THAT(links(), ElementsAre(LinkState::up));
    device.present = false;
    pass(21s);
    EXPECT_THAT(links(), ElementsAre(LinkState::up, LinkState::down));
    EXPECT_THAT(driver->status().why, testing::AnyOf(HasSubstr("no byte came"), HasSubstr("reached")));
    device.present = true;
    pass_alive(31s);
    EXPECT_EQ(links().back(), LinkState::up);
}

TEST_F(DahuaSession, SaysSoWhenTheFirmwareClosesTheStreamAtOnce)
{
    start("camera");
    inside([this] { device.cut(); });
    EXPECT_THAT(driver->status().why, HasSubstr("as soon as it is open"));
}

TEST_F(DahuaSession, TriesARefusedPasswordOnceAMinuteAtMost)
{
    device.password_right = false;
    start("camera");
    pass(50s);
    EXPECT_EQ(device.asked("/"), 1U);
    EXPECT_THAT(driver->status().why,
                testing::AnyOf(HasSubstr("refuses the user name"), HasSubstr("silent after")));
    EXPECT_THAT(links(), ElementsAre(LinkState::down));
    pass(20min);
    EXPECT_LE(device.asked("/"), 4U);
}

// ---- pictures ----

TEST_F(DahuaSession, CutsJoinedPicturesAtTheirOffsets)
{
    start("plate");
    EXPECT_EQ(
        device.asked("/cgi-bin/snapManager.cgi?action=attachFileProc&channel=1&heartbeat=5&Flags[0]=Event&"
                     "Events=[All]"),
        1U);
    const auto size = std::to_string(jpeg.size());
    device.send_text(junction("沪A12345", device.now_seconds(),
                              "Events[0].SceneImage.Offset=0\r\nEvents[0].SceneImage.Length=" + size +
                                  "\r\nEvents[0].Object.Image.Offset=" + size +
                                  "\r\nEvents[0].Object.Image.Length=" + size + "\r\n"));
    settle();
    EXPECT_EQ(early.size(), 1U); // the gate does not wait for pictures
    EXPECT_THAT(of<model::VehiclePassage>(), IsEmpty());
    device.send_jpeg(jpeg + jpeg);
    settle();
    ASSERT_EQ(of<model::VehiclePassage>().size(), 1U);
    const auto pictures = of<model::VehiclePassage>()[0].pictures;
    ASSERT_EQ(pictures.size(), 2U);
    EXPECT_EQ(pictures[1].kind, "plate");
    EXPECT_EQ(*pictures[1].bytes, jpeg);
}

TEST_F(DahuaSession, KeepsAPictureWholeWhenItsOffsetsAreWrong)
{
    start("plate");
    for (const auto* cut : {"3 5", "0 99", "500 1"}) { // no beginning of a JPEG, beyond the end, behind it
        const std::string text = cut;
        const auto blank = text.find(' ');
        device.send_text(junction("沪A12345", device.now_seconds(),
                                  "Events[0].SceneImage.Offset=" + text.substr(0, blank) +
                                      "\r\nEvents[0].SceneImage.Length=" + text.substr(blank + 1) + "\r\n"));
        device.send_jpeg(jpeg + jpeg);
        pass(1s);
        ASSERT_EQ(of<model::VehiclePassage>().size(), 1U) << cut;
        ASSERT_EQ(of<model::VehiclePassage>()[0].pictures.size(), 1U) << cut;
        EXPECT_EQ(*of<model::VehiclePassage>()[0].pictures[0].bytes, jpeg + jpeg) << cut;
        events.clear();
    }
}

TEST_F(DahuaSession, DoesNotWaitForAPictureForEver)
{
    start("plate");
    device.send_text(junction("沪A12345", device.now_seconds()));
    pass(2s);
    EXPECT_EQ(of<model::VehiclePassage>().size(), 1U);
}

TEST_F(DahuaSession, WaitsForEachPictureAsLongAsForAnother)
{
    start("plate");
    device.send_text(junction("A1", device.now_seconds()));
    device.send_jpeg(jpeg);
    pass(1500ms);
    device.send_text(junction("A2", device.now_seconds()));
    pass(1s); // the first one's time is over
    EXPECT_EQ(of<model::VehiclePassage>().size(), 1U);
    device.send_jpeg(jpeg);
    settle();
    ASSERT_EQ(of<model::VehiclePassage>().size(), 2U);
    EXPECT_EQ(of<model::VehiclePassage>()[1].pictures.size(), 1U);
}

TEST_F(DahuaSession, BringsWhatWaitsForPicturesWhenItIsStopped)
{
    const std::string of_three = "Events[0].GroupID=7\r\nEvents[0].CountInGroup=3\r\n"
                                 "Events[0].IndexInGroup=1\r\n";
    for (const auto& group : {std::string(), of_three}) {
        start("plate");
        device.send_text(junction("沪A12345", device.now_seconds(), group));
        if (!group.empty()) device.send_jpeg(jpeg);
        settle();
        EXPECT_THAT(of<model::VehiclePassage>(), IsEmpty());
        inside([this] { tasks->cancel(); });
        EXPECT_EQ(of<model::VehiclePassage>().size(), 1U) << group;
        stop();
        events.clear();
    }
}

TEST_F(DahuaSession, MergesTheGroupOfOneCar)
{
    start("plate");
    for (int index = 1; index <= 3; ++index) {
        const auto member =
            junction(index == 1 ? "" : "沪A12345", device.now_seconds(),
                     "Events[0].GroupID=123\r\nEvents[0].CountInGroup=3\r\nEvents[0].IndexInGroup=" +
                         std::to_string(index) + "\r\n");
        device.send_text(member);
        device.send_jpeg(jpeg);
        device.send_text(member); // told twice
        device.send_jpeg(jpeg);
    }
    settle();
    ASSERT_EQ(of<model::VehiclePassage>().size(), 1U);
    const auto car = of<model::VehiclePassage>()[0];
    EXPECT_EQ(std::get<model::VehiclePassage>(car.body).plate.text, "沪A12345");
    EXPECT_EQ(car.pictures.size(), 3U);
    ASSERT_EQ(early.size(), 2U); // without and with its plate
    EXPECT_EQ(std::get<model::VehiclePassage>(early[1].body).plate.text, "沪A12345");
}

TEST_F(DahuaSession, JoinsWhatTwoStreamsTellOfOneEventAndItsPicture)
{
    for (const bool picture_first : {false, true}) {
        events.clear();
        early.clear();
        start("face", "stream = \"both\"");
        ASSERT_EQ(device.streams(), 2U);
        const auto text = device.access({1, device.now_seconds()});
        device.only = picture_first ? 1 : 0;
        for (int n = 0; n < 2; ++n) {
            device.send_text(text);
            if (device.only == 1) device.send_jpeg(jpeg);
            settle();
            device.only = 1 - *device.only;
        }
        EXPECT_EQ(early.size(), 1U);
        ASSERT_EQ(of<model::AccessAttempt>().size(), 1U) << picture_first;
        EXPECT_EQ(of<model::AccessAttempt>()[0].pictures.size(), 1U) << picture_first;
        EXPECT_EQ(repeats, 0);
        stop();
        pass(90s); // another person's second
        device.only.reset();
    }
}

TEST_F(DahuaSession, DoesNotWaitForeverForTheStreamWithPictures)
{
    start("plate", "stream = \"both\"");
    device.only = 0;
    device.send_text(junction("沪A12345", device.now_seconds()));
    pass(1s);
    EXPECT_THAT(of<model::VehiclePassage>(), IsEmpty());
    pass(1s);
    EXPECT_EQ(of<model::VehiclePassage>().size(), 1U);
}

TEST_F(DahuaSession, SaysHowManyPlatesPassedWhileTheStreamWasGone)
{
    start("plate");
    device.send_text(junction("A1", device.now_seconds(), "Events[0].TrafficCar.RecNo=10\r\n"));
    pass(2s);
    device.send_text(
        junction("A2", device.now_seconds(), "Events[0].TrafficCar.RecNo=13\r\n")); // others' numbers
    pass(2s);
    EXPECT_THAT(of<model::Gap>(), IsEmpty());
    inside([this] { device.cut(); });
    pass(2s);
    device.send_text(junction("A3", device.now_seconds(), "Events[0].TrafficCar.RecNo=17\r\n"));
    pass(2s);
    ASSERT_EQ(of<model::Gap>().size(), 1U);
    const auto gap = std::get<model::Gap>(of<model::Gap>()[0].body);
    EXPECT_EQ(gap.first, 14);
    EXPECT_EQ(gap.count, 3);
    device.serial = "another"; // counts otherwise
    inside([this] { device.cut(); });
    pass(4s);
    device.send_text(junction("A4", device.now_seconds(), "Events[0].TrafficCar.RecNo=900\r\n"));
    pass(2s);
    EXPECT_EQ(of<model::VehiclePassage>().size(), 4U);
    EXPECT_EQ(of<model::Gap>().size(), 1U);
}

TEST_F(DahuaSession, OffersAgainWhatTheJournalRefused)
{
    start("face");
    sink_refuses = 2;
    device.pass(1);
    pass(2s);
    EXPECT_THAT(people(), ElementsAre("29559"));
}

TEST_F(DahuaSession, DoesNotTakeASlowJournalForASilentDevice)
{
    start("face");
    device.pass(1, "a");
    sink_refuses = 9;
    device.pass(2, "b");
    settle();
    device.pass(3, "c"); // not read before the journal takes the others
    pass_alive(40s);
    EXPECT_EQ(sink_refuses, 0);
    EXPECT_THAT(people(), ElementsAre("a", "b", "c"));
    EXPECT_THAT(links(), ElementsAre(LinkState::up));
}

TEST_F(DahuaSession, MeasuresTheClockAnewWhenTheDeviceSaysThatItWasSet)
{
    start("camera");
    const auto before = device.asked("/cgi-bin/global.cgi?action=getCurrentTime");
    device.send_text("Code=NTPAdjustTime;action=Pulse;index=0");
    settle();
    EXPECT_EQ(device.asked("/cgi-bin/global.cgi?action=getCurrentTime"), before + 1);
}

// ---- record log ----

void log(fakes::FakeDahua& device, int first, int last, std::chrono::seconds ago = 600s)
{
    for (int number = first; number <= last; ++number) {
        fakes::FakeDahua::Record record;
        record.number = number;
        record.time = device.now_seconds() - ago.count() + number;
        record.user = "u" + std::to_string(number);
        device.records.push_back(record);
    }
}

TEST_F(DahuaSession, FillsWhatWasMissedWhileTheLinkWasDown)
{
    start("face");
    device.pass(1, "a");
    pass_alive(120s);
    device.present = false;
    inside([this] { device.cut(); });
    log(device, 2, 4, 10s);
    pass(5s);
    device.present = true;
    pass(40s);
    EXPECT_THAT(people(), ElementsAre("a", "-u2", "-u3", "-u4"));
    EXPECT_EQ(early.size(), 1U); // history opens nothing
    EXPECT_EQ(memory.values["log/position"].substr(0, 2), "4 ");
}

TEST_F(DahuaSession, ReadsARingOfAnyOrderFromItsNewEnd)
{
    for (const bool newest_first : {false, true}) {
        device.newest_first = newest_first;
        device.records.clear();
        log(device, 1, 950, 1000s);
        memory.values["log/position"] = "700 " + std::to_string(device.now_seconds() - 300);
        events.clear();
        keys_seen.clear();
        device.requests.clear();
        start("face");
        ASSERT_EQ(people().size(), 250U) << newest_first;
        EXPECT_EQ(people().front(), "-u701");
        EXPECT_EQ(people().back(), "-u950");
        EXPECT_LE(device.asked("/cgi-bin/recordFinder.cgi"), 5U);
        EXPECT_THAT(of<model::Gap>(), IsEmpty());
        stop();
    }
}

TEST_F(DahuaSession, ReadsALogThatComesInSmallerPagesThanAskedFor)
{
    device.page_max = 30;
    for (const bool newest_first : {false, true}) {
        device.newest_first = newest_first;
        device.records.clear();
        log(device, 1, 200, 300s);
        memory.values["log/position"] = "100 " + std::to_string(device.now_seconds() - 200);
        events.clear();
        keys_seen.clear();
        start("face");
        EXPECT_EQ(people().size(), 100U) << newest_first;
        EXPECT_THAT(of<model::Gap>(), IsEmpty());
        EXPECT_THAT(of<model::DeviceHealth>(), IsEmpty());
        stop();
    }
}

TEST_F(DahuaSession, ReportsRecordsThatTheRingHasOverwritten)
{
    log(device, 500, 520);
    memory.values["log/position"] = "100 5";
    start("face");
    ASSERT_EQ(of<model::Gap>().size(), 1U);
    const auto gap = std::get<model::Gap>(of<model::Gap>()[0].body);
    EXPECT_EQ(gap.first, 101);
    EXPECT_EQ(gap.last, 499);
    EXPECT_EQ(people().size(), 21U);
}

TEST_F(DahuaSession, SurvivesACounterThatStartsAnew)
{
    log(device, 1, 3);
    memory.values["log/position"] = "90000 1767220000";
    start("face");
    EXPECT_THAT(people(), ElementsAre("-u1", "-u2", "-u3"));
    ASSERT_EQ(of<model::DeviceHealth>().size(), 1U);
    EXPECT_EQ(memory.values["log/position"].substr(0, 2), "3 ");
}

TEST_F(DahuaSession, MovesItsPositionOnlyWhenTheRecordsAreOnDisk)
{
    log(device, 1, 1);
    sink_refuses = 1'000;
    start("face");
    pass_alive(30s);
    EXPECT_FALSE(memory.values.contains("log/position"));
    sink_refuses = 0;
    pass_alive(30s);
    EXPECT_EQ(people().size(), 1U);
    EXPECT_EQ(memory.values["log/position"].substr(0, 2), "1 ");
}

TEST_F(DahuaSession, PassesNoRecordThatMayStillBeOnItsWay)
{
    start("face");
    pass_alive(55s);
    log(device, 1, 1, 1s);
    device.pass(2, "b");
    pass_alive(10s); // the log was read
    EXPECT_THAT(people(), ElementsAre("b"));
    EXPECT_FALSE(memory.values.contains("log/position"));
    pass_alive(60s);
    EXPECT_THAT(people(), ElementsAre("b", "-u1"));
    EXPECT_EQ(memory.values["log/position"].substr(0, 2), "2 ");
}

TEST_F(DahuaSession, ReadsTheLogOfAnotherDeviceAsAtTheFirstContact)
{
    log(device, 1, 5);
    start("face");
    EXPECT_EQ(people().size(), 5U);
    device.serial = "another";
    device.records.clear();
    log(device, 700, 702, 5h); // its life before
    log(device, 703, 704);
    inside([this] { device.cut(); });
    pass(40s);
    EXPECT_EQ(driver->status().serial, "another");
    EXPECT_EQ(people().size(), 7U);
    EXPECT_THAT(of<model::Gap>(), IsEmpty());
    ASSERT_EQ(of<model::DeviceHealth>().size(), 1U);
    EXPECT_THAT(std::get<model::DeviceHealth>(of<model::DeviceHealth>()[0].body).detail,
                HasSubstr("another device"));
}

TEST_F(DahuaSession, TakesAllOfALogThatBeganAnewHoweverOldItIs)
{
    log(device, 1, 3, 5h);
    memory.values["log/position"] = "90000 1767220000";
    start("face");
    EXPECT_EQ(people().size(), 3U);
}

TEST_F(DahuaSession, KnowsPassagesOfOnePersonInOneSecondByTheirNumbers)
{
    device.numbers_live = true;
    start("face");
    for (int number = 1; number <= 3; ++number) {
        device.pass(number, "a");
        device.send_text(device.access(device.records.back())); // told twice
    }
    pass_alive(130s);
    EXPECT_THAT(people(), ElementsAre("a", "a", "a"));
    EXPECT_EQ(repeats, 3);
    EXPECT_EQ(driver->status().link, LinkState::up);
}

TEST_F(DahuaSession, FindsInTheLogThePassagesOfOneSecondThatCameLiveWithoutTheirNumbers)
{
    start("face");
    for (int number = 1; number <= 3; ++number)
        device.pass(number, "a");
    pass_alive(10s);
    EXPECT_THAT(people(), ElementsAre("a"));
    pass_alive(60s);
    EXPECT_THAT(people(), ElementsAre("a", "-a", "-a"));
}

TEST_F(DahuaSession, KnowsThePassagesOfOneSecondAlsoAfterARestartBetweenThem)
{
    start("face");
    device.pass(1, "a");
    const auto second = device.records.back().time;
    pass_alive(70s);
    EXPECT_EQ(memory.values["log/position"], "1 " + std::to_string(second));
    stop();
    device.records.push_back({2, second, "a"});
    start("face");
    EXPECT_THAT(people(), ElementsAre("a", "-a"));
}

TEST_F(DahuaSession, ReadsTheLogOfFirmwareThatCannotPage)
{
    device.seeks = false;
    log(device, 1, 120);
    start("face");
    EXPECT_EQ(people().size(), 120U);
}

TEST_F(DahuaSession, AtFirstContactReachesBackByTime)
{
    log(device, 1, 2, 5h);
    log(device, 3, 4);
    start("face");
    EXPECT_THAT(people(), ElementsAre("-u3", "-u4"));
}

TEST_F(DahuaSession, CallsAStreamSilentThatNoLongerTellsWhatTheDeviceRecords)
{
    start("face");
    pass_alive(30s);
    log(device, 1, 1, 0s);
    pass_alive(100s);
    EXPECT_EQ(driver->status().link, LinkState::silent);
    EXPECT_THAT(driver->status().why, HasSubstr("no longer sends"));
    EXPECT_THAT(people(), ElementsAre("-u1"));
    pass_alive(60s);
    device.pass(2, "b");
    settle();
    EXPECT_EQ(driver->status().link, LinkState::up);
}

TEST_F(DahuaSession, BringsNothingTwiceThatCameLiveAlready)
{
    start("face");
    device.pass(1, "a");
    pass_alive(130s);
    EXPECT_THAT(people(), ElementsAre("a"));
    EXPECT_EQ(repeats, 0);
}

TEST_F(DahuaSession, CorrectsTheStampsOfAClockAt1970)
{
    device.clock_skew =
        -std::chrono::duration_cast<std::chrono::milliseconds>(clock.wall().time_since_epoch());
    start("face");
    pass_alive(20s);
    device.pass(1, "a");
    settle();
    ASSERT_EQ(people().size(), 1U);
    const auto event = of<model::AccessAttempt>()[0];
    EXPECT_LE(std::chrono::abs(event.occurred_at - clock.wall()), 2s);
    EXPECT_FALSE(event.time_trusted);
    EXPECT_FALSE(driver->status().clock_trusted);
    EXPECT_EQ(of<model::DeviceClock>().size(), 1U);
}

TEST_F(DahuaSession, ReadsDoorsAndReportsThemOnce)
{
    start("face");
    ASSERT_EQ(of<model::DoorState>().size(), 1U);
    device.door_status = "Open";
    pass_alive(130s);
    ASSERT_EQ(of<model::DoorState>().size(), 2U);
    EXPECT_EQ(std::get<model::DoorState>(of<model::DoorState>()[1].body).position,
              model::DoorPosition::opened);
}

} // namespace
} // namespace gatehouse::dahua
