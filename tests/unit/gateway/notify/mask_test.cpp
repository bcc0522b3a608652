#include "gateway/notify/mask.hpp"

#include <gtest/gtest.h>

namespace gatehouse::notify {
namespace {

TEST(Mask, ShowsOfAPlateOnlyItsEnds)
{
    EXPECT_EQ(masked("车辆沪A12345等待过久"), "车辆沪A1**45等待过久");
    EXPECT_EQ(masked("沪AD12345"), "沪AD***45");
    EXPECT_EQ(masked("沪A·12345, 苏e 88X99"), "沪A1**45, 苏e8**99");
    EXPECT_EQ(masked("粤B1234警"), "粤B1*34警");
}

TEST(Mask, ShowsOfALongNumberOnlyItsEnds)
{
    EXPECT_EQ(masked("电话13812345678"), "电话138******78");
    EXPECT_EQ(masked("310101199001011234"), "310*************34");
    EXPECT_EQ(masked("31010119900101123X。"), "310************23*。");
}

TEST(Mask, LeavesTheRestOfASentenceAlone)
{
    for (const char* sentence : {"1号门道闸未落杆", "东门进口相机已离线", "云A座3号门", "新到12个包裹", "京A",
                                 "", "2026-01-01 08:05:30", "沪A座1号楼"})
        EXPECT_EQ(masked(sentence), sentence);
}

} // namespace
} // namespace gatehouse::notify
