#include "protocols/facepush/config.hpp"
#include "protocols/facepush/fields.hpp"
#include "protocols/facepush/recorder.hpp"
#include "protocols/facepush/uface_messages.hpp"
#include "protocols/wire/text.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

namespace gatehouse::facepush {
namespace {

using namespace std::chrono_literals;

TEST(FacepushFields, ReadNumbersAsTextAndMembersByTheirWay)
{
    const auto fields = Fields::of_json(R"({"info":{"Sendintime":1,"RecordID":"2","box":[346,0]},"a":true})");
    ASSERT_TRUE(fields);
    EXPECT_EQ(fields->text("info.Sendintime"), "1");
    EXPECT_EQ(fields->text("info.RecordID"), "2");
    EXPECT_EQ(fields->text("info.box.0"), "346");
    EXPECT_EQ(fields->text("a"), "true");
    EXPECT_TRUE(fields->within("info.box"));
    EXPECT_FALSE(fields->within("info.bo"));
    EXPECT_EQ(fields->below("info").text("RecordID"), "2");
}

TEST(FacepushFields, ReadAWholeDocumentInGb18030)
{
    const auto fields = Fields::of_json("{\"name\":\"\xD5\xC5\xC8\xFD\"}"); // 张三
    ASSERT_TRUE(fields);
    EXPECT_EQ(fields->text("name"), "张三");
    EXPECT_EQ(Fields::of_form("personName=%D5%C5%C8%FD").text("personName"), "张三");
}

TEST(FacepushFields, RefuseWhatIsNoDocument)
{
    for (const auto* text : {"", "7", "\"a\"", "{", "{\"a\":", "nonsense"})
        EXPECT_FALSE(Fields::of_json(text)) << text;
    EXPECT_FALSE(Fields::of_json(std::string(100, '[') + std::string(100, ']')));
}

TEST(FacepushFields, KeepTheLastOfANameThatComesTwice)
{
    EXPECT_EQ(Fields::of_json(R"({"a":1,"b":{"a":2,"a":3},"a":4})")->text("a"), "4");
    EXPECT_EQ(Fields::of_json(R"({"a":1,"b":{"a":2,"a":3},"a":4})")->text("b.a"), "3");
    EXPECT_EQ(Fields::of_request("/push/d?a=1&b=2", "a=3")->text("a"), "3") << "the body before the query";
    EXPECT_EQ(Fields::of_request("/push/d?a=1&b=2", "a=3")->text("b"), "2");
}

TEST(FacepushFields, TellNamesApartThatAreAlike)
{
    std::string form;
    for (int i = 0; i < 400; ++i)
        form += fmt::format("a{:03}z={}&", i, i);
    const auto fields = Fields::of_form(form);
    for (int i = 0; i < 400; ++i)
        EXPECT_EQ(fields.integer(fmt::format("a{:03}z", i)), i);
    EXPECT_FALSE(fields.has("a400z"));
}

TEST(FacepushFields, GoOnBehindWhatHasMembersOfItsOwn)
{
    const auto fields = Fields::of_json(R"({"a":{"b":{"c":1},"d":2},"e":[{"f":3},4,[5]],"g":6})");
    ASSERT_TRUE(fields);
    const std::vector<Fields::Field> all{{"a.b.c", "1"}, {"a.d", "2"},   {"e.0.f", "3"},
                                         {"e.1", "4"},   {"e.2.0", "5"}, {"g", "6"}};
    EXPECT_EQ(fields->all(), all);
}

TEST(FacepushFields, ReadNamesAndTextsWithEscapes)
{
    const auto fields = Fields::of_json(R"({"in\fo":{"na\"me":"\u5f20\/a","":7},"list":[[1,"x\ty"],{}]})");
    ASSERT_TRUE(fields);
    EXPECT_EQ(fields->text("in\fo.na\"me"), "张/a");
    EXPECT_EQ(fields->text("in\fo."), "7");
    EXPECT_EQ(fields->text("list.0.1"), "x\ty");
}

TEST(FacepushFields, GiveTheElementsOfAListOneByOne)
{
    const auto fields = Fields::of_json(
        R"({"data":{"records":[{"id":1,"at":{"x":2}},{"id":3},{},{"id":4}],"recordsOf":[{"id":5}]}})");
    ASSERT_TRUE(fields);
    const auto rows = fields->elements("data.records");
    ASSERT_EQ(rows.size(), 2U) << "what says nothing ends the list";
    EXPECT_EQ(rows[0].text("id"), "1");
    EXPECT_EQ(rows[0].text("at.x"), "2");
    EXPECT_EQ(rows[1].text("id"), "3");
    EXPECT_TRUE(fields->elements("data").empty());
}

TEST(FacepushFields, RefuseADocumentWhoseNamesWouldFillTheMemory)
{
    std::string list = "0";
    for (int i = 0; i < 1000; ++i)
        list += ",0";
    const auto document = [&](std::size_t size) {
        return "{\"" + std::string(size, 'n') + "\":[" + list + "]}";
    };
    EXPECT_TRUE(Fields::of_json(document(1'000)));
    EXPECT_FALSE(Fields::of_json(document(1'000'000)));
}

TEST(FacepushFields, EncodeForms)
{
    EXPECT_EQ(encoded_form("a b&c=张"), "a%20b%26c%3D%E5%BC%A0");
}

TEST(FacepushPictures, AreReadInEverySpelling)
{
    const std::string jpeg("\xFF\xD8\xFF\xFF\xD9");
    EXPECT_EQ(decoded_picture("/9j//9k="), jpeg);
    EXPECT_EQ(decoded_picture("data:image/jpeg;base64,/9j/\r\n/9k="), jpeg);
    for (const auto* text : {"", "/9j/", "/9j//9", "not base64!", "data:image/jpeg", "AAAA"})
        EXPECT_FALSE(decoded_picture(text)) << text;
}

// The callback recorded at a device (sheet A2), its person's name twice encoded.
TEST(UfaceMessages, ReadTheRecordedCallback)
{
    const auto fields = Fields::of_form(
        "standard=37.3&searchScore=87.88905&ip=192.168.204.167&deviceKey=8DA5A59CF625F562&type="
        "face_0&token=2D2A&personName=%25E6%25B5%258B&path=http%3A%2F%2F192.168.204.167%3A8090%"
        "2Fsnapshot%2F1.jpg&temperature=-1.0&personId=772021022540732148&time=1615192075944&mask=-1");
    const auto read = read_identify(fields, 480min);
    ASSERT_TRUE(read.reading) << read.text;
    EXPECT_EQ(read.reading->person, "772021022540732148");
    EXPECT_EQ(read.reading->sender, "8DA5A59CF625F562");
    EXPECT_EQ(read.reading->key, "face/1615192075944/772021022540732148");
    EXPECT_EQ(read.reading->time->time_since_epoch(), 1615192075944ms);
    EXPECT_EQ(read.reading->picture_url, "http://192.168.204.167:8090/snapshot/1.jpg");
    EXPECT_EQ(once_more_decoded(fields.text("personName")), "测");
    EXPECT_EQ(once_more_decoded("100%"), "100%");
}

TEST(UfaceMessages, KnowEveryTypeOfRecord)
{
    const auto line = [](const std::string& type) {
        Reading reading;
        if (!read_type(type, reading)) return std::string("unknown");
        return (reading.granted ? "granted " : "denied ") + reading.credential + ' ' + reading.reason;
    };
    EXPECT_EQ(line("face_0"), "granted face ");
    EXPECT_EQ(line("face_1"), "denied face no_permission");
    EXPECT_EQ(line("face_2"), "denied face not_recognised");
    EXPECT_EQ(line("card_0"), "granted card ");
    EXPECT_EQ(line("idcard_2"), "denied card not_recognised");
    EXPECT_EQ(line("faceAndcard_0"), "granted face ");
    EXPECT_EQ(line("open_1"), "granted button ");
    EXPECT_EQ(line("face_3"), "unknown");
    EXPECT_EQ(line("face_"), "unknown");
    EXPECT_EQ(line("dance_0"), "unknown");
}

// Cloud variant: showTime is UTC.
TEST(UfaceMessages, ReadTheCloudVariant)
{
    const auto read = read_identify(
        Fields::of_form(
            "guid=1&deviceKey=AA&personGuid=P1&photoUrl=x&showTime=2021-03-08 08:27:55&type=2&recMode=1"),
        480min);
    ASSERT_TRUE(read.reading);
    EXPECT_FALSE(read.reading->granted);
    EXPECT_EQ(read.reading->time->time_since_epoch(), 1615192075000ms);
}

TEST(UfaceMessages, TellKindsOfCallbacksByTheirWayOrTheirFields)
{
    using Kind = Callback::Kind;
    const auto kind = [](const char* target, const char* form, const char* method = "POST") {
        return callback_of(target, method, Fields::of_form(form)).kind;
    };
    EXPECT_EQ(kind("/push/d/heartbeat", "deviceKey=1"), Kind::heartbeat);
    EXPECT_EQ(kind("/push/d", "deviceKey=1&personCount=0&time=1"), Kind::heartbeat);
    EXPECT_EQ(kind("/push/d", "deviceKey=1&type=face_0&time=1"), Kind::identify);
    EXPECT_EQ(kind("/push/d", "taskNo=1&result=1"), Kind::task_result);
    EXPECT_EQ(kind("/push/d?deviceKey=1", "deviceKey=1", "GET"), Kind::task_request);
    EXPECT_EQ(kind("/push/d", "x=1"), Kind::unknown);
}

TEST(UfaceMessages, JudgeAnswers)
{
    EXPECT_EQ(judged(200, R"({"result":1,"success":true,"code":"LAN_SUS-0"})").verdict, Verdict::done);
    EXPECT_EQ(judged(200, R"({"result":"1","success":"ture"})").verdict, Verdict::done);
    EXPECT_EQ(judged(200, R"({"result":0,"success":true})").verdict, Verdict::refused);
    EXPECT_EQ(judged(200, R"({"result":1,"success":false,"code":"LAN_EXP-1006"})").verdict,
              Verdict::not_there);
    EXPECT_EQ(judged(200, R"({"result":1,"success":false,"msg":"密码错误"})").verdict,
              Verdict::wrong_password);
    EXPECT_EQ(judged(404, "<html>").verdict, Verdict::unreadable);
    EXPECT_EQ(judged(200, "{}").verdict, Verdict::unreadable);
}

TEST(UfaceMessages, SayInBothLanguagesWhatARefusalMeans)
{
    const auto text = [](unsigned status, const std::string& body) { return judged(status, body).text; };
    EXPECT_EQ(text(200, R"({"result":1,"success":false,"code":"LAN_EXP-1006"})"),
              "the terminal says there is no such person or record; write the person anew / "
              "设备上没有此人员或记录；请重新下发人员 (LAN_EXP-1006)");
    EXPECT_EQ(text(200, R"({"result":1,"success":false,"msg":"密码错误"})"),
              "the terminal refuses the password; correct it here / 设备密码错误；请更正配置中的密码");
    EXPECT_THAT(text(200, R"({"result":1,"success":false})"), testing::EndsWith("请查看设备屏幕或网页"));
    EXPECT_THAT(text(404, "<html>"), testing::EndsWith("请核对地址和端口 (HTTP 404)"));
}

TEST(UfaceMessages, CutATerminalsLongWordsBetweenCharacters)
{
    std::string words = "a";
    for (int i = 0; i < 50; ++i)
        words += "忙";
    const auto said = judged(200, R"({"result":1,"success":false,"msg":")" + words + "\"}");
    EXPECT_TRUE(wire::is_utf8(said.text)) << said.text;
    EXPECT_LT(said.text.size(), 250U);
}

// The requests of the sheet, byte for byte.
TEST(UfaceMessages, WriteRequestsAsRecorded)
{
    Call call;
    call.path = "/person/create";
    call.fields.emplace_back("person", R"({"id":"10001","name":"Person A","idcardNum":""})");
    EXPECT_EQ(
        form_body(call, "12345678"),
        "pass=12345678&person=%7B%22id%22%3A%2210001%22%2C%22name%22%3A%22Person%20A%22%2C%22idcardNum%22%"
        "3A%22%22%7D");
    EXPECT_EQ(task_param(call, "1"),
              R"({"pass":"1","person":{"id":"10001","name":"Person A","idcardNum":""}})");
}

TEST(FacepushConfig, NamesEachMistake)
{
    const auto issues_of = [](const std::string& address, const std::string& keys,
                              const char* kind = "face") {
        config::Issues issues;
        auto table = config::Table::parse(keys, "t.toml", issues);
        config::DeviceConfig device;
        device.id = "d";
        device.kind = kind;
        device.address = address;
        (void)read_config(device, table);
        table.finish();
        std::string text;
        for (const auto& issue : issues)
            text += to_string(issue) + '\n';
        return text;
    };
    EXPECT_EQ(issues_of("http://192.0.2.41", ""), "");
    EXPECT_EQ(issues_of("mqtt://192.0.2.5", "family = \"haiqing\"\nserial = \"1026700\""), "");
    EXPECT_THAT(issues_of("ftp://x", ""), testing::HasSubstr("http://192.0.2.41:8090"));
    EXPECT_THAT(issues_of("http://x", "family = \"yld\"\nserial = \"a\""), testing::HasSubstr("broker"));
    EXPECT_THAT(issues_of("mqtt://x", "family = \"yld\""), testing::HasSubstr("serial"));
    EXPECT_THAT(issues_of("mqtt://x", "family = \"yld\"\nserial = \"a/#\""), testing::HasSubstr("topics"));
    EXPECT_THAT(issues_of("http://x", "", "plate"), testing::HasSubstr("face"));
    EXPECT_THAT(issues_of("http://x", "way = \"reverse\"\nlistening = \"arm\""),
                testing::HasSubstr("enter our addresses"));
    EXPECT_THAT(issues_of("http://x", "heartbeat_evry = \"5s\""), testing::HasSubstr("heartbeat_evry"));
}

// Each remark of sample.toml is a key that its family knows.
TEST(FacepushConfig, IsExplainedKeyByKeyInTheSample)
{
    std::ifstream in(GATEHOUSE_SOURCE_DIR "/protocols/facepush/sample.toml");
    ASSERT_TRUE(in);
    bool broker = false;
    int keys = 0;
    for (std::string line; std::getline(in, line);) {
        broker = broker || line.find("on a broker") != std::string::npos;
        const bool key = line.starts_with("# ") && line.size() > 2 && line[2] != ' ' && line[2] != '-' &&
                         line.find(" = ") < 24;
        if (!key || line.find("# username") == 0 || line.find("# family") == 0 || line.find("# serial") == 0)
            continue;
        ++keys;
        config::DeviceConfig device;
        device.id = "d";
        device.kind = "face";
        device.address = broker ? "mqtt://192.0.2.5" : "http://192.0.2.41";
        const std::string more = broker ? "family = \"haiqing\"\nserial = \"1\"\n" : "";
        config::Issues issues;
        auto table = config::Table::parse(more + line.substr(2), "sample.toml", issues);
        (void)read_config(device, table);
        table.finish();
        for (const auto& issue : issues)
            ADD_FAILURE() << line << ": " << to_string(issue);
    }
    EXPECT_EQ(keys, 18);
}

} // namespace
} // namespace gatehouse::facepush
