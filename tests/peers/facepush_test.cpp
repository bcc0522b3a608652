// The face terminals that speak through a broker (fact sheet B1, C and D), through mosquitto.
#include "tests/peers/bus_terminal.hpp"
#include "tests/peers/peer_world.hpp"

#include <boost/json/parse.hpp>
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <optional>

namespace gatehouse::peers {
namespace {

using testing::HasSubstr;

std::string field(const std::string& document, std::string_view name)
{
    const auto parsed = boost::json::parse(document);
    const auto* found = parsed.as_object().if_contains(name);
    return found != nullptr && found->is_string() ? std::string(found->as_string()) : std::string();
}

// "2026-04-10 10:00:07", eight hours ahead.
std::string local_now()
{
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now() + 8h);
    const std::time_t seconds = now.time_since_epoch().count();
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    char text[32];
    (void)std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &parts);
    return text;
}

std::int64_t seconds_now()
{
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::seconds>(now).count();
}

struct Family {
    std::string name;
    BusTerminal::Manners manners;
    std::string record_topic;
    std::function<std::string()> record; // of person 10001
    std::string order;                   // words that open the door
};

Family haiqing()
{
    Family family{.name = "haiqing",
                  .manners = {},
                  .record_topic = "mqtt/face/T1/Rec",
                  .record = {},
                  .order = R"("operator":"Unlock")"};
    family.manners = {"mqtt/face/T1",
                      "mqtt/face/T1/Ack",
                      [](const std::string& order) {
                          return fmt::format(
                              R"({{"messageId":"{}","operator":"{}-Ack","info":{{"facesluiceId":"T1",)"
                              R"("result":"ok","detail":""}}}})",
                              field(order, "messageId"), field(order, "operator"));
                      },
                      "mqtt/face/basic",
                      R"({"operator":"Online","info":{"facesluiceId":"T1"}})",
                      "mqtt/face/basic",
                      R"({"operator":"Offline","info":{"facesluiceId":"T1"}})"};
    family.record = [] {
        return R"({"operator":"RecPush","info":{"customId":"10001","personId":"3","RecordID":"2","VerifyStatus":"1",)"
               R"("PersonType":"0","similarity1":"83.000000","Sendintime":1,"persionName":"Person A",)"
               R"("facesluiceId":"T1","idCard":"","telnum":" ","time":")" +
               local_now() + R"(","isNoMask":"1","PushType":0,"pic":"data:image/jpeg;base64,/9j//9k="}})";
    };
    return family;
}

Family yld()
{
    Family family{.name = "yld",
                  .manners = {},
                  .record_topic = "face.response",
                  .record = {},
                  .order = R"("cmd":"gpio control")"};
    family.manners = {"face.T1.request",
                      "face.T1.response",
                      [](const std::string& order) {
                          return fmt::format(R"({{"cmd_id":"{}","sn":"T1","cmd":"{}","code":0}})",
                                             field(order, "cmd_id"), field(order, "cmd"));
                      },
                      "online.response",
                      R"({"cmd":"mqtt_online","sn":"T1","result":"mqtt is online"})",
                      "",
                      ""};
    family.record = [] {
        return fmt::format(R"({{"type":"face_result","body":{{"sn":"T1","sequence":1,"sec":{},"usec":0,)"
                           R"("per_id":"10001","name":"Person A","matched":90}}}})",
                           seconds_now());
    };
    return family;
}

Family hiot()
{
    Family family{.name = "hiot",
                  .manners = {},
                  .record_topic = "/hiot/record_message",
                  .record = {},
                  .order = R"("cmd_type":"open")"};
    family.manners = {"/hiot/T1/request_setting",
                      "/hiot/people_send_reply",
                      [](const std::string& order) {
                          return fmt::format(R"({{"message_uuid":"{}","code":200,"message_info":""}})",
                                             field(order, "message_uuid"));
                      },
                      "/hiot/connection",
                      R"({"sn":"T1"})",
                      "",
                      ""};
    family.record = [] {
        return fmt::format(
            R"({{"message_uuid":"m1","data":{{"sn":"T1","person_uuid":"10001","recog_time":{}}}}})",
            seconds_now());
    };
    return family;
}

class Mosquitto : public PeerWorld {
protected:
    void begin_with(const Family& family)
    {
        begin(fmt::format(
            "[[device]]\nid = \"door\"\nname = \"door\"\nprotocol = \"facepush\"\nkind = \"face\"\n"
            "family = \"{}\"\nserial = \"T1\"\naddress = \"mqtt://127.0.0.1:{}\"\n",
            family.name, broker.port()));
        terminal.emplace(broker.port(), family.manners);
    }
    // Who speaks before the gateway listens is not heard, so the terminal says more than once that it is
    // there.
    bool comes_up(const Family& family)
    {
        return until(
            [&] {
                terminal->say(family.manners.online_topic, family.manners.online);
                return link("door") == "up";
            },
            20s);
    }

    std::optional<BusTerminal> terminal;
};

class MosquittoFamily : public Mosquitto, public testing::WithParamInterface<Family (*)()> {};

TEST_P(MosquittoFamily, CarriesRecordsAndOrdersAlsoAfterTheBrokersRestart)
{
    const auto family = GetParam()();
    ASSERT_NO_FATAL_FAILURE(begin_with(family));
    ASSERT_TRUE(comes_up(family)) << why("door");
    terminal->say(family.record_topic, family.record());
    EXPECT_THAT(next("door", "access.granted"), HasSubstr("10001")) << story();
    EXPECT_EQ(order("door-open", "door").status, "accepted");
    EXPECT_EQ(terminal->orders(), 1U);
    EXPECT_THAT(terminal->last_order(), HasSubstr(family.order));

    broker.stop();
    EXPECT_TRUE(until([&] { return link("door") == "down"; }, 10s)) << link("door");
    broker.start();
    EXPECT_TRUE(comes_up(family)) << why("door");
    EXPECT_EQ(order("door-open", "door").status, "accepted");
    EXPECT_EQ(terminal->orders(), 2U);
}

INSTANTIATE_TEST_SUITE_P(Families, MosquittoFamily, testing::Values(&haiqing, &yld, &hiot),
                         [](const auto& family) { return family.param().name; });

TEST_F(Mosquitto, TellsTheLastWillOfATerminalAndNoDoorOpensForIt)
{
    const auto family = haiqing();
    ASSERT_NO_FATAL_FAILURE(begin_with(family));
    ASSERT_TRUE(comes_up(family)) << why("door");
    terminal.reset();
    EXPECT_TRUE(until([&] { return link("door") == "down"; }, 10s)) << link("door");
    EXPECT_EQ(why("door"), "the terminal has left the broker");
    EXPECT_EQ(order("door-open", "door").code, "unreachable");
}

} // namespace
} // namespace gatehouse::peers
