#pragma once
#include "vision/faces/face.hpp"

#include <opencv2/core/mat.hpp>

#include <optional>
#include <vector>

namespace gatehouse::vision::faces {

// One way to find faces in an 8-bit BGR picture of any size. May throw cv::Exception: FaceFinder, which alone
// calls it, turns that into a Result.
class Detector {
public:
    virtual ~Detector() = default;
    // All with at least score_for_masking.
    [[nodiscard]] virtual std::vector<Face> find(const cv::Mat& bgr) = 0;
    // Where the eyes of a face are; a closer look for a detector that does not tell by itself.
    [[nodiscard]] virtual std::optional<Marks> marks(const cv::Mat& bgr, const Face& face) = 0;
};

} // namespace gatehouse::vision::faces
