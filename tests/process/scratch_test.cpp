#include "tests/process/scratch.hpp"

#include <gtest/gtest.h>

#include <set>

namespace gatehouse::proof {
namespace {

TEST(FreePort, IsNeverGivenTwice)
{
    std::set<std::uint16_t> given;
    for (int n = 0; n < 500; ++n)
        EXPECT_TRUE(given.insert(free_port()).second);
}

} // namespace
} // namespace gatehouse::proof
