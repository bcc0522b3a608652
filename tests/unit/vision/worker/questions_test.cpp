#include "vision/worker/questions.hpp"

#include "tests/fakes/manual_clock.hpp"
#include "tests/unit/vision/plates/drawn_plate.hpp"
#include "vision/jpeg/decode.hpp"
#include "vision/jpeg/encode.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gatehouse::vision {
namespace {

using testing::Contains;
using testing::Not;

// The networks of the repository and the face cascade of the system.
class QuestionsTest : public testing::Test {
protected:
    static Abilities& abilities()
    {
        static auto loaded =
            load_abilities(std::filesystem::path(GATEHOUSE_SOURCE_DIR) / "vision" / "plates");
        return loaded;
    }
    Answer answer(Abilities& with, Question question, std::string order, std::string picture)
    {
        Answer given;
        Questions questions(
            with,
            {.find = {}, .say = [&](const Answer& said) { given = said; }, .later = {}, .clock = clock});
        questions.answer(
            {.id = 1, .question = question, .order = std::move(order), .picture = std::move(picture)});
        return given;
    }
    // Two cars beside each other.
    static std::string street()
    {
        const auto half = [](const std::string& text, float x) {
            const plates::Corners corners{{{x, 440}, {x + 180, 455}, {x + 180, 512}, {x, 497}}};
            return plates::drawn::scene(plates::drawn::plate(text, plates::drawn::blue_look), corners);
        };
        cv::Mat both;
        cv::hconcat(half("沪A12345", 250)(cv::Rect(0, 0, 640, 720)),
                    half("苏B67890", 870)(cv::Rect(640, 0, 640, 720)), both);
        return jpeg::encode(both, 95).value();
    }
    static std::vector<std::string> plates_in(const std::string& picture)
    {
        std::vector<std::string> texts;
        for (const auto& seen :
             abilities().plates->look(jpeg::decode(std::as_bytes(std::span(picture)))->bgr).value())
            texts.push_back(seen.reading.plate.text);
        return texts;
    }

    fakes::ManualClock clock;
};

TEST_F(QuestionsTest, EvidenceShowsThePlateItIsAboutAndNoOther)
{
    if (!abilities().faces) GTEST_SKIP() << "no face cascade: install opencv-data";
    ASSERT_THAT(plates_in(street()), testing::IsSupersetOf({"沪A12345", "苏B67890"}));
    const auto made =
        answer(abilities(), Question::evidence,
               R"({"recipient":"centre","purpose":"report","keep_plate":"沪A12345"})", street());
    ASSERT_EQ(made.refusal, "") << made.why;
    EXPECT_THAT(plates_in(made.picture), Contains("沪A12345"));
    EXPECT_THAT(plates_in(made.picture), Not(Contains("苏B67890")));
    EXPECT_TRUE(boost::json::parse(made.result).at("plate_kept").as_bool());
}

TEST_F(QuestionsTest, EvidenceForAnybodyShowsNoPlate)
{
    if (!abilities().faces) GTEST_SKIP() << "no face cascade: install opencv-data";
    const auto made = answer(abilities(), Question::evidence, R"({"keep_plate":"沪A12345"})", street());
    ASSERT_EQ(made.refusal, "") << made.why;
    EXPECT_THAT(plates_in(made.picture), Not(Contains("沪A12345")));
    EXPECT_THAT(plates_in(made.picture), Not(Contains("苏B67890")));
    EXPECT_GE(boost::json::parse(made.result).at("masked").at("plates").as_int64(), 2);
}

TEST_F(QuestionsTest, WhatNobodyCanLookForIsUnavailableAndNotUnmasked)
{
    Abilities none;
    for (const auto question : {Question::evidence, Question::plate_check, Question::enrolment_check}) {
        const auto refused = answer(none, question, "{}", street());
        EXPECT_EQ(refused.refusal, "unavailable") << refused.why;
        EXPECT_EQ(refused.picture, "");
    }
}

TEST_F(QuestionsTest, ADevicesReadingIsComparedWithItsPicture)
{
    const auto check = [&](const std::string& said) {
        const auto found =
            answer(abilities(), Question::plate_check, R"({"text":")" + said + "\"}", street());
        return std::string(boost::json::parse(found.result).at("verdict").as_string());
    };
    EXPECT_EQ(check("苏B67890"), "same");
    EXPECT_EQ(check("苏B67891"), "differs");
}

} // namespace
} // namespace gatehouse::vision
