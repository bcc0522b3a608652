#include "protocols/webhook-in/config.hpp"
#include "protocols/webhook-in/explain.hpp"

#include "gateway/base/time_text.hpp"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>

#include <fstream>
#include <regex>
#include <sstream>

namespace gatehouse::webhook_in {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using Outcome = Mapped::Outcome;

Mapping mapping_of(const std::string& toml, config::Issues* issues = nullptr)
{
    config::Issues found;
    auto table = config::Table::parse(toml, "test.toml", found);
    auto mapping = read_mapping(table, 480min);
    table.finish();
    if (issues != nullptr)
        *issues = found;
    else
        for (const auto& issue : found)
            ADD_FAILURE() << to_string(issue);
    return mapping;
}

std::vector<Mapped> mapped(const Mapping& mapping, const std::string& body, const std::string& url = "")
{
    auto read = read_body(body, "", mapping.format);
    EXPECT_TRUE(read.value) << read.why;
    return map(mapping, {url, read.value});
}

template <class Body>
Body body_of(const Mapped& mapped)
{
    EXPECT_EQ(mapped.outcome, Outcome::event) << mapped.text;
    const auto* body = std::get_if<Body>(&mapped.event.body);
    EXPECT_NE(body, nullptr);
    return body == nullptr ? Body{} : *body;
}

std::string time_of(const Mapped& mapped)
{
    return mapped.event.device_time ? base::format_time(*mapped.event.device_time, 480min) : "none";
}

// ---- the shapes in which known makes push ----

// The callback of a face terminal: a form with everything in text.
const std::string terminal_form = R"(
[[event]]
name = "heartbeat"
becomes = "heartbeat"
when = { url = "/beat" }
fields = { sent = "/time", firmware = "/version" }

[[event]]
name = "identified"
becomes = "access"
when = { path = "/type", exists = true }
key = ["/deviceKey", "/time", "/personId"]
pictures = [{ kind = "face", path = "/base64" }]
[event.fields]
time = "/time"
granted = { path = "/type", values = { face_0 = "true", card_0 = "true" }, other = "false" }
credential = { path = "/type", values = { face_0 = "face", face_1 = "face", face_2 = "face", card_0 = "card" }, other = "unknown" }
reason = { path = "/type", values = { face_1 = "no_permission", face_2 = "not_recognised" }, other = "other" }
person = { path = "/personId", values = { STRANGERBABY = "", "-1" = "" } }
)";

TEST(WebhookInMapping, ReadsTheFormOfAFaceTerminal)
{
    const auto mapping = mapping_of(terminal_form);
    const auto found = mapped(mapping, "ip=192.0.2.7&deviceKey=8DA5&type=face_0&personName=%E6%B5%8B&"
                                       "personId=772021022532740148&time=1615192075944&base64=%2F9j%2F4AAQ");
    ASSERT_EQ(found.size(), 1u);
    const auto attempt = body_of<model::AccessAttempt>(found[0]);
    EXPECT_TRUE(attempt.granted);
    EXPECT_EQ(attempt.credential, "face");
    EXPECT_EQ(attempt.person, "772021022532740148");
    EXPECT_EQ(attempt.reason, "");
    EXPECT_EQ(time_of(found[0]), "2021-03-08T16:27:55.944+08:00");
    EXPECT_EQ(found[0].event.device_key, "k/8DA5/1615192075944/772021022532740148");
    ASSERT_EQ(found[0].event.pictures.size(), 1u);
    EXPECT_EQ(found[0].event.pictures[0].kind, "face");

    const auto stranger = body_of<model::AccessAttempt>(
        mapped(mapping, "deviceKey=8DA5&type=face_2&personId=STRANGERBABY&time=1615192075944")[0]);
    EXPECT_FALSE(stranger.granted);
    EXPECT_EQ(stranger.person, "");
    EXPECT_EQ(stranger.reason, "not_recognised");

    const auto beat = mapped(mapping, "deviceKey=8DA5&time=1615192075944&version=1.2", "/beat");
    EXPECT_EQ(beat[0].outcome, Outcome::heartbeat);
    EXPECT_EQ(beat[0].facts.at("firmware"), "1.2");
    EXPECT_TRUE(beat[0].sent);
}

// A plate camera: one deep object, numbers for words, a plate that was not read, records sent later.
const std::string plate_camera = R"(
body = { events = "/AlarmInfoPlate" }
[[event]]
becomes = "vehicle"
when = { path = "/result/PlateResult", exists = true }
key = ["/serialno", "/result/PlateResult/plateid", "/result/PlateResult/timeStamp/Timeval/sec"]
pictures = [{ kind = "scene", path = "/result/PlateResult/imageFile" }, { kind = "plate", path = "/result/PlateResult/imageFragmentFile" }]
[event.fields]
plate = "/result/PlateResult/license"
color = { path = "/result/PlateResult/colorType", values = { "1" = "blue", "2" = "yellow", "5" = "green" }, other = "unknown" }
confidence = "/result/PlateResult/confidence"
time = "/result/PlateResult/timeStamp/Timeval/sec"
record = "/result/PlateResult/plateid"
history = "/result/PlateResult/isoffline"
direction = { path = "/result/PlateResult/direction", values = { "3" = "in", "4" = "out" }, other = "unknown" }
lane = "/channel"
)";

TEST(WebhookInMapping, ReadsTheDeepObjectOfAPlateCamera)
{
    const auto mapping = mapping_of(plate_camera);
    const auto found =
        mapped(mapping, R"({"AlarmInfoPlate":{"channel":2,"serialno":"fe71e106-57263272","result":
        {"PlateResult":{"license":"粤Z·9065澳","colorType":1,"confidence":96,"direction":4,"isoffline":0,"plateid":21085,
        "imageFile":"/9j/4AAQ","imageFragmentFile":"","timeStamp":{"Timeval":{"sec":1686299994,"usec":687772}}}}}})");
    ASSERT_EQ(found.size(), 1u);
    const auto passage = body_of<model::VehiclePassage>(found[0]);
    EXPECT_EQ(passage.plate.text, "粤Z9065澳");
    EXPECT_EQ(passage.plate.color, "blue");
    EXPECT_DOUBLE_EQ(passage.plate.confidence, 0.96);
    EXPECT_EQ(passage.lane_no, 2);
    EXPECT_TRUE(passage.passed);
    EXPECT_EQ(found[0].event.direction, model::Direction::out);
    EXPECT_FALSE(found[0].event.history);
    EXPECT_EQ(found[0].event.device_record, "21085");
    EXPECT_EQ(found[0].event.device_key, "k/fe71e106-57263272/21085/1686299994");
    EXPECT_EQ(time_of(found[0]), "2023-06-09T16:39:54.000+08:00");
    EXPECT_EQ(found[0].event.pictures.size(), 1u);
    EXPECT_THAT(found[0].notes, IsEmpty());

    const auto stored =
        mapped(mapping, R"({"AlarmInfoPlate":{"result":{"PlateResult":{"license":"_无_","isoffline":1,
        "plateid":124}}}})");
    EXPECT_EQ(body_of<model::VehiclePassage>(stored[0]).plate.text, "");
    EXPECT_TRUE(stored[0].event.history);
}

// A door terminal: several events in one body, their time beside the list, kinds chosen by a field's value.
const std::string several = R"(
body = { events = "/Events", zone = "+08:00" }
[[event]]
name = "access"
becomes = "access"
when = { path = "/Code", is = ["AccessControl"] }
[event.fields]
time = { body = "/Time" }
granted = "/Data/Status"
person = "/Data/UserID"
credential = { path = "/Data/Method", values = { "15" = "face", "1" = "card" }, other = "unknown" }
door = "/Data/Door"
direction = { path = "/Data/Type", values = { Entry = "in", Exit = "out" } }
reason = { value = "other" }
[[event]]
name = "door"
becomes = "door"
when = [{ path = "/Code", is = ["DoorStatus"] }, { path = "/Data/Status", exists = true }]
[event.fields]
time = { body = "/Time" }
position = { path = "/Data/Status", values = { Open = "opened", Close = "closed" } }
[[event]]
becomes = "ignore"
when = { path = "/Code", is = ["NewFile", "TimeChange"] }
)";

TEST(WebhookInMapping, ReadsSeveralEventsOfOneBody)
{
    const auto found = mapped(mapping_of(several), R"({"Events":[
        {"Code":"AccessControl","Data":{"Door":0,"Method":15,"Status":1,"Type":"Entry","UserID":"29559"}},
        {"Code":"DoorStatus","Data":{"Status":"Open"}},
        {"Code":"DoorStatus","Data":{"Status":"Ajar"}},
        {"Code":"NewFile"},
        {"Code":"Invite"}],"Time":"16-04-2024 21:07:02"})");
    ASSERT_EQ(found.size(), 5u);
    const auto attempt = body_of<model::AccessAttempt>(found[0]);
    EXPECT_TRUE(attempt.granted);
    EXPECT_EQ(attempt.person, "29559");
    EXPECT_EQ(attempt.reason, "") << "a reason is of a refusal";
    EXPECT_EQ(found[0].event.direction, model::Direction::in);
    EXPECT_EQ(time_of(found[0]), "2024-04-16T21:07:02.000+08:00");
    EXPECT_EQ(body_of<model::DoorState>(found[1]).position, model::DoorPosition::opened);
    EXPECT_EQ(found[2].refusal, Refusal::not_understood);
    EXPECT_THAT(found[2].text,
                HasSubstr("position: /Data/Status holds \"Ajar\"; right would be one of opened"));
    EXPECT_EQ(found[3].outcome, Outcome::ignored);
    EXPECT_EQ(found[4].refusal, Refusal::no_rule);
    EXPECT_THAT(found[4].text, HasSubstr("/Code is \"Invite\""));
}

TEST(WebhookInMapping, ReadsAnAccessEventWithTimeAndZone)
{
    const auto mapping = mapping_of(R"(
[[event]]
becomes = "access"
key = ["/AccessControllerEvent/serialNo"]
[event.fields]
time = "/dateTime"
granted = { path = "/AccessControllerEvent/subEventType", values = { "75" = "true", "1" = "true" }, other = "false" }
person = { paths = ["/AccessControllerEvent/employeeNoString", "/AccessControllerEvent/employeeNo"] }
card = "/AccessControllerEvent/cardNo"
record = "/AccessControllerEvent/serialNo"
)");
    const auto found =
        mapped(mapping, R"({"eventType":"AccessControllerEvent","dateTime":"2026-08-11T11:48:28+08:00",
        "AccessControllerEvent":{"majorEventType":5,"subEventType":75,"employeeNo":8812,"serialNo":257}})");
    EXPECT_EQ(body_of<model::AccessAttempt>(found[0]).person, "8812");
    EXPECT_EQ(found[0].event.device_key, "k/257");
    EXPECT_EQ(time_of(found[0]), "2026-08-11T11:48:28.000+08:00");
}

TEST(WebhookInMapping, ReadsADocumentThatIsWrappedInAText)
{
    const auto mapping = mapping_of(R"(
body = { unwrap = "/event_log", events = "/list" }
[[event]]
becomes = "tamper"
fields = { part = { value = "lens" }, active = "/on" }
)");
    const auto found = mapped(mapping, "x=1&event_log=%7B%22list%22%3A%5B%7B%22on%22%3A1%7D%5D%7D");
    EXPECT_EQ(body_of<model::Tamper>(found[0]).part, "lens");
    EXPECT_EQ(mapped(mapping, R"({"event_log":{"list":{"on":0}}})")[0].outcome, Outcome::event);
    EXPECT_THAT(mapped(mapping, R"({"event":"x"})")[0].text, HasSubstr("unwrap: /event_log is missing"));
    EXPECT_THAT(mapped(mapping, R"({"event_log":"{"})")[0].text, HasSubstr("cut off"));
}

TEST(WebhookInMapping, MakesEveryKindOfEvent)
{
    const auto one = [](const std::string& becomes, const std::string& fields, const std::string& body) {
        const auto found =
            mapped(mapping_of("[[event]]\nbecomes = \"" + becomes + "\"\nfields = { " + fields + " }"), body);
        EXPECT_EQ(found[0].outcome, Outcome::event) << becomes << ": " << found[0].text;
        return found[0].event.body;
    };
    const auto barrier = std::get<model::BarrierMoved>(
        one("barrier", R"(position = "/p", output = "/o")", R"({"p":"OPEN","o":"2"})"));
    EXPECT_EQ(barrier.position, model::BarrierPosition::open);
    EXPECT_EQ(barrier.output, 2);
    const auto fault = std::get<model::BarrierFault>(
        one("barrier_fault", R"(fault = { value = "boom_off" }, active = "/on")", R"({"on":"no"})"));
    EXPECT_EQ(fault.fault, "boom_off");
    EXPECT_FALSE(fault.active);
    EXPECT_EQ(
        std::get<model::Duress>(one("duress", R"(person = "/p", door = "/d")", R"({"p":"7","d":3})")).door,
        3);
    const auto input =
        std::get<model::InputChanged>(one("input", R"(active = "/v", input = "/n")", R"({"v":1,"n":4})"));
    EXPECT_TRUE(input.active);
    EXPECT_EQ(input.input, 4);
    EXPECT_EQ(std::get<model::Detection>(
                  one("detection", R"(what = "/w", target = "/t")", R"({"w":"intrusion","t":"human"})"))
                  .target,
              "human");
    const auto health = std::get<model::DeviceHealth>(
        one("health", R"(what = "/w", ok = "/ok")", R"({"w":"storage","ok":true})"));
    EXPECT_EQ(health.what, "storage");
    EXPECT_TRUE(health.ok);
}

// ---- what makes a record unique ----

TEST(WebhookInMapping, KnowsARecordAgainByAllThatItSaysWhenNoKeyIsChosen)
{
    const auto mapping =
        mapping_of("[[event]]\nbecomes = \"input\"\nfields = { active = \"/v\", time = \"/t\" }");
    const auto key = [&](const char* body) { return mapped(mapping, body)[0].event.device_key; };
    const auto first = key(R"({"v":1,"t":1686299994})");
    EXPECT_EQ(first.size(), 34u);
    EXPECT_EQ(key(R"({ "v": 1, "t": 1686299994 })"), first);
    EXPECT_NE(key(R"({"v":1,"t":1686299995})"), first);
    EXPECT_EQ(key(R"({"v":1})"), "") << "two such events may both be true";
}

TEST(WebhookInMapping, KeepsLongKeysShortAndSaysWhenNoneIsThere)
{
    const auto mapping =
        mapping_of("[[event]]\nbecomes = \"input\"\nkey = [\"/id\"]\nkey_of_body = [\"/id\"]\n"
                   "fields = { active = \"/v\" }");
    EXPECT_EQ(mapped(mapping, R"({"v":1,"id":7})")[0].event.device_key, "k/7/7");
    const auto key = mapped(mapping, R"({"v":1,"id":")" + std::string(300, 'x') + "\"}")[0].event.device_key;
    EXPECT_EQ(key.size(), 35u);
    const auto none = mapped(mapping, R"({"v":1})");
    EXPECT_FALSE(none[0].keyed);
    EXPECT_THAT(none[0].notes, ElementsAre("key: none of its paths holds anything"));
}

// ---- what goes wrong ----

TEST(WebhookInMapping, SaysWhichPathIsMissingAndWhatIsThereInstead)
{
    const auto mapping = mapping_of(plate_camera);
    const auto found =
        mapped(mapping, R"({"AlarmInfoPlate":{"result":{"PlateResult":{"plate":"粤Z9065澳","type":1}}}})");
    EXPECT_EQ(found[0].refusal, Refusal::incomplete);
    EXPECT_EQ(found[0].text,
              "plate: /result/PlateResult/license is missing; /result/PlateResult has: plate, type");
    const auto other = mapped(mapping, R"({"AlarmInfo":{}})");
    EXPECT_EQ(other[0].refusal, Refusal::no_rule);
    EXPECT_THAT(other[0].text, HasSubstr("events: /AlarmInfoPlate is missing; there it has: AlarmInfo"));
}

TEST(WebhookInMapping, LeavesOutWhatItNeedNotKnowAndSaysSo)
{
    const auto mapping = mapping_of(R"(
[[event]]
becomes = "access"
pictures = [{ kind = "face", path = "/pic" }]
fields = { granted = "/ok", door = "/door", time = "/time", person = "/who", credential = "/how" }
)");
    const auto found =
        mapped(mapping, R"({"ok":1,"door":"north","time":"noon","who":{"id":7},"how":"iris","pic":"Zm9v"})");
    ASSERT_EQ(found[0].outcome, Outcome::event);
    EXPECT_EQ(body_of<model::AccessAttempt>(found[0]).credential, "unknown");
    EXPECT_THAT(found[0].notes, ElementsAre(HasSubstr("credential: /how holds \"iris\""),
                                            "person: /who holds an object, not a single value",
                                            "door: /door holds \"north\", which is no number",
                                            "time: /time holds \"noon\", which is no time that is known here",
                                            "picture /pic is neither JPEG nor PNG"));
}

TEST(WebhookInMapping, NeverShowsAPersonOrPlateInWhatItSays)
{
    const auto mapping = mapping_of(R"(
[[event]]
becomes = "access"
when = { path = "/who", is = ["nobody"] }
fields = { granted = "/ok", person = "/who" }
)");
    EXPECT_THAT(mapped(mapping, R"({"ok":1,"who":"8812"})")[0].text, Not(HasSubstr("8812")));
    const auto lines =
        explain_bytes("ip=1&deviceKey=8DA5&type=face_0&personId=77202&time=1615192075944&base64=%2F9j%2F4AAQ",
                      mapping_of(terminal_form), 480min);
    EXPECT_THAT(
        lines,
        ElementsAre("body 1, event 1 (identified): access.granted, credential face, person of 5 bytes, "
                    "no card, door 0, reader 0, at 2021-03-08T16:27:55.944+08:00, picture face of 6 bytes"));
}

TEST(WebhookInMapping, TakesAnEmptyListForASignOfLifeAndBoundsALongOne)
{
    const auto mapping = mapping_of(several);
    const auto none = mapped(mapping, R"({"Events":[]})");
    ASSERT_EQ(none.size(), 1u);
    EXPECT_EQ(none[0].outcome, Outcome::ignored);
    std::string many = R"({"Events":[0)";
    for (int i = 0; i < 1000; ++i)
        many += ",0";
    EXPECT_EQ(mapped(mapping, many + "]}")[0].refusal, Refusal::too_many);
}

// ---- replay: the installer's tool ----

TEST(WebhookInReplay, ShowsWhatEachBodyOfARecordingWouldBecome)
{
    const auto lines =
        explain_bytes("# POST /\n"
                      R"({"Events":[{"Code":"DoorStatus","Data":{"Status":"Open"}},{"Code":"NewFile"},)"
                      R"({"Code":"AccessControl","Data":{}}],"Time":"16-04-2024 21:07:02"})"
                      "\n# POST /\n{\"Events\":",
                      mapping_of(several), 480min);
    EXPECT_THAT(
        lines,
        ElementsAre("body 1, event 1 (door): door.state, door 1 opened, at 2024-04-16T21:07:02.000+08:00",
                    HasSubstr("body 1, event 2 (event 3): nothing that is wanted"),
                    "body 1, event 3 (access): refused (incomplete): granted: /Data/Status is missing; "
                    "/Data has: an empty object",
                    HasSubstr("body 2: no JSON")));
    EXPECT_THAT(explain_bytes("", mapping_of(several), 480min),
                ElementsAre("nothing that looks like a body was found"));
}

// ---- configuration ----

std::vector<std::string> mapping_issues(const std::string& toml)
{
    config::Issues issues;
    (void)mapping_of(toml, &issues);
    std::vector<std::string> texts;
    for (const auto& issue : issues)
        texts.push_back(to_string(issue));
    return texts;
}

TEST(WebhookInConfig, SaysWhatIsWrongInAMappingAndWhatWouldBeRight)
{
    const std::string input = "[[event]]\nbecomes = \"input\"\n";
    EXPECT_THAT(mapping_issues(input + "fields = { active = \"v\" }"),
                ElementsAre(HasSubstr("\"v\" is no path; right would be \"/v\"")));
    EXPECT_THAT(mapping_issues(input), ElementsAre(HasSubstr("active is missing: \"input\" needs it")));
    EXPECT_THAT(mapping_issues(input + "fields = { active = \"/v\", inputt = \"/n\" }"),
                ElementsAre(HasSubstr("did you mean \"input\"?")));
    EXPECT_THAT(mapping_issues(input + "fields = { active = { path = \"/v\", values = { a = \"open\" } } }"),
                ElementsAre(HasSubstr("\"open\" is none of true, false")));
    EXPECT_THAT(mapping_issues(input + "fields = { active = { path = \"/v\", values = { a = 1 } } }"),
                ElementsAre(HasSubstr("\"a\" is an integer; right would be a text")));
    EXPECT_THAT(mapping_issues(input + "fields = { active = { path = \"/v\", body = \"/v\" } }"),
                ElementsAre(HasSubstr("keep one")));
    EXPECT_THAT(mapping_issues(input + "fields = { active = \"/v\" }\nwhen = { path = \"/k\" }"),
                ElementsAre(HasSubstr("neither is nor exists")));
    EXPECT_THAT(mapping_issues(input + "fields = { active = \"/v\" }\nwhen = { url = \"beat\" }"),
                ElementsAre(HasSubstr("such as \"/heartbeat\"")));
    EXPECT_THAT(mapping_issues("[[event]]\nbecomes = \"doors\""),
                ElementsAre(HasSubstr("did you mean \"door\"?")));
    EXPECT_THAT(mapping_issues("body = { zone = \"8\" }\n" + input + "fields = { active = \"/v\" }"),
                ElementsAre(HasSubstr("right would be \"+08:00\"")));
    EXPECT_THAT(mapping_issues(""), ElementsAre(HasSubstr("no [[device.event]] yet")));
}

std::vector<std::string> issues_of(const std::string& keys, const std::string& address = "http://192.0.2.77",
                                   Config* read = nullptr, const std::string& username = "")
{
    config::DeviceConfig device;
    device.id = "dev-1";
    device.address = address;
    device.username = username;
    config::Issues issues;
    auto table = config::Table::parse(keys, "test.toml", issues);
    if (auto silent = table.silent(); silent.has("password")) device.password = *silent.secret("password");
    table.expect("password");
    const auto config = read_config(device, table, 480min);
    table.finish();
    if (read != nullptr) *read = config;
    std::vector<std::string> texts;
    for (const auto& issue : issues)
        texts.push_back(to_string(issue));
    return texts;
}

const std::string event_table = "\n[[event]]\nbecomes = \"ignore\"\n";

TEST(WebhookInConfig, WantsASecretUnlessToldThatThereIsNone)
{
    EXPECT_THAT(issues_of(event_table), ElementsAre(HasSubstr("password: is missing")));
    EXPECT_THAT(issues_of("password = \"short\"" + event_table),
                ElementsAre(HasSubstr("short for a secret")));
    EXPECT_THAT(issues_of("password = \"long enough a secret\"" + event_table), IsEmpty());
    EXPECT_THAT(issues_of("auth = \"basic\"\npassword = \"long enough a secret\"" + event_table),
                ElementsAre(HasSubstr("username: is missing")));
    EXPECT_THAT(issues_of("auth = \"address\"" + event_table), ElementsAre(HasSubstr("whoever can take")));
    EXPECT_THAT(issues_of("auth = \"address\"" + event_table, "").size(), 2u);
    EXPECT_THAT(issues_of("password = \"long enough a secret\"" + event_table, "192.0.2.77"),
                ElementsAre(HasSubstr("write http://192.0.2.77")));
}

TEST(WebhookInConfig, WantsTimeAndBodySigned)
{
    const std::string secret = "password = \"long enough a secret\"\n";
    EXPECT_THAT(issues_of(secret + "signature = { over = \"{body}\" }" + event_table),
                ElementsAre(HasSubstr("no {timestamp}; without it a post could be repeated")));
    EXPECT_THAT(issues_of(secret + "signature = { secret_encoding = \"hex\" }" + event_table),
                ElementsAre(HasSubstr("not written in hex")));
    Config config;
    EXPECT_THAT(issues_of("password = \"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\"\n"
                          "signature = { secret_encoding = \"base64\" }" +
                              event_table,
                          "", &config),
                IsEmpty());
    EXPECT_EQ(config.auth.secret.expose().size(), 24u);
}

// Whatever a remark shows in sample.toml is a key with its default; the tables before it are its own.
TEST(WebhookInConfig, TheSampleShowsEveryKeyWithItsDefault)
{
    std::ifstream in(GATEHOUSE_SOURCE_DIR "/protocols/webhook-in/sample.toml");
    ASSERT_TRUE(in);
    std::string keys, line;
    const std::regex shown("^# ([a-z_]+ = [^#]*[^# ]) *(#.*)?$"), table(R"(^# (\[[a-z.]+\])$)");
    std::size_t count = 0;
    for (std::smatch match; std::getline(in, line);) {
        if (line.starts_with("[[device.event]]")) break;
        if (std::regex_match(line, match, table))
            keys += std::regex_replace(match[1].str(), std::regex("device\\."), "") + '\n';
        else if (std::regex_match(line, match, shown))
            keys += match[1].str() + '\n', ++count;
    }
    EXPECT_EQ(count, 19u);
    Config sample, defaults;
    const std::string secret = "password = \"long enough a secret\"\n";
    EXPECT_THAT(issues_of(secret + keys + event_table, "http://192.0.2.77", &sample), IsEmpty());
    EXPECT_THAT(issues_of(secret + event_table, "http://192.0.2.77", &defaults), IsEmpty());
    EXPECT_EQ(sample.auth.auth, defaults.auth.auth);
    EXPECT_EQ(sample.auth.signature.header, defaults.auth.signature.header);
    EXPECT_EQ(sample.auth.signature.over, defaults.auth.signature.over);
    EXPECT_EQ(sample.auth.signature.timestamp_header, defaults.auth.signature.timestamp_header);
    EXPECT_EQ(sample.auth.signature.window, defaults.auth.signature.window);
    EXPECT_EQ(sample.reply.body, defaults.reply.body);
    EXPECT_EQ(sample.reply.content_type, defaults.reply.content_type);
    EXPECT_EQ(sample.reply.status, defaults.reply.status);
    EXPECT_EQ(sample.silent_after, defaults.silent_after);
    EXPECT_EQ(sample.live_max, defaults.live_max);
    EXPECT_EQ(sample.arrival_is_live, defaults.arrival_is_live);
    EXPECT_EQ(sample.clock_offset_max, defaults.clock_offset_max);
    EXPECT_EQ(sample.mapping.picture_size_max, defaults.mapping.picture_size_max);
    EXPECT_EQ(sample.mapping.times.zone, defaults.mapping.times.zone);
}

// The whole sample, as it stands, maps what its own remarks promise.
TEST(WebhookInConfig, TheMappingOfTheSampleIsRight)
{
    std::ifstream in(GATEHOUSE_SOURCE_DIR "/protocols/webhook-in/sample.toml");
    std::stringstream text;
    text << in.rdbuf();
    config::Issues issues;
    auto whole = config::Table::parse(text.str(), "sample.toml", issues);
    auto devices = whole.tables("device");
    ASSERT_EQ(devices.size(), 1u);
    const auto mapping = read_mapping(devices[0], 480min);
    for (const auto& issue : issues)
        ADD_FAILURE() << to_string(issue);
    const auto found =
        mapped(mapping, R"({"list":[{"type":"pass","at":1786420021,"id":41,"user":"8812","result":"ok",
        "dir":"1","photo":"/9j/4AAQ"},{"type":"door","at":1786420022,"id":42,"state":"2"}],"serial":"X1"})");
    ASSERT_EQ(found.size(), 2u);
    const auto attempt = body_of<model::AccessAttempt>(found[0]);
    EXPECT_TRUE(attempt.granted);
    EXPECT_EQ(attempt.person, "8812");
    EXPECT_EQ(found[0].event.direction, model::Direction::in);
    EXPECT_EQ(found[0].event.device_key, "k/41/1786420021");
    EXPECT_EQ(body_of<model::DoorState>(found[1]).position, model::DoorPosition::forced_open);
    EXPECT_EQ(mapped(mapping, R"({"alive":true,"now":1786420021})", "/heartbeat")[0].outcome,
              Outcome::heartbeat);
}

// ---- the barrier box of the README, as it is printed there ----

Mapping barrier_box()
{
    std::ifstream in(GATEHOUSE_SOURCE_DIR "/protocols/webhook-in/README.md");
    std::stringstream text;
    text << in.rdbuf();
    const auto readme = text.str();
    const auto from = readme.find("```toml\n") + 8;
    config::Issues issues;
    auto whole = config::Table::parse(readme.substr(from, readme.find("```", from) - from), "README", issues);
    auto devices = whole.tables("device");
    EXPECT_EQ(devices.size(), 1u);
    Mapping mapping;
    if (!devices.empty()) mapping = read_mapping(devices[0], 480min);
    for (const auto& issue : issues)
        ADD_FAILURE() << to_string(issue);
    return mapping;
}

std::string box_change(const std::string& change)
{
    return R"({"box":{"sn":"B-1","changes":[{"no":5,"when":"2026/08/11 09:05:01",)" + change + "}]}}";
}

TEST(WebhookInBarrierBox, TellsWhereTheBoomIs)
{
    const auto mapping = barrier_box();
    const auto boom = [&](const std::string& is) {
        const auto found = mapped(mapping, box_change(R"("part":"boom","lane":2,"is":")" + is + "\""));
        const auto moved = body_of<model::BarrierMoved>(found[0]);
        EXPECT_EQ(moved.output, 2);
        EXPECT_EQ(time_of(found[0]), "2026-08-11T09:05:01.000+08:00");
        EXPECT_EQ(found[0].event.device_key, "k/5/2026/08/11 09:05:01");
        return moved.position;
    };
    EXPECT_EQ(boom("up"), model::BarrierPosition::open);
    EXPECT_EQ(boom("down"), model::BarrierPosition::closed);
    EXPECT_EQ(boom("moving"), model::BarrierPosition::unknown);
}

TEST(WebhookInBarrierBox, TellsOfALostBoomUntilItIsBack)
{
    const auto mapping = barrier_box();
    const auto lost = mapped(mapping, box_change(R"("part":"fault","code":"E7","is":"come")"));
    EXPECT_EQ(body_of<model::BarrierFault>(lost[0]).fault, "boom_off");
    EXPECT_TRUE(body_of<model::BarrierFault>(lost[0]).active);
    const auto back = mapped(mapping, box_change(R"("part":"fault","code":"E7","is":"gone")"));
    EXPECT_FALSE(body_of<model::BarrierFault>(back[0]).active);
    const auto other = mapped(mapping, box_change(R"("part":"fault","code":"E9","is":"come")"));
    EXPECT_EQ(other[0].refusal, Refusal::no_rule);
    EXPECT_THAT(other[0].text, HasSubstr("/code is \"E9\""));
}

TEST(WebhookInBarrierBox, TellsTheStatesOfItsCabinetDoor)
{
    const auto mapping = barrier_box();
    const auto door = [&](const std::string& is) {
        return mapped(mapping, box_change(R"("part":"cabinet","is":")" + is + "\""))[0];
    };
    EXPECT_EQ(body_of<model::DoorState>(door("open")).position, model::DoorPosition::opened);
    EXPECT_EQ(body_of<model::DoorState>(door("shut")).position, model::DoorPosition::closed);
    EXPECT_EQ(body_of<model::DoorState>(door("pried")).position, model::DoorPosition::forced_open);
    EXPECT_THAT(door("ajar").text, HasSubstr("position: /is holds \"ajar\""));
    EXPECT_EQ(mapped(mapping, R"({"box":{"alive":true,"clock":1786420021}})")[0].outcome, Outcome::heartbeat);
}

} // namespace
} // namespace gatehouse::webhook_in
