#pragma once
#include "gateway/base/errc.hpp"

#include <opencv2/core/mat.hpp>

#include <cstddef>
#include <string>

namespace gatehouse::vision::evidence {

struct Fitted {
    std::string jpeg;
    cv::Size size;
    int quality = 0;
};

inline constexpr int quality_best = 90;  // more is bytes without detail
inline constexpr int quality_least = 40; // below it, fewer pixels show more than more artefacts

// The best JPEG of a picture that fits into so many bytes: the search begins at a quality that was right for
// another picture and takes two or three tries. What does not fit at the least quality is made smaller, never
// larger. Errors: Flaw::budget_not_met, those of the encoder.
[[nodiscard]] base::Result<Fitted> fit(const cv::Mat& picture, std::size_t bytes_max, int quality_first);

} // namespace gatehouse::vision::evidence
