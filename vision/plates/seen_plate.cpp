#include "vision/plates/seen_plate.hpp"

#include <algorithm>
#include <cmath>

namespace gatehouse::vision::plates {

cv::Rect2f box_of(const Corners& corners)
{
    const auto [left, right] = std::minmax({corners[0].x, corners[1].x, corners[2].x, corners[3].x});
    const auto [top, bottom] = std::minmax({corners[0].y, corners[1].y, corners[2].y, corners[3].y});
    return {left, top, right - left, bottom - top};
}

float width_of(const Corners& corners)
{
    const auto upper = corners[1] - corners[0];
    const auto lower = corners[2] - corners[3];
    return (std::hypot(upper.x, upper.y) + std::hypot(lower.x, lower.y)) / 2;
}

cv::Point2f centre_of(const Corners& corners)
{
    return (corners[0] + corners[1] + corners[2] + corners[3]) / 4;
}

} // namespace gatehouse::vision::plates
