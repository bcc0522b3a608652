#pragma once
#include "gateway/base/errc.hpp"

#include <opencv2/core/mat.hpp>

#include <string>

namespace gatehouse::vision::jpeg {

// A JPEG of a picture in BGR or grey with 8 bits; quality 1 to 100, colours at half the resolution. Errors: a
// Flaw.
[[nodiscard]] base::Result<std::string> encode(const cv::Mat& picture, int quality);

} // namespace gatehouse::vision::jpeg
