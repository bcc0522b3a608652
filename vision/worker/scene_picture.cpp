#include "vision/worker/scene_picture.hpp"

#include "vision/jpeg/encode.hpp"
#include "vision/worker/av_picture.hpp"

namespace gatehouse::vision {
namespace {

constexpr int scene_quality = 80;
constexpr int detail_quality = 92;

std::string encoded(const cv::Mat& bgr, int quality)
{
    if (bgr.empty()) return {};
    auto bytes = jpeg::encode(bgr, quality);
    return bytes ? std::move(*bytes) : std::string();
}

} // namespace

std::string scene_picture(const cv::Mat& bgr, int width_max)
{
    if (bgr.empty()) return {};
    const auto small = MatPicture(bgr).Picture::bgr(width_max);
    return small ? encoded(*small, scene_quality) : std::string();
}

std::string detail_picture(const cv::Mat& bgr)
{
    return encoded(bgr, detail_quality);
}

} // namespace gatehouse::vision
