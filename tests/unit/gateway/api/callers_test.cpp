#include "gateway/api/callers.hpp"

#include <gtest/gtest.h>

namespace gatehouse::api {
namespace {

using namespace std::chrono_literals;

Callers::Limits small()
{
    Callers::Limits limits;
    limits.connections = 2;
    limits.burst = 3;
    limits.per_second = 0.5;
    limits.addresses_max = 4;
    return limits;
}

const base::MonoTime then{};

TEST(Callers, OneAddressHasItsShareOfConnectionsAndOthersTheirs)
{
    Callers callers(small());
    EXPECT_TRUE(callers.enter("192.0.2.1", then));
    EXPECT_TRUE(callers.enter("192.0.2.1", then));
    EXPECT_FALSE(callers.enter("192.0.2.1", then));
    EXPECT_TRUE(callers.enter("192.0.2.2", then));
    callers.leave("192.0.2.1");
    EXPECT_TRUE(callers.enter("192.0.2.1", then));
}

TEST(Callers, ABurstIsServedThenOneWaitsForTheBucketToFill)
{
    Callers callers(small());
    for (int i = 0; i < 3; ++i)
        EXPECT_FALSE(callers.ask("192.0.2.1", then));
    EXPECT_EQ(callers.ask("192.0.2.1", then), 2s);
    EXPECT_FALSE(callers.ask("192.0.2.2", then));
    EXPECT_FALSE(callers.ask("192.0.2.1", then + 2s));
    EXPECT_EQ(callers.ask("192.0.2.1", then + 2s), 2s);
}

TEST(Callers, AnAddressOfIPv6IsItsNetworkAndOneOfThisBoxIsSpared)
{
    Callers callers(small());
    for (int i = 0; i < 3; ++i)
        EXPECT_FALSE(callers.ask("2001:db8::" + std::to_string(i + 1), then));
    EXPECT_TRUE(callers.ask("2001:db8::ff", then));
    EXPECT_FALSE(callers.ask("2001:db8:0:1::ff", then));
    for (int i = 0; i < 20; ++i)
        EXPECT_FALSE(callers.ask("127.0.0.1", then)) << "a proxy speaks for everybody behind it";
}

TEST(Callers, AFloodOfAddressesDoesNotForgetWhoIsHere)
{
    Callers callers(small());
    EXPECT_TRUE(callers.enter("192.0.2.1", then));
    EXPECT_TRUE(callers.enter("192.0.2.1", then));
    for (int i = 0; i < 100; ++i)
        EXPECT_FALSE(callers.ask("198.51.100." + std::to_string(i), then));
    EXPECT_FALSE(callers.enter("192.0.2.1", then));
}

} // namespace
} // namespace gatehouse::api
