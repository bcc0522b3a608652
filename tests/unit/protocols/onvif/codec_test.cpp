#include "protocols/net/username_token.hpp"
#include "protocols/onvif/conditions.hpp"
#include "protocols/onvif/config.hpp"
#include "protocols/onvif/device_clock.hpp"
#include "protocols/onvif/driver.hpp"
#include "protocols/onvif/event_map.hpp"
#include "protocols/onvif/find.hpp"
#include "protocols/onvif/messages.hpp"
#include "protocols/onvif/recorder.hpp"
#include "protocols/wire/base64.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace gatehouse::onvif {
namespace {

using namespace std::chrono_literals;

// ---- log-in ----

// The vector of the fact sheet (wsse-digest-vector).
TEST(OnvifToken, SignsAsTheStandardSays)
{
    const auto nonce = wire::from_base64("LKqI6G/AikKCQrN0zqZFlg==");
    ASSERT_TRUE(nonce);
    EXPECT_EQ(net::password_digest(*nonce, "2010-09-16T07:50:45Z", "userpassword"),
              "tuOSpGlFlIXsozq4HFNeeGeFLEI=");
}

TEST(OnvifEnvelope, HoldsTheTokenAndTheAddressingAndIsXml)
{
    Message message = pull(20s);
    message.to = "http://192.0.2.1/a?x=1&y=2";
    message.id = "1";
    Token token;
    token.username = "a<b";
    const auto text = envelope(message, token);
    Reply read;
    read.load(text);
    ASSERT_TRUE(read.readable());
    EXPECT_TRUE(is(read.body, ns::tev, "PullMessages"));
    const auto head = child(read.document.root(), ns::soap, "Header");
    EXPECT_EQ(onvif::text(child(head, ns::wsa, "To")), "http://192.0.2.1/a?x=1&y=2");
    EXPECT_NE(text.find("<wsse:Username>a&lt;b</wsse:Username>"), std::string::npos);
    EXPECT_NE(text.find("<w:Timeout>PT20S</w:Timeout>"), std::string::npos);
}

// ---- XML ----

TEST(OnvifXml, NamesGoByTheirNamespaceAndNotByTheirPrefix)
{
    Document document;
    document.load("<x:a xmlns:x=\"http://www.onvif.org/ver10/schema\"><b xmlns=\"urn:other\"/><q:c/></x:a>");
    ASSERT_EQ(document.flaw, Flaw::none);
    EXPECT_TRUE(is(document.root(), ns::tt, "a"));
    EXPECT_FALSE(is(document.root(), ns::tds, "a"));
    EXPECT_FALSE(child(document.root(), ns::tt, "b"));
    EXPECT_TRUE(child(document.root(), ns::tt, "c")) << "a prefix that nobody declared may be any";
}

TEST(OnvifXml, RefusesWhatIsNoXmlTooLargeOrTooDeep)
{
    const auto flaw = [](const std::string& bytes) {
        Document document;
        document.load(bytes);
        return document.flaw;
    };
    EXPECT_EQ(flaw(""), Flaw::empty);
    EXPECT_EQ(flaw("<a><b>"), Flaw::malformed);
    EXPECT_EQ(flaw("not here"), Flaw::malformed);
    EXPECT_EQ(flaw(std::string(document_max + 1, ' ')), Flaw::too_large);
    std::string deep;
    for (int i = 0; i < 100; ++i)
        deep = "<a>" + deep + "</a>";
    EXPECT_EQ(flaw(deep), Flaw::too_deep);
    EXPECT_EQ(flaw("<a n=\"\xB6\xAB\xC3\xC5\"/>"), Flaw::none) << "GB18030";
}

// ---- answers ----

pugi::xml_node body_of(Reply& reply, const std::string& inside)
{
    reply.load("<e:Envelope xmlns:e=\"http://www.w3.org/2003/05/soap-envelope\" "
               "xmlns:tt=\"http://www.onvif.org/ver10/schema\" "
               "xmlns:tds=\"http://www.onvif.org/ver10/device/wsdl\" "
               "xmlns:tev=\"http://www.onvif.org/ver10/events/wsdl\" "
               "xmlns:wsnt=\"http://docs.oasis-open.org/wsn/b-2\" "
               "xmlns:wsa=\"http://www.w3.org/2005/08/addressing\"><e:Body>" +
               inside + "</e:Body></e:Envelope>");
    return reply.body;
}

TEST(OnvifFault, IsReadInBothVersionsOfSoapAndExplained)
{
    Reply reply;
    body_of(reply,
            "<e:Fault><e:Code><e:Value>e:Sender</e:Value><e:Subcode><e:Value>ter:InvalidArgVal</e:Value>"
            "<e:Subcode><e:Value>ter:NoProfile</e:Value></e:Subcode></e:Subcode></e:Code></e:Fault>");
    ASSERT_TRUE(reply.fault);
    EXPECT_EQ(reply.fault->code, "NoProfile");
    EXPECT_EQ(explain(*reply.fault), "the device has no media profile; make one on its web page / "
                                     "设备没有媒体配置文件；请在设备网页上新建 (NoProfile)");
    Reply old;
    old.load(
        "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body><s:Fault>"
        "<faultcode>s:Client</faultcode><faultstring>The sender is Not Authorized</faultstring></s:Fault>"
        "</s:Body></s:Envelope>");
    ASSERT_TRUE(old.fault);
    EXPECT_TRUE(is_refused_login(*old.fault));
    Fault strange;
    strange.code = "Odd";
    strange.reason = "moon";
    EXPECT_EQ(explain(strange), "the device refuses this; look at its web page, or report the model / "
                                "设备拒绝此请求；请查看设备网页，或反馈设备型号 (Odd: moon)");
}

TEST(OnvifMessages, ReadTheLifeOfASubscriptionWhateverTheDevicesClock)
{
    Reply reply;
    auto body = body_of(reply, "<r><wsnt:CurrentTime>1970-01-01T00:00:10Z</wsnt:CurrentTime>"
                               "<wsnt:TerminationTime>1970-01-01T00:01:10Z</wsnt:TerminationTime></r>");
    EXPECT_EQ(read_lifetime(body), 60s);
    body = body_of(reply, "<r><wsnt:CurrentTime>2020-01-01T00:00:10Z</wsnt:CurrentTime>"
                          "<wsnt:TerminationTime>2020-01-01T00:00:00Z</wsnt:TerminationTime></r>");
    EXPECT_FALSE(read_lifetime(body)) << "termination in the past is no length";
    body = body_of(reply, "<r><wsnt:TerminationTime>2020-01-01T00:00:00Z</wsnt:TerminationTime></r>");
    EXPECT_FALSE(read_lifetime(body));
}

TEST(OnvifMessages, AReferenceCanStandInAnotherDocument)
{
    Reply reply;
    const auto body = body_of(
        reply,
        "<tev:CreatePullPointSubscriptionResponse xmlns:axis=\"http://axis.example\">"
        "<tev:SubscriptionReference><wsa:Address>http://192.0.2.1/s</wsa:Address>"
        "<wsa:ReferenceParameters><axis:SubscriptionId a=\"1\">5 &amp; 6</axis:SubscriptionId>"
        "</wsa:ReferenceParameters></tev:SubscriptionReference></tev:CreatePullPointSubscriptionResponse>");
    const auto subscription = read_subscription(body);
    ASSERT_TRUE(subscription);
    EXPECT_FALSE(subscription->lifetime);
    Document alone;
    alone.load(subscription->reference);
    ASSERT_EQ(alone.flaw, Flaw::none);
    EXPECT_TRUE(is(alone.root(), "http://axis.example", "SubscriptionId"));
    EXPECT_EQ(text(alone.root()), "5 & 6");
}

TEST(OnvifMessages, ATimeThatIsNoneIsNothing)
{
    Reply reply;
    const auto time = [&](const std::string& month, const std::string& hour) {
        return read_time(body_of(reply, "<tds:R><tds:SystemDateAndTime><tt:UTCDateTime><tt:Time><tt:Hour>" +
                                            hour +
                                            "</tt:Hour><tt:Minute>3</tt:Minute><tt:Second>11</tt:Second>"
                                            "</tt:Time><tt:Date><tt:Year>2024</tt:Year><tt:Month>" +
                                            month +
                                            "</tt:Month><tt:Day>31</tt:Day></tt:Date></tt:UTCDateTime>"
                                            "</tds:SystemDateAndTime></tds:R>"));
    };
    ASSERT_TRUE(time("1", "0"));
    EXPECT_EQ(time("1", "0")->utc,
              base::WallTime(std::chrono::sys_days(std::chrono::year(2024) / 1 / 31)) + 191s);
    EXPECT_FALSE(time("2", "0"));
    EXPECT_FALSE(time("13", "0"));
    EXPECT_FALSE(time("1", "x"));
    EXPECT_FALSE(time("1", "-1"));
}

TEST(OnvifMessages, AnAddressLosesItsPassword)
{
    Reply reply;
    const auto uri = [&](const std::string& text) {
        return read_uri(
            body_of(reply, "<m:R xmlns:m=\"http://www.onvif.org/ver10/media/wsdl\"><m:MediaUri><tt:Uri>" +
                               text + "</tt:Uri></m:MediaUri></m:R>"));
    };
    EXPECT_EQ(uri("rtsp://u:p@192.0.2.1:554/a@b"), "rtsp://192.0.2.1:554/a@b");
    EXPECT_EQ(uri("rtsp://192.0.2.1"), "rtsp://192.0.2.1");
    EXPECT_EQ(uri("rtsp://u:p@ss@192.0.2.1/"), "rtsp://192.0.2.1/");
}

// ---- the device's clock ----

TEST(OnvifClock, AStampInLocalTimeThatIsCalledUtcIsPutRight)
{
    const base::WallTime now(std::chrono::milliseconds(1'767'225'600'000));
    DeviceClock clock(5s);
    clock.measured(now - 500ms, now, now);
    const auto stamp = clock.stamp(now + 8h - 1s, now);
    EXPECT_EQ(stamp.occurred_at, now - 1s);
    EXPECT_TRUE(stamp.trusted);
    EXPECT_EQ(clock.stamp(now - 2s, now).occurred_at, now - 2s) << "and a right one stays";
}

TEST(OnvifClock, AStampFromNowhereIsReplacedByTheArrival)
{
    const base::WallTime now(std::chrono::milliseconds(1'767'225'600'000));
    DeviceClock clock(5s);
    clock.measured(now - 500ms, now, now);
    EXPECT_FALSE(clock.stamp(now + 17min, now).trusted);
    EXPECT_EQ(clock.stamp(now - 50h, now).occurred_at, now);
    EXPECT_TRUE(clock.stamp(now - 5min, now).trusted) << "a message may have waited";
}

// ---- notifications ----

Notification one(const std::string& topic, const std::string& attributes, const std::string& source,
                 const std::string& data)
{
    Document document;
    document.load("<n:NotificationMessage xmlns:n=\"http://docs.oasis-open.org/wsn/b-2\" "
                  "xmlns:tt=\"http://www.onvif.org/ver10/schema\" "
                  "xmlns:x=\"http://www.onvif.org/ver10/topics\" "
                  "xmlns:y=\"http://www.axis.com/2009/event/topics\" xmlns:z=\"urn:unknown\"><n:Topic>" +
                  topic + "</n:Topic><n:Message><tt:Message UtcTime=\"2026-01-01T00:00:00Z\" " + attributes +
                  "><tt:Source>" + source + "</tt:Source><tt:Data>" + data +
                  "</tt:Data></tt:Message></n:Message></n:NotificationMessage>");
    auto found = read_notifications(document.tree);
    return found.messages.size() == 1 ? found.messages[0] : Notification();
}

std::string item(const std::string& name, const std::string& value)
{
    return "<tt:SimpleItem Name=\"" + name + "\" Value=\"" + value + "\"/>";
}

TEST(OnvifNotification, TopicsAreReadByTheNamespaceOfEveryPrefix)
{
    EXPECT_EQ(one("x:Device/Trigger/DigitalInput", "", "", "").topic, "Device/Trigger/DigitalInput");
    EXPECT_EQ(one("y:Storage/Alert", "", "", "").topic, "tnsaxis:Storage/Alert");
    EXPECT_EQ(one("x:Device/y:IO/Port", "", "", "").topic, "Device/tnsaxis:IO/Port");
    EXPECT_EQ(one("tns1:RuleEngine/z:Any", "", "", "").topic, "RuleEngine/Any");
    EXPECT_EQ(one("tns1:Device/Trigger/tnshik:AlarmIn", "", "", "").topic, "Device/Trigger/tnshik:AlarmIn")
        << "undeclared, and taken at its word";
}

TEST(OnvifNotification, WhatAnElementDeclaresCountsInsideItAlone)
{
    const std::string message = "<n:Message><tt:Message/></n:Message></n:NotificationMessage>";
    Document document;
    document.load("<a xmlns:n=\"http://docs.oasis-open.org/wsn/b-2\" "
                  "xmlns:tt=\"http://www.onvif.org/ver10/schema\" xmlns:z=\"urn:unknown\">"
                  "<n:NotificationMessage><n:Topic xmlns:z=\"http://www.axis.com/2009/event/topics\">"
                  "z:Storage/Alert</n:Topic>" +
                  message + "<n:NotificationMessage><n:Topic>z:Storage/Alert</n:Topic>" + message +
                  "<n:NotificationMessage xmlns:n=\"urn:other\"><n:Topic>z:A</n:Topic>" + message + "</a>");
    const auto found = read_notifications(document.tree);
    ASSERT_EQ(found.messages.size(), 2U);
    EXPECT_EQ(found.messages[0].topic, "tnsaxis:Storage/Alert");
    EXPECT_EQ(found.messages[1].topic, "Storage/Alert");
}

TEST(OnvifNotification, WithoutTopicOrMessageIsCounted)
{
    Document document;
    document.load("<a xmlns:n=\"http://docs.oasis-open.org/wsn/b-2\"><n:NotificationMessage/>"
                  "<n:NotificationMessage><n:Topic>tns1:A</n:Topic></n:NotificationMessage></a>");
    const auto found = read_notifications(document.tree);
    EXPECT_EQ(found.messages.size(), 0U);
    EXPECT_EQ(found.flawed, 2U);
}

model::Detection detection(const Notification& notification)
{
    const auto mapped = map(notification, Names());
    const auto* body = std::get_if<model::Detection>(&mapped.event.body);
    return mapped.refusal == Refusal::none && body != nullptr ? *body : model::Detection();
}

TEST(OnvifMap, ReadsTheAnalyticsOfMakersByTheirWords)
{
    const std::string changed = "PropertyOperation=\"Changed\"";
    EXPECT_EQ(detection(one("x:UserAlarm/IVA/HumanShapeDetect", changed, "", item("State", "true"))).target,
              "human");
    EXPECT_EQ(detection(one("x:RuleEngine/MyRuleDetector/VehicleDetect", changed, "", item("State", "true")))
                  .target,
              "vehicle");
    EXPECT_EQ(detection(one("x:RuleEngine/MyRuleDetector/Visitor", changed, "", item("State", "true"))).what,
              "doorbell");
    const auto tapo =
        one("x:RuleEngine/TPSmartEventDetector/TPSmartEvent", changed, "", item("IsPeople", "true"));
    EXPECT_EQ(detection(tapo).target, "human");
    const auto crossed =
        one("x:RuleEngine/LineDetector/Crossed", "", item("Rule", "r"), item("ObjectId", "7"));
    EXPECT_EQ(detection(crossed).what, "line_crossing");
    EXPECT_TRUE(map(crossed, Names()).condition.meaning.empty()) << "a crossing has no end";
}

TEST(OnvifMap, WordsOfEveryMakerForItIsSoAreRead)
{
    for (const auto* yes : {"true", "1", "active", "ON", "True"})
        EXPECT_TRUE(detection(one("x:VideoSource/MotionAlarm", "", "", item("State", yes))).active) << yes;
    for (const auto* no : {"false", "0", "inactive", "OFF"}) {
        const auto found = detection(one("x:VideoSource/MotionAlarm", "", "", item("State", no)));
        EXPECT_EQ(found.what, "motion");
        EXPECT_FALSE(found.active) << no;
    }
    EXPECT_EQ(map(one("x:VideoSource/MotionAlarm", "", "", item("State", "maybe")), Names()).refusal,
              Refusal::no_value);
}

TEST(OnvifMap, WhatIsNoEventSaysWhy)
{
    const auto refusal = [](const std::string& topic, const std::string& data) {
        return map(one(topic, "", "", data), Names()).refusal;
    };
    EXPECT_EQ(refusal("x:AccessControl/AccessTaken/Credential", ""), Refusal::told_before);
    EXPECT_EQ(refusal("x:AccessControl/Request/Credential", ""), Refusal::asks);
    EXPECT_EQ(refusal("x:Monitoring/ProcessorUsage", item("Value", "5")), Refusal::setting);
    EXPECT_EQ(refusal("x:Door/State/DoorMode", item("State", "Accessed")), Refusal::told_before);
    EXPECT_EQ(refusal("x:Strange", ""), Refusal::unknown_topic);
}

TEST(OnvifMap, APropertyThatIsGoneIsOver)
{
    const auto mapped =
        map(one("x:RuleEngine/TamperDetector/Tamper", "PropertyOperation=\"Deleted\"", "", ""), Names());
    ASSERT_EQ(mapped.refusal, Refusal::none);
    EXPECT_FALSE(std::get<model::Tamper>(mapped.event.body).active);
}

TEST(OnvifConditions, ARestartIsToldOnlyWhenTheTimeOfTheLastOneIsAnother)
{
    Conditions conditions;
    const auto restart = [](const std::string& time) {
        return map(one("x:Monitoring/OperatingTime/LastReboot", "PropertyOperation=\"Initialized\"", "",
                       item("Status", time)),
                   Names());
    };
    EXPECT_FALSE(conditions.is_news(restart("2026-01-01T00:00:00Z")));
    EXPECT_FALSE(conditions.is_news(restart("2026-01-01T00:00:00Z")));
    Conditions later;
    later.load(conditions.save());
    EXPECT_TRUE(later.is_news(restart("2026-01-02T00:00:00Z")));
}

TEST(OnvifConditions, SurviveARestartAndAnyText)
{
    Conditions conditions;
    const auto tamper = [](const std::string& state, const std::string& operation) {
        return map(one("x:RuleEngine/TamperDetector/Tamper", "PropertyOperation=\"" + operation + '"',
                       item("VideoSourceToken", "1"), item("IsTamper", state)),
                   Names());
    };
    EXPECT_TRUE(conditions.is_news(tamper("true", "Changed")));
    Conditions later;
    later.load(conditions.save());
    EXPECT_FALSE(later.is_news(tamper("true", "Initialized")));
    EXPECT_TRUE(later.is_news(tamper("false", "Initialized")));
    later.load("\n\t\n a\tb\tc\td \n");
    EXPECT_TRUE(later.is_news(tamper("true", "Changed")));
}

// ---- search ----

const base::Endpoint sender{"192.0.2.77", 3702};

std::optional<device::Found> found(const std::string& types, const std::string& scopes,
                                   const std::string& addresses)
{
    const auto datagram = "<e:Envelope xmlns:e=\"http://www.w3.org/2003/05/soap-envelope\"><e:Body>"
                          "<d:ProbeMatches xmlns:d=\"http://schemas.xmlsoap.org/ws/2005/04/discovery\">"
                          "<d:ProbeMatch><d:Types>" +
                          types + "</d:Types><d:Scopes>" + scopes + "</d:Scopes><d:XAddrs>" + addresses +
                          "</d:XAddrs></d:ProbeMatch></d:ProbeMatches></e:Body></e:Envelope>";
    return ws_discovery.read(datagram, sender);
}

TEST(OnvifSearch, AsksForCamerasForDevicesAndForAll)
{
    base::Random random(3);
    const auto probes = ws_discovery.probes(random);
    ASSERT_EQ(probes.size(), 3U);
    EXPECT_NE(probes[0].find("dn:NetworkVideoTransmitter"), std::string::npos);
    EXPECT_NE(probes[1].find("<d:Types>tds:Device</d:Types>"), std::string::npos);
    EXPECT_EQ(probes[2].find("Types"), std::string::npos);
    EXPECT_NE(probes[0].find("http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe"), std::string::npos);
    EXPECT_FALSE(ws_discovery.read(probes[0], sender)) << "our own probe is nobody";
    EXPECT_EQ(ws_discovery.group, "239.255.255.250");
    EXPECT_EQ(ws_discovery.port, 3702);
}

TEST(OnvifSearch, TakesTheAddressOfTheSenderBeforeOthers)
{
    const auto camera =
        found("dn:NetworkVideoTransmitter", "onvif://www.onvif.org/name/X",
              "http://10.0.0.1/onvif/device_service http://192.0.2.77:8080/onvif/device_service");
    ASSERT_TRUE(camera);
    EXPECT_EQ(camera->address, "http://192.0.2.77:8080");
    EXPECT_EQ(camera->kind, "camera");
    EXPECT_EQ(found("tds:Device", "onvif://www.onvif.org/Profile/C", "http://[fe80::1]/x")->address,
              "http://192.0.2.77");
    EXPECT_EQ(found("tds:Device", "onvif://www.onvif.org/Profile/C", "")->kind, "controller");
    EXPECT_EQ(found("tds:Device", "", "http://192.0.2.77:0/odd")->address, "http://192.0.2.77/odd");
}

TEST(OnvifSearch, PrintersAndGarbageAreNobody)
{
    EXPECT_FALSE(found("wsdp:Printer", "http://printer.example", "http://192.0.2.77/"));
    EXPECT_FALSE(ws_discovery.read("garbage", sender));
    EXPECT_FALSE(ws_discovery.read("", sender));
}

// ---- configuration ----

std::vector<std::string> issues_of(const std::string& keys, const std::string& address = "http://192.0.2.41",
                                   const std::string& kind = "camera")
{
    config::Issues issues;
    config::DeviceConfig device;
    device.id = "d";
    device.kind = kind;
    device.address = address;
    auto table = config::Table::parse(keys, "test.toml", issues);
    check_config(device, table);
    table.finish();
    std::vector<std::string> texts;
    for (const auto& issue : issues)
        texts.push_back(issue.text);
    return texts;
}

TEST(OnvifConfig, WrongValuesAreCalledByTheirNames)
{
    EXPECT_TRUE(issues_of("").empty());
    EXPECT_EQ(issues_of("pull = \"30s\"").size(), 1U) << "three pulls do not fit";
    EXPECT_TRUE(issues_of("pull = \"30s\"\nsubscription = \"2m\"").empty());
    EXPECT_EQ(issues_of("login = \"basic\"").size(), 1U);
    EXPECT_EQ(issues_of("", "rtsp://192.0.2.41").size(), 1U);
    EXPECT_EQ(issues_of("", "http://u:p@192.0.2.41").size(), 1U);
    EXPECT_EQ(issues_of("", "http://192.0.2.41", "plate").size(), 1U);
}

TEST(OnvifConfig, TheSampleShowsEveryKeyWithItsDefault)
{
    std::ifstream in(GATEHOUSE_SOURCE_DIR "/protocols/onvif/sample.toml");
    std::string keys;
    for (std::string line; std::getline(in, line);)
        if (line.starts_with("# ") && line.find(" = ") != std::string::npos) keys += line.substr(2) + '\n';
    EXPECT_NE(keys.find("prove_every"), std::string::npos);
    EXPECT_TRUE(issues_of(keys).empty()) << issues_of(keys)[0];
    config::Issues issues;
    auto with = config::Table::parse(keys, "sample.toml", issues);
    auto without = config::Table::parse("", "empty.toml", issues);
    const config::DeviceConfig device;
    const auto one = read_config(device, with);
    const auto other = read_config(device, without);
    EXPECT_EQ(one.pull, other.pull);
    EXPECT_EQ(one.subscription, other.subscription);
    EXPECT_EQ(one.prove_every, other.prove_every);
    EXPECT_EQ(one.clock_every, other.clock_every);
    EXPECT_EQ(one.clock_offset_max, other.clock_offset_max);
    EXPECT_EQ(one.request_max, other.request_max);
    EXPECT_EQ(one.relay_pulse, other.relay_pulse);
    EXPECT_EQ(one.find_form, other.find_form);
}

// ---- recordings ----

TEST(OnvifRecording, AnyBytesAreExplainedOrRefusedInALine)
{
    EXPECT_TRUE(explain_recording("").empty());
    EXPECT_EQ(explain_recording("garbage"), (std::vector<std::string>{"no document: malformed"}));
    EXPECT_EQ(explain_recording("<?xml version=\"1.0\"?><a/><?xml version=\"1.0\"?><b"),
              (std::vector<std::string>{"no message", "no document: malformed"}));
}

} // namespace
} // namespace gatehouse::onvif
