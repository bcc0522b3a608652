#include "vision/plates/ranking.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gatehouse::vision::plates {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::Pointwise;

constexpr ColourShares blue{0.96, 0.01, 0.01, 0.01, 0.01};
constexpr ColourShares green{0.01, 0.96, 0.01, 0.01, 0.01};
constexpr ColourShares white{0.01, 0.01, 0.01, 0.96, 0.01};

TEST(Ranking, TakesTheBestTextThatCanBeAPlate)
{
    const auto reading = rank({{"沪AO2345", 0.5, {}}, {"沪A02345", 0.3, {}}, {"沪AD2345", 0.1, {}}}, blue);
    EXPECT_EQ(reading.plate.text, "沪A02345");
    EXPECT_EQ(reading.plate.color, "blue");
    EXPECT_EQ(reading.candidates.front().text, "沪AO2345"); // what was seen stays told
}

TEST(Ranking, LeavesTheCorrectedCharacterWeak)
{
    const auto reading = rank({{"沪AO2345", 0.5, {}}, {"沪A02345", 0.3, {}}}, blue);
    EXPECT_NEAR(reading.plate.confidence, 0.3, 0.02);
    EXPECT_NEAR(reading.plate.characters[2], 0.3, 0.02);
    EXPECT_NEAR(reading.plate.characters[1], 0.8, 0.02);
}

TEST(Ranking, InventsNothing)
{
    const auto reading = rank({{"A0234", 0.9, {}}, {"STOP", 0.1, {}}}, blue);
    EXPECT_EQ(reading.plate.text, "");
    EXPECT_LT(reading.plate.confidence, 0);
    EXPECT_EQ(reading.candidates.size(), 2U);
    EXPECT_EQ(rank({}, blue).plate.text, "");
}

TEST(Ranking, LetsTheColourDecideBetweenKindsOfPlate)
{
    const std::vector<Candidate> texts{
        {"沪AD1234", 0.5, {}}, {"沪AD12345", 0.4, {}}, {"沪A1234警", 0.05, {}}};
    EXPECT_EQ(rank(texts, blue).plate.text, "沪AD1234");
    EXPECT_EQ(rank(texts, green).plate.text, "沪AD12345");
    EXPECT_EQ(rank(texts, green).plate.color, "green");
    EXPECT_EQ(rank(texts, white).plate.text, "沪A1234警");
}

TEST(Ranking, ReadsTheOfficeLetterOOnlyWhereNothingElseWillDo)
{
    EXPECT_EQ(rank({{"皖OA2825", 0.8, {}}, {"皖QA2825", 0.1, {}}}, blue).plate.text, "皖QA2825");
    const auto official = rank({{"粤O12345", 0.99, {}}}, blue);
    EXPECT_EQ(official.plate.text, "粤O12345");
    EXPECT_LT(official.plate.confidence, 0.1); // a human looks
}

TEST(Ranking, GivesAColourThatTheKindHas)
{
    EXPECT_EQ(rank({{"沪A1234警", 0.99, {}}}, blue).plate.color, "white");
    EXPECT_EQ(rank({{"沪AD12345", 0.99, {}}}, blue).plate.color, "green");
    EXPECT_EQ(rank({{"沪A12345", 0.99, {}}}, {0.1, 0.5, 0.3, 0.05, 0.05}).plate.color, "yellow");
}

TEST(Agreement, CountsForEachCharacterWhoAgreesWithIt)
{
    const std::vector<Candidate> same_length{{"沪A1", 0.6, {}}, {"沪B1", 0.2, {}}, {"京A1", 0.1, {}}};
    EXPECT_THAT(agreement("沪A1", same_length), Pointwise(DoubleNear(1e-9), {0.8, 0.7, 0.9}));
}

TEST(Agreement, CountsOfALongerTextWhatStandsBeforeAndBehindTheDifference)
{
    const std::vector<Candidate> longer{{"沪A123", 0.6, {}}, {"沪A1223", 0.3, {}}};
    // 沪 A 1 2 stand in front of the added 2, and 3 behind it.
    EXPECT_THAT(agreement("沪A123", longer), Pointwise(DoubleNear(1e-9), {0.9, 0.9, 0.9, 0.9, 0.9}));
    const std::vector<Candidate> other{{"沪A123", 0.6, {}}, {"沪A9923", 0.3, {}}};
    EXPECT_THAT(agreement("沪A123", other), Pointwise(DoubleNear(1e-9), {0.9, 0.9, 0.6, 0.9, 0.9}));
}

} // namespace
} // namespace gatehouse::vision::plates
