#include "vision/models/model_file.hpp"

#include "gateway/base/sha256.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <unistd.h>

namespace gatehouse::vision::models {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class ModelFileTest : public testing::Test {
protected:
    ModelFileTest() { std::filesystem::create_directories(folder); }
    ~ModelFileTest() override { std::filesystem::remove_all(folder); }

    void put(std::string_view bytes) const { std::ofstream(folder / model.file, std::ios::binary) << bytes; }

    const std::filesystem::path folder =
        testing::TempDir() + "gatehouse-models-" + std::to_string(::getpid());
    const Model model{.name = "plate_reader",
                      .file = "plate_reader.onnx",
                      .sha256 = base::sha256_hex("weights"),
                      .bytes = 7,
                      .shipped = true,
                      .licence = {},
                      .from = {},
                      .what = {},
                      .figures = {}};
};

TEST_F(ModelFileTest, GivesTheBytesOfTheFileThatIsMeant)
{
    put("weights");
    const auto file = read_model(folder, model);
    EXPECT_TRUE(file.ready());
    EXPECT_EQ(file.bytes, "weights");
}

TEST_F(ModelFileTest, NamesFileWantedAndFoundChecksumOfAnother)
{
    put("wEights");
    const auto file = read_model(folder, model);
    EXPECT_THAT(file.why, AllOf(HasSubstr("plate_reader.onnx"), HasSubstr(base::sha256_hex("weights")),
                                HasSubstr(base::sha256_hex("wEights"))));
    EXPECT_EQ(file.bytes, "");
    EXPECT_FALSE(file.missing);
}

TEST_F(ModelFileTest, ReadsNoMoreThanTheFileShouldHave)
{
    put("weights and more");
    EXPECT_THAT(read_model(folder, model).why, HasSubstr("longer than the 7 bytes"));
}

TEST_F(ModelFileTest, SaysOfAMissingFileThatItIsMissing)
{
    const auto file = read_model(folder, model);
    EXPECT_TRUE(file.missing);
    EXPECT_THAT(file.why, HasSubstr("cannot be read"));
}

} // namespace
} // namespace gatehouse::vision::models
