#include "gateway/base/sha256.hpp"
#include "gateway/model/envelope.hpp"
#include "protocols/dahua/find.hpp"
#include "tests/unit/protocols/dahua/session_fixture.hpp"

#include <gmock/gmock.h>

namespace gatehouse::dahua {
namespace {

using model::Action;
using model::LinkState;
using model::ListEntry;
using model::Status;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string open_door = "/cgi-bin/accessControl.cgi?action=openDoor";
const std::string open_barrier = "/cgi-bin/trafficSnap.cgi?action=openStrobe";

// ---- commands ----

TEST_F(DahuaSession, OpensTheDoorOnceAndConfirmsItByItsEvent)
{
    start("face");
    device.on_request = [this](const fakes::FakeDahua::Request& request) {
        if (request.with_credentials && request.target.starts_with(open_door))
            device.send_text("Code=DoorStatus;action=Pulse;index=0;data={\"Status\":\"Open\",\"UTC\":" +
                             std::to_string(device.now_seconds()) + "}");
    };
    const auto outcome = command(Action::door_open);
    EXPECT_EQ(outcome.status, Status::confirmed) << outcome.text;
    EXPECT_EQ(device.asked(open_door + "&channel=1&UserID=101&Type=Remote"), 1U);
    EXPECT_THAT(taken, ElementsAre("order"));
}

TEST_F(DahuaSession, ConfirmsADoorByReadingItsStateAndElseSaysAccepted)
{
    start("face", "door_base = 0\nremote_user = \"7\"");
    EXPECT_EQ(command(Action::door_open).status, Status::accepted);
    device.door_status = "Open";
    EXPECT_EQ(command(Action::door_open).status, Status::confirmed);
    EXPECT_EQ(device.asked(open_door + "&channel=0&UserID=7&Type=Remote"), 2U);
}

TEST_F(DahuaSession, ReportsAPositionThatItReadToConfirmACommandOnce)
{
    start("face");
    device.on_request = [this](const fakes::FakeDahua::Request& request) {
        if (request.with_credentials && request.target.starts_with(open_door)) device.door_status = "Open";
    };
    EXPECT_EQ(command(Action::door_open).status, Status::confirmed);
    ASSERT_EQ(of<model::DoorState>().size(), 2U);
    EXPECT_EQ(std::get<model::DoorState>(of<model::DoorState>().back().body).position,
              model::DoorPosition::opened);
    pass_alive(130s);
    EXPECT_EQ(of<model::DoorState>().size(), 2U);
}

TEST_F(DahuaSession, TakesADoorThatWasSeenOpenBeforeForNoConfirmation)
{
    device.door_status.clear(); // cannot be asked
    start("face");
    device.send_text("Code=DoorStatus;action=Pulse;index=0;data={\"Status\":\"Open\",\"UTC\":" +
                     std::to_string(device.now_seconds()) + "}");
    pass(10s);
    EXPECT_EQ(of<model::DoorState>().size(), 1U);
    EXPECT_EQ(command(Action::door_open).status, Status::accepted);
}

TEST_F(DahuaSession, OpensTheBarrierForAPlate)
{
    start("plate");
    const auto outcome = command(Action::barrier_open, 5s, 1, {{"plate", "沪A12345"}});
    EXPECT_EQ(outcome.status, Status::accepted);
    EXPECT_EQ(device.asked(open_barrier + "&channel=1&info.openType=Normal&info.plateNumber=%E6%B2%AAA12345"),
              1U);
    EXPECT_EQ(command(Action::barrier_close).status, Status::accepted);
    EXPECT_EQ(device.requests.back().body, "{\"info\":{\"location\":0}}");
    EXPECT_EQ(command(Action::snapshot).status, Status::accepted);
    EXPECT_EQ(command(Action::log_level).code, "unsupported");
}

TEST_F(DahuaSession, KeepsASnapshotAsAnEventAndNamesItInTheOutcome)
{
    fakes::FakeDahua::Reply picture;
    picture.type = "image/jpeg";
    picture.body = "\xFF\xD8 a picture";
    device.replies["/cgi-bin/snapshot.cgi?channel=1"] = picture;
    start("face");
    const auto outcome = command(Action::snapshot);
    EXPECT_EQ(outcome.status, Status::confirmed) << outcome.text;
    const auto hash = base::sha256_hex(picture.body);
    EXPECT_EQ(outcome.text, "sha256 " + hash + ", /api/v1/media/" + hash);
    const auto kept = std::count_if(events.begin(), events.end(), [](const model::Event& event) {
        return event.device_key.starts_with("snapshot/") && event.pictures.size() == 1;
    });
    EXPECT_EQ(kept, 1);
}

TEST_F(DahuaSession, ConfirmsABarrierWhoseCameraPostsItsAlarms)
{
    start("plate");
    const auto alarm = [this](int type) {
        clock.advance(1s);
        const auto local = std::chrono::floor<std::chrono::seconds>(clock.wall() + 480min);
        const auto seconds = local.time_since_epoch().count() % 86'400;
        return "{\"AlarmInfo\":{\"Time\":\"2026-01-01 " + std::to_string(seconds / 3600) + ":" +
               std::to_string(seconds / 60 % 60) + ":" + std::to_string(seconds % 60) +
               "\",\"Type\":" + std::to_string(type) + ",\"State\":\"Pluse\"}}";
    };
    push("/NotificationInfo/AlarmInfo", alarm(16));
    model::Command order;
    order.id = "order";
    order.action = Action::barrier_open;
    const auto answer = ask(driver->execute(std::move(order)));
    push("/NotificationInfo/AlarmInfo", alarm(14));
    settle();
    ASSERT_TRUE(answer->has_value());
    EXPECT_EQ((*answer)->status, Status::confirmed);
    EXPECT_EQ(of<model::BarrierMoved>().size(), 2U);
}

TEST_F(DahuaSession, SaysUnknownWhenTheAnswerDoesNotComeAndDoesNotRepeatTheOrder)
{
    start("face");
    fakes::FakeDahua::Reply silence;
    silence.ignore = true;
    device.replies[open_door] = silence;
    const auto outcome = command(Action::door_open, 15s);
    EXPECT_EQ(outcome.status, Status::unknown);
    EXPECT_EQ(device.asked(open_door), 1U);
    EXPECT_THAT(taken, IsEmpty());
}

TEST_F(DahuaSession, DoesNotRepeatAnOrderOnAConnectionThatTheDeviceHadClosed)
{
    start("face");
    fakes::FakeDahua::Reply gone;
    gone.hang_up = true;
    device.replies[open_door] = gone;
    const auto outcome = command(Action::door_open, 15s);
    EXPECT_EQ(outcome.status, Status::unknown);
    EXPECT_EQ(device.asked(open_door), 1U);
}

TEST_F(DahuaSession, SaysInPlainWordsWhyAnOrderFailed)
{
    start("face");
    device.replies[open_door] = answering("Error\r\nBad Request!\r\n", 400);
    auto outcome = command(Action::door_open);
    EXPECT_EQ(outcome.status, Status::failed);
    EXPECT_EQ(outcome.code, "device_refused");
    EXPECT_THAT(outcome.text, HasSubstr("check channel and door"));
    EXPECT_THAT(outcome.text, HasSubstr("请核对通道号和门号"));
    device.replies[open_door] = answering("", 403);
    EXPECT_EQ(command(Action::door_open).code, "unauthorised");
    device.replies[open_door] = answering("", 404);
    EXPECT_EQ(command(Action::door_open).status, Status::rejected);
    device.present = false;
    inside([this] { device.cut(); });
    pass(2s); // a kept connection would not tell whether it was sent
    EXPECT_EQ(command(Action::door_open).code, "unreachable");
}

// Measured on a terminal: while a stream is open it takes no other connection (sheet §4).
TEST_F(DahuaSession, LetsTheStreamGiveWayToAnOrderWhereThePortIsBlocked)
{
    device.blocks_port = true;
    start("face");
    ASSERT_EQ(device.streams(), 1U);
    pass_alive(40s); // the kept connection grows old
    const auto outcome = command(Action::door_open);
    EXPECT_EQ(outcome.status, Status::accepted) << outcome.text;
    EXPECT_EQ(device.asked(open_door), 1U);
    pass(3s);
    EXPECT_EQ(device.streams(), 1U);
    EXPECT_THAT(links(), ElementsAre(LinkState::up));
    // What happened in between is read from the log before the next stream.
    device.pass(1, "a");
    pass_alive(10s);
    EXPECT_THAT(people(), ElementsAre("a"));
}

// ---- clock ----

TEST_F(DahuaSession, SetsTheClockWhereItIsAllowed)
{
    device.clock_skew = -90s;
    start("camera");
    EXPECT_FALSE(driver->status().clock_trusted);
    EXPECT_EQ(command(Action::device_sync).status, Status::confirmed);
    EXPECT_TRUE(driver->status().clock_trusted);
    EXPECT_EQ(device.asked("/cgi-bin/global.cgi?action=setCurrentTime&time=2026-1-1%2008:00:0"), 1U);
    ASSERT_EQ(writes.size(), 1U);
    EXPECT_EQ(writes[0].result, "ok");
}

TEST_F(DahuaSession, LeavesAClockAloneThatFollowsATimeServer)
{
    device.clock_skew = -90s;
    device.ntp = true;
    start("camera");
    const auto outcome = command(Action::device_sync);
    EXPECT_EQ(outcome.status, Status::failed);
    EXPECT_THAT(outcome.text, HasSubstr("time server"));
    device.ntp = false;
    our_clock_kept = false;
    EXPECT_THAT(command(Action::device_sync).text, HasSubstr("our own clock"));
    EXPECT_EQ(device.asked("/cgi-bin/global.cgi?action=setCurrentTime"), 0U);
}

TEST_F(DahuaSession, CorrectsTheClockByItselfOnceADay)
{
    device.clock_skew = -90s;
    start("camera", "stream = \"off\"\nclock = \"correct-daily\"");
    pass(60s);
    device.clock_skew = -90s;
    pass(23h);
    EXPECT_EQ(device.asked("/cgi-bin/global.cgi?action=setCurrentTime"), 1U);
    pass(2h);
    EXPECT_EQ(device.asked("/cgi-bin/global.cgi?action=setCurrentTime"), 2U);
}

// ---- posts ----

const std::string upload_type = "multipart/form-data; boundary=myboundary";

std::string upload(std::int64_t utc, int error, int status, const std::string& user = "29559")
{
    const std::string info =
        R"({"Events":[{"Action":"Pulse","Code":"AccessControl","Data":{"Door":0,"ErrorCode":)" +
        std::to_string(error) + R"(,"Method":4,"ReadID":"1","Status":)" + std::to_string(status) +
        R"(,"Type":"Entry","UTC":)" + std::to_string(utc) + R"(,"UserID":")" + user +
        R"("},"Index":0}],"Channel":0})";
    return "\r\n--myboundary\r\nContent-Type: text/plain\r\nContent-Disposition: form-data; "
           "name=\"info\"\r\n\r\n" +
           info +
           "\r\n--myboundary\r\nContent-Type: image/jpeg\r\nContent-Disposition: form-data; "
           "name=\"file\"\r\n\r\n\xFF\xD8\xFFx\xFF\xD9\r\n--myboundary--\r\n";
}

TEST_F(DahuaSession, TakesAnUploadAndAnswersInTheDevicesWords)
{
    start("face", "stream = \"off\"");
    const auto reply = push("/push/dev-1", upload(device.now_seconds(), 0, 1), upload_type);
    ASSERT_TRUE(reply->has_value());
    EXPECT_EQ((*reply)->status, 200U);
    EXPECT_EQ((*reply)->body, R"({"message":"","code":"200","auth":"true"})");
    ASSERT_THAT(people(), ElementsAre("29559"));
    EXPECT_EQ(of<model::AccessAttempt>()[0].pictures.size(), 1U);
    push("/push/dev-1", upload(device.now_seconds(), 0, 1), upload_type);
    EXPECT_EQ(repeats, 1);
    EXPECT_EQ(early.size(), 1U);
}

TEST_F(DahuaSession, AnswersAQuestionWithOurOwnDecision)
{
    start("face", "stream = \"off\"\nverdict_wait = \"1s\"");
    on_early = [this] {
        model::Command order;
        order.id = "order";
        order.action = Action::door_open;
        asio::co_spawn(io, driver->execute(std::move(order)), [](std::exception_ptr, model::Outcome outcome) {
            EXPECT_EQ(outcome.status, Status::accepted);
        });
    };
    const auto yes = push("/push/dev-1", upload(device.now_seconds(), 96, 0), upload_type);
    ASSERT_TRUE(yes->has_value());
    EXPECT_THAT((*yes)->body, HasSubstr(R"("auth":"true")"));
    EXPECT_EQ(device.asked(open_door), 0U); // once, by the answer
    EXPECT_THAT(taken, ElementsAre("order"));
    on_early = nullptr;
    const auto no = push("/push/dev-1", upload(device.now_seconds() + 1, 96, 0), upload_type);
    EXPECT_FALSE(no->has_value());
    pass(1s);
    ASSERT_TRUE(no->has_value());
    EXPECT_THAT((*no)->body, HasSubstr(R"("auth":"false")"));
    // Refused by the terminal itself, which does not ask.
    EXPECT_THAT((*push("/push/dev-1", upload(device.now_seconds() + 2, 18, 0), upload_type))->body,
                HasSubstr(R"("auth":"false")"));
}

TEST_F(DahuaSession, LetsTheDeviceKeepWhatTheJournalCannotTake)
{
    start("face", "stream = \"off\"");
    sink_refuses = 1;
    EXPECT_EQ((*push("/push/dev-1", upload(5, 0, 1), upload_type))->status, 503U);
    EXPECT_EQ((*push("/push/dev-1", upload(5, 0, 1), upload_type))->status, 200U);
    EXPECT_EQ(people().size(), 1U);
    // Of what goes on only the begin is news; one that was not kept is news again.
    const std::string blind = R"({"Events":[{"Action":"Start","Code":"VideoBlind","Data":{},"Index":0}]})";
    sink_refuses = 1;
    EXPECT_EQ((*push("/push/dev-1", blind))->status, 503U);
    EXPECT_EQ((*push("/push/dev-1", blind))->status, 200U);
    EXPECT_EQ(of<model::Tamper>().size(), 1U);
}

TEST_F(DahuaSession, RefusesForeignPostsAndNonsenseButNotForEver)
{
    start("face");
    EXPECT_EQ((*push("/push/dev-1", upload(5, 0, 1), upload_type, "192.0.2.99"))->status, 403U);
    for (const unsigned status : {400U, 400U, 400U, 200U})
        EXPECT_EQ((*push("/push/dev-1", "nonsense"))->status, status);
    EXPECT_THAT(people(), IsEmpty());
}

std::string tollgate(const std::string& plate)
{
    return R"({"Picture":{"NormalPic":{"PicName":"a.jpg","Content":"/9j/2Q=="},"Plate":{"IsExist":true,"PlateNumber":")" +
           plate +
           R"("},"SnapInfo":{"AccurateTime":"2026-01-01 08:00:00.246","TimeZone":13,"LanNo":1,"DeviceID":"1c11"}}})";
}

TEST_F(DahuaSession, SpeaksItsapi)
{
    start("plate", "stream = \"off\"\nverdict_wait = \"1s\"");
    const auto ask_itsapi = [this](const std::string& name, const std::string& body) {
        const auto reply = push("/push/dev-1/NotificationInfo/" + name, body);
        if (!reply->has_value()) pass(1s);
        return reply->has_value() ? (*reply)->body : std::string("no answer");
    };
    EXPECT_EQ(ask_itsapi("DeviceInfo", R"({"DeviceModel":"DH-ITC205","DeviceID":"1c11"})"),
              R"({"Result":true,"Message":"Success"})");
    EXPECT_EQ(ask_itsapi("KeepAlive", R"({"Active":"keepAlive","DeviceID":"1c11"})"),
              R"({"Active":true,"DeviceID":"1c11"})");
    on_early = [this] {
        model::Command order;
        order.action = Action::barrier_open;
        asio::co_spawn(io, driver->execute(std::move(order)), [](std::exception_ptr, model::Outcome) {});
    };
    EXPECT_EQ(
        ask_itsapi("TollgateInfo", tollgate("浙A1111")),
        R"({"Result":true,"DeviceID":"1c11","PlateNumber":"浙A1111","AllowUser":true,"BlockUser":false,)"
        R"("OpenStrobe":true})");
    on_early = nullptr;
    EXPECT_THAT(ask_itsapi("TollgateInfo", tollgate("浙A2222")), HasSubstr(R"("OpenStrobe":false)"));
    EXPECT_THAT(
        ask_itsapi("AlarmInfo", R"({"AlarmInfo":{"Time":"2026-01-01 08:00:00","Type":15,"State":"Pluse"}})"),
        HasSubstr(R"("RspTime":"2026-01-01 08:00:0)"));
    EXPECT_THAT(ask_itsapi("TrafficFluxInfo", "{}"), HasSubstr(R"("Result":true)"));
    ASSERT_EQ(of<model::VehiclePassage>().size(), 2U);
    EXPECT_EQ(*of<model::VehiclePassage>()[0].pictures[0].bytes, "\xFF\xD8\xFF\xD9");
    EXPECT_TRUE(of<model::VehiclePassage>()[0].time_trusted);
    EXPECT_EQ(of<model::BarrierFault>().size(), 1U);
}

TEST_F(DahuaSession, ClaimsItsapiPostsFromItsOwnAddress)
{
    start("plate");
    device::PushRequest request;
    request.target = "/NotificationInfo/TollgateInfo";
    request.remote = "192.0.2.41";
    EXPECT_TRUE(driver->claims(request));
    request.remote = "192.0.2.42";
    EXPECT_FALSE(driver->claims(request));
    request.remote = "192.0.2.41";
    request.target = "/iclock/cdata";
    EXPECT_FALSE(driver->claims(request));
}

TEST_F(DahuaSession, StaysUpByItsPostsWhereItCannotBeReached)
{
    device.present = false;
    start("plate", "stream = \"off\"");
    EXPECT_THAT(links(), ElementsAre(LinkState::down));
    push("/NotificationInfo/KeepAlive", R"({"Active":"keepAlive","DeviceID":"1c11"})");
    pass(40s);
    EXPECT_EQ(links().back(), LinkState::up);
    pass(16min);
    EXPECT_EQ(links().back(), LinkState::down);
}

// ---- set-up ----

TEST_F(DahuaSession, TestsItselfWithoutChangingAnything)
{
    start("face");
    const auto steps = ask(driver->self_test());
    pass(1s);
    ASSERT_TRUE(steps->has_value());
    std::vector<std::string> names;
    for (const auto& step : **steps) {
        names.push_back(step.name);
        EXPECT_TRUE(step.passed) << step.name << ": " << step.detail;
    }
    EXPECT_THAT(names,
                ElementsAre("reachable", "password", "model", "clock", "event stream", "door", "record log"));
    EXPECT_THAT(writes, IsEmpty());
    device.password_right = false;
    device.present = false;
    inside([this] { device.cut(); });
    const auto failed = ask(driver->self_test());
    pass(10s);
    ASSERT_TRUE(failed->has_value());
    EXPECT_FALSE((*failed)->at(0).passed);
    EXPECT_FALSE((*failed)->at(0).remedy.empty());
}

TEST_F(DahuaSession, RecordsWithoutNamesAndReplaysTheSame)
{
    start("face");
    const auto recording = ask(driver->capture(10s));
    device.pass(1);
    pass(10s);
    ASSERT_TRUE(recording->has_value());
    const auto& bytes = (*recording)->value();
    EXPECT_EQ(bytes.find("29559"), std::string::npos);
    EXPECT_EQ(bytes.find("Person A"), std::string::npos);
    EXPECT_THAT(driver->replay(bytes), ElementsAre("AccessControl: access.granted"));
}

TEST(DahuaConfig, HasEveryKeyOfTheSampleAndNoOther)
{
    config::Issues issues;
    config::DeviceConfig device;
    device.address = "http://192.0.2.41";
    device.kind = "plate";
    auto table =
        config::Table::parse("stream=\"both\"\nheartbeat=\"5s\"\npicture_wait=\"2s\"\npush=true\npush_from=[]"
                             "\nverdict_wait=\"0s\"\nchannel=1\n"
                             "outputs=1\ndoor_base=1\nremote_user=\"101\"\nstate_every=\"60s\"\nbackfill="
                             "true\nbackfill_every=\"60s\"\n"
                             "backfill_first=\"1h\"\nunproven_max=\"30s\"\nclock=\"measure\"\nclock_every="
                             "\"10m\"\nclock_offset_max=\"5s\"\n"
                             "request_max=\"10s\"\ntls_verify=true\ntls_ca=\"\"\nallow_basic=false\n",
                             "t", issues);
    check_config(device, table);
    table.finish();
    EXPECT_TRUE(issues.empty());
    auto wrong =
        config::Table::parse("stream=\"off\"\npush=false\ndoor_base=2\nheartbeet=\"1s\"\n", "t", issues);
    device.address = "192.0.2.41";
    check_config(device, wrong);
    wrong.finish();
    EXPECT_EQ(issues.size(), 4U);
}

// ---- lists ----

class DahuaLists : public DahuaSession {
protected:
    static ListEntry entry(ListEntry::Type type, const std::string& value, const std::string& name = "")
    {
        ListEntry made;
        made.type = type;
        made.value = value;
        made.name = name;
        return made;
    }
    std::vector<device::ListResult> write(std::vector<ListEntry> entries)
    {
        const auto answer = ask(driver->lists()->write(std::move(entries)));
        pass(1s);
        return answer->value_or(std::vector<device::ListResult>{});
    }
    std::vector<device::ListResult> remove(std::vector<ListEntry> entries)
    {
        const auto answer = ask(driver->lists()->remove(std::move(entries)));
        pass(1s);
        return answer->value_or(std::vector<device::ListResult>{});
    }
    std::vector<ListEntry> read(ListEntry::Type type)
    {
        const auto answer = ask(driver->lists()->read(type));
        pass(1s);
        return answer->has_value() && **answer ? (**answer).value() : std::vector<ListEntry>{};
    }
};

TEST_F(DahuaLists, OfPlatesComeBackAsTheyWereWritten)
{
    start("plate");
    auto mine = entry(ListEntry::Type::plate, "沪A·12345", "王 & 李");
    mine.valid_until = clock.wall() + 24h;
    auto barred = entry(ListEntry::Type::plate, "沪B1");
    barred.keep_out = true;
    const auto results = write({mine, barred});
    ASSERT_EQ(results.size(), 2U);
    EXPECT_TRUE(results[0].done && results[1].done) << results[0].reason << results[1].reason;
    EXPECT_EQ(device.lists["TrafficRedList"][0]["AuthorityList.OpenGate"], "true");
    EXPECT_EQ(device.lists["TrafficRedList"][0]["CancelTime"], "2026-01-02 08:00:00");
    const auto held = read(ListEntry::Type::plate);
    ASSERT_EQ(held.size(), 2U);
    EXPECT_EQ(held[0], *driver->lists()->as_held(mine).entry);
    EXPECT_EQ(held[1], *driver->lists()->as_held(barred).entry);
    // Written again, changed, and moved to the other list: there once.
    mine.name = "李";
    mine.keep_out = true;
    write({mine, mine});
    EXPECT_THAT(device.lists["TrafficRedList"], IsEmpty());
    EXPECT_EQ(read(ListEntry::Type::plate).size(), 2U);
    EXPECT_TRUE(remove({mine, barred, entry(ListEntry::Type::plate, "X9")})[2].done);
    EXPECT_THAT(read(ListEntry::Type::plate), IsEmpty());
    for (const auto& written : writes)
        EXPECT_EQ(written.detail.find("A12345"), std::string::npos);
}

TEST_F(DahuaLists, OfPeopleAndCardsShareOneTable)
{
    start("face", "outputs = 2");
    auto person = entry(ListEntry::Type::person, "29559", "张三");
    person.outputs = {2};
    person.picture = "\xFF\xD8\xFF\xD9";
    device.replies["/cgi-bin/FaceInfoManager.cgi?action=add"] = answering("OK\r\n");
    const auto card = entry(ListEntry::Type::card, "AB12", "张三");
    const auto results = write({person, card});
    EXPECT_TRUE(results[0].done && results[1].done) << results[0].reason << results[1].reason;
    EXPECT_EQ(device.asked("/cgi-bin/FaceInfoManager.cgi?action=add"), 1U);
    ASSERT_EQ(read(ListEntry::Type::person).size(), 1U);
    EXPECT_EQ(read(ListEntry::Type::person)[0], *driver->lists()->as_held(person).entry);
    ASSERT_EQ(read(ListEntry::Type::card).size(), 1U);
    EXPECT_EQ(read(ListEntry::Type::card)[0], *driver->lists()->as_held(card).entry);
    remove({person});
    EXPECT_THAT(read(ListEntry::Type::person), IsEmpty());
    EXPECT_EQ(read(ListEntry::Type::card).size(), 1U);
}

TEST_F(DahuaLists, SayWhyTheyTakeNothing)
{
    device.legacy_people = false;
    start("face");
    const auto results = write({entry(ListEntry::Type::person, "1"), entry(ListEntry::Type::plate, "A1")});
    EXPECT_THAT(results[0].reason, HasSubstr("newer way"));
    EXPECT_THAT(results[1].reason, HasSubstr("no such list"));
    auto barred = entry(ListEntry::Type::person, "1");
    barred.keep_out = true;
    EXPECT_FALSE(driver->lists()->as_held(barred).entry);
    stop();
    start("camera");
    EXPECT_EQ(driver->lists(), nullptr);
}

TEST_F(DahuaLists, SayInBothLanguagesWhyAnEntryWasRefused)
{
    start("plate");
    device.replies["/cgi-bin/recordUpdater.cgi?action=insert"] = answering("", 503);
    const auto results = write({entry(ListEntry::Type::plate, "A12345")});
    EXPECT_TRUE(results[0].again);
    EXPECT_EQ(results[0].reason,
              "the device is busy; try again in a minute / 设备忙；请一分钟后重试 (HTTP 503)");
}

TEST_F(DahuaLists, NoticeADeviceThatSaysOkAndKeepsNothing)
{
    start("plate");
    device.replies["/cgi-bin/recordUpdater.cgi?action=insert"] = answering("RecNo=5\r\n");
    const auto results = write({entry(ListEntry::Type::plate, "A1")});
    EXPECT_FALSE(results[0].done);
    EXPECT_THAT(results[0].reason, HasSubstr("did not keep"));
}

// ---- search ----

// Recorded bytes (sheet §7).
TEST(DahuaFind, AsksAsTheVendorsToolDoes)
{
    base::Random random{1};
    const auto probes = find_method.probes(random);
    ASSERT_EQ(probes.size(), 1U);
    const std::string head("\x20\0\0\0DHIP\0\0\0\0\0\0\0\0\x49\0\0\0\0\0\0\0\x49\0\0\0\0\0\0\0", 32);
    EXPECT_EQ(probes[0],
              head +
                  "{ \"method\" : \"DHDiscover.search\", \"params\" : { \"mac\" : \"\", \"uni\" : 1 } }\n");
    EXPECT_EQ(find_method.port, 37810);
}

TEST(DahuaFind, ReadsAnswersAndNothingElse)
{
    const std::string head("\x20\0\0\0DHIP\0\0\0\0\0\0\0\0\x49\0\0\0\0\0\0\0\x49\0\0\0\0\0\0\0", 32);
    const std::string body =
        R"({"mac":"08:ED:ed:87:42:7a","method":"client.notifyDevInfo","params":{"deviceInfo":{)"
        R"("DeviceClass":"VTO","DeviceType":"VTO2111D","HttpPort":8080,"Init":1,"Vendor":"Private",)"
        R"("IPv4Address":{"IPAddress":"192.0.2.17"},"SerialNo":"6C","Version":"2.8"}}})";
    const base::Endpoint from{"192.0.2.200", 37810};
    const auto found = find_method.read(head + body + std::string("\n\0", 2), from);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->protocol, "dahua");
    EXPECT_EQ(found->kind, "face");
    EXPECT_EQ(found->address, "http://192.0.2.17:8080");
    EXPECT_EQ(found->mac, "08:ed:ed:87:42:7a");
    EXPECT_EQ(found->make, "Dahua");
    EXPECT_EQ(found->activated, false);
    base::Random random{1};
    EXPECT_FALSE(find_method.read(find_method.probes(random)[0], from));
    for (const auto& text :
         {std::string(), std::string("DHIP"), body, head, head + "{}", head + "{\"method\":"})
        EXPECT_FALSE(find_method.read(text, from)) << text;
}

} // namespace
} // namespace gatehouse::dahua
