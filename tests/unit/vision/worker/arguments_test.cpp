#include "vision/worker/arguments.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace gatehouse::vision {
namespace {

base::Result<Arguments> parse(std::vector<const char*> words)
{
    return parse_arguments(words);
}

TEST(Arguments, NameTheModelsAndTheMemory)
{
    const auto arguments = parse({"--models", "/usr/share/gatehouse/models", "--memory-max", "268435456"});
    ASSERT_TRUE(arguments);
    EXPECT_EQ(arguments->models, "/usr/share/gatehouse/models");
    EXPECT_EQ(arguments->memory_max, 268'435'456U);
    EXPECT_TRUE(parse({"--version"})->version);
}

TEST(Arguments, AreRefusedWhenTheyAreIncompleteOrUnknown)
{
    EXPECT_FALSE(parse({}));
    EXPECT_FALSE(parse({"--models"}));
    EXPECT_FALSE(parse({"--models", "m", "--memory-max", "1"}));
    EXPECT_FALSE(parse({"--models", "m", "--memory-max", "512M"}));
    EXPECT_FALSE(parse({"--models", "m", "--verbose"}));
}

} // namespace
} // namespace gatehouse::vision
