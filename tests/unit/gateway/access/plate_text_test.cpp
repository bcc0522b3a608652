#include "gateway/access/plate_text.hpp"

#include "gateway/base/random.hpp"

#include <gtest/gtest.h>

namespace gatehouse::access {
namespace {

TEST(PlateText, IsTheSameHoweverADeviceWritesIt)
{
    for (const auto* text : {"沪A12345", "沪a12345", "沪A·12345", "沪A•12345", "沪A-12345", " 沪 A 12345 ",
                             "沪Ａ１２３４５", "沪ａ－１２３４５", "沪A.12345", "沪A—12345",
                             "沪A\xe3\x80\x80"
                             "12345",
                             "\xef\xbb\xbf沪A12345\r\n"})
        EXPECT_EQ(canonical_plate(text), "沪A12345") << text;
}

TEST(PlateText, KeepsTheProvinceAndTheKindAtTheEnd)
{
    EXPECT_EQ(canonical_plate("沪AD12345"), "沪AD12345");
    EXPECT_EQ(canonical_plate("粤Z·F23港"), "粤ZF23港");
    EXPECT_EQ(canonical_plate("沪A1234学"), "沪A1234学");
    EXPECT_EQ(canonical_plate("WJ沪1234X"), "WJ沪1234X");
}

TEST(PlateText, IsEmptyWhenNoPlateWasRead)
{
    for (const auto* text : {"", "  ", "无车牌", "无牌车", "未识别", "unknown", "No-Plate", "-"})
        EXPECT_EQ(canonical_plate(text), "") << text;
}

TEST(PlateText, StaysAsItIsOnceCanonicalWhateverTheBytes)
{
    base::Random random(11);
    for (int i = 0; i < 5'000; ++i) {
        std::string bytes(random.next() % 24, '\0');
        for (auto& byte : bytes)
            byte = static_cast<char>(i % 2 == 0 ? random.next() : 0xE0 + random.next() % 32);
        const auto once = canonical_plate(bytes);
        ASSERT_EQ(canonical_plate(once), once);
    }
}

} // namespace
} // namespace gatehouse::access
