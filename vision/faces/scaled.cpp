#include "vision/faces/scaled.hpp"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>

namespace gatehouse::vision::faces {

Scaled::Scaled(const cv::Mat& bgr) : picture_(bgr), whole_(bgr.size())
{
    const auto side = std::max(bgr.cols, bgr.rows);
    if (side <= side_max) return;
    back_ = static_cast<double>(side) / side_max;
    const cv::Size size(std::max(1, cvRound(bgr.cols / back_)), std::max(1, cvRound(bgr.rows / back_)));
    cv::Mat smaller;
    cv::resize(bgr, smaller, size, 0, 0, cv::INTER_AREA);
    picture_ = smaller;
}

Face Scaled::face_at(const cv::Rect2d& box, double score) const
{
    const auto left = static_cast<int>(std::floor(std::max(0.0, box.x * back_)));
    const auto top = static_cast<int>(std::floor(std::max(0.0, box.y * back_)));
    const auto right = static_cast<int>(std::ceil(std::min<double>(whole_.width, box.br().x * back_)));
    const auto bottom = static_cast<int>(std::ceil(std::min<double>(whole_.height, box.br().y * back_)));
    Face face;
    face.box = {left, top, std::max(0, right - left), std::max(0, bottom - top)};
    face.score = score;
    const auto margin = cvCeil(2 * back_);
    face.at_border =
        left <= margin || top <= margin || right >= whole_.width - margin || bottom >= whole_.height - margin;
    return face;
}

cv::Point2f Scaled::point_at(float x, float y) const
{
    return cv::Point2f(x, y) * back_;
}

} // namespace gatehouse::vision::faces
