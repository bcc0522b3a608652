#include "vision/plates/rectifier.hpp"

#include <opencv2/imgproc.hpp>

namespace gatehouse::vision::plates {
namespace {

constexpr int upper_width = 56; // columns of the upper row of two: two characters of seven

// So that the whole plate would be `height` high and begin at row `top` of the cut.
cv::Mat warp(const cv::Mat& bgr, const Corners& corners, cv::Size size, float top, float height)
{
    const auto width = static_cast<float>(size.width);
    const Corners target{{{0, top}, {width, top}, {width, top + height}, {0, top + height}}};
    cv::Mat cut;
    cv::warpPerspective(bgr, cut, cv::getPerspectiveTransform(corners.data(), target.data()), size,
                        cv::INTER_LINEAR, cv::BORDER_REPLICATE);
    return cut;
}

} // namespace

cv::Mat rectify(const cv::Mat& bgr, const LocatedPlate& plate)
{
    constexpr auto height = static_cast<float>(reader_height);
    if (plate.rows == 1) return warp(bgr, plate.corners, {reader_width, reader_height}, 0, height);
    cv::Mat joined;
    cv::hconcat(
        warp(bgr, plate.corners, {upper_width, reader_height}, 0, height * 12 / 5),
        warp(bgr, plate.corners, {reader_width - upper_width, reader_height}, -height / 2, height * 3 / 2),
        joined);
    return joined;
}

} // namespace gatehouse::vision::plates
