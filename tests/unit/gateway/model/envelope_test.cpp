#include "gateway/model/envelope.hpp"
#include "tests/unit/gateway/model/sample_events.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <algorithm>

namespace gatehouse::model {
namespace {

using namespace std::string_literals;

constexpr std::chrono::minutes offset{480};
const Names names{"zjd-001", "gw1", offset};

Entry entry_of(Event event, std::int64_t seq = 1042)
{
    Entry entry;
    entry.seq = seq;
    entry.type = type_of(event.body);
    entry.priority = kind_of(event.body).priority;
    entry.boot_id = "01KDVYZZZZ0000000000000000";
    entry.data = data_json(event, offset);
    entry.event = std::move(event);
    return entry;
}

TEST(Envelope, WritesTheDataOfAPassageAsTheContractShowsIt)
{
    EXPECT_EQ(
        data_json(tests::full_passage(), offset),
        R"({"direction":"in","plate":{"text":"沪A12345","color":"blue","confidence":0.97},)"
        R"("decision":{"result":"open","rule":"resident-list","latency_ms":180,"reasons":["The plate is on the list."]},)"
        R"("vehicle":{"type":"car","color":"white","device_list":"allow","lane_no":1},"snapshots":[{"kind":"scene",)"
        R"("sha256":")" +
            std::string(64, '9') +
            R"(","bytes":183204,"ref":"/media/01KDVZ3M7Q0000000000000001/scene.jpg"},{"kind":"plate","sha256":")" +
            std::string(64, 'a') +
            R"(","bytes":5120,"ref":"/media/01KDVZ3M7Q0000000000000001/plate.jpg"}],"device_record":"1042",)"
            R"("lane":"east-in","device_time":"2026-01-01T08:04:59.000+08:00","time_trusted":true,"history":false})");
}

TEST(Envelope, FollowsTheSheetForAPassage)
{
    EXPECT_EQ(
        cloud_event(entry_of(tests::full_passage()), names, false),
        R"({"specversion":"1.0","id":"01KDVZ3M7Q0000000000000001","source":"/sites/zjd-001/gateways/gw1/devices/lpr-in-1",)"
        R"("type":"cn.gatehouse.vehicle.passed.v1","subject":"lane/east-in","time":"2026-01-01T08:05:00.120+08:00",)"
        R"("datacontenttype":"application/json","dataschema":"urn:gatehouse:schema:vehicle.passed:1.0",)"
        R"("sequence":"00000000000000001042","bootid":"01KDVYZZZZ0000000000000000",)"
        R"("receivedtime":"2026-01-01T08:05:00.310+08:00","clockquality":"synced","data":)" +
            data_json(tests::full_passage(), offset) + "}");
}

TEST(Envelope, SaysReplayOnlyAfterAnOutage)
{
    const auto entry = entry_of(tests::full_passage());
    EXPECT_EQ(cloud_event(entry, names, false).find("replay"), std::string::npos);
    EXPECT_NE(cloud_event(entry, names, true).find(R"("replay":"1","data")"), std::string::npos);
}

TEST(Envelope, NamesNoDeviceForWhatTheGatewaySaysOfItself)
{
    Event event;
    event.device = "gateway";
    event.body = SystemNotice{"started", true, ""};
    EXPECT_NE(cloud_event(entry_of(event), names, false).find(R"("source":"/sites/zjd-001/gateways/gw1",)"),
              std::string::npos);
    EXPECT_EQ(topic_of(entry_of(event), names), "gh/v1/zjd-001/gw1/evt/system/gateway");
}

TEST(Envelope, GivesAnAlertTheDocumentAndTheTopicOfTheSheet)
{
    Event event;
    event.id = "01KDVZ3M7Q0000000000000009";
    event.device = "gateway";
    event.body = tests::full_change(Alert::State::raised);
    const auto entry = entry_of(event);
    EXPECT_EQ(entry.priority, Priority::alert);
    EXPECT_EQ(topic_of(entry, names), "gh/v1/zjd-001/gw1/alert/barrier_not_closed/gate-1");
    const auto document = boost::json::parse(cloud_event(entry, names, false)).as_object();
    EXPECT_EQ(document.at("type"), "cn.gatehouse.alert.raised.v1");
    EXPECT_EQ(document.at("dataschema"), "urn:gatehouse:schema:alert:1.1");
    EXPECT_EQ(document.at("source"), "/sites/zjd-001/gateways/gw1/devices/gate-1");
    const auto& data = document.at("data").as_object();
    EXPECT_EQ(data.at("alert_id"), "01KDVZ3M7Q0000000000000002");
    EXPECT_EQ(data.at("severity"), 3);
    EXPECT_EQ(data.at("state"), "raised");
    EXPECT_EQ(data.at("due").at("ack"), "2026-01-01T08:21:00.000+08:00");
    EXPECT_EQ(data.at("evidence").as_array().size(), 1U);
}

TEST(Envelope, ReadsBackEveryKindOfBodyWithoutLosingAWord)
{
    for (const auto& body : tests::every_body()) {
        for (const bool bare : {false, true}) {
            Event event = bare ? Event{} : tests::full_passage();
            event.body = body;
            event.history = !bare;
            event.time_trusted = bare;
            const auto data = data_json(event, offset);
            const auto read = event_from_data(type_of(body), data);
            ASSERT_TRUE(read) << type_of(body) << ' ' << data;
            EXPECT_EQ(read->body.index(), body.index());
            EXPECT_EQ(data_json(*read, offset), data);
        }
    }
}

TEST(Envelope, ReadsBackAnyConfidence)
{
    for (int i = 0; i <= 10'000; ++i) {
        Event event;
        VehiclePassage body;
        body.plate.confidence = i / 9'999.0;
        if (i % 2 == 0) body.plate.characters = {body.plate.confidence, 1, 0};
        event.body = body;
        const auto data = data_json(event, offset);
        ASSERT_EQ(data_json(event_from_data("vehicle.passed", data).value(), offset), data);
    }
}

TEST(Envelope, ReadsBackCharactersAndWhatAListTellsTheGuard)
{
    Event event = tests::full_passage();
    std::get<VehiclePassage>(event.body).plate.characters = {0.31, 0.995};
    event.decision->instruction = "ask for the visitor's name";
    const auto read = event_from_data("vehicle.passed", data_json(event, offset)).value();
    EXPECT_EQ(std::get<VehiclePassage>(read.body).plate.characters, (std::vector<double>{0.31, 0.995}));
    EXPECT_EQ(read.decision->instruction, "ask for the visitor's name");
}

TEST(Envelope, KeepsOnlyTheLastFourOfACardNumber)
{
    Event event;
    AccessAttempt body;
    body.credential = "card";
    body.card = "00-1234567890";
    event.body = body;
    const auto data = data_json(event, offset);
    EXPECT_NE(data.find(R"("card_tail":"7890")"), std::string::npos);
    EXPECT_EQ(data.find("567890"), std::string::npos);
}

TEST(Envelope, KeepsTopicsInsideWhatEveryBrokerTakes)
{
    const Names longest{std::string(32, 's'), std::string(32, 'g'), offset};
    for (const auto& body : tests::every_body()) {
        Event event;
        event.device = std::string(32, 'd');
        event.body = body;
        if (auto* changed = std::get_if<AlertChanged>(&event.body)) {
            changed->alert.kind = std::string(60, 'k');
            changed->alert.device = event.device;
        }
        const auto topic = topic_of(entry_of(event), longest);
        EXPECT_LE(topic.size(), 128U) << topic;
        EXPECT_LE(std::count(topic.begin(), topic.end(), '/'), 7) << topic;
        EXPECT_TRUE(topic.ends_with("/" + event.device)) << topic;
    }
}

TEST(Envelope, LetsNoWildcardOrCapitalIntoATopic)
{
    Event event;
    event.device = "Gate#1/+ 门";
    event.body = Tamper{};
    const auto topic = topic_of(entry_of(event), names);
    EXPECT_EQ(topic.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_-/"), std::string::npos) << topic;
    EXPECT_EQ(std::count(topic.begin(), topic.end(), '/'), 6);
}

TEST(Envelope, RefusesDataThatIsNotItsOwn)
{
    EXPECT_FALSE(event_from_data("vehicle.passed", ""));
    EXPECT_FALSE(event_from_data("vehicle.passed", "[]"));
    EXPECT_FALSE(event_from_data("vehicle.passed", R"({"plate":"x"})"));
    EXPECT_FALSE(event_from_data("vehicle.passed", R"({"device_time":"yesterday"})"));
    EXPECT_FALSE(event_from_data("vehicle.flown", "{}"));
    EXPECT_FALSE(event_from_data("system.command", R"({"action":"explode","status":"failed"})"));
    EXPECT_FALSE(event_from_data("alert.raised", R"({"state":"closed"})"));
    EXPECT_FALSE(event_from_data("barrier.moved", R"({"output":99999999999})"));
    EXPECT_FALSE(event_from_data("device.tamper", std::string(100'000, '[')));
}

TEST(Envelope, AnyDamageToTheDataIsAnAnswerAndNotACrash)
{
    for (const auto& body : tests::every_body()) {
        auto event = tests::full_passage();
        event.body = body;
        const auto data = data_json(event, offset);
        for (std::size_t i = 0; i < data.size(); ++i) {
            auto damaged = data;
            damaged[i] = static_cast<char>(damaged[i] ^ 0x11);
            if (const auto read = event_from_data(type_of(body), damaged)) {
                EXPECT_TRUE(event_from_data(type_of(body), data_json(*read, offset)));
            }
        }
    }
}

} // namespace
} // namespace gatehouse::model
