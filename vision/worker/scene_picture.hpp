#pragma once
#include <string>

#include <opencv2/core.hpp>

namespace gatehouse::vision {

// A JPEG of what a camera saw, at most 1,920 wide and some 250 kB. Empty when there is nothing to be seen.
[[nodiscard]] std::string scene_picture(const cv::Mat& bgr, int width_max = 1920);
// A JPEG of a part of it, as it is.
[[nodiscard]] std::string detail_picture(const cv::Mat& bgr);

} // namespace gatehouse::vision
