// TCP 8131: the conversation, orders, records, clock and list.
#include "tests/unit/protocols/vzenith/session_fixture.hpp"

namespace gatehouse::vzenith {
namespace {

using model::LinkState;
using model::Status;
using testing::ElementsAre;
using testing::HasSubstr;

const std::string sign_of_life =
    R"({"AlarmInfoPlate":{"channel":0,"serialno":"d85b1269-8f942256","heartbeat":1}})";

TEST_F(VzenithSession, IsUpOnceTheCameraHasSaidWhoItIs)
{
    start();
    EXPECT_THAT(links(), ElementsAre(LinkState::up));
    EXPECT_EQ(camera.targets.at(0).port, 8131);
    EXPECT_EQ(driver->status().serial, "d85b1269-8f942256");
    EXPECT_EQ(camera.count("ivsresult"), 0) << "reports come by push";
    pass(16s);
    EXPECT_GE(camera.heartbeats, 3);
}

TEST_F(VzenithSession, CallsTheLinkDownWhenTheCameraFallsSilentAndComesBack)
{
    start("mode = \"tcp\"");
    camera.beats = false;
    camera.mute = true;
    pass(50s);
    EXPECT_THAT(links(), ElementsAre(LinkState::up, LinkState::down));
    EXPECT_THAT(driver->status().why, HasSubstr("say"));
    camera.mute = false;
    camera.beats = true;
    pass(60s);
    EXPECT_EQ(links().back(), LinkState::up);
    EXPECT_GE(camera.connections, 2);
}

TEST_F(VzenithSession, RefusesAnotherCameraAtTheSameAddress)
{
    start("serial = \"ffffffff-00000000\"");
    EXPECT_THAT(links(), ElementsAre(LinkState::down));
    EXPECT_THAT(driver->status().why, HasSubstr("another camera"));
}

TEST_F(VzenithSession, StaysUpByReportsWhenTheTcpPortIsShut)
{
    camera.present = false;
    start();
    EXPECT_THAT(links(), ElementsAre(LinkState::down));
    post(Post().text());
    EXPECT_THAT(links(), ElementsAre(LinkState::down, LinkState::up));
    EXPECT_THAT(driver->status().facts["TCP 8131"], HasSubstr("no connection"));
    for (int i = 0; i < 10; ++i) {
        pass(30s);
        post(sign_of_life);
    }
    EXPECT_THAT(links(), ElementsAre(LinkState::down, LinkState::up));
    pass(80s);
    EXPECT_EQ(links().back(), LinkState::down);
}

TEST_F(VzenithSession, IsNotUpBehindAnOpenPortWhenNothingIsHeardOnAnyWay)
{
    start();
    post(Post().text());
    camera.beats = false;
    camera.mute = true;
    pass(60s);
    EXPECT_THAT(links(), ElementsAre(LinkState::up, LinkState::down));
    pass(60s);
    EXPECT_EQ(links().back(), LinkState::down) << "a port that opens says nothing of the camera";
    post(sign_of_life);
    pass(5s);
    EXPECT_EQ(links().back(), LinkState::up);
}

TEST_F(VzenithSession, IsSilentWhenTheCameraAnswersButDoesNotReport)
{
    start();
    pass(100s);
    EXPECT_THAT(links(), ElementsAre(LinkState::up, LinkState::silent));
    post(Post{.sec = now_sec()}.text());
    pass(6s);
    EXPECT_THAT(links(), ElementsAre(LinkState::up, LinkState::silent, LinkState::up));
}

TEST_F(VzenithSession, ReadsLiveResultsInGb2312WithTheirPictures)
{
    start("mode = \"tcp\"");
    EXPECT_EQ(camera.count("ivsresult"), 1);
    // 青PTW3Z3 as tcp/assembled-ivs_result.gb2312 spells it, and 鲁, whose bytes are UTF-8 too
    camera.report(fakes::FakeVzenith::result("\xC7\xE0PTW3Z3", now_sec(), 921'325), "JPEG", "jpg");
    camera.report(fakes::FakeVzenith::result("\xC2\xB3NQ061C", now_sec(), 921'326));
    pass(1s);
    EXPECT_THAT(plates(), ElementsAre("青PTW3Z3", "鲁NQ061C"));
    const auto event = of<model::VehiclePassage>()[0];
    ASSERT_EQ(event.pictures.size(), 2U);
    EXPECT_EQ(*event.pictures[0].bytes, "JPEG");
    EXPECT_EQ(*event.pictures[1].bytes, "jpg");
    EXPECT_EQ(early.size(), 2U);
    EXPECT_TRUE(event.time_trusted);
}

TEST_F(VzenithSession, KeepsTalkingWhileTheJournalStandsStill)
{
    start("mode = \"tcp\"");
    sink_refuses = 1'000'000;
    for (int i = 1; i <= 3; ++i)
        camera.report(fakes::FakeVzenith::result("A" + std::to_string(i), now_sec(), i));
    pass(60s);
    EXPECT_EQ(driver->status().link, LinkState::up);
    EXPECT_EQ(command(model::Action::barrier_open).status, Status::accepted);
    sink_refuses = 0;
    pass(20s);
    EXPECT_THAT(plates(), ElementsAre("A1", "A2", "A3"));
}

TEST_F(VzenithSession, DoesNotReadEncryptedResults)
{
    start("mode = \"tcp\"");
    camera.encrypted = 1;
    camera.report(fakes::FakeVzenith::result("abc", now_sec(), 1));
    pass(1s);
    EXPECT_TRUE(plates().empty());
    EXPECT_EQ(counted("refused", "encrypted"), 1U);
    const auto steps = ask(driver->self_test());
    ASSERT_TRUE(steps->has_value());
    for (const auto& step : **steps)
        EXPECT_EQ(step.passed, step.name != "encryption") << step.name << ": " << step.detail;
}

TEST_F(VzenithSession, SkipsNoiseAndWrongLengthsAndGoesOn)
{
    start("mode = \"tcp\"");
    camera.send("garbage");
    camera.send(std::string("VZ\x00\x00\x7f\xff\xff\xff", 8));
    camera.send(std::string("VZ\x09\x00\x00\x00\x00\x00", 8));
    camera.send(fakes::FakeVzenith::frame(0, 0, "{\"cmd\":"));
    camera.report(fakes::FakeVzenith::result("AB12345", now_sec(), 1));
    pass(1s);
    EXPECT_THAT(plates(), ElementsAre("AB12345"));
    EXPECT_THAT(links(), ElementsAre(LinkState::up));
    for (const auto* reason : {"noise", "too_long", "unknown_kind", "unreadable"})
        EXPECT_GE(counted("frames_refused", reason), 1U) << reason;
}

// ---- orders ----

TEST_F(VzenithSession, OpensOverTcpWhenNoAnswerIsDue)
{
    start();
    const auto done = command(model::Action::barrier_open);
    EXPECT_EQ(done.status, Status::accepted);
    EXPECT_EQ(camera.opened, 1);
    EXPECT_EQ(taken, std::vector<std::string>{"order"});
    const auto order = std::find_if(camera.asked.begin(), camera.asked.end(),
                                    [](const auto& body) { return body.find("ioctl") != std::string::npos; });
    ASSERT_NE(order, camera.asked.end());
    EXPECT_EQ(*order, R"({"cmd":"ioctl","io":0,"value":2,"delay":500})"); // tcp/commands
}

TEST_F(VzenithSession, SaysUnknownWhenNothingShowsThatTheOrderWasRead)
{
    start();
    camera.mute = true;
    const auto done = command(model::Action::barrier_open);
    EXPECT_EQ(done.status, Status::unknown);
    EXPECT_EQ(camera.count("ioctl"), 1) << "it is not repeated";
}

TEST_F(VzenithSession, BelievesFirmwareThatAnswersAnOrder)
{
    start();
    camera.ioctl_answers = 200;
    EXPECT_EQ(command(model::Action::barrier_open).status, Status::accepted);
    camera.ioctl_answers = 405;
    const auto refused = command(model::Action::barrier_open);
    EXPECT_EQ(refused.status, Status::rejected);
    EXPECT_THAT(refused.text, HasSubstr("does not know this command"));
    EXPECT_THAT(refused.text, HasSubstr("相机不支持此命令；"));
    EXPECT_THAT(refused.text, HasSubstr("(405)"));
    EXPECT_EQ(camera.opened, 1);
    camera.ioctl_answers.reset();
    EXPECT_EQ(command(model::Action::barrier_open).status, Status::accepted);
    EXPECT_EQ(camera.opened, 2);
}

TEST_F(VzenithSession, TakesNoOldAnswerForTheSignThatAnOrderWasRead)
{
    start();
    camera.mute = true;
    const auto order = begin_order();
    settle();
    const std::string late = R"({"cmd":"getsn","value":"d85b1269-8f942256","state_code":200})";
    inside([&] { camera.send(fakes::FakeVzenith::frame(0, 1, late)); }); // of the first question
    pass(5s);
    ASSERT_TRUE(order->outcome);
    EXPECT_EQ(order->outcome->status, Status::unknown);
}

TEST_F(VzenithSession, OpensAgainForACarWhenTheFirstOrderMovedNothing)
{
    start();
    post(Post().text());
    camera.ioctl_answers = 500;
    const std::map<std::string, std::string> args{{"reader", "dev-1"}, {"record", "123"}};
    EXPECT_EQ(command(model::Action::barrier_open, args).status, Status::failed);
    camera.ioctl_answers.reset();
    EXPECT_EQ(command(model::Action::barrier_open, args).status, Status::accepted);
    EXPECT_EQ(camera.opened, 1);
}

TEST_F(VzenithSession, SeesTheBoomAtAnInput)
{
    start("open_input = 2");
    camera.boom_input = 1;
    EXPECT_EQ(command(model::Action::barrier_open).status, Status::confirmed);
    post(
        R"({"AlarmGioIn":{"serialno":"d85b1269-8f942256","result":{"TriggerResult":{"source":1,"value":1}}}})");
    pass(10s);
    camera.boom_input.reset();
    camera.gpio[1] = 0;
    EXPECT_EQ(command(model::Action::barrier_open).status, Status::accepted) << "up, but for another order";
}

TEST_F(VzenithSession, OpensAtOnceOverTcpWhenTheReportCameThatWay)
{
    gate_opens = true;
    start("mode = \"tcp\"");
    camera.report(fakes::FakeVzenith::result("AB12345", now_sec(), 1));
    pass(100ms);
    camera.report(fakes::FakeVzenith::result("AB12345", now_sec(), 2, 2));
    pass(1s);
    EXPECT_EQ(camera.opened, 1);
    EXPECT_EQ(outcomes.size(), 2U);
}

TEST_F(VzenithSession, OpensForALateDecisionOverTcp)
{
    start();
    post(Post().text()); // answered: nobody ordered anything
    EXPECT_EQ(command(model::Action::barrier_open, {{"reader", "dev-1"}, {"record", "123"}}).status,
              Status::accepted);
    EXPECT_EQ(camera.opened, 1);
    EXPECT_EQ(command(model::Action::barrier_open, {{"reader", "dev-1"}, {"record", "123"}}).status,
              Status::accepted);
    EXPECT_EQ(camera.opened, 1);
}

TEST_F(VzenithSession, RejectsOrdersThatTheCameraDoesNotKnow)
{
    start();
    EXPECT_EQ(command(model::Action::barrier_open, {}, 2).code, "bad_arguments");
    EXPECT_EQ(command(model::Action::barrier_close).code, "unsupported");
    EXPECT_EQ(command(model::Action::door_open).code, "unsupported");
    stop();
    start("close_output = 2");
    EXPECT_EQ(command(model::Action::barrier_close).status, Status::accepted);
    EXPECT_EQ(camera.closed, 1);
    EXPECT_EQ(command(model::Action::snapshot).status, Status::accepted);
    EXPECT_EQ(camera.count("trigger"), 1);
}

TEST_F(VzenithSession, ShowsTextsOnTheBoardWithAPauseBetween)
{
    start();
    model::Command order;
    order.action = model::Action::device_sync;
    order.args = {{"display", "欢迎光临"}, {"voice", "请通行"}};
    const auto shown = ask(driver->execute(std::move(order)));
    pass(200ms);
    EXPECT_EQ(camera.board.size(), 1U);
    EXPECT_FALSE(shown->has_value());
    pass(1s);
    EXPECT_EQ(camera.board.size(), 2U);
    ASSERT_TRUE(shown->has_value());
    EXPECT_EQ((*shown)->status, Status::accepted);
    EXPECT_EQ(command(model::Action::device_sync, {{"display", std::string(300, 'x')}}).code,
              "bad_arguments");
}

// ---- records ----

TEST_F(VzenithSession, ReadsWhatItDidNotHearOnceAndAsHistory)
{
    for (int i = 1; i <= 5; ++i)
        camera.store(fakes::FakeVzenith::result("A" + std::to_string(i), now_sec() - 100 + i, 5));
    start("backfill_first = 3");
    pass(1s);
    EXPECT_THAT(plates(), ElementsAre("A3", "A4", "A5"));
    EXPECT_TRUE(of<model::VehiclePassage>()[0].history);
    EXPECT_TRUE(early.empty());
    EXPECT_EQ(memory.values["records/last"], "5");
    stop();
    camera.store(fakes::FakeVzenith::result("A6", now_sec() - 1, 5));
    start("backfill_first = 3");
    pass(1s);
    EXPECT_THAT(plates(), ElementsAre("A3", "A4", "A5", "A6"));
    EXPECT_EQ(repeats, 0);
}

TEST_F(VzenithSession, KnowsTheSameRecordByPostAndFromTheStore)
{
    start();
    post(Post{.sec = now_sec(), .usec = 7}.text());
    camera.store(fakes::FakeVzenith::result("\xBB\xA6"
                                            "A12345",
                                            now_sec(), 7));
    pass(70s);
    EXPECT_EQ(repeats, 1);
    EXPECT_EQ(plates().size(), 1U);
    EXPECT_THAT(links(), ElementsAre(LinkState::up));
}

TEST_F(VzenithSession, IsSilentWhenARecordWasNeverReported)
{
    start();
    pass(2s);
    camera.store(fakes::FakeVzenith::result("A1", now_sec(), 7));
    pass(70s);
    EXPECT_THAT(plates(), ElementsAre("A1"));
    EXPECT_EQ(links().back(), LinkState::silent);
    EXPECT_THAT(driver->status().why, HasSubstr("not reported"));
}

TEST_F(VzenithSession, TellsAHoleInTheRecordsAndGoesOnAfterTheNumbersBeganAnew)
{
    for (int i = 1; i <= 6; ++i)
        camera.store(fakes::FakeVzenith::result("A" + std::to_string(i), now_sec() - 100 + i, 5));
    camera.forget_records(1, 4);
    start();
    pass(1s);
    ASSERT_EQ(of<model::Gap>().size(), 1U);
    const auto gap = std::get<model::Gap>(of<model::Gap>()[0].body);
    EXPECT_EQ(gap.first, 1);
    EXPECT_EQ(gap.count, 4);
    camera.restart_numbers();
    camera.store(fakes::FakeVzenith::result("B1", now_sec() - 1, 5));
    pass(70s);
    EXPECT_THAT(plates(), ElementsAre("A5", "A6", "B1"));
    EXPECT_EQ(memory.values["records/last"], "1");
}

TEST_F(VzenithSession, MovesThePositionOnlyAfterTheJournalHasTheRecords)
{
    camera.store(fakes::FakeVzenith::result("A1", now_sec() - 100, 5));
    sink_refuses = 4;
    start();
    EXPECT_FALSE(memory.values.contains("records/last"));
    pass(20s);
    EXPECT_EQ(memory.values["records/last"], "1");
    EXPECT_THAT(plates(), ElementsAre("A1"));
}

TEST_F(VzenithSession, DoesNotMoveThePositionPastWhatItCouldNotReadOrKeep)
{
    for (int i = 1; i <= 3; ++i)
        camera.store(fakes::FakeVzenith::result("A" + std::to_string(i), now_sec() - 100 + i, 5));
    camera.codes["get_record"] = 500; // it is busy
    start();
    pass(35s);
    EXPECT_TRUE(plates().empty());
    EXPECT_FALSE(memory.values.contains("records/last"));
    camera.codes.clear();
    sink_refuses = 1000;
    pass(35s);
    stop();
    EXPECT_FALSE(memory.values.contains("records/last"));
    sink_refuses = 0;
    start();
    pass(1s);
    EXPECT_THAT(plates(), ElementsAre("A1", "A2", "A3"));
    EXPECT_EQ(memory.values["records/last"], "3");
}

TEST_F(VzenithSession, LeavesARecordThatWasJustMadeToItsLiveReport)
{
    start();
    pass(29s);
    const auto sec = now_sec();
    camera.store(fakes::FakeVzenith::result("\xBB\xA6"
                                            "A12345",
                                            sec, 7));
    pass(2s); // the records were looked at
    post(Post{.sec = sec, .usec = 7}.text());
    ASSERT_EQ(of<model::VehiclePassage>().size(), 1U);
    EXPECT_FALSE(of<model::VehiclePassage>()[0].history);
}

TEST_F(VzenithSession, LivesWithACameraWithoutRecords)
{
    camera.codes["get_max_rec_id"] = 405;
    start();
    pass(100ms);
    EXPECT_THAT(links(), ElementsAre(LinkState::up));
    EXPECT_EQ(camera.count("get_record"), 0);
}

// ---- clock ----

TEST_F(VzenithSession, CorrectsTimesByTheMeasuredOffsetAndSaysWhenItIsTooLarge)
{
    camera.skew = -3600s;
    start("mode = \"tcp\"");
    ASSERT_EQ(of<model::DeviceClock>().size(), 1U);
    EXPECT_FALSE(driver->status().clock_trusted);
    camera.report(fakes::FakeVzenith::result("AB12345", now_sec() - 3600, 1));
    pass(1s);
    const auto event = of<model::VehiclePassage>().at(0);
    EXPECT_FALSE(event.time_trusted);
    EXPECT_LE(std::chrono::abs(event.occurred_at - event.received_at), 1500ms);
    EXPECT_EQ(camera.count("set_time"), 0) << "nothing is changed unless configured";
}

TEST_F(VzenithSession, SetsTheClockWhereConfiguredAndTellsTheAudit)
{
    camera.skew = -3600s;
    start("clock = \"correct\"");
    EXPECT_EQ(camera.count("set_time"), 1);
    EXPECT_TRUE(driver->status().clock_trusted);
    ASSERT_EQ(writes.size(), 1U);
    EXPECT_EQ(writes[0].what, "clock");
    EXPECT_EQ(writes[0].result, "ok");
}

TEST_F(VzenithSession, DoesNotSetAClockByAnUnkeptOne)
{
    camera.skew = -3600s;
    our_clock_kept = false;
    start("clock = \"correct\"");
    EXPECT_EQ(camera.count("set_time"), 0);
    EXPECT_EQ(command(model::Action::device_sync).status, Status::failed);
}

TEST_F(VzenithSession, TellsTheCameraThatWeAreThereWhereConfigured)
{
    start("offline_check = \"2s\"");
    pass(10s);
    EXPECT_EQ(camera.count("reg_offline_check"), 1);
    EXPECT_GE(camera.count("response_online"), 9);
}

// ---- list ----

model::ListEntry entry(const std::string& plate)
{
    model::ListEntry out;
    out.value = plate;
    return out;
}

TEST_F(VzenithSession, WritesReadsAndRemovesPlatesOfTheCamerasList)
{
    start();
    auto* lists = driver->lists();
    ASSERT_NE(lists, nullptr);
    auto bounded = entry("京A12345");
    bounded.valid_from = base::WallTime(1'767'225'600'000ms);
    bounded.valid_until = base::WallTime(1'767'312'000'500ms);
    bounded.name = "Person A";
    std::vector<model::ListEntry> wanted{bounded, entry("川A12345")};
    const auto written = ask(lists->write(wanted));
    ASSERT_TRUE(written->has_value());
    for (const auto& result : **written)
        EXPECT_TRUE(result.done) << result.reason;
    // GBK on the wire (sheet §2)
    EXPECT_TRUE(camera.list.contains("\xBE\xA9"
                                     "A12345"));
    const auto read = ask(lists->read(model::ListEntry::Type::plate));
    ASSERT_TRUE(read->has_value() && read->value());
    EXPECT_THAT(read->value().value(),
                testing::UnorderedElementsAre(*lists->as_held(bounded).entry, entry("川A12345")));
    ASSERT_EQ(writes.size(), 1U);
    EXPECT_EQ(writes[0].detail, "2 of 2");
    const auto removed = ask(lists->remove({entry("川A12345")}));
    ASSERT_TRUE(removed->has_value());
    EXPECT_TRUE((**removed)[0].done);
    EXPECT_EQ(camera.list.size(), 1U);
}

TEST_F(VzenithSession, ReadsBackAfterARestartWhatIsStillOnTheList)
{
    start();
    (void)ask(driver->lists()->write({entry("京A12345"), entry("川A12345"), entry("沪A12345")}));
    camera.codes["white_list_operator"] = 500;
    const auto removed = ask(driver->lists()->remove({entry("京A12345")}));
    ASSERT_TRUE(removed->has_value());
    EXPECT_FALSE((**removed)[0].done);
    camera.codes.clear();
    auto& switched_off = camera.list["\xB4\xA8"
                                     "A12345"];
    switched_off.replace(switched_off.find("\"enable\":1"), 10, "\"enable\":0");
    auto& also_found = camera.list["\xBB\xA6"
                                   "A12345"]; // by a search that takes parts of a plate
    auto longer = also_found;
    longer.replace(longer.find("A12345"), 6, "A123456");
    also_found += "," + longer;
    stop();
    start();
    const auto read = ask(driver->lists()->read(model::ListEntry::Type::plate));
    ASSERT_TRUE(read->has_value() && read->value());
    EXPECT_THAT(read->value().value(), testing::UnorderedElementsAre(entry("京A12345"), entry("沪A12345")));
}

TEST_F(VzenithSession, SaysInBothLanguagesWhyAnEntryWasRefused)
{
    start();
    const auto reason = [this](int code) {
        camera.codes["white_list_operator"] = code;
        const auto written = ask(driver->lists()->write({entry("京A12345")}));
        return (**written)[0].reason;
    };
    EXPECT_EQ(reason(500), "the camera failed inside; restart it when that happens again / "
                           "相机内部错误；再次出现请重启相机 (500)");
    EXPECT_THAT(reason(4711), testing::ContainsRegex("in no manual; .* / 相机.*；.* \\(4711\\)$"));
    EXPECT_THAT(reason(200), testing::ContainsRegex("list may be full.* / 相机未接受该条目；"));
}

TEST_F(VzenithSession, NeverSendsADeletionWithoutAPlate)
{
    start();
    auto* lists = driver->lists();
    (void)ask(lists->write({entry("京A12345")}));
    for (const auto* empty : {"", " ", "无"}) {
        const auto removed = ask(lists->remove({entry(empty)}));
        ASSERT_TRUE(removed->has_value());
        EXPECT_FALSE((**removed)[0].done);
    }
    EXPECT_EQ(camera.list.size(), 1U);
}

TEST_F(VzenithSession, SaysWhatTheListCannotHold)
{
    start();
    const auto* lists = driver->lists();
    auto deny = entry("京A12345");
    deny.keep_out = true;
    EXPECT_FALSE(lists->as_held(deny).entry);
    auto elsewhere = entry("京A12345");
    elsewhere.outputs = {2};
    EXPECT_FALSE(lists->as_held(elsewhere).entry);
    EXPECT_EQ(lists->as_held(entry("京a·12345")).entry->value, "京A12345");
}

TEST_F(VzenithSession, NamesWhatIsWrongInTheConfiguration)
{
    config::DeviceConfig config;
    config.id = "dev-1";
    config.kind = "face";
    config.address = "http://192.0.2.41";
    config::Issues found;
    auto table = config::Table::parse(
        "serial = \"1234\"\noutputs = 2\nclose_output = 1\nreply_wait = \"3s\"\n", "test.toml", found);
    check_config(config, table);
    EXPECT_EQ(found.size(), 5U);
}

} // namespace
} // namespace gatehouse::vzenith
