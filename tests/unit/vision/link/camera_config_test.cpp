#include "vision/link/camera_config.hpp"

#include <gtest/gtest.h>

namespace gatehouse::vision {
namespace {

class VisionCameraConfig : public testing::Test {
protected:
    CameraConfig read(const std::string& text)
    {
        issues.clear();
        auto table = config::Table::parse(text, "gatehouse.toml", issues);
        auto config = read_camera(table, Wants{.health = true, .plates = false, .faces = false});
        table.finish();
        return config;
    }
    config::Issues issues;
};

TEST_F(VisionCameraConfig, WithoutAWordIsWhatTheLanguageSaysIsUsual)
{
    const auto config = read("");
    EXPECT_TRUE(issues.empty());
    EXPECT_TRUE(config.wants.health);
    EXPECT_FALSE(config.wants.plates);
    EXPECT_EQ(config.health.sensitivity, 5);
    EXPECT_TRUE(config.wanted());
}

TEST_F(VisionCameraConfig, ReadsEverythingThatMayBeSaid)
{
    const auto config = read(R"(
vision = ["plates"]
sensitivity = 7
states = { blurred = "9", moved = "off" }
plate_region = "0,0.5 1,0.5 1,1 0,1"
plate_masks = ["0,0 0.5,0 0.5,0.1"]
plate_confidence = 0.9
[[zone]]
name = "消防通道"
polygon = "0.1,0.1 0.9,0.1 0.5,0.9"
after = "5m"
share = 30
[[zone]]
name = "东门前"
polygon = "0,0 1,0 1,1"
[[zone]]
name = "西门前"
polygon = "0,0 1,0 1,1"
after = "90s"
)");
    EXPECT_TRUE(issues.empty());
    EXPECT_FALSE(config.wants.health);
    EXPECT_TRUE(config.wants.plates);
    EXPECT_EQ(config.health.states.at("blurred"), 9);
    EXPECT_EQ(config.health.states.at("moved"), 0);
    EXPECT_EQ(config.plates.region.size(), 4U);
    EXPECT_EQ(config.plates.masks.at(0).at(2), (Point{0.5, 0.1}));
    ASSERT_EQ(config.zones.size(), 3U);
    EXPECT_EQ(config.zones[0].number, 1);
    EXPECT_EQ(config.zones[0].minutes, 5);
    EXPECT_EQ(config.zones[0].share, 30);
    EXPECT_EQ(config.zones[1].minutes, 3);
    EXPECT_EQ(config.zones[1].share, 15);
    EXPECT_EQ(config.zones[2].minutes, 2) << "never sooner than it says";
}

TEST_F(VisionCameraConfig, SaysWhatIsWrongWithEachKey)
{
    for (const auto* text :
         {"vision = [\"plate\"]", "sensitivity = 11", "states = { blured = \"5\" }",
          "states = { blurred = \"0\" }", "plate_region = \"0,0 1,1\"", "plate_masks = [\"0,0 2,0 1,1\"]",
          "plate_confidence = 1.5", "[[zone]]\nname = \"x\"\npolygon = \"here\"",
          "[[zone]]\npolygon = \"0,0 1,0 1,1\"",
          "[[zone]]\nname = \"x\"\npolygon = \"0,0 1,0 1,1\"\nshare = 4",
          "[[zone]]\nname = \"x\"\npolygon = \"0,0 1,0 1,1\"\nshare = 91"}) {
        (void)read(text);
        EXPECT_TRUE(config::has_errors(issues)) << text;
    }
}

TEST(VisionPolygon, IsThreeToThirtyTwoPointsWithinThePicture)
{
    EXPECT_EQ(parse_polygon("0,0 1,0 1,1")->size(), 3U);
    std::string many = "0,0";
    for (int n = 0; n < 31; ++n)
        many += " 0.5,0.5";
    EXPECT_EQ(parse_polygon(many)->size(), 32U);
    for (const auto& text :
         {std::string(), std::string("0,0 1,0"), many + " 1,1", std::string("0,0 1,0 1,1 "),
          std::string("0,0 1,0 1,-0.1"), std::string("0,0 1,0 1,nan"), std::string("0 0,1 0,1 1"),
          std::string("0,0  1,0 1,1")})
        EXPECT_FALSE(parse_polygon(text)) << text;
}

} // namespace
} // namespace gatehouse::vision
