#include "protocols/wire/advice.hpp"

#include <gtest/gtest.h>

namespace gatehouse::wire {
namespace {

TEST(Advice, IsSaidInBothLanguagesBeforeTheDevicesOwnWords)
{
    const Advice busy{"the device is busy; try again in a minute", "设备忙；请一分钟后重试"};
    EXPECT_EQ(in_both_languages(busy, "HTTP 503"),
              "the device is busy; try again in a minute / 设备忙；请一分钟后重试 (HTTP 503)");
    EXPECT_EQ(in_both_languages(busy), "the device is busy; try again in a minute / 设备忙；请一分钟后重试");
}

} // namespace
} // namespace gatehouse::wire
