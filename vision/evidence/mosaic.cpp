#include "vision/evidence/mosaic.hpp"

#include <opencv2/imgproc.hpp>

#include <algorithm>

namespace gatehouse::vision::evidence {

cv::Rect enlarged(const cv::Rect& box, const cv::Size& inside)
{
    const cv::Point more((box.width * 15 + 99) / 100, (box.height * 15 + 99) / 100);
    return (box - more + cv::Size(2 * more.x, 2 * more.y)) & cv::Rect({}, inside);
}

void cover(cv::Mat& bgr, const cv::Rect& box)
{
    if (box.empty()) return;
    auto part = bgr(box);
    const auto block = std::max(16, (std::max(box.width, box.height) + 7) / 8);
    const cv::Size blocks(std::max(1, box.width / block), std::max(1, box.height / block));
    cv::Mat few;
    cv::resize(part, few, blocks, 0, 0, cv::INTER_AREA);
    cv::resize(few, part, part.size(), 0, 0, cv::INTER_NEAREST);
}

} // namespace gatehouse::vision::evidence
