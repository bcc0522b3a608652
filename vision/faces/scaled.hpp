#pragma once
#include "vision/faces/face.hpp"

#include <opencv2/core/mat.hpp>

namespace gatehouse::vision::faces {

// A picture brought down to what a detector looks at, and the way back. Detectors find faces of about 20
// pixels in it; smaller ones in what is sent show nobody.
class Scaled {
public:
    static constexpr int side_max = 1280;

    explicit Scaled(const cv::Mat& bgr);

    [[nodiscard]] const cv::Mat& picture() const { return picture_; }
    // In pixels of the whole picture and cut at its edges; `at_border` when it touches one.
    [[nodiscard]] Face face_at(const cv::Rect2d& box, double score) const;
    [[nodiscard]] cv::Point2f point_at(float x, float y) const;

private:
    cv::Mat picture_;
    cv::Size whole_;
    double back_ = 1;
};

} // namespace gatehouse::vision::faces
