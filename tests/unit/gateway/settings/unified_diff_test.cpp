#include "gateway/settings/unified_diff.hpp"

#include <gtest/gtest.h>

namespace gatehouse::settings {
namespace {

std::string numbers(int from, int to)
{
    std::string text;
    for (int i = from; i <= to; ++i)
        text += std::to_string(i) + "\n";
    return text;
}

TEST(UnifiedDiff, SaysNothingOfEqualTexts)
{
    EXPECT_EQ(unified_diff("a\nb\n", "a\nb\n"), "");
}

TEST(UnifiedDiff, ShowsAChangedLineBetweenItsNeighbours)
{
    EXPECT_EQ(unified_diff(numbers(1, 9), numbers(1, 4) + "five\n" + numbers(6, 9)),
              "@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n");
}

TEST(UnifiedDiff, ShowsDistantChangesApartAndNearOnesTogether)
{
    const auto apart = unified_diff(numbers(1, 20), "0\n" + numbers(1, 19));
    EXPECT_EQ(apart, "@@ -1,3 +1,4 @@\n+0\n 1\n 2\n 3\n@@ -17,4 +18,3 @@\n 17\n 18\n 19\n-20\n");
    const auto near = unified_diff(numbers(1, 8), "1\n" + numbers(3, 7));
    EXPECT_EQ(near, "@@ -1,8 +1,6 @@\n 1\n-2\n 3\n 4\n 5\n 6\n 7\n-8\n");
}

TEST(UnifiedDiff, CountsFromTheLineBeforeWhereOneSideHasNone)
{
    EXPECT_EQ(unified_diff("", "a\n"), "@@ -0,0 +1 @@\n+a\n");
    EXPECT_EQ(unified_diff("a\n", ""), "@@ -1 +0,0 @@\n-a\n");
}

TEST(UnifiedDiff, GivesUpComparingTextsThatAreTooLong)
{
    const auto diff = unified_diff(numbers(1, 3000), numbers(10'001, 13'000));
    EXPECT_EQ(diff.substr(0, diff.find('\n')), "@@ -1,3000 +1,3000 @@");
}

} // namespace
} // namespace gatehouse::settings
