#include "gateway/store/directory_lock.hpp"
#include "tests/unit/gateway/cli/cli_fixture.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <unistd.h>

namespace gatehouse::cli {
namespace {

namespace fs = std::filesystem;

class BackupVerb : public CommandLineTest {
protected:
    BackupVerb()
    {
        std::string name = (fs::temp_directory_path() / "gatehouse-backup-XXXXXX").string();
        folder = ::mkdtemp(name.data());
        file = folder / "b.db";
        gateway.replies["/api/v1/backup"].body = "the whole store";
    }
    ~BackupVerb() override { fs::remove_all(folder); }

    [[nodiscard]] std::string content() const
    {
        std::ifstream in(file, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }
    [[nodiscard]] std::size_t files() const
    {
        return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), {}));
    }

    fs::path folder;
    fs::path file;
};

TEST_F(BackupVerb, WritesWhatTheGatewaySendsForItsOwnerAlone)
{
    std::ofstream(file) << "an older one";
    const auto result = ask({"backup", file.string()});
    EXPECT_EQ(result.code, 0) << result.err;
    EXPECT_EQ(result.out, "backup written to " + file.string() + "\n");
    EXPECT_EQ(content(), "the whole store");
    EXPECT_EQ(fs::status(file).permissions(), fs::perms::owner_read | fs::perms::owner_write);
    EXPECT_EQ(files(), 1U);
}

TEST_F(BackupVerb, LeavesTheFormerFileWhenItDoesNotGetAWholeOne)
{
    std::ofstream(file) << "an older one";
    gateway.replies["/api/v1/backup"] = {507, R"({"detail":"disk full"})"};
    const auto refused = ask({"backup", file.string()});
    EXPECT_EQ(refused.code, 1);
    EXPECT_EQ(refused.err, "gatehouse: disk full\n");
    EXPECT_EQ(run({"backup", file.string(), "--socket", "/nonexistent/control.sock"}).code, 1);
    EXPECT_EQ(content(), "an older one");
    EXPECT_EQ(files(), 1U);
}

TEST_F(BackupVerb, NeverTakesThePlaceOfALiveDatabaseOrOfWhatIsNoFile)
{
    EXPECT_EQ(ask({"backup", folder.string()}).code, 1);
    EXPECT_EQ(ask({"backup", "/dev/null"}).code, 1);
    const store::DirectoryLock gateway_at_work(folder);
    const auto result = ask({"backup", file.string()});
    EXPECT_EQ(result.code, 1);
    EXPECT_NE(result.err.find("a gateway works in this folder"), std::string::npos);
    EXPECT_FALSE(fs::exists(file));
}

} // namespace
} // namespace gatehouse::cli
