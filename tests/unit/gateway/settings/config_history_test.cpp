#include "gateway/settings/config_history.hpp"

#include "gateway/base/read_file.hpp"
#include "gateway/settings/config_file.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

namespace gatehouse::settings {
namespace {

namespace fs = std::filesystem;

class ConfigFiles : public testing::Test {
protected:
    ConfigFiles() { fs::create_directories(folder); }
    ~ConfigFiles() override { fs::remove_all(folder); }

    base::Result<void> keep(const std::string& text)
    {
        ConfigVersion version;
        version.at = base::WallTime(std::chrono::milliseconds(1'700'000'000'000));
        version.actor = "li";
        version.reason = "because";
        version.version = "sha-of-" + text;
        version.text = text;
        return history.keep(std::move(version));
    }
    static unsigned mode_of(const fs::path& file)
    {
        struct stat facts {};
        return ::stat(file.c_str(), &facts) == 0 ? facts.st_mode & 07777U : 0;
    }

    const fs::path folder = fmt::format("{}gatehouse-settings-{}", testing::TempDir(), ::getpid());
    ConfigHistory history{folder / "history"};
};

TEST_F(ConfigFiles, HistoryNumbersWhatIsKeptAndListsTheNewestFirst)
{
    ASSERT_TRUE(keep("one"));
    ASSERT_TRUE(keep("two"));
    const auto versions = history.list();
    ASSERT_EQ(versions.size(), 2U);
    EXPECT_EQ(versions[0].number, 2);
    EXPECT_EQ(versions[0].version, "sha-of-two");
    EXPECT_EQ(versions[0].text, "");
    EXPECT_EQ(versions[1].actor, "li");
    EXPECT_EQ(versions[1].reason, "because");
    EXPECT_EQ(versions[1].at, base::WallTime(std::chrono::milliseconds(1'700'000'000'000)));
    EXPECT_EQ(history.find(1)->text, "one");
    EXPECT_EQ(history.find(3).error(), base::Errc::not_found);
}

TEST_F(ConfigFiles, HistoryKeepsTheSameContentOnceInARow)
{
    ASSERT_TRUE(keep("one"));
    ASSERT_TRUE(keep("one"));
    EXPECT_EQ(history.list().size(), 1U);
    ASSERT_TRUE(keep("two"));
    ASSERT_TRUE(keep("one"));
    EXPECT_EQ(history.list().size(), 3U);
}

TEST_F(ConfigFiles, HistoryForgetsTheOldestBeyondTwoHundred)
{
    for (int i = 1; i <= 203; ++i)
        ASSERT_TRUE(keep(std::to_string(i)));
    const auto versions = history.list();
    ASSERT_EQ(versions.size(), 200U);
    EXPECT_EQ(versions.front().number, 203);
    EXPECT_EQ(versions.back().number, 4);
}

TEST_F(ConfigFiles, OnlyTheGatewayCanReadItsHistory)
{
    ASSERT_TRUE(keep("password = \"x\""));
    EXPECT_EQ(mode_of(folder / "history"), 0700U);
    EXPECT_EQ(mode_of(folder / "history" / "1.json"), 0600U);
}

TEST_F(ConfigFiles, HistoryPassesOverWhatIsDamaged)
{
    ASSERT_TRUE(keep("one"));
    std::ofstream(folder / "history" / "2.json") << "{\"at\":";
    ASSERT_TRUE(keep("three"));
    EXPECT_EQ(history.find(2).error(), base::Errc::damaged);
    ASSERT_EQ(history.list().size(), 2U);
    EXPECT_EQ(history.list().front().number, 3);
}

TEST_F(ConfigFiles, ANewTextHasTheRightsOfTheOldOneAndLeavesNothingBeside)
{
    const auto file = folder / "gatehouse.toml";
    std::ofstream(file) << "old";
    fs::permissions(file, fs::perms(0640));
    fs::create_symlink(file, folder / "link.toml");
    ASSERT_TRUE(replace_config(folder / "link.toml", "new"));
    EXPECT_EQ(base::read_file(file).value(), "new");
    EXPECT_EQ(mode_of(file), 0640U);
    EXPECT_TRUE(fs::is_symlink(folder / "link.toml"));
    EXPECT_EQ(std::distance(fs::directory_iterator(folder), fs::directory_iterator()), 2);
}

TEST_F(ConfigFiles, AFileThatCannotBeWrittenStaysAsItIs)
{
    EXPECT_FALSE(replace_config(folder / "nowhere" / "gatehouse.toml", "new"));
    fs::create_directories(folder / "gatehouse.toml");
    EXPECT_FALSE(replace_config(folder / "gatehouse.toml", "new"));
    EXPECT_TRUE(fs::is_directory(folder / "gatehouse.toml"));
}

} // namespace
} // namespace gatehouse::settings
