#include "gateway/base/read_file.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>

namespace gatehouse::base {
namespace {

TEST(ReadFile, GivesEveryByteOrTheSystemsReason)
{
    const auto file = testing::TempDir() + "gatehouse-read-" + std::to_string(::getpid());
    const std::string bytes = std::string(40'000, 'x') + std::string("\0\r\n", 3);
    std::ofstream(file, std::ios::binary) << bytes;
    EXPECT_EQ(read_file(file).value(), bytes);
    std::filesystem::remove(file);
    EXPECT_EQ(read_file(file).error().value(), ENOENT);
    EXPECT_EQ(read_file("/dev/null").value(), "");
}

TEST(ReadFile, RefusesAFolderAndWhatHasNoEnd)
{
    EXPECT_EQ(read_file("/").error().value(), EISDIR);
    EXPECT_EQ(read_file("/dev/zero", 100'000).error(), Errc::too_large);
}

} // namespace
} // namespace gatehouse::base
