#include "vision/health/cells.hpp"

#include <opencv2/core.hpp>

namespace gatehouse::vision::health {

Cells::Cells(const cv::Mat1f& now, const cv::Mat1f& then)
    : mean_now(cell_means(now)), mean_then(cell_means(then))
{
    const auto spread = [](const cv::Mat1f& of, const cv::Mat1f& mean) {
        cv::Mat1f deviation;
        cv::sqrt(cv::max(cell_means(of.mul(of)) - mean.mul(mean), 0), deviation);
        return deviation;
    };
    spread_now = spread(now, mean_now);
    spread_then = spread(then, mean_then);
    const cv::Mat1f both = cell_means(now.mul(then)) - mean_now.mul(mean_then);
    cv::divide(both, cv::max(spread_now.mul(spread_then), 0.01), correlation);
}

} // namespace gatehouse::vision::health
