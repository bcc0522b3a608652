#include "vision/plates/heat_map_detector.hpp"
#include "vision/plates/hyperlpr_detector.hpp"

#include <gtest/gtest.h>

namespace gatehouse::vision::plates {
namespace {

constexpr int stride = 4;

struct Maps {
    cv::Mat heat = zeros(2);
    cv::Mat corners = zeros(8);

    static cv::Mat zeros(int channels)
    {
        const int sizes[] = {1, channels, 20, 30};
        return {4, sizes, CV_32F, cv::Scalar(0)};
    }
    static float& at(cv::Mat& map, int channel, int y, int x)
    {
        return map.ptr<float>(0, channel)[y * 30 + x];
    }
    // A plate of `width` x `height` pixels around the middle of a cell.
    void put(int rows, int y, int x, float score, float width, float height)
    {
        at(heat, rows - 1, y, x) = score;
        const float sides[] = {-width, -height, width, -height, width, height, -width, height};
        for (int i = 0; i < 8; ++i)
            at(corners, i, y, x) = sides[i] / 2;
    }
};

TEST(HeatMaps, GiveCornersAroundTheMiddleOfTheCell)
{
    Maps maps;
    maps.put(1, 5, 10, 0.9F, 32, 10);
    const auto plates = plates_in_maps(maps.heat, maps.corners, stride, 0.3);
    ASSERT_EQ(plates.size(), 1U);
    EXPECT_EQ(plates[0].rows, 1);
    EXPECT_NEAR(plates[0].score, 0.9, 1e-6);
    EXPECT_EQ(plates[0].corners[0], cv::Point2f(42 - 16, 22 - 5));
    EXPECT_EQ(plates[0].corners[2], cv::Point2f(42 + 16, 22 + 5));
    EXPECT_EQ(box_of(plates[0].corners), cv::Rect2f(26, 17, 32, 10));
}

TEST(HeatMaps, TakeOfOneHillOnlyItsTop)
{
    Maps maps;
    maps.put(1, 5, 10, 0.9F, 32, 10);
    maps.put(1, 5, 11, 0.8F, 32, 10);
    maps.put(1, 6, 10, 0.9F, 32, 10); // as high: the first one counts
    EXPECT_EQ(plates_in_maps(maps.heat, maps.corners, stride, 0.3).size(), 1U);
}

TEST(HeatMaps, TakeTheMeanOfTheCornersWhereItIsHot)
{
    Maps maps;
    maps.put(1, 5, 10, 0.8F, 32, 10);
    maps.put(1, 5, 11, 0.4F, 32, 10); // says the same of a middle 4 px further, which is 4 px wrong
    maps.put(1, 5, 9, 0.3F, 99, 99);  // not hot enough to be heard
    const auto plates = plates_in_maps(maps.heat, maps.corners, stride, 0.3);
    ASSERT_EQ(plates.size(), 1U);
    EXPECT_NEAR(plates[0].corners[0].x, 42 - 16 + 4.0 / 3, 1e-4);
    EXPECT_NEAR(plates[0].corners[0].y, 22 - 5, 1e-4);
}

TEST(HeatMaps, LetTheBetterKindHaveThePlace)
{
    Maps maps;
    maps.put(2, 5, 10, 0.7F, 40, 20);
    maps.put(1, 5, 10, 0.4F, 40, 20);
    maps.put(1, 15, 20, 0.5F, 40, 12);
    maps.put(1, 1, 1, 0.2F, 40, 12);
    const auto plates = plates_in_maps(maps.heat, maps.corners, stride, 0.3);
    ASSERT_EQ(plates.size(), 2U);
    EXPECT_EQ(plates[0].rows, 2);
    EXPECT_EQ(plates[1].rows, 1);
}

TEST(Overlaps, AreLeftToTheBetterPlate)
{
    const auto at = [](float x, double score) {
        return LocatedPlate{
            .corners = {{{x, 0}, {x + 40, 0}, {x + 40, 10}, {x, 10}}}, .score = score, .rows = 1};
    };
    const auto kept = without_overlaps({at(0, 0.5), at(4, 0.9), at(60, 0.4)});
    ASSERT_EQ(kept.size(), 2U);
    EXPECT_EQ(kept[0].score, 0.9);
    EXPECT_EQ(kept[1].score, 0.4);
}

TEST(Fit, LeavesTheShapeOfThePictureAndFillsWithBlack)
{
    const auto wide = fit(cv::Mat(720, 1280, CV_8UC3, cv::Scalar::all(255)), {320, 192});
    EXPECT_EQ(wide.picture.size(), cv::Size(320, 192));
    EXPECT_DOUBLE_EQ(wide.scale, 0.25);
    EXPECT_EQ(wide.picture.at<cv::Vec3b>(179, 319), cv::Vec3b(255, 255, 255));
    EXPECT_EQ(wide.picture.at<cv::Vec3b>(180, 319), cv::Vec3b(0, 0, 0));
    const auto tall = fit(cv::Mat(1160, 720, CV_8UC3, cv::Scalar::all(255)), {320, 320});
    EXPECT_EQ(tall.picture.at<cv::Vec3b>(319, 190), cv::Vec3b(255, 255, 255));
    EXPECT_EQ(tall.picture.at<cv::Vec3b>(319, 200), cv::Vec3b(0, 0, 0));
}

TEST(Fit, IsUndoneForCornersWithPixelsCountedFromTheirMiddle)
{
    std::vector<LocatedPlate> plates{{.corners = {{{0, 0}, {2, 0}, {2, 1}, {0, 1}}}, .score = 1, .rows = 1}};
    to_picture(plates, 0.25);
    EXPECT_EQ(plates[0].corners[0], cv::Point2f(-0.5F, -0.5F));
    EXPECT_EQ(plates[0].corners[2], cv::Point2f(7.5F, 3.5F));
}

TEST(HyperLprRows, GiveScoreCornersAndRows)
{
    cv::Mat rows(3, 15, CV_32F, cv::Scalar(0));
    const float plate[] = {50, 50, 40, 20, 0.9F, 30, 40, 70, 40, 70, 60, 30, 60, 0.1F, 0.8F};
    for (int i = 0; i < 15; ++i)
        rows.at<float>(1, i) = plate[i];
    const auto found = plates_in_rows(rows, 0.3);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_NEAR(found[0].score, 0.72, 1e-6);
    EXPECT_EQ(found[0].rows, 2);
    EXPECT_EQ(found[0].corners[3], cv::Point2f(30, 60));
}

TEST(Network, RefusesWhatIsNoNetwork)
{
    EXPECT_FALSE(Network::load("not a network", {"output"}));
    EXPECT_FALSE(Network::load("", {"output"}));
    EXPECT_FALSE(HeatMapDetector::load("\x08\x05", 320));
}

} // namespace
} // namespace gatehouse::vision::plates
