#include "gateway/app/registry.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <set>

namespace gatehouse::app {
namespace {

template <class Table>
void expect_good(const Table& table)
{
    std::set<std::string> names;
    for (const auto& row : table) {
        const std::string name(row.name);
        EXPECT_TRUE(names.insert(name).second) << name << " is there twice";
        EXPECT_TRUE(std::filesystem::is_directory(GATEHOUSE_SOURCE_DIR "/protocols/" + name)) << name;
        EXPECT_NE(row.check, nullptr) << name;
        EXPECT_NE(row.make, nullptr) << name;
    }
}

TEST(Registry, EveryLanguageHasItsFolderAndBothFunctions)
{
    expect_good(device_protocols());
    expect_good(upstream_protocols());
}

TEST(Registry, FindsALanguageByItsName)
{
    const Registry registry;
    ASSERT_NE(registry.device("isapi"), nullptr);
    EXPECT_EQ(registry.device("isapi")->name, "isapi");
    ASSERT_NE(registry.upstream("mqtt"), nullptr);
    EXPECT_EQ(registry.device("mqtt"), nullptr);
    EXPECT_EQ(registry.upstream("isapi"), nullptr);
    EXPECT_EQ(registry.device(""), nullptr);
}

TEST(Registry, GivesTheConfigurationTheCheckOfEveryLanguage)
{
    const auto words = Registry{}.vocabulary();
    EXPECT_EQ(words.devices.size(), device_protocols().size());
    EXPECT_EQ(words.upstreams.size(), upstream_protocols().size());
    EXPECT_TRUE(words.devices.contains("isapi"));
    EXPECT_TRUE(words.upstreams.contains("mqtt"));
}

} // namespace
} // namespace gatehouse::app
