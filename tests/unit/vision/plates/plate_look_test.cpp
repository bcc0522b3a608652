#include "vision/plates/plate_look.hpp"

#include "tests/unit/vision/plates/drawn_plate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <fstream>
#include <unistd.h>

namespace gatehouse::vision::plates {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const std::filesystem::path weights = std::filesystem::path(GATEHOUSE_SOURCE_DIR) / "vision" / "plates";

// The weights in the repository before drawn streets.
class PlateLookTest : public testing::Test {
protected:
    static PlateLook& look()
    {
        static auto loaded = PlateLook::load(weights);
        return loaded.look.value();
    }
    static Corners at(float x, float y, float width = 180)
    {
        const auto height = width * 140 / 440;
        return {{{x, y}, {x + width, y + width / 12}, {x + width, y + width / 12 + height}, {x, y + height}}};
    }
    static cv::Mat street(const std::string& text = "沪A12345")
    {
        return drawn::scene(drawn::plate(text, drawn::blue_look), at(520, 440));
    }
};

TEST_F(PlateLookTest, ReadsADrawnPlateInAStreet)
{
    const auto seen = look().look(street()).value();
    ASSERT_THAT(seen, SizeIs(1));
    EXPECT_EQ(seen[0].reading.plate.text, "沪A12345");
    EXPECT_EQ(seen[0].reading.plate.color, "blue");
    EXPECT_THAT(seen[0].reading.plate.characters, SizeIs(7));
    const auto corners = at(520, 440);
    for (std::size_t i = 0; i < 4; ++i)
        EXPECT_LT(cv::norm(seen[0].located.corners.at(i) - corners.at(i)), 0.08 * 180) << i;
}

TEST_F(PlateLookTest, ReadsYellowAndGreenOnes)
{
    const auto yellow =
        look().look(drawn::scene(drawn::plate("鲁B67890", drawn::yellow_look), at(400, 380))).value();
    ASSERT_THAT(yellow, SizeIs(1));
    EXPECT_EQ(yellow[0].reading.plate.text, "鲁B67890");
    EXPECT_EQ(yellow[0].reading.plate.color, "yellow");
    const auto green =
        look().look(drawn::scene(drawn::plate("粤BD12345", drawn::green_look), at(400, 380))).value();
    ASSERT_THAT(green, SizeIs(1));
    EXPECT_EQ(green[0].reading.plate.text, "粤BD12345");
    EXPECT_EQ(green[0].reading.plate.color, "green");
}

TEST_F(PlateLookTest, LooksInItsRegionAndNotBehindMasks)
{
    const PlateOptions left{.region = {{0, 0}, {0.35, 0}, {0.35, 1}, {0, 1}}, .masks = {}};
    EXPECT_THAT(look().look(street(), left).value(), IsEmpty());
    const PlateOptions middle{.region = {{0.3, 0.4}, {0.7, 0.4}, {0.7, 0.9}, {0.3, 0.9}}, .masks = {}};
    const auto seen = look().look(street(), middle).value();
    ASSERT_THAT(seen, SizeIs(1));
    EXPECT_EQ(seen[0].reading.plate.text, "沪A12345");
    EXPECT_NEAR(centre_of(seen[0].located.corners).x, centre_of(at(520, 440)).x, 8); // in the whole picture
    const PlateOptions masked{.region = {}, .masks = {{{0.4, 0.6}, {0.6, 0.6}, {0.6, 0.8}, {0.4, 0.8}}}};
    EXPECT_THAT(look().look(street(), masked).value(), IsEmpty());
}

TEST_F(PlateLookTest, SeesNothingInAnEmptyStreetAndRefusesWhatIsNoPicture)
{
    EXPECT_THAT(look().look(cv::Mat(720, 1280, CV_8UC3, cv::Scalar(90, 90, 90))).value(), IsEmpty());
    EXPECT_EQ(look().look(cv::Mat()).error(), base::Errc::bad_input);
    EXPECT_EQ(look().look(cv::Mat(720, 1280, CV_8UC1)).error(), base::Errc::bad_input);
    EXPECT_TRUE(look().look(cv::Mat(1, 1, CV_8UC3, cv::Scalar())));
    EXPECT_TRUE(look().look(cv::Mat(2000, 3, CV_8UC3, cv::Scalar())));
}

// Twelve cars in a car park as a camera of 1920x1080 has them, none of which is seen from afar for sure.
TEST_F(PlateLookTest, FindsEverySmallPlateWhereOnesHaveToBeMasked)
{
    cv::Mat park(1080, 1920, CV_8UC3, cv::Scalar(120, 125, 120));
    std::vector<cv::Rect> places;
    for (int row = 0; row < 3; ++row)
        for (int column = 0; column < 4; ++column)
            places.emplace_back(150 + 460 * column, 200 + 300 * row, 60, 19);
    const auto plate = drawn::plate("沪A12345", drawn::blue_look);
    for (const auto& place : places) {
        cv::rectangle(park, cv::Rect(place.x - 70, place.y - 90, 200, 150), {150, 150, 155}, -1);
        cv::resize(plate, park(place), place.size(), 0, 0, cv::INTER_AREA);
    }
    cv::GaussianBlur(park, park, {}, 0.6);
    const auto seen = look().look_all(park).value();
    for (const cv::Rect2f place : places)
        EXPECT_TRUE(std::ranges::any_of(seen, [&](const SeenPlate& one) {
            return (box_of(one.located.corners) & place).area() > 0.7F * place.area();
        })) << place;
    EXPECT_EQ(look().look_all(cv::Mat()).error(), base::Errc::bad_input);
}

TEST_F(PlateLookTest, ReadsWhatItFindsForMaskingToo)
{
    const auto seen = look().look_all(street()).value();
    EXPECT_EQ(
        std::ranges::count(seen, "沪A12345", [](const SeenPlate& plate) { return plate.reading.plate.text; }),
        1);
}

TEST_F(PlateLookTest, CutsThePictureOfThePlateInsideTheFrame)
{
    const auto frame = street();
    EXPECT_EQ(plate_picture(frame, at(520, 440)).cols, 300);
    EXPECT_EQ(plate_picture(frame, at(1200, 700)).size(), cv::Size(140, 80));
    EXPECT_TRUE(plate_picture(frame, at(5000, 5000)).empty());
}

// A folder of models as an installer may leave it.
class PlateModels : public testing::Test {
protected:
    PlateModels()
    {
        std::filesystem::create_directories(folder);
        for (const auto* file : {"plate_detector.onnx", "plate_reader.onnx"})
            std::filesystem::copy(weights / file, folder / file);
    }
    ~PlateModels() override { std::filesystem::remove_all(folder); }

    const std::filesystem::path folder =
        testing::TempDir() + "gatehouse-plates-" + std::to_string(::getpid());
};

TEST_F(PlateModels, AreOurOwnWhenNothingElseIsThere)
{
    const auto loaded = PlateLook::load(folder);
    EXPECT_TRUE(loaded.look);
    ASSERT_THAT(loaded.models, SizeIs(2));
    EXPECT_EQ(loaded.models[0].name, "plate_detector");
    EXPECT_EQ(loaded.models[1].name, "plate_reader");
    EXPECT_TRUE(loaded.models[0].ready);
}

TEST_F(PlateModels, ThatAreDamagedAreNamedAndNotLoaded)
{
    std::fstream(folder / "plate_reader.onnx", std::ios::in | std::ios::out).put('x');
    const auto loaded = PlateLook::load(folder);
    EXPECT_FALSE(loaded.look);
    ASSERT_THAT(loaded.models, SizeIs(2));
    EXPECT_TRUE(loaded.models[0].ready);
    EXPECT_FALSE(loaded.models[1].ready);
    EXPECT_THAT(loaded.models[1].why, HasSubstr("plate_reader.onnx is not the file it should be"));
}

TEST_F(PlateModels, ThatAnInstallerPutThereAreUsedOrComplainedOf)
{
    std::ofstream(folder / "y5fu_320x_sim.onnx") << "half of a download";
    const auto loaded = PlateLook::load(folder);
    EXPECT_FALSE(loaded.look);
    EXPECT_EQ(loaded.models[0].name, "plate_detector_hyperlpr3_320");
    EXPECT_THAT(loaded.models[0].why, HasSubstr("y5fu_320x_sim.onnx"));
}

} // namespace
} // namespace gatehouse::vision::plates
