#include "tests/unit/protocols/facepush/session_fixture.hpp"

#include "protocols/facepush/fields.hpp"

namespace gatehouse::facepush {
namespace {

using model::LinkState;

constexpr auto jpeg_base64 = "/9j//9k="; // FF D8 FF FF D9

class UfaceSession : public Sitting {};

// ---- link ----

TEST_F(UfaceSession, IsUpWhenTheTerminalAnswersAndShowsWhatItIs)
{
    start();
    EXPECT_EQ(driver->status().link, LinkState::up);
    EXPECT_EQ(driver->status().serial, "8DA5A59CF625F562");
    EXPECT_EQ(driver->status().firmware, "1.17");
    EXPECT_EQ(driver->status().facts.at("personCount"), "0");
}

TEST_F(UfaceSession, AsksForTheDeviceKeyWhereTheInformationDoesNotTell)
{
    terminal.information_has_key = false;
    start();
    EXPECT_EQ(driver->status().serial, "8DA5A59CF625F562");
    EXPECT_EQ(terminal.count("/getDeviceKey"), 1);
}

TEST_F(UfaceSession, IsDownForAnotherTerminalThanTheOneConfigured)
{
    start("serial = \"0000000000000000\"");
    EXPECT_EQ(driver->status().link, LinkState::down);
    EXPECT_NE(driver->status().why.find("another terminal"), std::string::npos);
}

TEST_F(UfaceSession, ComesBackAfterAnOutageAndTellsEachChangeOnce)
{
    terminal.present = false;
    start();
    pass(2min);
    terminal.present = true;
    pass(40s);
    EXPECT_EQ(links(), (std::vector{LinkState::down, LinkState::up}));
}

TEST_F(UfaceSession, IsSilentWhenHeartbeatsStopAndUpWhenTheyComeAgain)
{
    start("listening = \"arm\"\nbackfill = false");
    heartbeat();
    pass(150s);
    EXPECT_EQ(driver->status().link, LinkState::up);
    pass(60s);
    EXPECT_EQ(driver->status().link, LinkState::silent);
    heartbeat();
    EXPECT_EQ(driver->status().link, LinkState::up);
    EXPECT_EQ(links(), (std::vector{LinkState::up, LinkState::silent, LinkState::up}));
}

TEST_F(UfaceSession, IsNotSilentWhereNobodyAskedForHeartbeats)
{
    start();
    pass(20min);
    EXPECT_EQ(links(), std::vector{LinkState::up});
}

TEST_F(UfaceSession, TriesARefusedPasswordAfterAMinuteThenAQuarterOfAnHourThenHalf)
{
    terminal.password = "another";
    start();
    EXPECT_EQ(terminal.count("/device/information"), 1);
    pass(59s);
    EXPECT_EQ(terminal.count("/device/information"), 1);
    pass(40s);
    EXPECT_EQ(terminal.count("/device/information"), 2);
    pass(14min);
    EXPECT_EQ(terminal.count("/device/information"), 2);
    pass(3min);
    EXPECT_EQ(terminal.count("/device/information"), 3);
    pass(25min);
    EXPECT_EQ(terminal.count("/device/information"), 3);
}

// ---- records ----

TEST_F(UfaceSession, TellsAPersonLetInBeforeAndThenWithItsJournalledEvent)
{
    start();
    heartbeat();
    const auto reply = push("identify", record("10001", 50ms));
    EXPECT_EQ(reply.status, 200u);
    EXPECT_EQ(reply.body, R"({"result":1,"success":true})");
    ASSERT_EQ(people().size(), 1u);
    ASSERT_EQ(early.size(), 1u);
    const auto& event = people()[0];
    EXPECT_EQ(early[0].device_key, event.device_key);
    EXPECT_TRUE(attempt(event).granted);
    EXPECT_EQ(attempt(event).credential, "face");
    EXPECT_EQ(attempt(event).person, "10001");
    EXPECT_TRUE(event.time_trusted);
    EXPECT_FALSE(event.history);
    EXPECT_EQ(event.occurred_at, event.received_at - 50ms);
}

TEST_F(UfaceSession, AnswersClonesAsTheyWantIt)
{
    start("reply = \"tdx\"");
    EXPECT_EQ(push("identify", record("1")).body, R"({"result":1,"code":"000","success":"true"})");
}

TEST_F(UfaceSession, TakesFormJsonAndQueryAlike)
{
    start();
    (void)push("identify", record("1"));
    (void)push("identify",
               R"({"deviceKey":"8DA5A59CF625F562","type":"face_0","personId":2,"time":)" + millis() + "}");
    (void)push("identify?" + record("3"), "");
    ASSERT_EQ(people().size(), 3u);
    for (std::size_t n = 0; n < 3; ++n)
        EXPECT_EQ(attempt(people()[n]).person, std::to_string(n + 1));
}

TEST_F(UfaceSession, KeepsStrangersWithoutAPersonAndOpensNothingForThem)
{
    start();
    (void)push("identify", record("STRANGERBABY", 0ms, "face_2"));
    (void)push("identify", record("-1", 1ms, "face_2"));
    (void)push("identify", record("7", 2ms, "face_1"));
    ASSERT_EQ(people().size(), 3u);
    EXPECT_EQ(attempt(people()[0]).person, "");
    EXPECT_EQ(attempt(people()[0]).reason, "not_recognised");
    EXPECT_EQ(attempt(people()[1]).person, "");
    EXPECT_EQ(attempt(people()[2]).reason, "no_permission");
    EXPECT_TRUE(early.empty());
}

TEST_F(UfaceSession, GivesARepeatTheSameKeyAndAsksForItAgainWhileTheJournalIsFull)
{
    start();
    sink_refuses = 1;
    const auto body = record("1");
    EXPECT_EQ(push("identify", body).status, 503u);
    EXPECT_EQ(push("identify", body).status, 200u);
    pass(1s);
    EXPECT_EQ(push("identify", body).status, 200u);
    EXPECT_EQ(people().size(), 1u);
    EXPECT_EQ(repeats, 1);
}

TEST_F(UfaceSession, CorrectsAClockAnHourOffByItsHeartbeat)
{
    start();
    heartbeat(1h);
    (void)push("identify", record("1", 1h));
    ASSERT_EQ(people().size(), 1u);
    EXPECT_EQ(people()[0].occurred_at, people()[0].received_at);
    EXPECT_FALSE(people()[0].history);
    EXPECT_FALSE(people()[0].time_trusted);
    ASSERT_EQ(of<model::DeviceClock>().size(), 1u);
    EXPECT_EQ(std::get<model::DeviceClock>(of<model::DeviceClock>()[0].body).offset_ms, -3'600'000);
}

TEST_F(UfaceSession, NeverOpensForARecordThatWaitedInTheTerminal)
{
    start();
    heartbeat();
    (void)push("identify", record("1", 10min));
    ASSERT_EQ(people().size(), 1u);
    EXPECT_TRUE(people()[0].history);
    EXPECT_TRUE(early.empty());
}

TEST_F(UfaceSession, TakesThePictureThatCameAndCountsOneCutOff)
{
    start();
    (void)push("identify", record("1") + "&base64=" + jpeg_base64);
    (void)push("identify", record("2") + "&imgBase64=/9j//");
    ASSERT_EQ(people().size(), 2u);
    ASSERT_EQ(people()[0].pictures.size(), 1u);
    EXPECT_EQ(*people()[0].pictures[0].bytes, std::string("\xFF\xD8\xFF\xFF\xD9"));
    EXPECT_TRUE(people()[1].pictures.empty());
    EXPECT_EQ(metrics.counter("gatehouse_facepush_pictures_damaged_total", "", {{"device", "dev-1"}}).value(),
              1u);
}

TEST_F(UfaceSession, FetchesTheSnapshotFromTheTerminalAndFromNowhereElse)
{
    start();
    (void)push("identify", record("1") + "&path=http%3A%2F%2F192.0.2.41%3A8090%2Fsnapshot%2F1.jpg");
    (void)push("identify", record("2") + "&path=http%3A%2F%2F192.0.2.99%3A8090%2Fsnapshot%2F1.jpg");
    ASSERT_EQ(people().size(), 2u);
    ASSERT_EQ(people()[0].pictures.size(), 1u);
    EXPECT_EQ(*people()[0].pictures[0].bytes, terminal.snapshot);
    EXPECT_TRUE(people()[1].pictures.empty());
    EXPECT_EQ(terminal.count("/snapshot/1.jpg"), 1);
}

TEST_F(UfaceSession, TellsTheEventWithoutASnapshotThatDoesNotCome)
{
    start();
    terminal.mute = true;
    const auto answer = ask([this]() -> asio::awaitable<device::PushReply> {
        device::PushRequest request;
        request.method = "POST";
        request.target = "/push/dev-1/identify";
        request.remote = "192.0.2.41";
        request.body = record("1") + "&path=http://192.0.2.41:8090/snapshot/1.jpg";
        return driver->on_push(std::move(request));
    }());
    EXPECT_EQ(early.size(), 1u); // the gate does not wait
    EXPECT_TRUE(people().empty());
    pass(3s);
    EXPECT_EQ(people().size(), 1u);
    EXPECT_TRUE(answer->has_value());
}

// ---- who may push ----

TEST_F(UfaceSession, RefusesPushesFromAnotherAddressAndOfAnotherTerminal)
{
    start();
    EXPECT_EQ(push("identify", record("1"), "192.0.2.66").status, 403u);
    EXPECT_EQ(push("identify", "deviceKey=FFFF&type=face_0&personId=1&time=" + millis()).status, 403u);
    EXPECT_TRUE(people().empty());
    EXPECT_TRUE(early.empty());
}

TEST_F(UfaceSession, RefusesWhatCannotBeReadThreeTimesAndThenLetsTheTerminalForgetIt)
{
    start();
    for (int n = 0; n < 3; ++n)
        EXPECT_EQ(push("identify", "{broken").status, 400u);
    EXPECT_EQ(push("identify", "{broken").status, 200u);
    EXPECT_EQ(push("identify", "deviceKey=8DA5A59CF625F562&type=dance_7&personId=1&time=1").status, 200u);
    EXPECT_TRUE(people().empty());
    EXPECT_EQ(
        metrics
            .counter("gatehouse_facepush_unread_total", "", {{"device", "dev-1"}, {"reason", "unknown_type"}})
            .value(),
        1u);
}

// ---- the terminal's log ----

TEST_F(UfaceSession, FetchesWhatWasMissedAsHistoryAndNothingTwice)
{
    start();
    (void)push("identify", record("1"));
    terminal.log.push_back({"1", "face_0", people()[0].device_time.value()});
    terminal.present = false;
    terminal.cut();
    pass(2min);
    for (int n = 0; n < 120; ++n) // more than one page
        terminal.log.push_back({"9", "face_0", clock.wall() - 60s + std::chrono::milliseconds(n)});
    terminal.present = true;
    pass(1min);
    ASSERT_EQ(people().size(), 121u);
    EXPECT_TRUE(people()[1].history);
    EXPECT_EQ(attempt(people()[1]).person, "9");
    EXPECT_EQ(early.size(), 1u);
    EXPECT_EQ(repeats, 0);
    EXPECT_EQ(driver->status().link, LinkState::up); // it happened while the link was down
}

TEST_F(UfaceSession, IsSilentWhileRecordsAreFoundInTheLogThatWereNotPushed)
{
    start("backfill_every = \"1m\"");
    pass(10s);
    terminal.log.push_back({"9", "face_0", clock.wall()});
    pass(4min);
    EXPECT_EQ(driver->status().link, LinkState::silent);
    EXPECT_EQ(people().size(), 1u);
    (void)push("identify", record("10"));
    EXPECT_EQ(driver->status().link, LinkState::up);
}

TEST_F(UfaceSession, MovesItsPositionOnlyOverWhatIsOnDisk)
{
    start("backfill_first = \"1h\"\nbackfill_every = \"1m\"");
    const auto before = memory.values["records/since"];
    terminal.log.push_back({"9", "face_0", clock.wall() + 10s});
    sink_refuses = 1'000'000;
    pass(3min);
    EXPECT_EQ(memory.values["records/since"], before);
    sink_refuses = 0;
    pass(3min);
    EXPECT_NE(memory.values["records/since"], before);
    EXPECT_EQ(people().size(), 1u);
}

// ---- recording ----

TEST_F(UfaceSession, RecordsWithoutPersonsAndPicturesWhatAReplayUnderstands)
{
    start();
    const auto recording = ask(driver->capture(10s));
    (void)push("identify",
               record("772021022540") + "&personName=Zhang&base64=" + jpeg_base64 + "&pass=geheim");
    heartbeat();
    pass(10s);
    ASSERT_TRUE(recording->has_value());
    const auto& text = (*recording)->value();
    for (const auto* secret : {"772021022540", "Zhang", "geheim", "8DA5A59CF625F562", "/9j"})
        EXPECT_EQ(text.find(secret), std::string::npos) << secret;
    const auto lines = driver->replay(text);
    ASSERT_EQ(lines.size(), 2u);
    EXPECT_TRUE(lines[0].starts_with("granted face person=x")) << lines[0];
    EXPECT_EQ(lines[1], "heartbeat");
}

} // namespace
} // namespace gatehouse::facepush
