#include "protocols/isapi/event_map.hpp"
#include "protocols/isapi/find.hpp"
#include "protocols/isapi/host_list.hpp"
#include "protocols/isapi/multipart.hpp"
#include "protocols/isapi/search.hpp"
#include "protocols/isapi/status.hpp"

#include "gateway/model/event.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <numeric>
#include <optional>
#include <set>
#include <sstream>

// Recorded payloads, one by one, with what each becomes. They lie beside the checkout, not in it.
namespace gatehouse::isapi {
namespace {

const std::string folder = GATEHOUSE_SOURCE_DIR "/../shared/fixtures/isapi/";

std::optional<std::string> file(const std::string& name)
{
    std::ifstream in(folder + name, std::ios::binary);
    if (!in) return std::nullopt;
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
}

std::string flag(bool value, std::string_view word)
{
    return value ? " " + std::string(word) : std::string();
}

// One line a person can check against the payload.
struct Line {
    std::string operator()(const model::VehiclePassage& b) const
    {
        std::ostringstream out;
        out << "vehicle " << (b.passed ? "passed" : "refused") << " plate=" << b.plate.text
            << " color=" << b.plate.color << " confidence=" << b.plate.confidence
            << " type=" << b.vehicle_type << " list=" << b.device_list << " lane=" << b.lane_no;
        return out.str();
    }
    std::string operator()(const model::AccessAttempt& b) const
    {
        return std::string(b.granted ? "granted " : "denied ") + b.credential + " person=" + b.person +
               " card=" + b.card + " reason=" + b.reason + " door=" + std::to_string(b.door) +
               " reader=" + std::to_string(b.reader);
    }
    std::string operator()(const model::DoorState& b) const
    {
        return "door " + std::to_string(b.door) + " position=" + std::to_string(static_cast<int>(b.position));
    }
    std::string operator()(const model::InputChanged& b) const
    {
        return "input " + std::to_string(b.input) + (b.active ? " active" : " inactive");
    }
    std::string operator()(const model::Detection& b) const
    {
        return "detection " + b.what + " target=" + b.target + " channel=" + std::to_string(b.channel) +
               " region=" + std::to_string(b.region);
    }
    std::string operator()(const auto&) const { return "other event"; }
};

std::string line(const Alert& alert, bool history = false)
{
    MapContext context;
    context.device = "d";
    context.history = history;
    const auto m = map(alert, context);
    if (m.outcome == Mapped::Outcome::heartbeat) return "heartbeat";
    if (m.outcome == Mapped::Outcome::refused) return "refused " + std::string(to_string(m.refusal.reason));
    return std::visit(Line{}, m.event.body) + " record=" + m.event.device_record +
           flag(m.continues, "continues") + flag(m.event.history, "history") +
           flag(m.device_opened, "device_opened") +
           (m.pictures_expected > 0 ? " pictures=" + std::to_string(m.pictures_expected) : "") +
           flag(!m.event.device_time, "no time");
}

std::string line(std::string_view document)
{
    const auto parsed = parse_alert(document);
    return parsed.alert ? line(*parsed.alert) : "no alert: " + std::string(to_string(parsed.flaw));
}

struct Expected {
    const char* name;
    std::vector<std::string> lines;
};

const std::string passage_line =
    "vehicle passed plate=ABC1234 color=unknown confidence=0.98 type=SUVMPV list=temporary lane=1"
    " record=a0fe72d4-3652-464a-aebd-3f9190010236 device_opened pictures=2";
const std::string check_in = "granted fingerprint person=001 card=11 reason= door=0 reader=1 record=139";

const Expected documents[] = {
    {"events/acs-ds-k1a802-card-minimal.json", {"refused incomplete"}},
    {"events/acs-ds-k1t502-door-unlocked.json", {"door 1 position=3 record=257"}},
    {"events/acs-face-pass.xml", {"granted face person=489 card= reason= door=1 reader=1 record=123"}},
    {"events/acs-terminal-door-locked.json", {"door 1 position=4 record=272"}},
    {"events/acs-terminal-fingerprint-checkin.json", {check_in}},
    {"events/acsevent-search-reply.json", {"no alert: not_an_alert"}},
    {"events/duration-ipc.xml", {"detection intrusion target= channel=1 region=0 record= continues"}},
    {"events/fielddetection-human.xml",
     {"detection intrusion target=human channel=1 region=3 record= pictures=1"}},
    {"events/fielddetection-vehicle.xml",
     {"detection intrusion target=vehicle channel=1 region=2 record= pictures=1"}},
    {"events/io-ds-2cd2t46g2-isu.xml", {"input 1 active record="}},
    {"events/peoplecounting.xml", {"refused statistics"}},
    {"anpr/anpr-ds-tcg405-e.xml", {passage_line}},
    {"anpr/plates-poll-reply.xml", {"no alert: not_an_alert"}},
};

const Expected messages[] = {
    {"events/assembled-acs-push.http", {check_in, "picture 5168"}},
    {"events/assembled-alertstream.http",
     {"heartbeat", "heartbeat", "input 1 active record=", "input 1 active record=", "heartbeat"}},
    {"anpr/assembled-anpr-push.http", {passage_line, "picture 1107", "picture 5168"}},
    {"anpr/assembled-anpr-push-empty-plate-picture.http", {passage_line, "picture 0", "picture 5168"}},
};

void show(const std::string& name, const std::vector<std::string>& lines)
{
    for (const auto& text : lines)
        std::cout << "  " << name << ": " << text << '\n';
}

std::string part_line(const Part& part)
{
    return part.kind == Part::Kind::picture ? "picture " + std::to_string(part.body->size())
                                            : line(part.text());
}

// Body and content type of a recorded HTTP message.
std::pair<std::string, std::string> take_apart(const std::string& message)
{
    auto head = message.find("\r\n\r\n");
    std::size_t gap = 4;
    if (const auto bare = message.find("\n\n"); bare < head) {
        head = bare;
        gap = 2;
    }
    const auto field = message.find("Content-Type: ") + 14;
    const auto end = message.find_first_of("\r\n", field);
    return {message.substr(field, end - field), message.substr(head + gap)};
}

TEST(Fixtures, BecomeWhatTheySay)
{
    for (const auto& expected : documents) {
        const auto text = file(expected.name);
        if (!text) GTEST_SKIP() << "no fixtures beside this checkout";
        const auto found = SplitPost::of("", *text);
        std::vector<std::string> lines;
        for (const auto& part : found.parts)
            lines.push_back(part_line(part));
        EXPECT_EQ(lines, expected.lines) << expected.name;
        show(expected.name, lines);
    }
}

TEST(Fixtures, BecomeTheSameInsideHttpHoweverTheBytesArrive)
{
    for (const auto& expected : messages) {
        const auto text = file(expected.name);
        if (!text) GTEST_SKIP() << "no fixtures beside this checkout";
        const auto [type, body] = take_apart(*text);
        const auto found = SplitPost::of(type, body);
        std::vector<std::string> lines;
        for (const auto& part : found.parts)
            lines.push_back(part_line(part));
        EXPECT_EQ(lines, expected.lines) << expected.name;
        EXPECT_EQ(std::accumulate(found.flaws.begin(), found.flaws.end(), std::uint64_t{0}), 0u)
            << expected.name;
        show(expected.name, lines);
        for (const std::size_t size : {std::size_t{1}, std::size_t{13}, std::size_t{1460}}) {
            Multipart scanner(type);
            lines.clear();
            for (std::size_t at = 0; at < body.size(); at += size) {
                scanner.feed(std::string_view(body).substr(at, size));
                while (const auto part = scanner.next())
                    lines.push_back(part_line(*part));
            }
            EXPECT_EQ(lines, expected.lines) << expected.name << " in pieces of " << size;
        }
    }
}

TEST(Fixtures, AreAllListedHere)
{
    if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no fixtures beside this checkout";
    std::set<std::string> listed;
    for (const auto& expected : documents)
        listed.insert(expected.name);
    for (const auto& expected : messages)
        listed.insert(expected.name);
    std::set<std::string> there;
    for (const std::string kind : {"events", "anpr"})
        for (const auto& entry : std::filesystem::directory_iterator(folder + kind))
            there.insert(kind + "/" + entry.path().filename().string());
    EXPECT_EQ(there, listed);
}

TEST(Fixtures, OfSearchesBecomeHistory)
{
    const auto text = file("events/acsevent-search-reply.json");
    const auto plates = file("anpr/plates-poll-reply.xml");
    if (!text || !plates) GTEST_SKIP() << "no fixtures beside this checkout";
    const auto page = parse_acs_page(*text);
    ASSERT_TRUE(page);
    std::vector<std::string> lines;
    for (const auto& row : page->rows)
        lines.push_back(line(row, true));
    EXPECT_EQ(lines, (std::vector<std::string>{
                         "granted face person=2 card= reason= door=0 reader=0 record=1005 history",
                         "granted fingerprint person=2 card= reason= door=0 reader=0 record=1003 history",
                         "door 1 position=4 record=1006 history"}));
    show("events/acsevent-search-reply.json", lines);
    const auto poll = parse_plates(*plates);
    ASSERT_TRUE(poll && poll->rows.size() == 1);
    EXPECT_EQ(line(poll->rows[0], true), "vehicle passed plate=ABC1234 color=unknown confidence=-1 type= "
                                         "list= lane=0 record=license-plate history");
    show("anpr/plates-poll-reply.xml", {line(poll->rows[0], true)});
}

TEST(Fixtures, OfSettingsAreRead)
{
    if (!file("config/httphosts-ipc.xml")) GTEST_SKIP() << "no fixtures beside this checkout";
    EXPECT_EQ(parse_device_info(*file("config/deviceinfo-ds-2cd2386g2-iu.xml"))->model, "DS-2CD2386G2-IU");
    EXPECT_EQ(parse_device_info(*file("config/deviceinfo-ds-k1t341am.xml"))->type, "ACS");
    EXPECT_EQ(HostList::parse(*file("config/httphosts-ipc.xml"))->free_slot({}), "2");
    EXPECT_EQ(HostList::parse(*file("config/httphosts-put-body.xml"))->hosts()[0].port, 8123);
    EXPECT_EQ(parse_io_outputs(*file("config/io-outputs-doorstation.xml"))->size(), 2u);
    EXPECT_FALSE(
        parse_door_capabilities(*file("config/remotecontrol-capabilities-doorstation.xml"))->allows("close"));
    EXPECT_EQ(judge(403, "", *file("config/responsestatus-badxmlcontent.xml")).verdict, Verdict::invalid);
    EXPECT_EQ(judge(500, "", *file("config/responsestatus-deviceerror.xml")).verdict, Verdict::device_error);
    auto list = HostList::parse(*file("config/httphosts-ipc.xml"));
    EXPECT_EQ(list->document(), *file("config/httphosts-ipc.xml"));
}

TEST(Fixtures, OfDiscoveryAreReadAsTheDeviceTheyCameFrom)
{
    const auto answer = file("discovery/sadp-probematch-ds-2cd2385g1-i.xml");
    const auto inquiry = file("discovery/sadp-inquiry.xml");
    if (!answer || !inquiry) GTEST_SKIP() << "no fixtures beside this checkout";
    const base::Endpoint answering{"192.0.2.99", 37020};
    const auto found = find_cameras.read(*answer, answering);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->address, "http://192.168.124.40");
    EXPECT_EQ(found->model + " " + found->firmware, "DS-2CD2385G1-I V5.6.2 build 190701");
    EXPECT_EQ(found->mac, "58:50:ed:1f:e3:85");
    EXPECT_EQ(found->kind, "camera");
    EXPECT_EQ(found->activated, true);
    EXPECT_FALSE(find_cameras.read(*inquiry, answering)) << "somebody else's inquiry";
}

} // namespace
} // namespace gatehouse::isapi
