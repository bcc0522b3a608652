#pragma once
#include "vision/faces/face.hpp"

#include <opencv2/core/mat.hpp>

#include <vector>

namespace gatehouse::vision::faces {

// One way to find faces in an 8-bit BGR picture of any size. May throw cv::Exception: FaceFinder, which alone
// calls it, turns that into a Result.
class Detector {
public:
    virtual ~Detector() = default;
    // All with at least score_for_masking.
    [[nodiscard]] virtual std::vector<Face> find(const cv::Mat& bgr) = 0;
};

} // namespace gatehouse::vision::faces
