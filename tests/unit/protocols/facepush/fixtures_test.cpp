#include "protocols/facepush/dialect.hpp"
#include "protocols/facepush/explain.hpp"
#include "protocols/facepush/haiqing_http.hpp"
#include "protocols/facepush/uface_messages.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <sstream>

// Recorded payloads, one by one, with what each becomes. They lie beside the checkout, not in it.
namespace gatehouse::facepush {
namespace {

using namespace std::chrono_literals;

const std::string folder = GATEHOUSE_SOURCE_DIR "/../shared/fixtures/facepush/";

std::string file(const std::string& name)
{
    std::ifstream in(folder + name, std::ios::binary);
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
}

Config config_of(Family family, const std::string& serial)
{
    Config config;
    config.family = family;
    config.serial = serial;
    return config;
}

model::ListEntry person(const std::string& id)
{
    model::ListEntry entry;
    entry.type = model::ListEntry::Type::person;
    entry.value = id;
    entry.name = "Person A";
    return entry;
}

// What our order says that the recorded one does not, and the other way round where it must.
std::string differences(const std::string& ours, const std::string& theirs,
                        const std::set<std::string>& ignored)
{
    const auto mine = Fields::of_json(ours).value_or(Fields());
    const auto recorded = Fields::of_json(theirs).value_or(Fields());
    std::string text;
    for (const auto& [name, value] : mine.all())
        if (!ignored.contains(std::string(name)) && recorded.text(name) != value)
            text += fmt::format("{}={} ", name, value);
    for (const auto& [name, value] : recorded.all())
        if (!ignored.contains(std::string(name)) && !mine.has(name) && !value.empty())
            text += fmt::format("-{} ", name);
    return text;
}

std::string heard_line(Family family, const std::string& serial, const std::string& topic,
                       const std::string& payload)
{
    const auto fields = Fields::of_json(payload);
    if (!fields) return "unreadable";
    const auto heard = make_dialect(config_of(family, serial), 480min)->hear(topic, *fields);
    using Kind = Heard::Kind;
    switch (heard.kind) {
    case Kind::record:
        return line_of(heard.read, 480min) + (heard.read.reading->picture_base64.empty() ? "" : " picture");
    case Kind::online: return "online";
    case Kind::offline: return "offline";
    case Kind::heartbeat: return "heartbeat";
    case Kind::answer: return "answer";
    case Kind::nothing: return "nothing";
    }
    return "nothing";
}

// The requests that somebody sent to a device: each of ours is written as theirs.
std::string requests_line(const std::string& text)
{
    std::istringstream lines(text);
    std::string known;
    for (std::string line; std::getline(lines, line);) {
        const auto path_at = line.find(' ') + 1;
        const auto body_at = line.find(' ', path_at) + 1;
        const auto path = line.substr(path_at, body_at - path_at - 1);
        const auto recorded = Fields::of_form(line.substr(body_at));
        Call call;
        call.path = path;
        if (path == "/device/openDoorControl") {
        } else if (path == "/person/create") {
            call.fields.emplace_back("person", R"({"id":"10001","name":"Person A","idcardNum":""})");
        } else if (path == "/face/find" || path == "/person/delete") {
            call.fields.emplace_back(path == "/face/find" ? "personId" : "id", "10001");
        } else {
            continue; // not sent by us, or with an address of ours
        }
        const auto ours = Fields::of_form(form_body(call, "12345678"));
        const bool same = testing::Matches(testing::UnorderedElementsAreArray(recorded.all()))(ours.all());
        known += (same ? path : "differs: " + path) + ' ';
    }
    return known;
}

struct Expected {
    const char* name;
    std::function<std::string(const std::string&)> read;
    std::string line;
};

const std::vector<Expected>& expected()
{
    static const std::vector<Expected> table{
        {"uface/identify-callback.form",
         [](const std::string& text) { return explain_uface(text, 480min).at(0); },
         "granted face person=772021022532740148 time=2021-03-08T16:27:55.944+08:00"
         " key=face/1615192075944/772021022532740148"},
        {"uface/callback-reply.json",
         [](const std::string& text) {
             return std::string(judged(200, text).verdict == Verdict::done ? "done" : "no");
         },
         "done"},
        {"uface/callback-reply-tdx.json",
         [](const std::string& text) {
             return std::string(judged(200, text).verdict == Verdict::done ? "done" : "no");
         },
         "done"},
        {"uface/requests.txt", requests_line,
         "/person/create /face/find /person/delete /device/openDoorControl "},
        {"haiqing-mqtt/recpush.json",
         [](const std::string& text) {
             return heard_line(Family::haiqing, "1026700", "mqtt/face/1026700/Rec", text);
         },
         "granted face person=none time=2026-04-10T10:00:07.000+08:00 key=rec/2/2026-04-10 10:00:07 picture"},
        {"haiqing-mqtt/unlock.json",
         [](const std::string& text) {
             const auto ours = make_dialect(config_of(Family::haiqing, "1026700"), 480min)->open("1");
             return differences(ours.payload, text, {"info.msg"});
         },
         ""},
        {"haiqing-mqtt/editperson.json",
         [](const std::string& text) {
             auto entry = person("772020122840610978");
             const auto ours = make_dialect(config_of(Family::haiqing, "1026700"), 480min)
                                   ->put(entry, "1", "http://192.0.2.1/face/772020122840610978.jpg");
             // What the recorded one says besides has no meaning for a person without dates and papers.
             return differences(ours.payload, text,
                                {"messageId", "info.isCheckSimilarity", "info.nation", "info.gender",
                                 "info.birthday", "info.EffectNumber", "info.cardValidBegin",
                                 "info.cardValidEnd", "info.cardType2", "info.cardType", "info.dwidentity"});
         },
         ""},
        // Not sent: persons go one by one with EditPerson.
        {"haiqing-mqtt/editpersonsnew.json",
         [](const std::string& text) { return std::string(Fields::of_json(text)->text("operator")); },
         "EditPersonsNew"},
        {"yld-mqtt/online.json",
         [](const std::string& text) { return heard_line(Family::yld, "fffffff", "online.response", text); },
         "online"},
        {"yld-mqtt/open_door.json",
         [](const std::string& text) {
             return differences(
                 make_dialect(config_of(Family::yld, "9f15b229-0422fd6b"), 480min)->open("2").payload, text,
                 {});
         },
         ""},
        {"yld-mqtt/create_face.json",
         [](const std::string& text) {
             auto entry = person("10001");
             entry.valid_from = base::WallTime(1590394011s);
             entry.valid_until = base::WallTime(1621933611s);
             const auto ours = make_dialect(config_of(Family::yld, "9f15b229-0422fd6b"), 480min)
                                   ->put(entry, "1", "http://192.0.2.1/p/10001.jpg");
             return differences(ours.payload, text, {});
         },
         ""},
        {"haiqing-http/adduser-request.json",
         [](const std::string& text) {
             return differences(person_body("AddPerson", "1026700", person("10001")), text, {"picURI"});
         },
         ""},
        {"haiqing-http/opendoor-request.json",
         [](const std::string& text) { return differences(open_door_body("1026700"), text, {"info.msg"}); },
         ""},
        {"haiqing-http/push-reply.json",
         [](const std::string& text) { return std::string(Fields::of_json(text)->text("code")); }, "200"},
    };
    return table;
}

TEST(FacepushFixtures, BecomeWhatTheyAre)
{
    if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no recorded payloads here";
    std::set<std::string> names;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
        if (entry.is_regular_file()) names.insert(std::filesystem::relative(entry.path(), folder).string());
    for (const auto& one : expected()) {
        ASSERT_TRUE(names.erase(one.name)) << one.name;
        EXPECT_EQ(one.read(file(one.name)), one.line) << one.name;
    }
    for (const auto& name : names)
        ADD_FAILURE() << "nobody says what " << name << " becomes";
}

} // namespace
} // namespace gatehouse::facepush
