#pragma once
#include "vision/plates/seen_plate.hpp"

#include <opencv2/core/mat.hpp>

namespace gatehouse::vision::plates {

inline constexpr int reader_width = 160;
inline constexpr int reader_height = 48;

// The plate as the reader wants it: of reader_width x reader_height and seen from the front. Of a plate of
// two rows the upper 5/12, without the empty outer eighths, and the lower 2/3 (they meet in between: GA 36
// puts the upper row there) are stretched to the full height and laid side by side. The same as
// vision/plates/training/reader_cut.py, from which the network learnt. Corners may lie outside of the
// picture: its edge goes on there.
[[nodiscard]] cv::Mat rectify(const cv::Mat& bgr, const LocatedPlate& plate);

// The same plate with a margin on every side, as a share of its own width and height.
[[nodiscard]] LocatedPlate with_margin(LocatedPlate plate, float share_of_width, float share_of_height);

} // namespace gatehouse::vision::plates
