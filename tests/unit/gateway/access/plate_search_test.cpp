#include "gateway/access/plate_search.hpp"

#include <gtest/gtest.h>

namespace gatehouse::access {
namespace {

bool finds(std::string_view text, std::string_view plate, bool fuzzy = false)
{
    return PlateSearch(text, fuzzy).matches(plate);
}

TEST(PlateSearch, FindsAPartOfAPlateHoweverItIsTyped)
{
    EXPECT_TRUE(finds("沪A12345", "沪A12345"));
    EXPECT_TRUE(finds("234", "沪A12345"));
    EXPECT_TRUE(finds("沪a·12", "沪A12345"));
    EXPECT_TRUE(finds("Ａ１２", "沪A12345")) << "full-width";
    EXPECT_FALSE(finds("243", "沪A12345"));
    EXPECT_FALSE(finds("123456", "沪A12345")) << "longer than what is there";
}

TEST(PlateSearch, TakesSignsForOneOrAnyNumberOfCharacters)
{
    EXPECT_TRUE(finds("A1?3", "沪A12345"));
    EXPECT_FALSE(finds("A1?4", "沪A12345"));
    EXPECT_TRUE(finds("沪*45", "沪A12345"));
    EXPECT_TRUE(finds("沪*A", "沪A12345")) << "none is a number too";
    EXPECT_FALSE(finds("45*沪", "沪A12345"));
    EXPECT_TRUE(finds("？2", "沪A12345")) << "as an input method for Chinese types it";
}

TEST(PlateSearch, LooksForEachPartOnceHoweverManySignsStandBetween)
{
    EXPECT_FALSE(finds(std::string(63, '*') + "9", "沪A12345"));
    EXPECT_TRUE(finds(std::string(63, '*') + "5", "沪A12345"));
    EXPECT_TRUE(finds("*1*3*", "沪A12345"));
    EXPECT_TRUE(finds("?*?*?*?*?*?*?", "沪A12345")) << "seven, and nothing between them";
    EXPECT_FALSE(finds("?*?*?*?*?*?*?*?", "沪A12345"));
}

TEST(PlateSearch, FuzzilyTakesLookAlikesAndAnyProvince)
{
    EXPECT_TRUE(finds("沪AB0O12", "沪A80D1Z", true)) << "8 B, 0 O D, 2 Z";
    EXPECT_FALSE(finds("沪AB0O12", "沪A80D1Z"));
    EXPECT_TRUE(finds("沪A12345", "浙A12345", true));
    EXPECT_TRUE(finds("A*S", "沪A1225", true)) << "with a sign too";
}

TEST(PlateSearch, FuzzilyForgivesOneWrongCharacterOfFourAndMore)
{
    EXPECT_TRUE(finds("沪A12345", "沪A12K45", true));
    EXPECT_TRUE(finds("1234", "沪A1K345", true));
    EXPECT_FALSE(finds("沪A12345", "沪A1KK45", true)) << "two are wrong";
    EXPECT_FALSE(finds("123", "沪A1K345", true)) << "of three everything would do";
}

} // namespace
} // namespace gatehouse::access
