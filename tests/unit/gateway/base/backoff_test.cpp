#include "gateway/base/backoff.hpp"

#include <gtest/gtest.h>

#include <set>

namespace gatehouse::base {
namespace {

using namespace std::chrono_literals;

TEST(Backoff, StaysBetweenTheFirstWaitAndADoublingCeiling)
{
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        Random random(seed);
        Backoff backoff(1s, 120s);
        auto ceiling = 1'000ms;
        for (int attempt = 0; attempt < 20; ++attempt) {
            const auto wait = backoff.next(random);
            ASSERT_GE(wait, 1s);
            ASSERT_LE(wait, ceiling);
            ceiling = std::min<std::chrono::milliseconds>(120s, ceiling * 2);
        }
    }
}

TEST(Backoff, SpreadsGatewaysThatLostTheSamePeer)
{
    std::set<std::chrono::milliseconds> waits;
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
        Random random(seed);
        Backoff backoff(1s, 120s);
        for (int attempt = 0; attempt < 8; ++attempt)
            backoff.next(random);
        waits.insert(backoff.next(random));
    }
    EXPECT_GT(waits.size(), 45U);
    EXPECT_GT(*waits.rbegin() - *waits.begin(), 60s);
}

TEST(Backoff, StartsAgainAfterSuccess)
{
    Random random(1);
    Backoff backoff(1s, 120s);
    for (int attempt = 0; attempt < 10; ++attempt)
        backoff.next(random);
    backoff.reset();
    EXPECT_EQ(backoff.next(random), 1s);
}

TEST(RandomNumbers, AreTheSameForTheSameSeedAndBelowOne)
{
    Random first(42);
    Random second(42);
    for (int i = 0; i < 1'000; ++i) {
        const auto number = first.uniform();
        ASSERT_EQ(number, second.uniform());
        ASSERT_GE(number, 0);
        ASSERT_LT(number, 1);
    }
}

} // namespace
} // namespace gatehouse::base
