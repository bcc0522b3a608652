#include "protocols/net/username_token.hpp"
#include "protocols/onvif/event_map.hpp"
#include "protocols/onvif/find.hpp"
#include "protocols/onvif/messages.hpp"
#include "protocols/wire/base64.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

// Recorded payloads, one by one, with what each becomes. They lie beside the checkout, not in it.
namespace gatehouse::onvif {
namespace {

const std::string folder = GATEHOUSE_SOURCE_DIR "/../shared/fixtures/onvif/";

std::optional<std::string> file(const std::string& name)
{
    std::ifstream in(folder + name, std::ios::binary);
    if (!in) return std::nullopt;
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
}

// One line a person can check against the payload.
struct Line {
    std::string operator()(const model::Detection& b) const
    {
        return "detection " + b.what + " target=" + b.target + " channel=" + std::to_string(b.channel) +
               (b.active ? " active" : " over");
    }
    std::string operator()(const model::Tamper& b) const
    {
        return "tamper " + b.part + (b.active ? " active" : " over");
    }
    std::string operator()(const model::InputChanged& b) const
    {
        return "input " + std::to_string(b.input) + (b.active ? " active" : " inactive");
    }
    std::string operator()(const model::DeviceHealth& b) const
    {
        return "health " + b.what + (b.ok ? " ok" : " fault");
    }
    std::string operator()(const auto&) const { return "other event"; }
};

std::string line(const Mapped& mapped)
{
    if (mapped.refusal != Refusal::none) return "refused " + std::string(to_string(mapped.refusal));
    return std::visit(Line{}, mapped.event.body) +
           (mapped.operation == Operation::initialized ? " at the start" : "");
}

std::string notifications(pugi::xml_node node)
{
    std::string out;
    const auto found = read_notifications(node);
    for (const auto& notification : found.messages)
        out += (out.empty() ? "" : "; ") + line(map(notification, Names()));
    return out.empty() ? "no message" : out;
}

std::string what_it_is(const std::string& bytes)
{
    if (const auto device = ws_discovery.read(bytes, base::Endpoint{"192.168.124.40", 3702}))
        return device->kind + " at " + device->address + " make=" + device->make + " model=" + device->model +
               " mac=" + device->mac;
    Reply reply;
    reply.load(bytes);
    if (reply.document.flaw != Flaw::none) return "no document";
    if (reply.fault) return "fault " + reply.fault->code + (is_refused_login(*reply.fault) ? ", log-in" : "");
    if (const auto time = read_time(reply.body))
        return "time " + std::to_string(time->utc.time_since_epoch().count()) + " " + time->mode + " " +
               time->zone;
    if (const auto subscription = read_subscription(reply.body))
        return "subscription at " + subscription->address + " for " +
               std::to_string(subscription->lifetime.value_or(std::chrono::seconds(0)).count());
    return notifications(reply.document.tree);
}

struct Expected {
    const char* name;
    const char* becomes;
};

const Expected documents[] = {
    {"assembled-createpullpoint-reply.xml",
     "subscription at http://192.168.1.64/onvif/Events/PullSubManager_2025-03-13T22:57:20Z_0 for 60"},
    {"assembled-fault-notauthorized.xml", "fault NotAuthorized, log-in"},
    {"assembled-getsystemdateandtime-reply.xml", "time 191000 Manual CST-8:00:00"},
    {"assembled-pullmessages-reply-empty.xml", "no message"},
    {"assembled-pullmessages-reply.xml",
     "input 1 active at the start; detection unattended target= channel=0 active at the start"},
    {"axis-metadata/day-night-initialized.xml", "refused setting"},
    {"axis-metadata/global-scene-change-initialized.xml", "tamper scene over at the start"},
    {"axis-metadata/io-port-initialized.xml", "input 1 inactive at the start"},
    {"axis-metadata/light-status-initialized.xml", "refused setting"},
    {"axis-metadata/metadata-first-message.xml", "no message"},
    {"axis-metadata/object-analytics-changed.xml", "detection motion target=human channel=0 active"},
    {"axis-metadata/pir-changed.xml", "detection motion target= channel=0 active"},
    {"axis-metadata/region-detector-initialized.xml", "detection motion target= channel=0 over at the start"},
    {"axis-metadata/relay-initialized.xml", "refused relay"},
    {"axis-metadata/storage-alert-initialized.xml", "health storage ok at the start"},
    {"axis-metadata/vmd4-changed.xml", "detection motion target= channel=0 active"},
    {"wsdiscovery-probematch-ds-2cd2385g1-i.xml",
     "camera at http://192.168.124.40 make=HIKVISION model=DS-2CD2385G1-I mac=58:50:ed:1f:e3:85"},
};

// Decoded by others: the same items by another way.
const Expected decoded[] = {
    {"hikvision", "input 1 active at the start"},
    {"reolink", "detection unattended target= channel=0 active at the start"},
    {"generic", "refused state_only"},
};

class OnvifFixtures : public testing::Test {
protected:
    void SetUp() override
    {
        if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no recorded payloads beside this checkout";
    }
};

TEST_F(OnvifFixtures, EachDocumentBecomesWhatItSays)
{
    for (const auto& expected : documents) {
        const auto bytes = file(expected.name);
        ASSERT_TRUE(bytes) << expected.name;
        EXPECT_EQ(what_it_is(*bytes), expected.becomes) << expected.name;
    }
}

std::vector<Notification::Item> items_of(const boost::json::value& list)
{
    std::vector<Notification::Item> items;
    for (const auto& item : list.as_array()) {
        Notification::Item one;
        one.name = std::string(item.at("name").as_string());
        one.value = std::string(item.at("value").as_string());
        items.push_back(std::move(one));
    }
    return items;
}

TEST_F(OnvifFixtures, DecodedNotificationsBecomeTheSameEvents)
{
    const auto bytes = file("notifications-decoded.json");
    ASSERT_TRUE(bytes);
    const auto all = boost::json::parse(*bytes);
    ASSERT_EQ(all.as_object().size(), std::size(decoded));
    for (const auto& expected : decoded) {
        for (const auto& one : all.at(expected.name).as_array()) {
            Notification notification;
            notification.topic = std::string(one.at("topic").as_string()).substr(5); // without tns1:
            notification.time_text = std::string(one.at("utcTime").as_string());
            notification.operation = Operation::initialized;
            notification.source = items_of(one.at("source"));
            notification.data = items_of(one.at("data"));
            EXPECT_EQ(line(map(notification, Names())), expected.becomes) << expected.name;
        }
    }
}

TEST_F(OnvifFixtures, TheVectorOfTheTokenIsMet)
{
    const auto bytes = file("wsse-digest-vector.json");
    ASSERT_TRUE(bytes);
    const auto vector = boost::json::parse(*bytes);
    const auto text = [&](const char* key) { return std::string(vector.at(key).as_string()); };
    EXPECT_EQ(
        net::password_digest(*wire::from_base64(text("nonce_base64")), text("created"), text("password")),
        text("digest_base64"));
}

TEST_F(OnvifFixtures, NoFileIsLeftOut)
{
    std::set<std::string> known{"notifications-decoded.json", "wsse-digest-vector.json"};
    for (const auto& expected : documents)
        known.insert(expected.name);
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        if (!entry.is_regular_file()) continue;
        const auto name = std::filesystem::relative(entry.path(), folder).string();
        EXPECT_TRUE(known.contains(name)) << name << " is a payload that no test knows";
    }
}

} // namespace
} // namespace gatehouse::onvif
