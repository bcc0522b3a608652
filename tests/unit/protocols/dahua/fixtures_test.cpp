#include "protocols/dahua/event_map.hpp"
#include "protocols/dahua/explain.hpp"
#include "protocols/dahua/find.hpp"
#include "protocols/dahua/parts.hpp"
#include "protocols/dahua/push_desk.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <optional>
#include <set>
#include <sstream>

// Recorded payloads, one by one, with what each becomes. They lie beside the checkout, not in it.
namespace gatehouse::dahua {
namespace {

const std::string folder = GATEHOUSE_SOURCE_DIR "/../shared/fixtures/dahua/";

std::optional<std::string> file(const std::string& name)
{
    std::ifstream in(folder + name, std::ios::binary);
    if (!in) return std::nullopt;
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
}

struct Expected {
    const char* name;
    std::vector<std::string> lines;
};

const Expected recordings[] = {
    {"events/eventmanager-session.http",
     {"a sign of life, no event", "VideoMotion: device.detection, goes on until its Stop",
      "a sign of life, no event", "CrossLineDetection: device.detection, goes on until its Stop",
      "VideoMotion: device.detection, is over", "a sign of life, no event"}},
    {"events/eventmanager-no-content-length-ipc.txt",
     {"VideoMotion: device.detection, goes on until its Stop",
      "SmartMotionVehicle: device.detection, goes on until its Stop",
      "CrossLineDetection: device.detection, is over"}},
    {"events/eventmanager-no-content-length-vto.txt",
     {"DoorBell: device.detection, goes on until its Stop",
      "AlarmLocal: device.input, goes on until its Stop",
      "AccessCtl: not wanted (incomplete): an access event that does not say whether anybody was let in"}},
    {"events/snap-accesscontrol.txt", {"AccessControl: access.granted, 3 pictures announced"}},
    {"events/snap-facerecognition.txt",
     {"FaceRecognition: not wanted (face): a face that opens nothing is not wanted"}},
    {"events/snap-trafficjunction.txt",
     {"TrafficJunction: vehicle.passed, record 123, picture 1 of 3 of one car"}},
    {"events/assembled-snap-session.http",
     {"a sign of life, no event", "AccessControl: access.granted, 3 pictures announced",
      "picture, 11464 bytes", "a sign of life, no event"}},
    {"events/vto-backkeylight.json",
     {"BackKeyLight: not wanted (routine): BackKeyLight is of no interest to a gate"}},
    {"events/vto-doorstatus.json", {"DoorStatus: door.state"}},
    {"events/vto-videomotion.json", {"VideoMotion: device.detection, goes on until its Stop"}},
    {"itsapi/tollgateinfo.request.json", {"TollgateInfo: vehicle.passed"}},
    {"itsapi/alarminfo.request.json", {"AlarmInfo: barrier.fault"}},
    {"itsapi/deviceinfo.request.json", {"not an event: no event is in it"}},
    {"itsapi/keepalive.request.json", {"not an event: no event is in it"}},
    {"push/assembled-picture-http-upload.http",
     {"AccessControl: access.denied, 1 pictures announced, waits for our verdict", "picture, 5168 bytes"}},
};

// What we answer is told by the tests of posts; what is found by the last test here.
const char* const others[] = {"itsapi/tollgateinfo.reply.json",
                              "itsapi/alarminfo.reply.json",
                              "itsapi/deviceinfo.reply.json",
                              "itsapi/keepalive.reply.json",
                              "push/picture-http-upload-reply.json",
                              "discovery/dhdiscover-search.bin",
                              "discovery/dhdiscover-reply-ipc-hdw1431t1.bin",
                              "discovery/dhdiscover-reply-ipc-hdw1431t1.json"};

TEST(Fixtures, BecomeWhatTheySay)
{
    for (const auto& expected : recordings) {
        const auto text = file(expected.name);
        if (!text) GTEST_SKIP() << "no fixtures beside this checkout";
        const auto lines = explain_bytes(*text, MapContext{});
        EXPECT_EQ(lines, expected.lines) << expected.name;
        for (const auto& line : lines)
            std::cout << "  " << expected.name << ": " << line << '\n';
    }
}

TEST(Fixtures, BecomeTheSameHoweverTheBytesArriveAndWithoutNames)
{
    for (const auto& expected : recordings) {
        const auto text = file(expected.name);
        if (!text) GTEST_SKIP() << "no fixtures beside this checkout";
        const auto anonymous = redact(*text);
        EXPECT_EQ(anonymous.size(), text->size()) << expected.name;
        EXPECT_EQ(explain_bytes(anonymous, MapContext{}).size(), expected.lines.size()) << expected.name;
        const auto head = text->find("\r\n\r\n");
        if (!std::string_view(expected.name).ends_with(".http")) continue;
        const auto body = text->substr(head == std::string::npos ? text->find("\n\n") + 2 : head + 4);
        for (const std::size_t size : {std::size_t{1}, std::size_t{13}, std::size_t{1460}}) {
            PartScanner scanner;
            std::size_t parts = 0;
            for (std::size_t at = 0; at < body.size(); at += size) {
                scanner.feed(std::string_view(body).substr(at, size));
                while (scanner.next())
                    ++parts;
            }
            scanner.finish();
            while (scanner.next())
                ++parts;
            EXPECT_EQ(parts, expected.lines.size()) << expected.name << " in pieces of " << size;
            EXPECT_EQ(scanner.flaws(), 0U) << expected.name;
        }
    }
}

TEST(Fixtures, HaveTheirValuesInTheRightPlaces)
{
    const auto access = file("events/snap-accesscontrol.txt");
    const auto tollgate = file("itsapi/tollgateinfo.request.json");
    const auto door = file("events/vto-doorstatus.json");
    if (!access || !tollgate || !door) GTEST_SKIP() << "no fixtures beside this checkout";
    const auto passed = map(read_notices(*access).events.at(0), MapContext{});
    const auto& attempt = std::get<model::AccessAttempt>(passed.event.body);
    EXPECT_EQ(attempt.person, "29559");
    EXPECT_EQ(attempt.door, 1);
    EXPECT_EQ(passed.stamp, StampKind::real_utc);
    EXPECT_EQ(passed.cuts.at(2).offset, 36'935U);
    const auto car = map_tollgate(*read_json(*tollgate), MapContext{});
    EXPECT_EQ(std::get<model::VehiclePassage>(car.event.body).plate.text, "浙A1111");
    EXPECT_EQ(car.event.device_time->time_since_epoch().count(), 1'519'891'200'246);
    const auto closed = map(read_notices(*door).events.at(0), MapContext{});
    EXPECT_EQ(std::get<model::DoorState>(closed.event.body).position, model::DoorPosition::closed);
}

TEST(Fixtures, OfTheSearchAreAskedAndRead)
{
    const auto search = file("discovery/dhdiscover-search.bin");
    const auto reply = file("discovery/dhdiscover-reply-ipc-hdw1431t1.bin");
    const auto bare = file("discovery/dhdiscover-reply-ipc-hdw1431t1.json");
    if (!search || !reply || !bare) GTEST_SKIP() << "no fixtures beside this checkout";
    base::Random random{1};
    EXPECT_EQ(find_method.probes(random).at(0), *search);
    const base::Endpoint from{"192.168.124.17", 37810};
    const auto found = find_method.read(*reply, from);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->model, "IPC-HDW1431T1-S4");
    EXPECT_EQ(found->kind, "camera");
    EXPECT_EQ(found->address, "http://192.168.124.17");
    EXPECT_EQ(found->mac, "08:ed:ed:87:42:7a");
    EXPECT_EQ(found->activated, true);
    EXPECT_FALSE(find_method.read(*bare, from));
}

TEST(Fixtures, AreAllListedHere)
{
    if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no fixtures beside this checkout";
    std::set<std::string> listed(std::begin(others), std::end(others));
    for (const auto& expected : recordings)
        listed.insert(expected.name);
    std::set<std::string> there;
    for (const auto& kind : std::filesystem::directory_iterator(folder))
        for (const auto& entry : std::filesystem::directory_iterator(kind))
            there.insert(kind.path().filename().string() + "/" + entry.path().filename().string());
    EXPECT_EQ(there, listed);
}

} // namespace
} // namespace gatehouse::dahua
