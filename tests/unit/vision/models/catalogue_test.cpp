#include "vision/models/catalogue.hpp"

#include "gateway/base/read_file.hpp"
#include "gateway/base/sha256.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace gatehouse::vision::models {
namespace {

using testing::HasSubstr;

TEST(Catalogue, DescribesEveryModelFully)
{
    EXPECT_EQ(read_catalogue(models_text).why, "");
    std::set<std::string> names;
    for (const auto& model : catalogue()) {
        EXPECT_TRUE(names.insert(model.name).second) << model.name;
        EXPECT_EQ(model.sha256.size(), 64U) << model.name;
        EXPECT_GT(model.bytes, 0U) << model.name;
        for (const auto* text : {&model.file, &model.licence, &model.from, &model.what, &model.figures})
            EXPECT_NE(*text, "") << model.name;
        EXPECT_EQ(find(model.name), &model);
    }
    EXPECT_FALSE(names.empty());
    EXPECT_EQ(find("no such model"), nullptr);
}

TEST(Catalogue, SaysWhatItDoesNotUnderstand)
{
    EXPECT_EQ(read_catalogue("# a remark\n\n[[model]]\nname = \"a\"\nbytes = 12\nshipped = true\n").why, "");
    for (const auto* wrong :
         {"name = \"before any model\"", "[[model]]\nname = a", "[[model]]\nname = \"a\\n\"",
          "[[model]]\nbytes = 1k", "[[model]]\nshipped = yes", "[[model]]\ncolour = \"blue\"", "[model]"})
        EXPECT_THAT(read_catalogue(wrong).why, HasSubstr("is not understood")) << wrong;
    EXPECT_THAT(read_catalogue("[[model]]\nfile = \"a\"\nwhat").why, HasSubstr("line 3"));
}

TEST(Catalogue, HasTheChecksumsOfTheWeightsInTheRepository)
{
    for (const auto& model : catalogue()) {
        if (!model.shipped) continue;
        const auto bytes =
            base::read_file(std::filesystem::path(GATEHOUSE_SOURCE_DIR) / "vision/plates" / model.file);
        ASSERT_TRUE(bytes) << model.file;
        EXPECT_EQ(base::sha256_hex(*bytes), model.sha256) << model.file;
        EXPECT_EQ(bytes->size(), model.bytes) << model.file;
    }
}

} // namespace
} // namespace gatehouse::vision::models
