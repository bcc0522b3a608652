#pragma once
#include <opencv2/core/types.hpp>

#include <optional>

namespace gatehouse::vision::faces {

// Points of a face as we look at it, in pixels of the picture.
struct Marks {
    cv::Point2f left_eye;
    cv::Point2f right_eye;
    cv::Point2f nose;
    cv::Point2f mouth; // the middle of its corners
};

struct Face {
    cv::Rect box;                 // in pixels, inside the picture
    double score = 0;             // 0..1, the same scale whoever found it
    bool at_border = false;       // cut by the edge of the picture: masked, but never counted as somebody
    std::optional<Marks> marks{}; // the default detector knows none
};

// Masking takes what may be a face: a mask too many does no harm. "Somebody is there" wants to be sure.
inline constexpr double score_for_masking = 0.6;
inline constexpr double score_for_records = 0.9;

} // namespace gatehouse::vision::faces
