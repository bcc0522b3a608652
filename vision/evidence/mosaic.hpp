#pragma once
#include <opencv2/core/mat.hpp>

namespace gatehouse::vision::evidence {

// A box with 15 % more on each side, inside a picture of this size: detectors cut chins and ears.
[[nodiscard]] cv::Rect enlarged(const cv::Rect& box, const cv::Size& inside);

// Makes what is in the box unrecognisable, in place: blocks of at least 16 pixels, and never more than eight
// across, since a large face in many blocks is still a face. A light blur can be undone, a block is one
// colour.
void cover(cv::Mat& bgr, const cv::Rect& box);

} // namespace gatehouse::vision::evidence
