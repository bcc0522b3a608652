#include "protocols/mqtt/hand_over.hpp"

#include <gtest/gtest.h>

namespace gatehouse::mqtt {
namespace {

TEST(MqttHandOver, SendsForSomebodyOnceForAllThatComesBeforeHeIsThere)
{
    HandOver<int> box(10);
    EXPECT_TRUE(box.put(1));
    EXPECT_FALSE(box.put(2));
    EXPECT_EQ(box.take().things, (std::vector<int>{1, 2}));
    EXPECT_TRUE(box.put(3));
}

TEST(MqttHandOver, DropsAndCountsWhatIsTooMuch)
{
    HandOver<int> box(2);
    for (int i = 0; i < 1000; ++i)
        (void)box.put(i);
    const auto taken = box.take();
    EXPECT_EQ(taken.things, (std::vector<int>{0, 1}));
    EXPECT_EQ(taken.dropped, 998U);
    EXPECT_EQ(box.take().dropped, 0U) << "told once";
}

} // namespace
} // namespace gatehouse::mqtt
