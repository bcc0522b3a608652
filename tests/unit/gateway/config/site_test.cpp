#include "gateway/config/site.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace gatehouse::config {
namespace {

using testing::HasSubstr;

Vocabulary known_words()
{
    Vocabulary words;
    words.devices["isapi"] = [](const DeviceConfig&, Table& table) { table.required_text("address"); };
    words.devices["zkteco"] = [](const DeviceConfig&, Table&) {};
    words.upstreams["mqtt"] = [](const UpstreamConfig&, Table& table) {
        table.required_text("url");
        table.text("username");
        table.secret("password");
    };
    words.notifies["dingtalk"] = [](const NotifyConfig&, Table& table) {
        table.secret("url");
        table.secret("secret");
    };
    words.rules = {{"barrier-left-open", {"after"}},
                   {"door-forced", {"after"}},
                   {"failed-attempts", {"count", "within"}}};
    return words;
}

struct Reading {
    SiteConfig site;
    Issues issues;
    std::string all; // every issue, a line each
};

Reading read(const std::string& text)
{
    Reading reading;
    reading.site = read_site(text, "gatehouse.toml", known_words(), reading.issues);
    for (const auto& issue : reading.issues)
        reading.all += to_string(issue) + '\n';
    return reading;
}

// The file of the contract, with two secrets in plain text.
constexpr auto contract_file = R"(
[site]
id = "zjd-yuntai2"
name = "云台二居民区"
timezone = "Asia/Shanghai"

[gateway]
id = "gw1"
data_dir = "/var/lib/gatehouse"
control_socket = "/run/gatehouse/control.sock"

[api]
listen = "127.0.0.1:8080"

[listener]
listen = "127.0.0.1:8090"

[retention]
records_days = 180
pictures_days = 30

[[device]]
id = "lpr-in-1"
name = "东门进口相机"
protocol = "isapi"
kind = "plate"
address = "http://192.0.2.21"
username = "gatehouse"
password = "plain"

[[device]]
id = "face-east"
protocol = "isapi"
kind = "face"
address = "http://192.0.2.22"

[[lane]]
id = "east-in"
name = "东门进口"
kind = "vehicle"
direction = "in"
readers = ["lpr-in-1"]
barrier = "lpr-in-1/1"
decide = "gateway"

[[upstream]]
name = "centre"
protocol = "mqtt"
url = "mqtt://127.0.0.1:1883"
username = "gw1"
password = "plain"

[[notify]]
name = "guards"
protocol = "dingtalk"
url = { credential = "dingtalk-url" }
secret = { credential = "dingtalk-secret" }

[[rule]]
name = "barrier-left-open"
after = "60s"
severity = 3
)";

constexpr auto head = "[site]\nid = \"s\"\n";

TEST(Site, ReadsTheFileOfTheContract)
{
    const auto [site, issues, all] = read(contract_file);
    EXPECT_FALSE(has_errors(issues)) << all;
    // Two plain secrets, and two that are there only inside the service.
    EXPECT_EQ(issues.size(), 4U) << all;
    EXPECT_EQ(site.site_id, "zjd-yuntai2");
    EXPECT_EQ(site.utc_offset, std::chrono::minutes(480));
    ASSERT_EQ(site.devices.size(), 2U);
    EXPECT_EQ(site.devices[0].name, "东门进口相机");
    EXPECT_EQ(site.devices[0].password.expose(), "plain");
    EXPECT_EQ(site.devices[1].name, "face-east");
    ASSERT_EQ(site.lanes.size(), 1U);
    EXPECT_EQ(site.lanes[0].barrier_device, "lpr-in-1");
    EXPECT_EQ(site.lanes[0].barrier_output, 1);
    EXPECT_TRUE(site.lanes[0].decide_here);
    EXPECT_EQ(site.lanes[0].direction, model::Direction::in);
    ASSERT_EQ(site.rules.size(), 1U);
    EXPECT_EQ(site.rules[0].after, std::chrono::seconds(60));
    EXPECT_EQ(site.notifies.at(0).protocol, "dingtalk");
    EXPECT_EQ(site.upstream_tables.at("centre").path(), "upstream[0]");
    auto again = site.device_tables.at("lpr-in-1");
    EXPECT_EQ(again.text("address"), "http://192.0.2.21");
}

TEST(Site, GivesARuleTheKeysThatMeanSomethingToIt)
{
    const auto reading = read(std::string(head) + R"(
[[rule]]
name = "failed-attempts"
count = 3
within = "90s"
)");
    EXPECT_TRUE(reading.issues.empty()) << reading.all;
    ASSERT_EQ(reading.site.rules.size(), 1U);
    EXPECT_EQ(reading.site.rules[0].count, 3);
    EXPECT_EQ(reading.site.rules[0].within, std::chrono::seconds(90));
    const auto wrong = read(std::string(head) + R"(
[[rule]]
name = "failed-attempts"
after = "90s"
count = 0
[[rule]]
name = "door-forced"
count = 3
)");
    EXPECT_THAT(wrong.all, HasSubstr("rule[0].after: unknown key"));
    EXPECT_THAT(wrong.all, HasSubstr("rule[0].count: is 0; right would be 1 to 100"));
    EXPECT_THAT(wrong.all, HasSubstr("rule[1].count: unknown key"));
}

TEST(Site, SaysWhatTellsOfAFireAndWhatItOpens)
{
    const std::string devices = std::string(head) + R"(
[[device]]
id = "board"
protocol = "zkteco"
kind = "controller"
)";
    const auto reading = read(devices + R"(
[fire]
inputs = ["board/0", "board/fire"]
barriers = ["board/1"]
doors = ["board/2"]
)");
    EXPECT_TRUE(reading.issues.empty()) << reading.all;
    const auto& fire = reading.site.fire;
    ASSERT_EQ(fire.inputs.size(), 2U);
    EXPECT_EQ(fire.inputs[0].input, 0);
    EXPECT_EQ(to_string(fire.inputs[1]), "board/fire");
    EXPECT_EQ(fire.barriers.at(0).output, 1);
    EXPECT_EQ(fire.doors.at(0).device, "board");
    const auto wrong = read(devices + R"(
[fire]
inputs = ["bord/1", "board"]
doors = ["board/0"]
)");
    EXPECT_THAT(wrong.all, HasSubstr("fire.inputs: there is no device \"bord\"; did you mean \"board\"?"));
    EXPECT_THAT(wrong.all, HasSubstr("fire.inputs: \"board\" is not DEVICE/INPUT"));
    EXPECT_THAT(wrong.all, HasSubstr("fire.doors: \"board/0\" is not DEVICE/OUTPUT"));
    EXPECT_THAT(read(devices + "[fire]\ninputs = [\"board/1\"]\n").all, HasSubstr("nothing opens"));
}

TEST(Site, WatchesOverNobodyWithoutConsentOnRecord)
{
    const std::string resident = std::string(head) + R"(
[[welfare]]
id = "welfare-1"
person = "1042"
name = "3-201"
after = "36h"
)";
    EXPECT_THAT(read(resident).all, HasSubstr("welfare[0].consent: is missing"));
    const auto reading = read(resident + "consent = \"2026-01-05, signed form 17\"\n");
    EXPECT_TRUE(reading.issues.empty()) << reading.all;
    ASSERT_EQ(reading.site.welfare.size(), 1U);
    EXPECT_EQ(reading.site.welfare[0].after, std::chrono::hours(36));
    EXPECT_TRUE(reading.site.welfare[0].quiet_when_out);
    EXPECT_THAT(
        read(resident + "consent = \"x\"\n[[device]]\nid = \"welfare-1\"\nprotocol = \"zkteco\"\n").all,
        HasSubstr("welfare[0].id: \"welfare-1\" is a device or another resident already"));
}

TEST(Site, NeedsOnlyItsId)
{
    const auto reading = read(head);
    EXPECT_TRUE(reading.issues.empty()) << reading.all;
    EXPECT_EQ(reading.site.gateway_id, "gw1");
    EXPECT_EQ(reading.site.api.port, 8080);
    EXPECT_EQ(read("").all, "gatehouse.toml:1:1: site.id: is missing\n");
}

TEST(Site, SaysFileLineColumnAndPathOfASyntaxError)
{
    const auto reading = read("[site]\nid = \n");
    ASSERT_EQ(reading.issues.size(), 1U) << reading.all;
    EXPECT_THAT(reading.all, HasSubstr("gatehouse.toml:2:"));
    EXPECT_THAT(reading.all, HasSubstr("not valid TOML"));
}

TEST(Site, ReportsEveryIssueAtOnceWhereItStands)
{
    const auto reading = read(R"([site]
id = "Not An Id"
nmae = "x"
[retention]
records_days = 10
audit_days = "long"
[[device]]
id = "a"
protocol = "isapj"
kind = "plate"
[[device]]
id = "a"
protocol = "isapi"
kind = "gate"
adress = "http://192.0.2.1"
)");
    EXPECT_THAT(reading.all, HasSubstr("gatehouse.toml:2:6: site.id: \"Not An Id\" is not an id"));
    EXPECT_THAT(reading.all, HasSubstr("gatehouse.toml:3:1: site.nmae: unknown key; did you mean \"name\"?"));
    EXPECT_THAT(reading.all, HasSubstr(":5:16: retention.records_days: is 10; right would be 30 to 365"));
    EXPECT_THAT(reading.all, HasSubstr(":6:14: retention.audit_days: is a text; right would be an integer"));
    EXPECT_THAT(reading.all,
                HasSubstr("device[0].protocol: \"isapj\" is none of isapi, zkteco; did you mean \"isapi\"?"));
    EXPECT_THAT(reading.all, HasSubstr("device[1].id: another device is \"a\" already"));
    EXPECT_THAT(reading.all,
                HasSubstr("device[1].kind: \"gate\" is none of face, plate, barrier, camera, controller"));
    EXPECT_THAT(reading.all, HasSubstr("device[1].adress: unknown key; did you mean \"address\"?"));
    EXPECT_THAT(reading.all, HasSubstr("device[1].address: is missing"));
}

TEST(Site, KeepsTheAuditLogAtLeastHalfAYear)
{
    EXPECT_THAT(read(std::string(head) + "[retention]\naudit_days = 182\n").all,
                HasSubstr("right would be 183 to 3650"));
    EXPECT_TRUE(read(std::string(head) + "[retention]\naudit_days = 183\n").issues.empty());
    EXPECT_THAT(read(std::string(head) + "[retention]\npictures_days = 91\n").all, HasSubstr("1 to 90"));
    EXPECT_THAT(read(std::string(head) + "[retention]\nvisitors_days = 181\n").all, HasSubstr("1 to 180"));
    EXPECT_THAT(read(std::string(head) + "[retention]\nalerts_days = 364\n").all, HasSubstr("365 to"));
}

TEST(Site, ServesTheConsoleInClearTextOnLoopbackOnly)
{
    EXPECT_THAT(read(std::string(head) + "[api]\nlisten = \"0.0.0.0:8080\"\n").all,
                HasSubstr("api.listen: is not a loopback"));
    EXPECT_THAT(read(std::string(head) + "[api]\nlisten = \"[::]:8080\"\n").all,
                HasSubstr("which requires tls"));
    EXPECT_TRUE(read(std::string(head) + "[api]\nlisten = \"[::1]:8080\"\n").issues.empty());
    EXPECT_TRUE(read(std::string(head) + "[listener]\nlisten = \"0.0.0.0:8090\"\n").issues.empty());
    const auto self_signed =
        read(std::string(head) + "[api]\nlisten = \"192.0.2.1:443\"\ntls = \"self-signed\"\n");
    EXPECT_TRUE(self_signed.issues.empty()) << self_signed.all;
    const auto own = read(std::string(head) + "[api]\ntls = { certificate = \"c\", key = \"k\" }\n");
    EXPECT_TRUE(own.issues.empty()) << own.all;
    EXPECT_THAT(read(std::string(head) + "[api]\ntls = \"yes\"\n").all,
                HasSubstr("api.tls: right would be \"self-signed\""));
    EXPECT_THAT(read(std::string(head) + "[api]\ntls = { certificate = \"c\" }\n").all,
                HasSubstr("api.tls.key: is missing"));
    EXPECT_EQ(read(std::string(head) + "[api]\nnames = [\"gate.example\"]\n").site.api_names.at(0),
              "gate.example");
    for (const auto* wrong : {"gate.example:443", "", "192.0.2.1", "http://gate"})
        EXPECT_THAT(read(std::string(head) + "[api]\nnames = [\"" + wrong + "\"]\n").all,
                    HasSubstr("is no host name"));
}

TEST(Site, SaysHowLongALogInLasts)
{
    using namespace std::chrono_literals;
    const auto fallback = read(std::string(head)).site.api_sessions;
    EXPECT_EQ(fallback.idle, 15min);
    EXPECT_EQ(fallback.max, 12h);
    const auto set = read(std::string(head) + "[api]\nsession_idle = \"30m\"\nsession_max = \"8h\"\n");
    EXPECT_TRUE(set.issues.empty());
    EXPECT_EQ(set.site.api_sessions.idle, 30min);
    EXPECT_EQ(set.site.api_sessions.max, 8h);
    for (const auto* wrong : {"session_idle = \"4m\"", "session_idle = \"13h\"", "session_max = \"25h\""})
        EXPECT_FALSE(read(std::string(head) + "[api]\n" + wrong + "\n").issues.empty()) << wrong;
}

TEST(Site, TakesOnlyAddressesToListenOn)
{
    for (const auto* wrong :
         {"8080", "example.com:80", "127.0.0.1:99999", "::1:80", "[::1]", "127.0.0.1:", ":80", ""})
        EXPECT_THAT(read(std::string(head) + "[listener]\nlisten = \"" + wrong + "\"\n").all,
                    HasSubstr("listener.listen"))
            << wrong;
}

TEST(Site, KnowsTheZonesWithoutDaylightSaving)
{
    const auto with = [](const std::string& zone) {
        return read(std::string(head) + "timezone = \"" + zone + "\"\n");
    };
    EXPECT_EQ(with("Asia/Urumqi").site.utc_offset, std::chrono::minutes(360));
    EXPECT_EQ(with("UTC").site.utc_offset, std::chrono::minutes(0));
    EXPECT_EQ(with("-03:30").site.utc_offset, std::chrono::minutes(-210));
    EXPECT_THAT(with("Europe/Berlin").all, HasSubstr("right would be Asia/Shanghai"));
    EXPECT_THAT(with("+8:00").all, HasSubstr("is not known"));
}

constexpr auto one_device = "[[device]]\nid=\"gate-1\"\nprotocol=\"zkteco\"\nkind=\"barrier\"\n";

std::string with_lane(const std::string& keys)
{
    return std::string(head) + one_device + "[[lane]]\nid=\"l1\"\n" + keys;
}

TEST(Site, ChecksThatALaneNamesWhatExists)
{
    EXPECT_THAT(read(with_lane("readers=[\"gate-2\"]\n")).all,
                HasSubstr("no device \"gate-2\"; did you mean \"gate-1\"?"));
    EXPECT_THAT(read(with_lane("barrier=\"gate-9x/1\"\n")).all,
                HasSubstr("lane[0].barrier: there is no device"));
    for (const auto* wrong : {"gate-1", "gate-1/", "/1", "gate-1/0", "gate-1/65", "gate-1/x", "gate-1/1/1"})
        EXPECT_THAT(read(with_lane("barrier=\"" + std::string(wrong) + "\"\n")).all,
                    HasSubstr("is not DEVICE/OUTPUT"))
            << wrong;
    EXPECT_TRUE(read(with_lane("barrier=\"gate-1/2\"\nreaders=[\"gate-1\"]\n")).issues.empty());
}

TEST(Site, TakesLoopsByDeviceAndInputAndAnOppositeLane)
{
    const auto good = read(with_lane("loop_entry=\"gate-1/0\"\nloop_safety=\"gate-1/3\"\nopposite=\"out\"\n"
                                     "[[lane]]\nid=\"out\"\n"));
    EXPECT_TRUE(good.issues.empty()) << good.all;
    EXPECT_EQ(good.site.lanes[0].loop_entry.device, "gate-1");
    EXPECT_EQ(good.site.lanes[0].loop_entry.input, 0);
    EXPECT_EQ(good.site.lanes[0].loop_safety.input, 3);
    EXPECT_EQ(good.site.lanes[0].opposite, "out");
    for (const auto* wrong : {"gate-1", "/3", "gate-1/", "gate-1/256", "gate-1/x"})
        EXPECT_THAT(read(with_lane("loop_safety=\"" + std::string(wrong) + "\"\n")).all,
                    HasSubstr("is not DEVICE/INPUT"));
    EXPECT_THAT(read(with_lane("loop_entry=\"gate-7/1\"\n")).all, HasSubstr("there is no device"));
    EXPECT_THAT(read(with_lane("opposite=\"west\"\n")).all, HasSubstr("there is no lane \"west\""));
    EXPECT_THAT(read(with_lane("opposite=\"out\"\n[[lane]]\nid=\"out\"\nkind=\"pedestrian\"\n")).all,
                HasSubstr("the other vehicle lane"));
}

TEST(Site, LetsTheGatewayDecideOnlyWhereItCanSeeAndOpen)
{
    EXPECT_THAT(read(with_lane("decide=\"gateway\"\n")).all, HasSubstr("no barrier to open"));
    EXPECT_THAT(read(with_lane("decide=\"gateway\"\n")).all, HasSubstr("no readers"));
    EXPECT_THAT(read(with_lane("open_within=\"2m\"\n")).all, HasSubstr("is 2m; right would be 1s to 1m"));
}

TEST(Site, ReadsSchedulesHolidaysAndGroups)
{
    const auto reading = read(with_lane("readers=[\"gate-1\"]\n") + R"(
[[schedule]]
name = "by-night"
weekdays = ["mon", "sun"]
spans = ["22:00-06:00", "12:00-24:00", "18:00-00:00"]
holidays = "as sunday"
[[schedule]]
name = "always"
[[holiday]]
name = "国庆"
from = "2026-10-01"
to = "2026-10-07"
workdays = ["2026-10-10"]
[[holiday]]
from = "2026-01-01"
[[group]]
name = "staff"
lanes = ["l1"]
schedules = ["by-night", "always"]
)");
    EXPECT_TRUE(reading.issues.empty()) << reading.all;
    const auto& access = reading.site.access;
    ASSERT_EQ(access.schedules.size(), 2U);
    EXPECT_TRUE(access.schedules[0].weekdays[0] && access.schedules[0].weekdays[6]);
    EXPECT_FALSE(access.schedules[0].weekdays[1]);
    ASSERT_EQ(access.schedules[0].spans.size(), 3U);
    EXPECT_EQ(access.schedules[0].spans[0].to, 360);
    EXPECT_EQ(access.schedules[0].spans[1].to, 1440);
    EXPECT_EQ(access.schedules[0].spans[2].to, 1440);
    EXPECT_EQ(access.schedules[0].holidays, HolidayRule::as_sunday);
    ASSERT_EQ(access.schedules[1].spans.size(), 1U);
    EXPECT_EQ(access.schedules[1].spans[0].to, 1440);
    ASSERT_EQ(access.holidays.size(), 2U);
    EXPECT_EQ((access.holidays[0].to - access.holidays[0].from).count(), 6);
    EXPECT_EQ(access.holidays[1].to, access.holidays[1].from);
    ASSERT_EQ(access.groups.size(), 1U);
    EXPECT_EQ(access.groups[0].schedules.size(), 2U);
}

TEST(Site, ReadsWhatIsMadeOfBadlyReadPlates)
{
    const auto by_default = read(std::string(head)).site.access;
    EXPECT_EQ(by_default.corrected_reads, CorrectedReads::never);
    const auto reading =
        read(std::string(head) + "[access]\ncorrected_reads=\"unique-resident\"\nweak_character=0.7\n");
    EXPECT_TRUE(reading.issues.empty()) << reading.all;
    EXPECT_EQ(reading.site.access.corrected_reads, CorrectedReads::unique_resident);
    EXPECT_DOUBLE_EQ(reading.site.access.weak_character, 0.7);
    EXPECT_THAT(read(std::string(head) + "[access]\ncorrected_reads=\"always\"\n").all,
                HasSubstr("access.corrected_reads"));
}

TEST(Site, ChecksSchedulesHolidaysAndGroups)
{
    const auto issues = [](const std::string& text) { return read(std::string(head) + text).all; };
    EXPECT_THAT(issues("[[schedule]]\nname=\"a\"\nweekdays=[\"monday\"]\n"),
                HasSubstr("schedule[0].weekdays: \"monday\" is no day"));
    for (const auto* wrong : {"7:00-19:00", "07:00-07:00", "24:00-06:00", "07:00-24:01", "07:60-08:00", ""})
        EXPECT_THAT(issues("[[schedule]]\nname=\"a\"\nspans=[\"" + std::string(wrong) + "\"]\n"),
                    HasSubstr("is no part of a day"))
            << wrong;
    EXPECT_THAT(issues("[[schedule]]\nname=\"a\"\n[[schedule]]\nname=\"a\"\n"),
                HasSubstr("schedule[1].name: \"a\" stands above already"));
    EXPECT_THAT(issues("[[schedule]]\nname=\"a\"\nholidays=\"open\"\n"), HasSubstr("schedule[0].holidays"));
    EXPECT_THAT(issues("[[holiday]]\nfrom=\"2026-02-30\"\n"), HasSubstr("holiday[0].from: is not a date"));
    EXPECT_THAT(issues("[[holiday]]\nfrom=\"2026-02-03\"\nto=\"2026-02-01\"\n"),
                HasSubstr("lies before from"));
    EXPECT_THAT(issues("[[holiday]]\nfrom=\"2026-02-03\"\nto=\"2027-02-05\"\n"), HasSubstr("60 days"));
    EXPECT_THAT(issues("[[group]]\nname=\"g\"\nlanes=[\"x\"]\nschedules=[\"y\"]\n"),
                testing::AllOf(HasSubstr("group[0].lanes: there is no lane \"x\""),
                               HasSubstr("group[0].schedules: there is no schedule \"y\"")));
}

TEST(Site, GivesAReaderToOneLaneOnly)
{
    const auto reading = read(with_lane("readers=[\"gate-1\"]\n[[lane]]\nid=\"l2\"\nreaders=[\"gate-1\"]\n"));
    ASSERT_EQ(reading.issues.size(), 1U) << reading.all;
    EXPECT_THAT(reading.all, HasSubstr("lane[1].readers: \"gate-1\" serves lane \"l1\" already"));
}

TEST(Site, KeepsTheNameOfTheGatewayForItself)
{
    EXPECT_THAT(
        read(std::string(head) + "[[device]]\nid=\"gateway\"\nprotocol=\"zkteco\"\nkind=\"face\"\n").all,
        HasSubstr("stands for the gateway itself"));
}

TEST(Site, ReadsStaffChannelsAndWhoseTheyAre)
{
    const auto with = [](const std::string& keys) {
        return read(std::string(head) + "[[notify]]\nname = \"guards\"\nprotocol = \"dingtalk\"\n" + keys);
    };
    const auto good =
        with("url = \"https://192.0.2.9/robot\"\nroles = [\"guard\", \"manager\"]\nseverities = [1, 2]\n"
             "kinds = [\"barrier_left_open\"]\nstates = [\"raised\"]\nquiet = \"22:00-06:30\"\n"
             "digest_every = \"1h\"\n");
    EXPECT_FALSE(has_errors(good.issues)) << good.all;
    ASSERT_EQ(good.site.notifies.size(), 1U);
    const auto& channel = good.site.notifies[0];
    EXPECT_EQ(channel.roles, (std::vector<std::string>{"guard", "manager"}));
    EXPECT_EQ(channel.severities, (std::vector<int>{1, 2}));
    EXPECT_EQ(channel.quiet, (DaySpan{std::chrono::hours(22), std::chrono::minutes(390)}));
    EXPECT_EQ(channel.digest_every, std::chrono::hours(1));
    EXPECT_TRUE(good.site.notify_tables.contains("guards"));
    EXPECT_THAT(with("roles = [\"gaurd\"]\n").all, HasSubstr("notify[0].roles: \"gaurd\" is none of"));
    EXPECT_THAT(with("severities = [5]\n").all, HasSubstr("notify[0].severities: has an element that is 5"));
    EXPECT_THAT(with("severities = 1\n").all, HasSubstr("right would be an array of integers"));
    EXPECT_THAT(with("kinds = [\"barrier_left_opn\"]\n").all,
                HasSubstr("did you mean \"barrier_left_open\"?"));
    EXPECT_THAT(with("quiet = \"night\"\n").all, HasSubstr("right would be \"22:00-07:00\""));
    EXPECT_THAT(with("name = \"guards\"\n").all, HasSubstr("not valid TOML"));
    EXPECT_THAT(with("urll = \"x\"\n").all, HasSubstr("notify[0].urll: unknown key; did you mean \"url\"?"));
}

TEST(Site, ReadsMaintenanceWindows)
{
    const auto [site, issues, all] = read(std::string(head) + R"([[maintenance]]
name = "night test"
devices = ["gate-1"]
days = ["sat", "sun"]
from = "22:00"
to = "06:30"

[[maintenance]]
name = "new barrier"
lanes = ["east-in"]
kinds = ["device_offline"]
date = "2026-03-01"
)");
    EXPECT_FALSE(has_errors(issues)) << all;
    ASSERT_EQ(site.maintenance.size(), 2U);
    EXPECT_EQ(site.maintenance[0].weekdays, 0x60U);
    EXPECT_EQ(site.maintenance[0].from, std::chrono::hours(22));
    EXPECT_EQ(site.maintenance[0].to, std::chrono::minutes(390));
    EXPECT_EQ(site.maintenance[1].date, std::chrono::sys_days(std::chrono::year(2026) / 3 / 1));
    EXPECT_EQ(site.maintenance[1].to, std::chrono::hours(24));
}

TEST(Site, TakesTheDenominatorOfTheReport)
{
    EXPECT_FALSE(read(head).site.report_by_filed);
    EXPECT_TRUE(read(std::string(head) + "[report]\ndenominator = \"filed\"\n").site.report_by_filed);
    EXPECT_TRUE(has_errors(read(std::string(head) + "[report]\ndenominator = \"all\"\n").issues));
}

TEST(Site, SaysWhatIsWrongWithAMaintenanceWindow)
{
    const auto [site, issues, all] = read(std::string(head) + R"([[maintenance]]
name = "x"
days = ["someday"]
from = "25:00"
to = "7:30"
date = "tomorrow"
)");
    for (const auto* part : {"names nothing", "someday", "25:00", "7:30", "tomorrow"})
        EXPECT_NE(all.find(part), std::string::npos) << part << " in " << all;
}

TEST(Site, ReadsTheDutyRoster)
{
    const auto with = [](const std::string& keys) { return read(std::string(head) + "[[roster]]\n" + keys); };
    const auto good =
        with("role = \"guard\"\nweekdays = [\"mon\", \"sun\"]\nfrom = \"19:00\"\nto = \"07:00\"\n"
             "people = [{ name = \"王\", mobile = \"13800000000\" }, { user = \"li\" }]\n");
    EXPECT_TRUE(good.issues.empty()) << good.all;
    ASSERT_EQ(good.site.rosters.size(), 1U);
    const auto& shift = good.site.rosters[0];
    EXPECT_EQ(shift.weekdays, (std::array<bool, 7>{true, false, false, false, false, false, true}));
    EXPECT_EQ(shift.hours, (DaySpan{std::chrono::hours(19), std::chrono::hours(7)}));
    ASSERT_EQ(shift.people.size(), 2U);
    EXPECT_EQ(shift.people[1].user, "li");
    EXPECT_THAT(with("role = \"boss\"\n").all, HasSubstr("roster[0].role: \"boss\" is none of"));
    EXPECT_THAT(with("role = \"guard\"\n").all, HasSubstr("roster[0].people: nobody is on duty"));
    EXPECT_THAT(with("role = \"guard\"\nfrom = \"7\"\n").all,
                HasSubstr("roster[0].from: \"7\" is not a time of day"));
    EXPECT_THAT(with("role = \"guard\"\npeople = [{ mobile = \"x\" }]\n").all,
                HasSubstr("roster[0].people[0].mobile: is not a telephone number"));
}

TEST(Site, TakesTheLongestPathThatASocketCanHave)
{
    const auto with = [](std::size_t size) {
        return read(std::string(head) + "[gateway]\ncontrol_socket = \"" + std::string(size, 's') + "\"\n");
    };
    EXPECT_TRUE(with(107).issues.empty());
    EXPECT_THAT(with(108).all, HasSubstr("right would be a path of 1 to 107 bytes"));
}

TEST(Site, ChangesAFingerprintOnlyWithItsSection)
{
    const auto first = read(contract_file).site;
    const std::string file(contract_file);
    auto changed = file;
    changed.replace(changed.find("192.0.2.22"), 10, "192.0.2.23");
    const auto second = read(changed).site;
    EXPECT_EQ(first.devices[0].fingerprint, second.devices[0].fingerprint);
    EXPECT_NE(first.devices[1].fingerprint, second.devices[1].fingerprint);
    EXPECT_EQ(first.lanes[0].fingerprint, second.lanes[0].fingerprint);
    EXPECT_EQ(first.devices[0].fingerprint.find("plain"), std::string::npos);
    const auto moved = read("# a comment\n\n" + file).site;
    EXPECT_EQ(first.devices[1].fingerprint, moved.devices[1].fingerprint);
}

TEST(Site, KeepsControlCharactersOfTheFileOffTheTerminal)
{
    const auto reading = read(std::string(head) + "\"\\u001b[2J\" = 1\n");
    ASSERT_EQ(reading.issues.size(), 1U);
    EXPECT_EQ(to_string(reading.issues[0]).find('\x1b'), std::string::npos);
}

// ---- secrets ----

class Secrets : public testing::Test {
protected:
    Secrets()
        : directory_(std::filesystem::temp_directory_path() /
                     ("gatehouse-secrets-" + std::to_string(::getpid())))
    {
        std::filesystem::create_directories(directory_);
        ::setenv("CREDENTIALS_DIRECTORY", directory_.c_str(), 1);
    }
    ~Secrets() override
    {
        ::unsetenv("CREDENTIALS_DIRECTORY");
        std::filesystem::remove_all(directory_);
    }
    std::string put(const std::string& name, const std::string& text, int mode)
    {
        const auto file = directory_ / name;
        std::ofstream(file) << text;
        std::filesystem::permissions(file, static_cast<std::filesystem::perms>(mode));
        return file.string();
    }
    static Reading with(const std::string& password)
    {
        return read(std::string(head) + one_device + "password = " + password + "\n");
    }

private:
    std::filesystem::path directory_;
};

TEST_F(Secrets, ComeFromCredentialsWithoutTheLineEnd)
{
    put("lpr", "s3cret\n", 0400);
    const auto reading = with("{ credential = \"lpr\" }");
    EXPECT_TRUE(reading.issues.empty()) << reading.all;
    EXPECT_EQ(reading.site.devices.at(0).password.expose(), "s3cret");
}

TEST_F(Secrets, NeverLeaveTheCredentialsDirectory)
{
    EXPECT_THAT(with("{ credential = \"../passwd\" }").all, HasSubstr("one file name"));
    EXPECT_THAT(with("{ credential = \"..\" }").all, HasSubstr("one file name"));
    EXPECT_THAT(with("{ credential = \"absent\" }").all, HasSubstr("LoadCredential=absent:PATH"));
}

TEST_F(Secrets, OutsideTheServiceAreOnlyAWarning)
{
    ::unsetenv("CREDENTIALS_DIRECTORY");
    const auto reading = with("{ credential = \"lpr\" }");
    EXPECT_FALSE(has_errors(reading.issues));
    EXPECT_THAT(reading.all, HasSubstr("device[0].password: warning: credential \"lpr\""));
    auto issues = reading.issues;
    demand_service(issues);
    EXPECT_TRUE(has_errors(issues)) << "a gateway must not log in with an empty password";
}

TEST_F(Secrets, InAFileNeedAFileThatOnlyTheOwnerCanRead)
{
    EXPECT_EQ(with("{ file = \"" + put("good", "abc", 0600) + "\" }").site.devices.at(0).password.expose(),
              "abc");
    EXPECT_THAT(with("{ file = \"" + put("bad", "abc", 0640) + "\" }").all, HasSubstr("has mode 0640"));
    EXPECT_THAT(with("{ file = \"" + put("empty", "\n", 0600) + "\" }").all, HasSubstr("is empty"));
    EXPECT_THAT(with("{ file = \"/dev/zero\" }").all, HasSubstr("is not a file that can be read"));
    EXPECT_THAT(with("{ file = \"/nowhere/x\" }").all, HasSubstr("is not a file that can be read"));
}

TEST_F(Secrets, AreNeverPrinted)
{
    const auto reading = with("\"hunter2\"");
    ASSERT_EQ(reading.issues.size(), 1U);
    EXPECT_TRUE(reading.issues[0].warning);
    EXPECT_EQ(reading.all.find("hunter2"), std::string::npos);
    EXPECT_EQ(with("{ passwort = \"hunter2\" }").all.find("hunter2"), std::string::npos);
    EXPECT_EQ(with("[\"hunter2\"]").all.find("hunter2"), std::string::npos);
}

TEST_F(Secrets, CountForTheFingerprint)
{
    put("lpr", "old", 0600);
    const auto before = with("{ credential = \"lpr\" }").site.devices.at(0).fingerprint;
    put("lpr", "new", 0600);
    EXPECT_NE(with("{ credential = \"lpr\" }").site.devices.at(0).fingerprint, before);
}

} // namespace
} // namespace gatehouse::config
