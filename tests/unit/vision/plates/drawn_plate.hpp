#pragma once
#include "vision/plates/seen_plate.hpp"

#include <opencv2/core/mat.hpp>

#include <string>

// Plates drawn from our own pen strokes (vision/plates/training/glyphs.txt): what the real weights are tried
// on where there are no pictures.
namespace gatehouse::vision::plates::drawn {

struct Look {
    cv::Scalar ground; // BGR
    cv::Scalar ink;
};
extern const Look blue_look;
extern const Look yellow_look;
extern const Look green_look;

// A flat plate of one row, 4 pixels a millimetre after GA 36.
[[nodiscard]] cv::Mat plate(const std::string& text, const Look& look);

// A grey car's rear in a street of 1280x720, with the plate in it at these corners.
[[nodiscard]] cv::Mat scene(const cv::Mat& plate, const Corners& corners);

} // namespace gatehouse::vision::plates::drawn
