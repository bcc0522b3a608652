// What a camera posts, and the answers that open.
#include "tests/unit/protocols/vzenith/session_fixture.hpp"

namespace gatehouse::vzenith {
namespace {

using model::LinkState;
using model::Status;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

TEST_F(VzenithSession, MakesAPostedReportAPassageAndAcknowledgesItByItsNumber)
{
    start();
    Post report;
    report.extra = R"("imageFile":"/9j/AA==","imageFileLen":4,"car_brand":{"brand":1,"type":2,"year":3},)";
    const auto reply = post(report.text());
    EXPECT_EQ(reply.status, 200U);
    EXPECT_EQ(reply.body, R"({"Response_AlarmInfoPlate":{"info":"no","plateid":123}})"); // sheet §3
    ASSERT_EQ(plates(), std::vector<std::string>{"沪A12345"});
    const auto event = of<model::VehiclePassage>().front();
    const auto& passage = std::get<model::VehiclePassage>(event.body);
    EXPECT_EQ(passage.plate.color, "blue");
    EXPECT_DOUBLE_EQ(passage.plate.confidence, 0.96);
    EXPECT_EQ(passage.vehicle_type, "suv");
    EXPECT_EQ(event.device_record, "123");
    EXPECT_FALSE(event.history);
    EXPECT_TRUE(event.time_trusted);
    ASSERT_EQ(event.pictures.size(), 1U);
    EXPECT_EQ(*event.pictures[0].bytes, std::string("\xff\xd8\xff\0", 4));
    ASSERT_EQ(early.size(), 1U);
    EXPECT_EQ(early[0].device_key, event.device_key);
}

TEST_F(VzenithSession, OpensByTheAnswerAndByNothingElse)
{
    gate_opens = true;
    start();
    const auto reply = post(Post().text());
    EXPECT_EQ(reply.body, R"({"Response_AlarmInfoPlate":{"info":"ok","channelNum":0,"plateid":123}})");
    EXPECT_EQ(camera.opened, 1);
    EXPECT_EQ(camera.count("ioctl"), 0);
    EXPECT_EQ(taken, std::vector<std::string>{"open-123"});
    ASSERT_EQ(outcomes.size(), 1U);
    EXPECT_EQ(outcomes[0].status, Status::accepted);
}

TEST_F(VzenithSession, OpensBeforeASlowDiskAndThenDoesNotAcknowledge)
{
    gate_opens = true;
    sink_takes = 5s;
    start();
    pass(6s); // the link is told
    const auto begun = clock.now();
    const auto reply = post(Post{.sec = now_sec()}.text());
    EXPECT_LE(clock.now() - begun, 300ms);
    EXPECT_EQ(reply.body, R"({"Response_AlarmInfoPlate":{"info":"ok","channelNum":0}})");
    EXPECT_EQ(camera.opened, 1);
    pass(6s);
    EXPECT_EQ(plates().size(), 1U);
}

TEST_F(VzenithSession, NeverOpensTwiceForOneReport)
{
    gate_opens = true;
    start();
    post(Post().text());
    keys_opened.clear(); // even an access that forgot what it decided
    const auto again = post(Post().text());
    EXPECT_THAT(again.body, HasSubstr(R"("info":"no")"));
    EXPECT_THAT(again.body, HasSubstr(R"("plateid":123)"));
    pass(5s);
    EXPECT_EQ(camera.opened, 1);
    EXPECT_EQ(repeats, 1);
    EXPECT_EQ(counted("repeats_after_opening"), 1U);
}

TEST_F(VzenithSession, LetsAStandstillOfTheJournalKeepTheReportInTheCamera)
{
    start();
    sink_refuses = 1;
    EXPECT_EQ(post(Post().text()).status, 503U);
    EXPECT_EQ(post(Post().text()).status, 200U);
    EXPECT_EQ(plates().size(), 1U);
    sink_takes = 10s;
    EXPECT_EQ(post(Post{.plate_id = 124, .usec = 1}.text()).status, 503U); // within the camera's patience
}

TEST_F(VzenithSession, BringsAReportWhoseAnswerOpenedEvenWhenTheJournalRefusedIt)
{
    gate_opens = true;
    start();
    sink_refuses = 2;
    const auto reply = post(Post().text());
    EXPECT_THAT(reply.body, HasSubstr(R"("info":"ok")"));
    EXPECT_THAT(reply.body, Not(HasSubstr("plateid")));
    pass(2s);
    EXPECT_EQ(plates().size(), 1U);
    sink_refuses = 1;
    sink_takes = 1s; // refused after the answer
    post(Post{.license = "沪B12345", .plate_id = 124, .usec = 1}.text());
    EXPECT_EQ(camera.opened, 2);
    pass(5s);
    EXPECT_EQ(plates().size(), 2U);
}

TEST_F(VzenithSession, NeverOpensForARecordThatWasStored)
{
    gate_opens = true;
    start();
    sink_refuses = 1;
    EXPECT_EQ(post(Post{.plate_id = 124, .offline = 1}.text()).status, 503U) << "it keeps it";
    const auto reply = post(Post{.plate_id = 124, .offline = 1}.text());
    EXPECT_EQ(reply.body, R"({"Response_AlarmInfoPlate":{"info":"no","plateid":124,)"
                          R"("ContinuePushOffline":{"plateid":124,"continue":1}}})");
    ASSERT_EQ(of<model::VehiclePassage>().size(), 1U);
    EXPECT_TRUE(of<model::VehiclePassage>()[0].history);
    EXPECT_TRUE(early.empty());
    post(Post{.plate_id = 124, .offline = 1}.text()); // a live result came between: it is sent again
    EXPECT_EQ(repeats, 1);
    EXPECT_EQ(camera.opened, 0);
}

TEST_F(VzenithSession, OpensOnceForACarThatLoopAndPictureBothReport)
{
    gate_opens = true;
    start();
    post(Post().text());
    pass(1s);
    const auto second = post(Post{.plate_id = 124, .sec = now_sec(), .usec = 1, .trigger = 2}.text());
    EXPECT_THAT(second.body, HasSubstr(R"("info":"no")"));
    EXPECT_EQ(camera.opened, 1);
    EXPECT_EQ(plates().size(), 2U) << "both records are kept";
    ASSERT_EQ(outcomes.size(), 2U);
    EXPECT_THAT(outcomes[1].text, HasSubstr("not opened again"));
    pass(10s);
    post(Post{.plate_id = 125, .sec = now_sec(), .usec = 2}.text());
    EXPECT_EQ(camera.opened, 2) << "it came back";
}

TEST_F(VzenithSession, PutsAnybodysOrderIntoTheAnswerThatIsDue)
{
    start("reply_wait = \"1s\"");
    const auto held = begin_post(Post().text());
    pass(100ms);
    ASSERT_FALSE(held->has_value());
    const auto order = command(model::Action::barrier_open);
    ASSERT_TRUE(held->has_value());
    EXPECT_THAT((*held)->body, HasSubstr(R"("info":"ok")"));
    EXPECT_EQ(order.status, Status::accepted);
    EXPECT_EQ(camera.count("ioctl"), 0);
}

TEST_F(VzenithSession, PutsOneOrderIntoAnAnswerAndSendsTheOther)
{
    start("reply_wait = \"1s\"\noutputs = 2");
    const auto held = begin_post(Post().text());
    const auto first = begin_order();
    const auto second = begin_order({}, 2);
    pass(1s);
    ASSERT_TRUE(held->has_value());
    EXPECT_THAT((*held)->body, HasSubstr(R"("info":"ok","channelNum":0)"));
    EXPECT_EQ(camera.closed, 1) << "relay 1 was moved over TCP";
    EXPECT_EQ(camera.count("ioctl"), 1);
}

TEST_F(VzenithSession, DoesNotOpenForOneCarByTheAnswerToAnother)
{
    start("reply_wait = \"1s\"");
    post(Post().text());
    const auto held = begin_post(Post{.plate_id = 124, .usec = 1}.text());
    pass(100ms);
    EXPECT_EQ(command(model::Action::barrier_open, {{"reader", "dev-1"}, {"record", "123"}}).status,
              Status::accepted);
    pass(1s);
    ASSERT_TRUE(held->has_value());
    EXPECT_THAT((*held)->body, HasSubstr(R"("info":"no")"));
    EXPECT_EQ(camera.count("ioctl"), 1);
}

TEST_F(VzenithSession, SendsTheOrderWhoseAnswerWasLostBecauseTheCameraHungUp)
{
    start();
    gate_opens = true;
    sink_takes = 5s; // so that the answer is not out yet
    hang_up_post(Post().text(), 100ms);
    pass(1s);
    EXPECT_EQ(camera.opened, 1);
    EXPECT_EQ(camera.count("ioctl"), 1);
    ASSERT_EQ(outcomes.size(), 1U);
    EXPECT_EQ(outcomes[0].status, Status::accepted);
}

TEST_F(VzenithSession, DoesNotOpenForAnOrderThatWasCalledOff)
{
    start();
    sink_takes = 500ms;
    const auto held = begin_post(Post().text());
    const auto order = begin_order();
    pass(100ms);
    inside([&] { order->off.emit(asio::cancellation_type::terminal); });
    pass(1s);
    ASSERT_TRUE(held->has_value());
    EXPECT_THAT((*held)->body, HasSubstr(R"("info":"no")"));
    EXPECT_EQ(camera.count("ioctl"), 0);
}

TEST_F(VzenithSession, ShowsAndSaysWhatAnOrderBringsInTheSameAnswer)
{
    gate_opens = true;
    order_words["display"] = "欢迎光临";
    start();
    post(Post().text());
    ASSERT_EQ(camera.board.size(), 1U);
    // serial/display-voice-frames: text 欢迎光临, checksum 32 58
    EXPECT_EQ(camera.board[0],
              std::string("\x00\x64\xff\xff\x30\x09\x01\xbb\xb6\xd3\xad\xb9\xe2\xc1\xd9\x32\x58", 17));
    EXPECT_EQ(camera.opened, 1);
}

TEST_F(VzenithSession, ConfirmsAnOpeningByTheInputThatShowsTheBoomUp)
{
    gate_opens = true;
    start("open_input = 1");
    post(Post().text());
    EXPECT_TRUE(outcomes.empty());
    post(
        R"({"AlarmGioIn":{"serialno":"d85b1269-8f942256","result":{"TriggerResult":{"source":0,"value":1}}}})");
    pass(100ms);
    ASSERT_EQ(outcomes.size(), 1U);
    EXPECT_EQ(outcomes[0].status, Status::confirmed);
}

TEST_F(VzenithSession, NumbersInputsAsTheManualOfTheCameraDoes)
{
    start();
    const auto input = [](int source) {
        return R"({"AlarmGioIn":{"serialno":"d85b1269-8f942256","result":{"TriggerResult":{"source":)" +
               std::to_string(source) + R"(,"value":1}}}})";
    };
    post(input(1));
    post(input(3)); // 2018: it was told to take a picture
    post(input(4));
    const auto seen = of<model::InputChanged>();
    ASSERT_EQ(seen.size(), 2U);
    EXPECT_EQ(std::get<model::InputChanged>(seen[0].body).input, 2);
    EXPECT_EQ(std::get<model::InputChanged>(seen[1].body).input, 4);
    EXPECT_EQ(counted("refused", "own_trigger"), 1U);
}

TEST_F(VzenithSession, RefusesWhatComesFromElsewhereOrAnotherCamera)
{
    start("serial = \"d85b1269-8f942256\"");
    EXPECT_EQ((*begin_post(Post().text(), "192.0.2.99"))->status, 403U);
    EXPECT_EQ(post(Post{.serial = "ffffffff-00000000"}.text()).status, 403U);
    EXPECT_TRUE(plates().empty());
}

TEST_F(VzenithSession, ClaimsItsOwnPostsOnTheVendorsPath)
{
    start("serial = \"d85b1269-8f942256\"");
    device::PushRequest request;
    request.target = "/devicemanagement/php/plateresult.php";
    request.remote = "192.0.2.41";
    request.body = Post().text();
    EXPECT_TRUE(driver->claims(request));
    request.body = Post{.serial = "ffffffff-00000000"}.text();
    EXPECT_FALSE(driver->claims(request));
    request.body = Post().text();
    request.remote = "192.0.2.42";
    EXPECT_FALSE(driver->claims(request));
    request.target = "/iclock/cdata";
    EXPECT_FALSE(driver->claims(request));
}

TEST_F(VzenithSession, RefusesRubbishThreeTimesAndThenLetsItGo)
{
    start();
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(post("{\"AlarmInfoPlate\":{").status, 400U);
    EXPECT_EQ(post("{\"AlarmInfoPlate\":{").status, 200U);
    EXPECT_EQ(post(R"({"SerialData":{"data":"Y2guY29tFw=="}})").status, 200U);
    EXPECT_EQ(events.size(), 1U); // the link
}

TEST_F(VzenithSession, KnowsNoPlateInEverySpelling)
{
    start();
    int number = 1;
    for (const auto* none : {"_无_", "", "无", "无车牌"}) {
        Post report;
        report.license = none;
        report.plate_id = number;
        report.usec = number++;
        post(report.text());
    }
    EXPECT_EQ(plates(), (std::vector<std::string>{"", "", "", ""}));
}

TEST_F(VzenithSession, TakesAReportWithoutATimeOnceAlthoughItIsRepeated)
{
    gate_opens = true;
    start();
    const std::string bare =
        R"({"AlarmInfoPlate":{"serialno":"d85b1269-8f942256","result":{"PlateResult":{"license":"沪A12345","plateid":9}}}})";
    post(bare);
    pass(3s);
    post(bare);
    EXPECT_EQ(plates().size(), 1U);
    EXPECT_EQ(repeats, 1);
    EXPECT_EQ(camera.opened, 1);
    EXPECT_FALSE(of<model::VehiclePassage>()[0].time_trusted);
    pass(3min);
    post(bare);
    EXPECT_EQ(plates().size(), 2U) << "the number began anew";
}

TEST_F(VzenithSession, DoesNotOpenForACarThatTurnedBack)
{
    gate_opens = true;
    start();
    post(Post{.trigger = 66}.text());
    EXPECT_EQ(camera.opened, 0);
    ASSERT_EQ(of<model::Detection>().size(), 1U);
    EXPECT_EQ(std::get<model::Detection>(of<model::Detection>()[0].body).what, "vehicle_turned_back");
}

TEST_F(VzenithSession, SeesAZoneThatWasPutIntoTheSeconds)
{
    start("mode = \"push\"");
    post(Post{.sec = now_sec() + 8 * 3600}.text());
    ASSERT_EQ(of<model::VehiclePassage>().size(), 1U);
    const auto event = of<model::VehiclePassage>()[0];
    EXPECT_TRUE(event.time_trusted);
    EXPECT_LE(std::chrono::abs(event.occurred_at - event.received_at), 1s);
}

TEST_F(VzenithSession, TrustsNoClockOf1970AndStillTellsTheCar)
{
    start("mode = \"push\"");
    post(Post{.sec = 1000}.text());
    ASSERT_EQ(of<model::VehiclePassage>().size(), 1U);
    const auto event = of<model::VehiclePassage>()[0];
    EXPECT_FALSE(event.time_trusted);
    EXPECT_EQ(event.occurred_at, event.received_at);
}

// ---- signs of life ----

const std::string registration = // http/device-registration
    "------x\r\nContent-Disposition: form-data; name=\"user_name\"\r\n\r\nadmin\r\n------x\r\n"
    "Content-Disposition: form-data; name=\"pass_wd\"\r\n\r\nadmin\r\n------x\r\n"
    "Content-Disposition: form-data; name=\"serialno\"\r\n\r\nd85b1269-8f942256\r\n------x--\r\n";

TEST_F(VzenithSession, LivesBySignsOfLifeWhereItCannotBeReached)
{
    start("mode = \"push\"");
    EXPECT_EQ(post(registration).status, 200U);
    EXPECT_THAT(links(), ElementsAre(LinkState::up));
    EXPECT_EQ(driver->status().serial, "d85b1269-8f942256");
    pass(60s);
    post(R"({"AlarmInfoPlate":{"channel":0,"serialno":"d85b1269-8f942256","heartbeat":1}})");
    pass(80s);
    EXPECT_THAT(links(), ElementsAre(LinkState::up));
    pass(20s);
    EXPECT_THAT(links(), ElementsAre(LinkState::up, LinkState::down));
    post(Post().text());
    EXPECT_THAT(links(), ElementsAre(LinkState::up, LinkState::down, LinkState::up));
}

TEST_F(VzenithSession, KeepsBackTheAnswerToACameraThatPollsAndOpensByIt)
{
    start("mode = \"push\"");
    for (int i = 0; i < 3; ++i)
        post(registration);
    auto held = begin_post(registration);
    pass(5s);
    ASSERT_FALSE(held->has_value()) << "it would only come again";
    EXPECT_EQ(command(model::Action::barrier_open).status, Status::accepted);
    ASSERT_TRUE(held->has_value());
    camera.hear((*held)->body);
    EXPECT_EQ(camera.opened, 1);
    held = begin_post(registration);
    pass(9s);
    ASSERT_TRUE(held->has_value());
    EXPECT_THAT((*held)->body, HasSubstr(R"("info":"no")"));
    EXPECT_EQ(command(model::Action::barrier_open).code, "unreachable");
}

TEST_F(VzenithSession, KeepsPasswordsPlatesAndPicturesOutOfARecording)
{
    start("mode = \"push\"");
    const auto recording = ask(driver->capture(10s));
    Post report;
    report.extra = R"("imageFile":"/9j/AA==",)";
    post(report.text());
    post(registration);
    pass(11s);
    ASSERT_TRUE(recording->has_value() && recording->value());
    const auto& text = recording->value().value();
    EXPECT_THAT(text, HasSubstr("沪T00001"));
    for (const auto* secret : {"沪A12345", "admin", "d85b1269", "/9j/"})
        EXPECT_THAT(text, Not(HasSubstr(secret)));
    EXPECT_THAT(driver->replay(text), ElementsAre("vehicle.passed"));
}

} // namespace
} // namespace gatehouse::vzenith
