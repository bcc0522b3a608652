#pragma once
#include "gateway/base/errc.hpp"
#include "vision/plates/seen_plate.hpp"

#include <opencv2/core/mat.hpp>

#include <memory>
#include <string_view>
#include <vector>

namespace gatehouse::vision::plates {

// The lowest score that a detector gives out: for masks. What is read has to have more (VoteOptions).
inline constexpr double located_min = 0.1;

// Finds plates in a picture. One for each network format; PlateLook holds the one whose file is there.
class PlateDetector {
public:
    virtual ~PlateDetector() = default;
    // Plates of at least located_min, the best first, none over another. A picture is BGR, 8
    // bits, of any size. Errors: failed, when the network throws.
    [[nodiscard]] virtual base::Result<std::vector<LocatedPlate>> find(const cv::Mat& bgr) = 0;
};

// A picture as a network of that input size sees it: scaled to fit, black below or to the right of it.
struct Fitted {
    cv::Mat picture;  // of the input's size
    double scale = 1; // pixels of the network for one of the picture
};
[[nodiscard]] Fitted fit(const cv::Mat& bgr, cv::Size input);

// Of plates found in the input, with 0 0 the corner of its first pixel: where they are in the picture, with 0
// 0 the middle of its first pixel, as OpenCV's warps have it.
void to_picture(std::vector<LocatedPlate>& plates, double scale);

// Intersection over union.
[[nodiscard]] double overlap(const cv::Rect2f& one, const cv::Rect2f& other);

// What is left when of two that cover each other (boxes overlap by more than 0.3) only the
// better stays; the best first, no more than ten.
[[nodiscard]] std::vector<LocatedPlate> without_overlaps(std::vector<LocatedPlate> plates);

} // namespace gatehouse::vision::plates
