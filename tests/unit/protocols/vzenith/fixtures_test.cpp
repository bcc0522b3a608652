// Recorded payloads, one by one, with what each becomes. They lie beside the checkout, not in it.
#include "protocols/vzenith/event_map.hpp"
#include "protocols/vzenith/frame.hpp"
#include "protocols/vzenith/recorder.hpp"
#include "protocols/vzenith/words.hpp"

#include <boost/json/parse.hpp>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <set>
#include <sstream>

namespace gatehouse::vzenith {
namespace {

using namespace std::chrono_literals;

const std::string folder = GATEHOUSE_SOURCE_DIR "/../shared/fixtures/vzenith/";

std::string file(const std::string& name)
{
    std::ifstream in(folder + name, std::ios::binary);
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
}

// One line a person can check against the payload.
struct Line {
    std::string operator()(const model::VehiclePassage& b) const
    {
        return fmt::format("plate={} color={} confidence={} type={} vehicle={} list={}", b.plate.text,
                           b.plate.color, b.plate.confidence, b.vehicle_type, b.vehicle_color, b.device_list);
    }
    std::string operator()(const model::InputChanged& b) const
    {
        return fmt::format("input {} {}", b.input, b.active ? "active" : "inactive");
    }
    std::string operator()(const auto&) const { return "other event"; }
};

std::string line(const Mapped& mapped)
{
    if (mapped.refused()) return "refused " + std::string(to_string(mapped.refusal));
    const auto& event = mapped.event;
    std::string text = std::visit(Line{}, event.body);
    if (!event.device_record.empty()) text += " record=" + event.device_record;
    if (event.device_time) text += " at=" + local_text(*event.device_time, 480min);
    for (const auto& picture : event.pictures)
        text += fmt::format(" {}={}", picture.kind, picture.bytes->size());
    return text + (event.history ? " history" : "");
}

std::string posted(const std::string& body, InputNumbers numbers = InputNumbers::of_2018)
{
    const auto push = read_push(body);
    if (const auto* report = std::get_if<PlateReport>(&push)) return line(map(*report, 480min));
    if (const auto* report = std::get_if<InputReport>(&push)) return line(map(*report, numbers));
    if (const auto* sign = std::get_if<SignOfLife>(&push)) return "sign of life of " + sign->serial;
    if (const auto* message = std::get_if<Unwanted>(&push)) return line(refusal_of(*message));
    return "not understood: " + std::get<Unreadable>(push).why;
}

// Every JSON text behind the frames, with what follows it.
std::string framed(std::string_view bytes)
{
    std::string out;
    for (auto step = decode_frame(bytes); step.consumed > 0; step = decode_frame(bytes)) {
        bytes.remove_prefix(step.consumed);
        if (!step.frame) return "flaw";
        const auto split = split_body(step.frame->body);
        const auto document = parse_object(split.text);
        const auto result = document ? read_result(*document, split.rest) : std::nullopt;
        if (!out.empty()) out += "; ";
        if (step.frame->kind == FrameKind::heartbeat)
            out += "heartbeat";
        else if (result)
            out += line(map(*result, 480min));
        else
            out += document ? text_member(*document, "cmd") : "unreadable";
        out += fmt::format(" #{}", step.frame->sequence);
    }
    return bytes.empty() ? out : out + "; half a frame";
}

const std::string no_plate = "plate= color=unknown confidence=0 type= vehicle= list=";
const std::string macao_car = "plate=粤Z9065澳 color=black confidence=0.96 type= vehicle= list= record=";
const std::string macao = macao_car + "21085 at=2023-06-09 16:39:54";
const std::string macao_again = macao_car + "21086 at=2023-06-09 16:39:54";
const std::string qinghai =
    "plate=青PTW3Z3 color=blue confidence=0.99 type= vehicle= list= at=2016-03-25 13:03:54";

struct Expected {
    const char* name;
    std::string line;
};

const Expected posts[] = {
    {"http/alarmgioin.json", "refused own_trigger"},
    {"http/alarminfoplate-no-plate.json", no_plate + " record=123 at=2015-09-10 00:12:51"},
    {"http/alarminfoplate-offline-record.json", no_plate + " record=124 at=2015-09-10 00:12:51 history"},
    {"http/alarminfoplate-r5.json", macao},
    {"http/assembled-alarminfoplate-r5-images.json", macao_again + " scene=5168 plate=1107"},
    {"http/serialdata.json", "refused serial_data"},
    {"http/triggerimage.json", "refused snapshot"},
    {"mqtt/cloud-heartbeat.json", "sign of life of 5cdc5841-3d038816"},
};

const Expected frames[] = {
    {"tcp/heartbeat.bin", "heartbeat #0"},
    {"tcp/getsn-request.bin", "getsn #0"},
    {"tcp/getsn-reply.bin", "getsn #0"},
    {"tcp/assembled-ivs_result.gb2312.bin", qinghai + " scene=5168 plate=1107 #0"},
    {"tcp/assembled-session.bin",
     "getsn #1; heartbeat #0; ivsresult #2; " + qinghai + " scene=5168 plate=1107 #0; heartbeat #0"},
};

class Fixtures : public testing::Test {
protected:
    void SetUp() override
    {
        if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no fixtures here";
    }
};

TEST_F(Fixtures, OfPostsBecomeWhatThePayloadSays)
{
    for (const auto& [name, expected] : posts)
        EXPECT_EQ(posted(file(name)), expected) << name;
    EXPECT_EQ(posted(file("http/alarmgioin.json"), InputNumbers::of_2023), "input 4 active");
    const auto registration = file("http/device-registration.http");
    EXPECT_EQ(posted(registration.substr(registration.find("\r\n\r\n") + 4)),
              "sign of life of d85b1269-8f942256");
}

TEST_F(Fixtures, OfTcpBecomeWhatTheFramesSay)
{
    for (const auto& [name, expected] : frames)
        EXPECT_EQ(framed(file(name)), expected) << name;
    const auto result = parse_object(file("tcp/ivs_result.json"));
    ASSERT_TRUE(result);
    EXPECT_EQ(line(map(*read_result(*result, {}), 480min)), qinghai) << "the pictures did not come";
    for (const auto* group : {"tcp/get_irs-reply.json", "tcp/get_ovzid-reply.json"}) {
        const auto answer = parse_object(file(group)); // camera groups: not asked for
        ASSERT_TRUE(answer) << group;
        EXPECT_EQ(text_member(*answer, "cmd"), "dg_json_request") << group;
    }
}

TEST_F(Fixtures, OfAnswersAreWhatWeAnswer)
{
    const auto same = [](const ReplyWords& words, const char* name,
                         const std::set<std::string>& without = {}) {
        const auto ours = json::parse(reply_text(words)).at("Response_AlarmInfoPlate").as_object();
        const auto theirs = json::parse(file(name)).at("Response_AlarmInfoPlate").as_object();
        for (const auto& [key, value] : theirs) {
            if (without.contains(std::string(key))) continue;
            ASSERT_TRUE(ours.contains(key)) << name << ": " << key;
            EXPECT_EQ(ours.at(key), value) << name << ": " << key;
        }
    };
    ReplyWords words;
    words.plate_id = 123;
    same(words, "http/reply-no-action.json");
    words.open = true;
    same(words, "http/reply-open.json", {"is_pay"}); // payment is nobody's here
    ReplyWords next;
    next.next.emplace(123, true);
    same(next, "http/reply-continue-offline.json");
    ReplyWords voice;
    voice.voice = "欢迎光临";
    same(voice, "http/reply-voice-and-io.json", {"ivs_ioctrl"}); // info opens; nothing else may as well
    // mqtt/cloud-open.json, http/reply-capture.json, http/reply-whitelist-add.json: not spoken
}

TEST_F(Fixtures, OfOrdersAreWhatWeOrder)
{
    std::map<std::string, json::object> orders;
    std::istringstream lines(file("tcp/commands.jsonl"));
    for (std::string text; std::getline(lines, text);) {
        const auto order = parse_object(text);
        ASSERT_TRUE(order) << text;
        orders[text_member(*order, "cmd") + text_member(*order, "subcmd")] = parse_tree(text).as_object();
    }
    EXPECT_EQ(json::value(orders.at("ioctl")), json::value(ioctl_order(1, 2, 500ms)));
    EXPECT_EQ(json::value(orders.at("ttransmissionsend")), json::value(serial_order("rs485-1", "ABCDEF")));
    std::istringstream answers(file("tcp/replies.jsonl"));
    int read = 0;
    for (std::string text; std::getline(answers, text); ++read)
        EXPECT_TRUE(parse_object(text)) << text;
    EXPECT_EQ(read, 13);
}

TEST_F(Fixtures, OfTheBoardIsTheFrameWeSend)
{
    std::istringstream lines(file("serial/display-voice-frames.hex"));
    std::string bytes;
    for (std::string text; std::getline(lines, text);) {
        if (text.starts_with('#')) continue;
        std::istringstream digits(text);
        for (unsigned byte = 0; digits >> std::hex >> byte;)
            bytes += static_cast<char>(byte);
    }
    EXPECT_EQ(board_frame(0, "欢迎光临"), bytes);
}

TEST_F(Fixtures, AreAllAccountedFor)
{
    std::set<std::string> known{"http/device-registration.http",
                                "http/reply-capture.json",
                                "http/reply-continue-offline.json",
                                "http/reply-no-action.json",
                                "http/reply-open.json",
                                "http/reply-voice-and-io.json",
                                "http/reply-whitelist-add.json",
                                "mqtt/cloud-open.json",
                                "serial/display-voice-frames.hex",
                                "tcp/commands.jsonl",
                                "tcp/get_irs-reply.json",
                                "tcp/get_ovzid-reply.json",
                                "tcp/ivs_result.json",
                                "tcp/replies.jsonl"};
    for (const auto& expected : posts)
        known.insert(expected.name);
    for (const auto& expected : frames)
        known.insert(expected.name);
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        if (!entry.is_regular_file()) continue;
        const auto name = std::filesystem::relative(entry.path(), folder).string();
        EXPECT_TRUE(known.contains(name)) << name;
        EXPECT_FALSE(explain_bytes(file(name), 480min).empty()) << name;
    }
}

// ---- without fixtures ----

TEST(VzenithFrames, AreReadInPiecesAndTwoAtATime)
{
    const auto two = encode_frame(FrameKind::json, 7, "{}") + encode_frame(FrameKind::heartbeat, 0, "");
    EXPECT_EQ(encode_frame(FrameKind::heartbeat, 0, ""),
              std::string("VZ\x01\x00\x00\x00\x00\x00", 8)); // sheet §2
    for (std::size_t size = 0; size < 10; ++size)
        EXPECT_EQ(decode_frame(std::string_view(two).substr(0, size)).consumed, 0U) << size;
    const auto first = decode_frame(two);
    EXPECT_EQ(first.consumed, 10U);
    EXPECT_EQ(first.frame->sequence, 7);
    EXPECT_EQ(first.frame->body, "{}");
    EXPECT_EQ(decode_frame(std::string_view(two).substr(10)).frame->kind, FrameKind::heartbeat);
    EXPECT_EQ(decode_frame("xxVZ").consumed, 2U);
    EXPECT_EQ(decode_frame("xxV").consumed, 2U) << "the rest may begin a frame";
}

TEST(VzenithMessages, AreReadAsManualsSpellThem)
{
    const auto loose =
        parse_object("{ // a remark\n \"sec\": \"12\", \"flag\": true, \"list\": [1,2,], }\n\0");
    ASSERT_TRUE(loose);
    EXPECT_EQ(number_member(*loose, "sec"), 12);
    EXPECT_EQ(number_member(*loose, "flag"), 1);
    const auto numbers = parse_object(
        R"({"cut":98.7,"below":-3.2,"text":" 5","rest":"5 km","huge":18446744073709551615,"far":1.5e300,"power":1.5e9})");
    ASSERT_TRUE(numbers);
    EXPECT_EQ(number_member(*numbers, "cut"), 98);
    EXPECT_EQ(number_member(*numbers, "below"), -3);
    EXPECT_EQ(number_member(*numbers, "power"), 1'500'000'000);
    EXPECT_EQ(number_member(*numbers, "text"), 5);
    EXPECT_EQ(text_member(*numbers, "cut"), "98");
    EXPECT_EQ(text_member(*numbers, "text"), " 5");
    for (const auto* none : {"rest", "huge", "far", "missing"})
        EXPECT_FALSE(number_member(*numbers, none)) << none;
    const auto unpadded = read_local_time("2015-1-20 11:00:00");
    ASSERT_TRUE(unpadded);
    EXPECT_EQ(local_text(*wall_time(*unpadded, 480min), 480min), "2015-01-20 11:00:00");
    EXPECT_FALSE(wall_time(*read_local_time("2015-13-40 11:00:00"), 480min));
    EXPECT_FALSE(read_local_time("soon"));
}

TEST(VzenithMessages, LetUnknownCodesSurviveAsNumbers)
{
    PlateReport report;
    report.license = "沪A12345";
    report.car_color = 77;
    report.car_type = 9;
    report.color = 7;
    const auto mapped = map(report, 480min);
    const auto& passage = std::get<model::VehiclePassage>(mapped.event.body);
    EXPECT_EQ(passage.vehicle_color, "77");
    EXPECT_EQ(passage.vehicle_type, "9");
    EXPECT_EQ(passage.plate.color, "unknown");
}

} // namespace
} // namespace gatehouse::vzenith
