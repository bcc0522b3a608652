#include "vision/plates/rectifier.hpp"

#include <gtest/gtest.h>

#include <opencv2/imgproc.hpp>

namespace gatehouse::vision::plates {
namespace {

const cv::Scalar paint_red(0, 0, 255), paint_green(0, 255, 0), paint_blue(255, 0, 0), paint_grey(90, 90, 90);

cv::Vec3b colour(const cv::Scalar& scalar)
{
    return {static_cast<uchar>(scalar[0]), static_cast<uchar>(scalar[1]), static_cast<uchar>(scalar[2])};
}

TEST(Rectifier, SeesATurnedPlateFromTheFront)
{
    cv::Mat picture(200, 300, CV_8UC3, paint_grey);
    const Corners corners{{{60, 40}, {220, 90}, {205, 140}, {45, 90}}};
    const std::vector<cv::Point> left{{60, 40}, {140, 65}, {125, 115}, {45, 90}};
    const std::vector<cv::Point> right{{140, 65}, {220, 90}, {205, 140}, {125, 115}};
    cv::fillConvexPoly(picture, left, paint_red);
    cv::fillConvexPoly(picture, right, paint_blue);
    const auto cut = rectify(picture, {.corners = corners, .score = 1, .rows = 1});
    ASSERT_EQ(cut.size(), cv::Size(reader_width, reader_height));
    EXPECT_EQ(cut.at<cv::Vec3b>(5, 5), colour(paint_red));
    EXPECT_EQ(cut.at<cv::Vec3b>(42, 70), colour(paint_red));
    EXPECT_EQ(cut.at<cv::Vec3b>(5, 90), colour(paint_blue));
    EXPECT_EQ(cut.at<cv::Vec3b>(42, 154), colour(paint_blue));
}

TEST(Rectifier, LaysTheLowerRowBehindTheUpperOne)
{
    cv::Mat picture(120, 240, CV_8UC3, paint_red);
    picture.rowRange(50, 120) = paint_green; // 5/12 of the height is row 50
    const Corners whole{{{0, 0}, {240, 0}, {240, 120}, {0, 120}}};
    const auto cut = rectify(picture, {.corners = whole, .score = 1, .rows = 2});
    ASSERT_EQ(cut.size(), cv::Size(reader_width, reader_height));
    EXPECT_EQ(cut.at<cv::Vec3b>(2, 28), colour(paint_red));
    EXPECT_EQ(cut.at<cv::Vec3b>(45, 28), colour(paint_red));
    // The lower two thirds begin at row 40, a little above the middle.
    EXPECT_EQ(cut.at<cv::Vec3b>(1, 100), colour(paint_red));
    EXPECT_EQ(cut.at<cv::Vec3b>(12, 100), colour(paint_green));
    EXPECT_EQ(cut.at<cv::Vec3b>(46, 100), colour(paint_green));
}

TEST(Rectifier, LeavesOutTheEmptyEndsOfTheUpperRow)
{
    cv::Mat picture(120, 240, CV_8UC3, paint_grey);
    picture.colRange(30, 210) = paint_red; // without the outer eighths
    const Corners whole{{{0, 0}, {240, 0}, {240, 120}, {0, 120}}};
    const auto cut = rectify(picture, {.corners = whole, .score = 1, .rows = 2});
    EXPECT_EQ(cut.at<cv::Vec3b>(24, 1), colour(paint_red));
    EXPECT_EQ(cut.at<cv::Vec3b>(24, 54), colour(paint_red));
    EXPECT_EQ(cut.at<cv::Vec3b>(24, 58), colour(paint_grey));
    EXPECT_EQ(cut.at<cv::Vec3b>(24, 158), colour(paint_grey));
}

TEST(Rectifier, AddsAMarginAlongThePlatesOwnSides)
{
    const LocatedPlate plate{.corners = {{{10, 10}, {110, 60}, {100, 80}, {0, 30}}}, .score = 1, .rows = 1};
    const auto loose = with_margin(plate, 0.1F, 0.5F);
    EXPECT_EQ(loose.corners[0], cv::Point2f(10 - 10 + 5, 10 - 5 - 10));
    EXPECT_EQ(loose.corners[2], cv::Point2f(100 + 10 - 5, 80 + 5 + 10));
    EXPECT_EQ(centre_of(loose.corners), centre_of(plate.corners));
}

TEST(Rectifier, GoesOnWithTheEdgeWhereAPlateLeavesThePicture)
{
    const cv::Mat picture(60, 60, CV_8UC3, paint_green);
    const Corners beyond{{{30, 20}, {130, 20}, {130, 50}, {30, 50}}};
    EXPECT_EQ(rectify(picture, {.corners = beyond, .score = 1, .rows = 1}).at<cv::Vec3b>(20, 150),
              colour(paint_green));
}

} // namespace
} // namespace gatehouse::vision::plates
