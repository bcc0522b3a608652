#include "vision/plates/plate_detector.hpp"

#include <opencv2/imgproc.hpp>

#include <algorithm>

namespace gatehouse::vision::plates {
namespace {

constexpr double overlap_max = 0.3;

} // namespace

double overlap(const cv::Rect2f& one, const cv::Rect2f& other)
{
    const double both = (one & other).area();
    const double either = one.area() + other.area() - both;
    return either > 0 ? both / either : 0;
}

Fitted fit(const cv::Mat& bgr, cv::Size input)
{
    Fitted fitted;
    fitted.scale =
        std::min(static_cast<double>(input.width) / bgr.cols, static_cast<double>(input.height) / bgr.rows);
    const cv::Size inside(std::clamp(cvRound(bgr.cols * fitted.scale), 1, input.width),
                          std::clamp(cvRound(bgr.rows * fitted.scale), 1, input.height));
    fitted.picture = cv::Mat::zeros(input, CV_8UC3);
    cv::resize(bgr, fitted.picture(cv::Rect({}, inside)), inside, 0, 0,
               fitted.scale < 1 ? cv::INTER_AREA : cv::INTER_LINEAR);
    return fitted;
}

void to_picture(std::vector<LocatedPlate>& plates, double scale)
{
    for (auto& plate : plates)
        for (auto& corner : plate.corners)
            corner = corner / scale - cv::Point2f(0.5F, 0.5F);
}

std::vector<LocatedPlate> without_overlaps(std::vector<LocatedPlate> plates)
{
    std::stable_sort(plates.begin(), plates.end(),
                     [](const LocatedPlate& a, const LocatedPlate& b) { return a.score > b.score; });
    std::vector<LocatedPlate> kept;
    for (const auto& plate : plates) {
        const auto box = box_of(plate.corners);
        if (std::none_of(kept.begin(), kept.end(), [&](const LocatedPlate& k) {
                return overlap(box, box_of(k.corners)) > overlap_max;
            }))
            kept.push_back(plate);
    }
    return kept;
}

} // namespace gatehouse::vision::plates
