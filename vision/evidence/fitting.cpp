#include "vision/evidence/fitting.hpp"

#include "vision/evidence/flaw.hpp"
#include "vision/jpeg/encode.hpp"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>

namespace gatehouse::vision::evidence {
namespace {

constexpr int tries_max = 4;
constexpr double well_filled = 0.85; // of the budget: another try would show nothing new
constexpr double aim = 0.93;

// The factor by which libjpeg multiplies its table of steps, and back.
double coarseness(int quality)
{
    return quality < 50 ? 5000.0 / quality : 200.0 - 2.0 * quality;
}

int quality_of(double coarseness)
{
    return static_cast<int>(coarseness > 100 ? 5000 / coarseness : (200 - coarseness) / 2);
}

// Bytes fall with about the power 0.6 of the coarseness (vision.md §7: 117 to 421 kB from quality 50 to 95).
int next_quality(int quality, double bytes, double wanted)
{
    const auto coarser = coarseness(quality) * std::pow(bytes / wanted, 1 / 0.6);
    return std::clamp(quality_of(coarser), quality_least, quality_best);
}

// Empty `jpeg` when it does not fit at the least quality.
base::Result<Fitted> fit_as_large(const cv::Mat& picture, std::size_t bytes_max, int quality)
{
    Fitted best;
    best.size = picture.size();
    const auto budget = static_cast<double>(bytes_max);
    int too_good = quality_best + 1; // the least quality that did not fit
    for (int i = 0; i < tries_max; ++i) {
        auto jpeg = jpeg::encode(picture, quality);
        if (!jpeg) return jpeg.error();
        const auto bytes = static_cast<double>(jpeg->size());
        if (bytes <= budget) {
            best.jpeg = std::move(*jpeg);
            best.quality = quality;
            if (bytes >= well_filled * budget) break;
        } else {
            too_good = quality;
        }
        if (best.quality + 1 >= too_good) break; // nothing lies between
        const auto next =
            std::clamp(next_quality(quality, bytes, aim * budget), best.quality + 1, too_good - 1);
        if (next < quality_least || next <= best.quality) break;
        quality = next;
    }
    return best;
}

} // namespace

base::Result<Fitted> fit(const cv::Mat& picture, std::size_t bytes_max, int quality_first)
{
    auto quality = std::clamp(quality_first, quality_least, quality_best);
    cv::Mat present = picture;
    for (;;) {
        auto fitted = fit_as_large(present, bytes_max, quality);
        if (!fitted || !fitted->jpeg.empty()) return fitted;
        if (std::min(present.cols, present.rows) < 16) return Flaw::budget_not_met;
        cv::Mat smaller;
        cv::resize(present, smaller, {}, 0.7, 0.7, cv::INTER_AREA);
        present = smaller;
        quality = quality_least + 10;
    }
}

} // namespace gatehouse::vision::evidence
