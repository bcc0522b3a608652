#include "tests/unit/protocols/facepush/session_fixture.hpp"

#include "protocols/facepush/fields.hpp"
#include "tests/fakes/memory_bus.hpp"

#include <gmock/gmock.h>

namespace gatehouse::facepush {
namespace {

using model::Action;
using model::LinkState;
using model::ListEntry;
using model::Status;
using testing::HasSubstr;

// Answers are written from the sheet (B1, C, D).
class BusSession : public Sitting {
protected:
    device::DriverContext context() override
    {
        auto made = Sitting::context();
        made.buses = broker.opener();
        return made;
    }
    void begin(const std::string& family, const std::string& serial, const std::string& more = "")
    {
        address = "mqtt://192.0.2.5";
        start("family = \"" + family + "\"\nserial = \"" + serial + "\"\n" + more);
    }
    void say(const std::string& topic, const std::string& payload, bool retained = false)
    {
        inside([&] { broker.say(topic, payload, retained); });
    }
    std::string local(std::chrono::milliseconds ago = 0ms) const
    {
        const auto at = std::chrono::floor<std::chrono::seconds>(clock.wall() - ago + 8h);
        const auto day = std::chrono::floor<std::chrono::days>(at);
        const std::chrono::year_month_day date(day);
        const std::chrono::hh_mm_ss time(at - day);
        return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}", int(date.year()), unsigned(date.month()),
                           unsigned(date.day()), time.hours().count(), time.minutes().count(),
                           time.seconds().count());
    }
    static ListEntry person(const std::string& id)
    {
        ListEntry entry;
        entry.type = ListEntry::Type::person;
        entry.value = id;
        entry.name = "Person A";
        return entry;
    }

    fakes::MemoryBroker broker{io.get_executor()};
};

// ---- B: facesluice cameras ----

class Haiqing : public BusSession {
protected:
    void beat()
    {
        say("mqtt/face/heartbeat",
            R"({"operator":"HeartBeat","info":{"facesluiceId":"1026700","time":")" + local() + "\"}}");
    }
    // As observed: numbers as texts, a blank telephone number (sheet B1).
    std::string record(const std::string& number, const std::string& person, const std::string& more = "")
    {
        return R"({"operator":"RecPush","info":{"customId":")" + person + R"(","personId":"3","RecordID":")" +
               number +
               R"(","VerifyStatus":"1","PersonType":"0","similarity1":"83.000000","Sendintime":1,)"
               R"("persionName":"Person A","facesluiceId":"1026700","idCard":"","telnum":" ","time":")" +
               local() + R"(","isNoMask":"1","PushType":0)" + more + "}}";
    }
    // Acknowledges every order like the camera does.
    void answer_orders(const std::string& info)
    {
        broker.answer = [this, info](const base::BusMessage& message) {
            const auto fields = Fields::of_json(message.payload);
            broker.say("mqtt/face/1026700/Ack",
                       fmt::format(R"({{"messageId":"{}","operator":"{}-Ack","info":{}}})",
                                   fields->text("messageId"), fields->text("operator"), info));
        };
    }
};

TEST_F(Haiqing, IsUpWithTheFirstHeartbeatAndDownAfterThreeOrItsLastWill)
{
    begin("haiqing", "1026700");
    EXPECT_TRUE(links().empty());
    say("mqtt/face/basic", R"({"operator":"Offline","info":{"facesluiceId":"other"}})");
    beat();
    EXPECT_EQ(driver->status().link, LinkState::up);
    EXPECT_EQ(driver->status().clock_offset_ms, 0);
    pass(179s);
    EXPECT_EQ(driver->status().link, LinkState::up);
    pass(5s);
    EXPECT_EQ(driver->status().link, LinkState::down);
    beat();
    EXPECT_EQ(driver->status().link, LinkState::up);
    say("mqtt/face/basic", R"({"operator":"Offline","info":{"facesluiceId":"1026700"}})");
    EXPECT_EQ(driver->status().link, LinkState::down);
}

TEST_F(Haiqing, TellsKnownFacesAtOnceAndThoseEnrolledAtTheDeviceWithoutAPerson)
{
    begin("haiqing", "1026700");
    beat();
    say("mqtt/face/1026700/Rec", record("2", "10001", R"(,"pic":"data:image/jpeg;base64,/9j//9k=")"));
    say("mqtt/face/1026700/Rec", record("3", ""));
    ASSERT_EQ(people().size(), 2u);
    EXPECT_TRUE(attempt(people()[0]).granted);
    EXPECT_EQ(attempt(people()[0]).person, "10001");
    EXPECT_EQ(people()[0].device_record, "2");
    EXPECT_EQ(people()[0].pictures.size(), 1u);
    EXPECT_EQ(attempt(people()[1]).person, "");
    EXPECT_EQ(early.size(), 1u);
    EXPECT_TRUE(broker.heard.empty()); // no PushAck unless configured
}

TEST_F(Haiqing, MapsRefusalsAndStrangers)
{
    begin("haiqing", "1026700");
    beat();
    auto refused = record("4", "7");
    refused.replace(refused.find(R"(VerifyStatus":"1)"), 16, R"(VerifyStatus":"2)");
    say("mqtt/face/1026700/Rec", refused);
    say("mqtt/face/1026700/Snap",
        R"({"operator":"StrSnapPush","info":{"facesluiceId":"1026700","SnapID":9,"time":")" + local() +
            "\"}}");
    ASSERT_EQ(people().size(), 2u);
    EXPECT_EQ(attempt(people()[0]).reason, "no_permission");
    EXPECT_EQ(attempt(people()[1]).reason, "not_recognised");
    EXPECT_TRUE(early.empty());
}

TEST_F(Haiqing, KeepsReplaysAsHistoryUnderTheSameKey)
{
    begin("haiqing", "1026700");
    beat();
    auto body = record("2", "10001");
    say("mqtt/face/1026700/Rec", body);
    body.replace(body.find(R"("PushType":0)"), 12, R"("PushType":2)");
    say("mqtt/face/1026700/Rec", body);
    EXPECT_EQ(people().size(), 1u);
    EXPECT_EQ(repeats, 1);
    EXPECT_EQ(early.size(), 1u);
}

TEST_F(Haiqing, AcknowledgesARecordOnlyOnceItIsOnDisk)
{
    begin("haiqing", "1026700", "acknowledge = true");
    beat();
    sink_refuses = 1;
    say("mqtt/face/1026700/Rec", record("2", "10001"));
    EXPECT_TRUE(broker.heard.empty());
    pass(1s);
    ASSERT_EQ(broker.heard.size(), 1u);
    EXPECT_EQ(broker.heard[0].topic, "mqtt/face/1026700");
    const auto ack = Fields::of_json(broker.heard[0].payload);
    EXPECT_EQ(ack->text("operator"), "PushAck");
    EXPECT_EQ(ack->text("info.SnapOrRecordID"), "2");
}

TEST_F(Haiqing, OpensOnceAndOnlyWhileTheTerminalIsThere)
{
    begin("haiqing", "1026700");
    EXPECT_EQ(command(Action::door_open).code, "unreachable");
    EXPECT_TRUE(broker.heard.empty());
    beat();
    answer_orders(R"({"facesluiceId":"1026700","result":"ok","detail":""})");
    EXPECT_EQ(command(Action::door_open).status, Status::accepted);
    ASSERT_EQ(broker.heard.size(), 1u);
    const auto order = Fields::of_json(broker.heard[0].payload);
    EXPECT_EQ(order->text("operator"), "Unlock");
    EXPECT_EQ(order->text("info.DeviceID"), "1026700");
    EXPECT_EQ(order->text("info.Chn"), "0");
    answer_orders(R"({"facesluiceId":"1026700","result":"fail","detail":"x"})");
    EXPECT_EQ(command(Action::door_open).code, "device_refused");
    broker.answer = nullptr;
    EXPECT_EQ(command(Action::door_open).status, Status::unknown);
    EXPECT_EQ(broker.heard.size(), 3u);
}

TEST_F(Haiqing, WritesPersonsAndSaysInOneSentenceWhyNot)
{
    begin("haiqing", "1026700");
    beat();
    answer_orders(R"({"facesluiceId":"1026700","result":"ok","AddSucNum":1,"AddErrNum":0})");
    auto entry = person("staff-00001");
    entry.valid_until = clock.wall();
    EXPECT_TRUE(asked(driver->lists()->write({entry}))[0].done);
    const auto order = Fields::of_json(broker.heard.back().payload);
    EXPECT_FALSE(order->has("info.picURI"));
    EXPECT_EQ(order->text("info.tempCardType"), "1");
    EXPECT_EQ(order->text("info.cardValidEnd"), local(clock.wall() - *entry.valid_until));
    for (const auto& [code, word, again] : {std::tuple{"468", "face", false},
                                            {"464", "域名；", false},
                                            {"410", "again / 设备", true},
                                            {"499", "设备拒绝此操作；", false}}) {
        answer_orders(
            R"({"facesluiceId":"1026700","result":"fail","AddErrNum":1,"AddErrInfo":[{"customId":"1","errcode":)" +
            std::string(code) + "}]}");
        const auto result = asked(driver->lists()->write({person("1")}))[0];
        EXPECT_FALSE(result.done);
        EXPECT_EQ(result.code, code);
        EXPECT_EQ(result.again, again);
        EXPECT_THAT(result.reason, HasSubstr(word));
        EXPECT_THAT(result.reason, testing::ContainsRegex("; .* / .*；.* \\(" + std::string(code) + "\\)$"));
    }
    EXPECT_FALSE(driver->lists()->as_held(person(std::string(49, 'a'))).entry);
    auto long_name = person("1");
    long_name.name = std::string(31, 'a') + "张";
    EXPECT_EQ(driver->lists()->as_held(long_name).entry->name, std::string(31, 'a'));
}

TEST_F(Haiqing, LetsTheTerminalFetchAFaceWhileItsOrderIsUnderWayAndNobodyElse)
{
    begin("haiqing", "1026700");
    beat();
    auto entry = person("1");
    entry.picture = "face";
    const auto result = ask(driver->lists()->write({entry}));
    const auto order = Fields::of_json(broker.heard.back().payload);
    const std::string url(order->text("info.picURI"));
    ASSERT_TRUE(url.starts_with("http://192.0.2.1:8090/push/dev-1/")) << url;
    const auto name = url.substr(url.rfind('/') + 1);
    EXPECT_GE(name.size(), 20u);
    const auto face = push(name, "");
    EXPECT_EQ(face.status, 200u);
    EXPECT_EQ(face.content_type, "image/jpeg");
    EXPECT_EQ(face.body, "face");
    EXPECT_EQ(push("1.jpg", "").status, 404u);
    say("mqtt/face/1026700/Ack", fmt::format(R"({{"messageId":"{}","operator":"EditPerson-Ack",)"
                                             R"("info":{{"facesluiceId":"1026700","result":"ok"}}}})",
                                             order->text("messageId")));
    ASSERT_TRUE(result->has_value());
    EXPECT_TRUE((**result)[0].done);
    EXPECT_EQ(push(name, "").status, 404u);
}

TEST_F(Haiqing, ComesBackAfterTheBrokerWasGone)
{
    begin("haiqing", "1026700");
    beat();
    broker.present = false;
    inside([this] { broker.cut(); });
    EXPECT_EQ(driver->status().link, LinkState::down);
    pass(1min);
    broker.present = true;
    pass(40s);
    beat();
    EXPECT_EQ(links(), (std::vector{LinkState::up, LinkState::down, LinkState::up}));
    EXPECT_EQ(broker.connections.back().client_id, "gatehouse-dev-1");
}

TEST_F(Haiqing, TriesARefusedPasswordAfterAMinute)
{
    broker.refuses = true;
    begin("haiqing", "1026700");
    EXPECT_THAT(driver->status().why, HasSubstr("password"));
    EXPECT_THAT(driver->status().why, HasSubstr(" / MQTT 服务器拒绝用户名或密码；"));
    broker.refuses = false;
    pass(59s);
    EXPECT_TRUE(broker.connections.empty());
    pass(40s);
    EXPECT_EQ(broker.connections.size(), 1u);
}

TEST_F(Haiqing, RecordsWithoutPersonsWhatAReplayUnderstands)
{
    begin("haiqing", "1026700");
    const auto recording = ask(driver->capture(10s));
    beat();
    say("mqtt/face/1026700/Rec", record("2", "772021"));
    pass(10s);
    ASSERT_TRUE(recording->has_value());
    const auto& text = (*recording)->value();
    for (const auto* secret : {"772021", "Person A", "1026700"})
        EXPECT_EQ(text.find(secret), std::string::npos) << secret;
    const auto lines = driver->replay(text);
    ASSERT_EQ(lines.size(), 2u);
    EXPECT_EQ(lines[0], "heartbeat");
    EXPECT_TRUE(lines[1].starts_with("granted face person=x")) << lines[1];
}

// ---- C: VZ face terminals ----

TEST_F(BusSession, YldListensWithDotsAndSlashesAndKnowsStrangersByTheMissingPerson)
{
    begin("yld", "9f15b229-0422fd6b");
    EXPECT_THAT(broker.topics, testing::IsSupersetOf({"face.response", "face/response", "online.response",
                                                      "face.9f15b229-0422fd6b.response"}));
    say("online.response", R"({"cmd":"mqtt_online","sn":"fffffff","result":"mqtt is online"})");
    EXPECT_TRUE(links().empty());
    say("online.response", R"({"cmd":"mqtt_online","sn":"9f15b229-0422fd6b","result":"mqtt is online"})");
    EXPECT_EQ(driver->status().link, LinkState::up);
    const auto seconds = std::chrono::floor<std::chrono::seconds>(clock.wall()).time_since_epoch().count();
    const auto face = [&](int sequence, const std::string& more) {
        return fmt::format(
            R"({{"type":"face_result","body":{{"sn":"9f15b229-0422fd6b","sequence":{},"sec":{},"usec":0{}}}}})",
            sequence, seconds, more);
    };
    say("face.response", face(1, R"(,"per_id":"10001","name":"Person A","matched":90)"));
    say("face/response", face(1, R"(,"per_id":"10001","name":"Person A","matched":90)"));
    say("face/response", face(2, ""));
    ASSERT_EQ(people().size(), 2u);
    EXPECT_TRUE(attempt(people()[0]).granted);
    EXPECT_EQ(attempt(people()[1]).reason, "not_recognised");
    EXPECT_EQ(repeats, 1);
    EXPECT_EQ(early.size(), 1u);
}

TEST_F(BusSession, YldOpensByItsWordWithABlankAndNeverRemovesEverybody)
{
    begin("yld", "9f15b229-0422fd6b");
    say("online.response", R"({"cmd":"mqtt_online","sn":"9f15b229-0422fd6b","result":"mqtt is online"})");
    int code = 0;
    broker.answer = [&](const base::BusMessage& message) {
        const auto fields = Fields::of_json(message.payload);
        broker.say("face.9f15b229-0422fd6b.response",
                   fmt::format(R"({{"cmd_id":"{}","sn":"9f15b229-0422fd6b","cmd":"{}","code":{}}})",
                               fields->text("cmd_id"), fields->text("cmd"), code));
    };
    EXPECT_EQ(command(Action::door_open).status, Status::accepted);
    EXPECT_EQ(broker.heard.back().topic, "face.9f15b229-0422fd6b.request");
    EXPECT_THAT(broker.heard.back().payload, HasSubstr(R"("cmd":"gpio control","ctrl_type":"on")"));
    EXPECT_TRUE(asked(driver->lists()->remove({person("10001")}))[0].done);
    EXPECT_THAT(broker.heard.back().payload, HasSubstr(R"("type":0,"per_id":"10001")"));
    const auto said = broker.heard.size();
    EXPECT_FALSE(asked(driver->lists()->remove({person("")}))[0].done);
    EXPECT_EQ(broker.heard.size(), said);
    code = -3;
    const auto refused = command(Action::door_open);
    EXPECT_EQ(refused.status, Status::failed);
    EXPECT_EQ(refused.text, "the terminal refuses this; look at its screen or web page / "
                            "设备拒绝此操作；请查看设备屏幕或网页 (-3)");
}

// ---- D: hiot ----

TEST_F(BusSession, HiotTellsItsOwnRecordsAndTakesOrders)
{
    begin("hiot", "H1");
    const auto seconds = std::chrono::floor<std::chrono::seconds>(clock.wall()).time_since_epoch().count();
    const auto record = [&](const std::string& more) {
        return fmt::format(R"({{"message_uuid":"m1","data":{{"person_uuid":"10001","recog_time":{}{}}}}})",
                           seconds, more);
    };
    say("/hiot/record_message", record(R"(,"sn":"H2")"));
    say("/hiot/record_message", record(""));
    EXPECT_TRUE(people().empty());
    say("/hiot/record_message", record(R"(,"sn":"H1")"));
    ASSERT_EQ(people().size(), 1u);
    EXPECT_EQ(attempt(people()[0]).person, "10001");
    EXPECT_EQ(driver->status().link, LinkState::up);
    int code = 200;
    broker.answer = [&](const base::BusMessage& message) {
        const auto fields = Fields::of_json(message.payload);
        broker.say("/hiot/people_send_reply",
                   fmt::format(R"({{"message_uuid":"{}","code":{},"message_info":""}})",
                               fields->text("message_uuid"), code));
    };
    EXPECT_EQ(command(Action::door_open).status, Status::accepted);
    EXPECT_EQ(broker.heard.back().topic, "/hiot/H1/request_setting");
    code = -1;
    EXPECT_EQ(command(Action::door_open).status, Status::failed);
}

TEST_F(BusSession, IsSilentWhileTheTerminalHasNotBeenHeardOnTheBroker)
{
    begin("hiot", "H1");
    pass(4min);
    EXPECT_EQ(driver->status().link, LinkState::silent);
    const auto steps = asked(driver->self_test());
    ASSERT_EQ(steps.size(), 3u);
    EXPECT_TRUE(steps[0].passed);
    EXPECT_FALSE(steps[1].passed);
}

TEST_F(BusSession, SurvivesWhatIsNoMessage)
{
    begin("yld", "S");
    for (const auto* text : {"", "{", "[]", "7", "{\"sn\":\"S\"}", "\xFF\xFE"})
        say("face.response", text);
    EXPECT_TRUE(people().empty());
    EXPECT_GE(metrics.counter("gatehouse_facepush_unreadable_total", "", {{"device", "dev-1"}}).value(), 3u);
}

} // namespace
} // namespace gatehouse::facepush
