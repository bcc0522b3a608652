#include "gateway/cli/text_width.hpp"

#include "gateway/cli/console.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace gatehouse::cli {
namespace {

TEST(TextWidth, ChineseAndFullwidthSignsTakeTwoColumns)
{
    EXPECT_EQ(width_of("沪A12345"), 8u);
    EXPECT_EQ(width_of("东门，进口。"), 12u);
    EXPECT_EQ(width_of("Ａ￥"), 4u);
    EXPECT_EQ(width_of("\u2E80\u2F00\u3000\u3001"), 8u) << "radicals and the ideographic space";
    EXPECT_EQ(width_of("한글ｶﾅ"), 6u) << "halfwidth katakana take one";
    EXPECT_EQ(width_of("\U00020BB7\U0001F697"), 4u) << "rare characters of names, and a car";
}

TEST(TextWidth, AllElseTakesOne)
{
    EXPECT_EQ(width_of("gate-1"), 6u);
    EXPECT_EQ(width_of("äß€…→≤"), 6u);
    EXPECT_EQ(width_of("\uE000\uFFFD"), 2u) << "private use, and the sign for what cannot be read";
    EXPECT_EQ(width_of(""), 0u);
}

TEST(TextWidth, CombiningMarksTakeNone)
{
    EXPECT_EQ(width_of("e\u0301"), 1u);
    EXPECT_EQ(width_of("か\u3099"), 2u);
    EXPECT_EQ(width_of("\u2714\uFE0F"), 1u);
}

TEST(TextWidth, BytesThatAreNoUtf8TakeOneEach)
{
    EXPECT_EQ(width_of("\xFF\x80!"), 3u);
    EXPECT_EQ(width_of("\xE4\xB8"), 2u) << "cut off in the middle of a character";
}

TEST(TextWidth, MakesTheColumnsOfATableStraight)
{
    TextTable table({"id", "name", "x"});
    table.add({"1", "东门", "y"});
    table.add({"2", "east", "z"});
    std::ostringstream out;
    table.print(out);
    EXPECT_EQ(out.str(), "id  name  x\n1   东门  y\n2   east  z\n");
}

} // namespace
} // namespace gatehouse::cli
