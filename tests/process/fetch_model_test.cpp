// Weights of others: added by whoever accepts their licence, and only if they are the very file that is
// known.
#include "gateway/base/sha256.hpp"
#include "tests/process/child.hpp"

#include <filesystem>
#include <fmt/format.h>

#include <gtest/gtest.h>

namespace gatehouse::proof {
namespace {

bool says(const Finished& finished, const std::string& words)
{
    return finished.output.find(words) != std::string::npos;
}

class FetchModel : public testing::Test {
protected:
    FetchModel()
    {
        const auto row = [](const char* name, bool shipped, const std::string& from) {
            return fmt::format(
                "[[model]]\nname = \"{}\"\nfile = \"{}.onnx\"\nsha256 = \"{}\"\nbytes = {}\nshipped = {}\n"
                "licence = \"MIT\"\nfrom = \"{}\"\nwhat = \"sees\"\nfigures = \"1 ms\"\n\n",
                name, name, base::sha256_hex(weights), std::string(weights).size(), shipped, from);
        };
        write_file(scratch.file("models.toml"),
                   row("ours", true, "train.sh") +
                       row("theirs", false,
                           "github.com/some/where at 0123456789012345678901234567890123456789, a/b.onnx"));
        write_file(scratch.file("right"), weights);
        std::filesystem::create_directory(scratch.file("models"));
    }
    Finished fetch(std::vector<std::string> words)
    {
        std::vector<std::string> command{std::string(GATEHOUSE_SOURCE_DIR) + "/deploy/gatehouse-fetch-model",
                                         "--table", scratch.file("models.toml"), "--models",
                                         scratch.file("models")};
        command.insert(command.end(), words.begin(), words.end());
        return run_to_end(command);
    }
    [[nodiscard]] std::size_t added() const
    {
        const std::filesystem::directory_iterator all(scratch.file("models"));
        return static_cast<std::size_t>(std::distance(begin(all), end(all)));
    }

    static constexpr auto weights = "the weights of others";
    Scratch scratch;
};

TEST_F(FetchModel, ListsThoseOfOthersWithLicenceChecksumAndAddress)
{
    const auto listed = fetch({});
    for (const auto& words :
         {std::string("theirs: sees"), std::string("licence  MIT"), base::sha256_hex(weights),
          std::string("https://raw.githubusercontent.com/some/where/"
                      "0123456789012345678901234567890123456789/a/b.onnx")})
        EXPECT_TRUE(says(listed, words)) << words << "\n" << listed.output;
    EXPECT_FALSE(says(listed, "ours")) << listed.output;
}

TEST_F(FetchModel, AddsTheRightFile)
{
    const auto done = fetch({"--yes", "theirs", scratch.file("right")});
    EXPECT_EQ(done.code, 0) << done.output;
    EXPECT_EQ(read_text(scratch.file("models/theirs.onnx")), weights);
    EXPECT_EQ(added(), 1U);
}

TEST_F(FetchModel, LeavesNothingOfAFileThatIsAnother)
{
    write_file(scratch.file("same size"), "the weights of nobody");
    write_file(scratch.file("longer"), std::string(weights) + "!");
    for (const auto* wrong : {"same size", "longer", "not there"}) {
        const auto refused = fetch({"--yes", "theirs", scratch.file(wrong)});
        EXPECT_EQ(refused.code, 1) << wrong;
        EXPECT_EQ(added(), 0U) << refused.output;
    }
}

TEST_F(FetchModel, AddsNothingWithoutConsentAndNoneThatIsOursOrUnknown)
{
    for (const auto& words : std::vector<std::vector<std::string>>{
             {"theirs", scratch.file("right")}, {"--yes", "ours", scratch.file("right")}, {"--yes", "x"}}) {
        const auto refused = fetch(words);
        EXPECT_EQ(refused.code, 1) << refused.output;
        EXPECT_EQ(added(), 0U);
    }
}

} // namespace
} // namespace gatehouse::proof
