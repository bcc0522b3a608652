#include "gateway/passage/plate_vote.hpp"

#include <gtest/gtest.h>

namespace gatehouse::passage {
namespace {

using Part = model::Passage::Part;

Part read(std::string plate, double confidence, bool listed = false)
{
    Part part;
    part.role = "read";
    part.plate.text = std::move(plate);
    part.plate.confidence = confidence;
    part.listed = listed;
    return part;
}

TEST(PlateVote, TakesWhatMostOfTheFramesSay)
{
    EXPECT_EQ(final_plate({read("京A12345", 0.9), read("沪A12345", 0.8), read("沪A12345", 0.7)}).text,
              "沪A12345");
}

TEST(PlateVote, KeepsTheConfidenceOfTheBestReadOfTheWinner)
{
    EXPECT_EQ(final_plate({read("沪A12345", 0.7), read("沪A12345", 0.8)}).confidence, 0.8);
}

TEST(PlateVote, BelievesAListTwiceAsMuch)
{
    EXPECT_EQ(final_plate({read("沪A1234S", 0.9), read("沪A12345", 0.6, true)}).text, "沪A12345");
}

TEST(PlateVote, CountsACameraThatGivesNoConfidence)
{
    EXPECT_EQ(final_plate({read("沪A12345", -1), read("沪A12345", -1), read("沪A12346", 0.9)}).text,
              "沪A12345");
}

TEST(PlateVote, MakesNoPlateOfNoRead)
{
    EXPECT_TRUE(final_plate({}).text.empty());
    EXPECT_TRUE(final_plate({read("", 0.9)}).text.empty());
}

TEST(PlateVote, KnowsWhatACameraMistakes)
{
    EXPECT_TRUE(is_alike("沪A12345", "沪A12345"));
    EXPECT_TRUE(is_alike("沪A12345", "京A12345")) << "the province";
    EXPECT_TRUE(is_alike("沪A12345", "京A1234S"));
    EXPECT_TRUE(is_alike("沪A12345", "沪A1245")) << "a character is missing";
    EXPECT_TRUE(is_alike("A12345", "沪A12345"));
    EXPECT_FALSE(is_alike("沪A12345", "京B1234S"));
    EXPECT_FALSE(is_alike("沪A12345", "沪A123"));
    EXPECT_FALSE(is_alike("沪A12345", "沪A21453"));
}

} // namespace
} // namespace gatehouse::passage
