#include "vision/health/stripes.hpp"

#include "vision/health/middle.hpp"

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>

namespace gatehouse::vision::health {

namespace {

constexpr int stripe_period_min = 4; // pixels of view_size
constexpr int stripe_period_max = 101;
constexpr double contrast_max = 2;
constexpr double shake_max = 4; // pixels, by the contrast
constexpr double stripe_repeats_min = 0.6;
constexpr double stripe_peak_min = 4; // to the middle of its neighbours

cv::Mat1f row_of(const std::vector<float>& profile)
{
    return cv::Mat1f(profile, true).reshape(1, 1);
}

cv::Mat1f slope(const cv::Mat1f& line)
{
    cv::Mat1f slope;
    cv::filter2D(line, slope, CV_32F, cv::Matx13f(-0.5F, 0, 0.5F), {-1, -1}, 0, cv::BORDER_REPLICATE);
    return slope;
}

// How much of `part` is in the line.
double amount(const cv::Mat1f& line, const cv::Mat1f& part)
{
    return line.dot(part) / std::max(part.dot(part), 1.0);
}

// The profile with the reference's own taken away, in whatever brightness and contrast it shows now and with
// what a shaking mast moves it: a kerb a pixel further down is no stripe.
cv::Mat1f new_in(const std::vector<float>& now, const std::vector<float>& then)
{
    const auto before = row_of(then);
    const cv::Mat1f around = before - cv::mean(before)[0];
    cv::Mat1f line = row_of(now);
    line -= cv::mean(line)[0];
    line -= std::clamp(amount(line, around), 0.0, contrast_max) * around;
    const auto moved = slope(before);
    return line - std::clamp(amount(line, moved), -shake_max, shake_max) * moved;
}

cv::Mat1f without_slow_changes(const cv::Mat1f& line)
{
    cv::Mat1f slow;
    cv::blur(line, slow, {stripe_period_max, 1}, {-1, -1}, cv::BORDER_REFLECT);
    return line - slow;
}

// Amplitudes of the wave's periods over its length, its ends faded out.
std::vector<float> amplitudes(const cv::Mat1f& line)
{
    cv::Mat1f wave = line.clone();
    double weight = 0;
    for (int i = 0; i < wave.cols; ++i) {
        const auto fade = 0.5 - 0.5 * std::cos(2 * CV_PI * (i + 0.5) / wave.cols);
        wave(i) *= static_cast<float>(fade);
        weight += fade;
    }
    cv::Mat2f spectrum;
    cv::dft(wave, spectrum, cv::DFT_COMPLEX_OUTPUT);
    std::vector<float> out;
    for (int k = 0; k <= wave.cols / stripe_period_min; ++k)
        out.push_back(static_cast<float>(2 * std::hypot(spectrum(k)[0], spectrum(k)[1]) / weight));
    return out;
}

// How well the line agrees with itself `further` on.
double agrees(const cv::Mat1f& line, int further)
{
    const cv::Mat1f here = line.colRange(0, line.cols - further);
    const cv::Mat1f there = line.colRange(further, line.cols);
    return here.dot(there) / std::sqrt(std::max(here.dot(here) * there.dot(there), 1.0));
}

// The same one and two periods on: a wave does, one object or a pair of lamps does not.
double repeats(const cv::Mat1f& line, std::size_t k)
{
    const auto bins = static_cast<double>(k);
    const auto shortest = static_cast<int>(std::floor(line.cols / (bins + 0.7)));
    const auto longest = static_cast<int>(std::ceil(line.cols / (bins - 0.7)));
    double best = 0;
    for (int period = shortest; period <= longest && 3 * period < line.cols; ++period)
        best = std::max(best, std::min(agrees(line, period), agrees(line, 2 * period)));
    return best;
}

} // namespace

// The strongest wave: a peak that stands out of its neighbours and goes on over the whole length. What moves
// before the camera, headlights and shadows have neither.
double new_stripes(const std::vector<float>& now, const std::vector<float>& then)
{
    const auto line = without_slow_changes(new_in(now, then));
    const auto strengths = amplitudes(line);
    double highest = 0;
    for (std::size_t k = now.size() / stripe_period_max; k < strengths.size(); ++k) {
        if (strengths[k] <= highest) continue;
        std::vector<float> neighbours;
        for (std::size_t j = k < 10 ? 0 : k - 10; j < std::min(strengths.size(), k + 11); ++j)
            if (j + 2 < k || j > k + 2) neighbours.push_back(strengths[j]);
        if (strengths[k] < stripe_peak_min * middle(neighbours)) continue;
        if (repeats(line, k) >= stripe_repeats_min) highest = strengths[k];
    }
    return highest;
}

} // namespace gatehouse::vision::health
