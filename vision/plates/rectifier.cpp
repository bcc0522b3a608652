#include "vision/plates/rectifier.hpp"

#include <opencv2/imgproc.hpp>

namespace gatehouse::vision::plates {
namespace {

constexpr int upper_width = 56; // columns of the upper row of two

// So that the whole plate would fill the rectangle `place` of the cut.
cv::Mat warp(const cv::Mat& bgr, const Corners& corners, cv::Size size, const cv::Rect2f& place)
{
    const auto right = place.x + place.width;
    const auto bottom = place.y + place.height;
    const Corners target{{{place.x, place.y}, {right, place.y}, {right, bottom}, {place.x, bottom}}};
    cv::Mat cut;
    cv::warpPerspective(bgr, cut, cv::getPerspectiveTransform(corners.data(), target.data()), size,
                        cv::INTER_LINEAR, cv::BORDER_REPLICATE);
    return cut;
}

} // namespace

cv::Mat rectify(const cv::Mat& bgr, const LocatedPlate& plate)
{
    constexpr float width = reader_width, height = reader_height;
    if (plate.rows == 1)
        return warp(bgr, plate.corners, {reader_width, reader_height}, {0, 0, width, height});
    constexpr float upper = upper_width, lower = width - upper;
    cv::Mat joined;
    cv::hconcat(warp(bgr, plate.corners, {upper_width, reader_height},
                     {-upper / 6, 0, upper * 4 / 3, height * 12 / 5}),
                warp(bgr, plate.corners, {reader_width - upper_width, reader_height},
                     {0, -height / 2, lower, height * 3 / 2}),
                joined);
    return joined;
}

LocatedPlate with_margin(LocatedPlate plate, float share_of_width, float share_of_height)
{
    auto& [top_left, top_right, bottom_right, bottom_left] = plate.corners;
    const auto across = (top_right - top_left + bottom_right - bottom_left) * (share_of_width / 2);
    const auto down = (bottom_left - top_left + bottom_right - top_right) * (share_of_height / 2);
    top_left -= across + down;
    top_right += across - down;
    bottom_right += across + down;
    bottom_left -= across - down;
    return plate;
}

} // namespace gatehouse::vision::plates
