#include "vision/link/messages.hpp"

#include <gtest/gtest.h>

using namespace gatehouse;
using namespace gatehouse::vision;

namespace {

Frame frame_of(const auto& message)
{
    auto bytes = encode(message);
    EXPECT_TRUE(bytes);
    auto step = decode_frame(bytes ? *bytes : "");
    EXPECT_TRUE(step.frame);
    return step.frame.value_or(Frame{});
}

template <class T>
T there_and_back(T message)
{
    if constexpr (std::is_constructible_v<ToWorker, T>) {
        const auto read = decode_to_worker(frame_of(ToWorker(std::move(message))));
        EXPECT_TRUE(read);
        return std::get<T>(*read);
    } else {
        const auto read = decode_from_worker(frame_of(FromWorker(std::move(message))));
        EXPECT_TRUE(read);
        return std::get<T>(*read);
    }
}

TEST(VisionMessages, AWatchArrivesWithEverythingThatItSays)
{
    Watch watch;
    watch.camera = "cam-1";
    watch.sources = {{"main", "rtsp://192.0.2.5/1"}, {"snapshot", "http://192.0.2.5/jpg"}};
    watch.username = "viewer";
    watch.password = base::Secret("中文 \"secret\"");
    watch.wants = {.health = false, .plates = true, .faces = true};
    watch.health.states = {{"blurred", 0}, {"moved", 9}};
    watch.plates.region = {{0, 0.25}, {1, 0.25}, {1, 1}};
    watch.plates.masks = {{{0, 0}, {0.5, 0}, {0.5, 0.1}}};
    watch.zones = {{2, "消防通道", {{0, 0}, {1, 0}, {0, 1}}, 5, 40}};
    watch.utc_offset_minutes = -90;
    watch.references = std::string("\0\xff opaque", 9);
    const auto read = there_and_back(watch);
    EXPECT_EQ(read.camera, "cam-1");
    ASSERT_EQ(read.sources.size(), 2U);
    EXPECT_EQ(read.sources[1].url, "http://192.0.2.5/jpg");
    EXPECT_EQ(read.password, watch.password);
    EXPECT_FALSE(read.wants.health);
    EXPECT_TRUE(read.wants.faces);
    EXPECT_EQ(read.health.states, watch.health.states);
    EXPECT_EQ(read.plates.region, watch.plates.region);
    EXPECT_EQ(read.plates.masks, watch.plates.masks);
    ASSERT_EQ(read.zones.size(), 1U);
    EXPECT_EQ(read.zones[0].name, "消防通道");
    EXPECT_EQ(read.zones[0].polygon, watch.zones[0].polygon);
    EXPECT_EQ(read.zones[0].minutes, 5);
    EXPECT_EQ(read.zones[0].share, 40);
    EXPECT_EQ(read.utc_offset_minutes, -90);
    EXPECT_EQ(read.references, watch.references);
}

TEST(VisionMessages, OfOnePassageBringItsPlateItsTimeAndBothPictures)
{
    PlateRead read;
    read.camera = "cam-1";
    read.seen_at = base::WallTime(std::chrono::milliseconds(1'700'000'000'123));
    read.plate = {"沪A12345", "blue", 0.91, {0.99, 0.91}};
    read.frames = 4;
    read.scene_picture = "scene";
    read.plate_picture = "plate";
    const auto back = there_and_back(read);
    EXPECT_EQ(back.seen_at, read.seen_at);
    EXPECT_EQ(back.plate.text, "沪A12345");
    EXPECT_EQ(back.plate.characters, read.plate.characters);
    EXPECT_EQ(back.frames, 4);
    EXPECT_EQ(back.scene_picture, "scene");
    EXPECT_EQ(back.plate_picture, "plate");
}

TEST(VisionMessages, AFindingKeepsItsPicturesApartWhenOneIsMissing)
{
    Finding finding;
    finding.camera = "cam-1";
    finding.what = "blurred";
    finding.active = false;
    finding.values = {{"ratio", 0.31}};
    finding.reference_picture = "reference";
    const auto back = there_and_back(finding);
    EXPECT_FALSE(back.active);
    EXPECT_EQ(back.values, finding.values);
    EXPECT_EQ(back.present_picture, "");
    EXPECT_EQ(back.reference_picture, "reference");
}

TEST(VisionMessages, QuestionsAndAnswersKeepTheirNumber)
{
    Ask ask;
    ask.id = 18'000'000'000'000'000'000ULL;
    ask.question = Question::enrolment_check;
    ask.order = R"({"person":"7"})";
    ask.picture = "jpeg";
    const auto asked = there_and_back(ask);
    EXPECT_EQ(asked.id, ask.id);
    EXPECT_EQ(asked.question, Question::enrolment_check);
    EXPECT_EQ(asked.order, ask.order);
    Answer answer;
    answer.id = ask.id;
    answer.refusal = "busy";
    EXPECT_EQ(there_and_back(answer).id, ask.id);
    EXPECT_EQ(there_and_back(answer).refusal, "busy");
}

TEST(VisionMessages, AllOthersArrive)
{
    EXPECT_EQ(there_and_back(Forget{"cam-1"}).camera, "cam-1");
    EXPECT_EQ(there_and_back(Relearn{"cam-1"}).camera, "cam-1");
    EXPECT_EQ(there_and_back(Trigger{"cam-1", 5000}).span_ms, 5000);
    EXPECT_EQ(there_and_back(Ping{7}).id, 7U);
    EXPECT_EQ(there_and_back(Pong{7}).id, 7U);
    EXPECT_EQ(there_and_back(Ready{"0.1.0", {{"reader", "r.onnx", "ab", true, ""}}}).models.at(0).file,
              "r.onnx");
    Stream stream;
    stream.state = model::LinkState::silent;
    stream.frame_rate = 12.5;
    EXPECT_EQ(there_and_back(stream).state, model::LinkState::silent);
    EXPECT_EQ(there_and_back(stream).frame_rate, 12.5);
    EXPECT_EQ(there_and_back(References{"cam-1", "learnt"}).blob, "learnt");
    EXPECT_EQ(there_and_back(Figures{{{"cam-1", 9, 8, 7, 6, 5, 4}}, 1 << 20, 3, 2}).cameras.at(0).dropped,
              7U);
    Presence presence;
    presence.faces = 2;
    EXPECT_EQ(there_and_back(presence).faces, 2);
}

TEST(VisionMessages, OfTheOtherDirectionAreRefused)
{
    EXPECT_EQ(decode_from_worker(frame_of(ToWorker(Ping{1}))).error(), base::Errc::bad_input);
    EXPECT_EQ(decode_to_worker(frame_of(FromWorker(Pong{1}))).error(), base::Errc::bad_input);
    auto unknown = frame_of(FromWorker(Pong{1}));
    unknown.type = 200;
    EXPECT_EQ(decode_from_worker(unknown).error(), base::Errc::bad_input);
}

TEST(VisionMessages, WhatIsAbsentOrNullKeepsItsDefaultAndWhatIsUnknownIsPassedOver)
{
    auto frame = frame_of(ToWorker(Trigger{"cam-1", 5000}));
    frame.json = R"({"camera":"cam-2","span_ms":null,"later":[1]})";
    const auto read = decode_to_worker(frame);
    ASSERT_TRUE(read);
    EXPECT_EQ(std::get<Trigger>(*read).camera, "cam-2");
    EXPECT_EQ(std::get<Trigger>(*read).span_ms, 0);
}

TEST(VisionMessages, OfWrongTypesAreRefused)
{
    for (const auto* text : {"", "[]", "{", R"({"camera":7})", R"({"span_ms":"5"})", R"({"span_ms":1e300})",
                             R"({"camera":"a"} x)"}) {
        auto frame = frame_of(ToWorker(Trigger{}));
        frame.json = text;
        EXPECT_EQ(decode_to_worker(frame).error(), base::Errc::bad_input) << text;
    }
}

TEST(VisionMessages, WithMoreItemsThanAListMayHaveAreRefused)
{
    Watch watch;
    watch.zones.resize(1025);
    EXPECT_EQ(decode_to_worker(frame_of(ToWorker(watch))).error(), base::Errc::bad_input);
}

} // namespace
