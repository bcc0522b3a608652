#include "protocols/mqtt/config.hpp"
#include "protocols/mqtt/documents.hpp"
#include "protocols/mqtt/reason.hpp"

#include <gtest/gtest.h>

namespace gatehouse::mqtt {
namespace {

using upstream::Delivery;

const model::Names names{.site = "zjd-001", .gateway = "gw1", .utc_offset = std::chrono::minutes(480)};
const Stamp stamp{.id = "01KDVZ0000000000000000ST01",
                  .at = base::WallTime(std::chrono::milliseconds(1'767'225'600'000))};

TEST(MqttDocuments, WriteTheBirthAsTheSheetShowsIt)
{
    const GatewayState state{.online = true,
                             .reason = {},
                             .session = 57,
                             .version = "0.1.0",
                             .since = stamp.at,
                             .devices_total = 6,
                             .devices_online = 5};
    EXPECT_EQ(
        state_document(names, stamp, state),
        R"({"specversion":"1.0","id":"01KDVZ0000000000000000ST01","source":"/sites/zjd-001/gateways/gw1","type":"cn.gatehouse.gateway.state.v1","time":"2026-01-01T08:00:00.000+08:00","datacontenttype":"application/json","data":{"online":true,"session":57,"version":"0.1.0","since":"2026-01-01T08:00:00.000+08:00","devices":{"total":6,"online":5}}})");
}

TEST(MqttDocuments, NameTheFaultOfAnOrder)
{
    const model::Outcome outcome{.status = model::Status::unknown,
                                 .code = "timed_out",
                                 .text = "no answer",
                                 .took_ms = -1,
                                 .at = stamp.at};
    const auto text =
        reply_document(names, stamp, Reply{.command_id = "c1", .device = "gate-1", .outcome = outcome});
    EXPECT_NE(text.find(R"("status":"failed")"), std::string::npos);
    EXPECT_NE(text.find(R"("error":{"code":"outcome_unknown","text":"no answer"})"), std::string::npos);
}

TEST(MqttDocuments, RepeatTheStoredResultOfADuplicate)
{
    const model::Outcome outcome{.status = model::Status::duplicate,
                                 .code = "confirmed",
                                 .text = "open",
                                 .took_ms = 420,
                                 .at = stamp.at};
    const auto text =
        reply_document(names, stamp, Reply{.command_id = "c1", .device = "gate-1", .outcome = outcome});
    EXPECT_NE(
        text.find(
            R"("status":"duplicate","device":"gate-1","detail":{"result":"done","took_ms":420,"text":"open"})"),
        std::string::npos)
        << text;
    const model::Outcome running{
        .status = model::Status::duplicate, .code = "in_progress", .text = "", .took_ms = -1, .at = stamp.at};
    EXPECT_NE(reply_document(names, stamp, Reply{.command_id = "c1", .device = {}, .outcome = running})
                  .find(R"("result":"accepted")"),
              std::string::npos);
}

TEST(MqttReason, TellsWhatWillNeverBeTakenFromWhatIsWorthAnotherTry)
{
    EXPECT_EQ(verdict_of({true, 0x00}).delivery, Delivery::accepted);
    EXPECT_EQ(verdict_of({true, 0x10}).delivery, Delivery::accepted) << "no matching subscribers";
    EXPECT_EQ(verdict_of({true, 0x97}).delivery, Delivery::later);
    EXPECT_EQ(verdict_of({true, 0x80}).delivery, Delivery::later);
    EXPECT_EQ(verdict_of({true, 0x83}).delivery, Delivery::later);
    EXPECT_EQ(verdict_of({true, 0x87}).delivery, Delivery::later) << "an access list can be mended";
    EXPECT_EQ(verdict_of({true, 0x87}).pause, std::chrono::seconds(60));
    for (const int code : {0x90, 0x95, 0x99})
        EXPECT_EQ(verdict_of({true, code}).delivery, Delivery::rejected) << code;
    EXPECT_EQ(verdict_of({true, 0x99}).reason, "payload format refused");
    EXPECT_EQ(verdict_of({false, 0}).delivery, Delivery::later);
}

TEST(MqttReason, KnowsWhenTheBrokerDoesNotWantUs)
{
    for (const int code : {4, 5, 0x86, 0x87})
        EXPECT_TRUE(is_auth_failure({.accepted = false, .code = code, .why = {}})) << code;
    EXPECT_FALSE(is_auth_failure({.accepted = false, .code = 3, .why = {}}));
    EXPECT_TRUE(is_version_failure({.accepted = false, .code = 0x84, .why = {}}));
}

Config read(const std::string& text, config::Issues& issues)
{
    auto table = config::Table::parse(text, "test.toml", issues);
    return read_config(table);
}

TEST(MqttConfig, ReadsUrlsAndDefaults)
{
    config::Issues issues;
    const auto plain = read("url = \"mqtt://192.0.2.1\"", issues);
    EXPECT_EQ(plain.host, "192.0.2.1");
    EXPECT_EQ(plain.port, 1883);
    EXPECT_FALSE(plain.tls);
    EXPECT_EQ(client_id_of(plain, names), "gh-zjd-001-gw1");
    const auto secure = read("url = \"mqtts://[2001:db8::1]:8884/\"", issues);
    EXPECT_EQ(secure.host, "[2001:db8::1]");
    EXPECT_EQ(secure.port, 8884);
    EXPECT_TRUE(secure.tls);
    EXPECT_EQ(read("url = \"mqtts://broker\"", issues).port, 8883);
    EXPECT_FALSE(config::has_errors(issues));
}

TEST(MqttConfig, ReportsWhatCannotBeRight)
{
    for (const char* text :
         {"", "url = \"http://x\"", "url = \"mqtt://\"", "url = \"mqtt://user@host\"",
          "url = \"mqtt://host:99999\"", "url = \"mqtt://host/path\"",
          "url = \"mqtts://h\"\ncertificate = \"c.pem\"", "url = \"mqtt://h\"\nca = \"ca.pem\"",
          "url = \"mqtt://h\"\nversion = \"4\"", "url = \"mqtt://h\"\nwindow = 0"}) {
        config::Issues issues;
        read(text, issues);
        EXPECT_TRUE(config::has_errors(issues)) << text;
    }
}

} // namespace
} // namespace gatehouse::mqtt
