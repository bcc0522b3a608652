#include "vision/plates/plate_check.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gatehouse::vision::plates {
namespace {

using testing::ElementsAre;

SeenPlate seen(std::string text, double weakest = 0.95)
{
    SeenPlate plate;
    plate.located.score = 0.9;
    plate.reading.plate.characters.assign(model::characters_of(text).size(), 0.99);
    if (!text.empty()) {
        plate.reading.plate.characters.back() = weakest;
        plate.reading.plate.confidence = weakest;
    }
    plate.reading.plate.text = std::move(text);
    return plate;
}

PlateCheck check(std::string_view device, std::vector<SeenPlate> picture)
{
    return check_plate(device, picture);
}

TEST(PlateCheck, FindsTheSamePlateAmongOthers)
{
    const auto found = check("沪A12345", {seen("苏B99999"), seen("沪A12345", 0.3)});
    EXPECT_EQ(found.verdict, CheckVerdict::same);
    EXPECT_EQ(found.picture.text, "沪A12345");
    EXPECT_EQ(sentence(found, "沪A12345"), "device says 沪A12345, picture says 沪A12345");
}

TEST(PlateCheck, NamesTheCharacterThatDiffers)
{
    const auto found = check("沪A12345", {seen("沪A12346")});
    EXPECT_EQ(found.verdict, CheckVerdict::differs);
    EXPECT_EQ(found.reason, CheckReason::character);
    EXPECT_THAT(found.positions, ElementsAre(6U));
    EXPECT_EQ(sentence(found, "沪A12345"), "device says 沪A12345, picture says 沪A12346");
}

TEST(PlateCheck, SaysWhenTheTwoAreEasilyTakenForOneAnother)
{
    EXPECT_EQ(check("沪A12348", {seen("沪A1234B")}).reason, CheckReason::look_alike);
    EXPECT_EQ(check("琼A12345", {seen("京A12345")}).reason, CheckReason::look_alike);
}

TEST(PlateCheck, TakesNoSideWhereThePictureIsUnsure)
{
    const auto found = check("沪A12345", {seen("沪A12346", 0.6)});
    EXPECT_EQ(found.verdict, CheckVerdict::not_readable);
    EXPECT_EQ(found.reason, CheckReason::unsure);
    // The unsure character is another one than the one that differs.
    EXPECT_EQ(check("沪B12345", {seen("沪A12345", 0.6)}).verdict, CheckVerdict::differs);
}

TEST(PlateCheck, KnowsAnotherPlateFromAMisreadOne)
{
    const auto found = check("沪A12345", {seen("苏B99999")});
    EXPECT_EQ(found.verdict, CheckVerdict::differs);
    EXPECT_EQ(found.reason, CheckReason::other_plate);
    EXPECT_EQ(check("", {seen("苏B99999")}).reason, CheckReason::other_plate);
    EXPECT_EQ(check("", {}).verdict, CheckVerdict::same);
}

TEST(PlateCheck, AccusesNobodyWhileAnotherPlateOfThePictureIsUnread)
{
    auto unread = seen("");
    unread.located.score = 0.3;
    const auto found = check("沪A12345", {seen("苏B99999"), unread});
    EXPECT_EQ(found.verdict, CheckVerdict::not_readable);
    EXPECT_EQ(found.reason, CheckReason::not_read);
    EXPECT_EQ(found.picture.text, "");
    EXPECT_EQ(check("沪A12345", {seen("沪A12346"), unread}).reason, CheckReason::character);
    unread.located.score = 0.2; // a radiator grille as likely as a plate
    EXPECT_EQ(check("沪A12345", {seen("苏B99999"), unread}).reason, CheckReason::other_plate);
}

TEST(PlateCheck, SaysWhyThereIsNothingToCompare)
{
    EXPECT_EQ(check("沪A12345", {}).reason, CheckReason::no_plate);
    EXPECT_EQ(check("沪A12345", {seen("")}).reason, CheckReason::not_read);
    EXPECT_EQ(check("沪A12345", {}).verdict, CheckVerdict::not_readable);
    EXPECT_EQ(to_string(CheckVerdict::not_readable), "not_readable");
    EXPECT_EQ(to_string(CheckReason::other_plate), "other_plate");
}

} // namespace
} // namespace gatehouse::vision::plates
