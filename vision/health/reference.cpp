#include "vision/health/reference.hpp"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <array>
#include <cmath>

namespace gatehouse::vision::health {

namespace {

// A cell has texture from this standard deviation on, and none below that one (smoothed, in grey levels).
constexpr float texture_min = 4;
constexpr float flat_max = 2;
constexpr float cell_alike_min = 0.5; // correlation of a cell with the same cell of the reference
constexpr int texture_cells_min = 20;
constexpr float glare_level = 225;
constexpr double in_place_min = 0.97; // nothing has moved: nobody need look for where to
constexpr float displaced_px = 2.5;
constexpr double response_min = 0.12;
constexpr int stripe_period_min = 4; // pixels of view_size
constexpr int stripe_period_max = 101;
constexpr double stripe_repeats_min = 0.6;
constexpr double stripe_peak_min = 4; // to the middle of its neighbours

void mix(cv::Mat& mean, const cv::Mat& with, double weight)
{
    if (mean.empty() || mean.depth() != CV_32F) (mean.empty() ? with : mean).convertTo(mean, CV_32F);
    cv::accumulateWeighted(with, mean, weight);
}

void mix(cv::Mat1f& mean, const cv::Mat1f& with, double weight)
{
    if (mean.empty()) mean = with.clone();
    cv::accumulateWeighted(with, mean, weight);
}

void mix(std::vector<float>& mean, const std::vector<float>& with, double weight)
{
    if (mean.size() != with.size()) mean = with;
    for (std::size_t i = 0; i < mean.size(); ++i)
        mean[i] += static_cast<float>(weight) * (with[i] - mean[i]);
}

float median(std::vector<float>& values)
{
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

// The cells of view and reference side by side.
struct Cells {
    cv::Mat1f mean_now;
    cv::Mat1f mean_then;
    cv::Mat1f spread_now;
    cv::Mat1f spread_then;
    cv::Mat1f correlation;
};

Cells match(const cv::Mat1f& now, const cv::Mat1f& then)
{
    Cells cells;
    cells.mean_now = cell_means(now);
    cells.mean_then = cell_means(then);
    cv::sqrt(cv::max(cell_means(now.mul(now)) - cells.mean_now.mul(cells.mean_now), 0), cells.spread_now);
    cv::sqrt(cv::max(cell_means(then.mul(then)) - cells.mean_then.mul(cells.mean_then), 0),
             cells.spread_then);
    const cv::Mat1f both = cell_means(now.mul(then)) - cells.mean_now.mul(cells.mean_then);
    cv::divide(both, cv::max(cells.spread_now.mul(cells.spread_then), 0.01), cells.correlation);
    return cells;
}

// Contrast now to contrast then of what is larger than anything a blur touches.
double contrast_ratio(const Cells& cells)
{
    const auto coarse = [](const cv::Mat1f& means) {
        cv::Mat1f slow;
        cv::GaussianBlur(means, slow, {}, 3);
        return cv::Mat1f(means - slow);
    };
    const auto now = coarse(cells.mean_now);
    const auto then = coarse(cells.mean_then);
    double sum_now = 1;
    double sum_then = 1;
    for (int i = 0; i < now.rows * now.cols; ++i) {
        if (cells.correlation(i) < cell_alike_min || cells.mean_now(i) > glare_level) continue;
        sum_now += now(i) * now(i);
        sum_then += then(i) * then(i);
    }
    return std::sqrt(sum_now / sum_then);
}

// The middle of the ratios of fine detail, in those two fifths of the like cells that were the sharpest: a
// soft cell says nothing of the lens.
double sharpness(const View& view, const Reference& reference, const Cells& cells)
{
    struct Ratio {
        float then_sharp;
        float now_to_then;
    };
    std::vector<Ratio> ratios;
    for (int i = 0; i < cells.mean_now.rows * cells.mean_now.cols; ++i) {
        if (cells.spread_then(i) < texture_min || cells.correlation(i) < cell_alike_min) continue;
        if (cells.mean_now(i) > glare_level || cells.mean_then(i) > glare_level || reference.fine(i) < 1)
            continue;
        ratios.push_back({reference.fine(i) / (cells.spread_then(i) + 3), view.fine(i) / reference.fine(i)});
    }
    if (ratios.size() < texture_cells_min) return 1;
    std::sort(ratios.begin(), ratios.end(), [](auto& a, auto& b) { return a.then_sharp > b.then_sharp; });
    std::vector<float> sharpest;
    for (std::size_t i = 0; i < ratios.size() * 2 / 5; ++i)
        sharpest.push_back(ratios[i].now_to_then);
    return median(sharpest) / contrast_ratio(cells);
}

// Neither noise nor brightness: only outlines.
cv::Mat1f outlines(const cv::Mat1f& soft)
{
    cv::Mat1f slow;
    cv::blur(soft, slow, {21, 21});
    return soft - slow;
}

void find_displacement(const cv::Mat1f& now, const cv::Mat1f& then, Likeness& likeness)
{
    const cv::Size quarter{now.cols / 2, now.rows / 2};
    static const auto window = [&] {
        cv::Mat1f fading;
        cv::createHanningWindow(fading, quarter, CV_32F);
        return fading;
    }();
    std::vector<cv::Point2f> shifts;
    for (const int y : {0, quarter.height}) {
        for (const int x : {0, quarter.width}) {
            const cv::Rect part({x, y}, quarter);
            double response = 0;
            const cv::Point2f shift =
                cv::phaseCorrelate(then(part).clone(), now(part).clone(), window, &response);
            if (response < response_min) continue;
            if (cv::norm(shift) <= displaced_px)
                ++likeness.staying;
            else
                shifts.push_back(shift);
        }
    }
    likeness.displaced = static_cast<int>(shifts.size());
    if (shifts.empty()) return;
    std::sort(shifts.begin(), shifts.end(), [](auto& a, auto& b) { return cv::norm(a) < cv::norm(b); });
    likeness.shift = shifts[shifts.size() / 2];
}

// The profile with the reference's own taken away, in whatever brightness and contrast it shows now.
cv::Mat1f new_in(const std::vector<float>& now, const std::vector<float>& then)
{
    const cv::Mat1f line(1, static_cast<int>(now.size()), const_cast<float*>(now.data()));
    const cv::Mat1f before(1, static_cast<int>(then.size()), const_cast<float*>(then.data()));
    cv::Scalar mean;
    cv::Scalar spread;
    cv::meanStdDev(before, mean, spread);
    const cv::Mat1f around = before - mean[0];
    const auto contrast = line.dot(around) / std::max(around.dot(around), 1.0);
    return line - std::clamp(contrast, 0.0, 2.0) * around;
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
        if (strengths[k] < stripe_peak_min * median(neighbours)) continue;
        if (repeats(line, k) >= stripe_repeats_min) highest = strengths[k];
    }
    return highest;
}

} // namespace

void Reference::blend(const View& view, double weight)
{
    if (empty()) weight = 1;
    mix(small, view.small, weight);
    mix(fine, view.fine, weight);
    tint += static_cast<float>(weight) * (view.tint - tint);
    mix(rows, view.rows, weight);
    mix(columns, view.columns, weight);
    detail = view.detail;
    views = std::min(views + 1, views_max);
}

void Reference::blend(const Reference& other, double weight)
{
    cv::Mat kept;
    other.small.convertTo(kept, CV_8U);
    if (empty())
        small = kept;
    else
        cv::addWeighted(small, 1 - weight, kept, weight, 0, small);
    if (empty()) weight = 1;
    mix(fine, other.fine, weight);
    tint += static_cast<float>(weight) * (other.tint - tint);
    mix(rows, other.rows, weight);
    mix(columns, other.columns, weight);
    detail = other.detail;
    picture = other.picture;
    taken_at = other.taken_at;
    views = std::min(views + other.views, views_max);
}

Likeness compare(const View& view, const Reference& reference)
{
    Likeness likeness;
    likeness.stripes =
        std::max(new_stripes(view.rows, reference.rows), new_stripes(view.columns, reference.columns));
    const auto then = soften(reference.small);
    const auto cells = match(view.soft, then);
    int textured = 0;
    int same = 0;
    int flat = 0;
    cv::Rect gone;
    for (int y = 0; y < cell_grid.height; ++y) {
        for (int x = 0; x < cell_grid.width; ++x) {
            if (cells.spread_then(y, x) < texture_min) continue;
            ++textured;
            if (cells.correlation(y, x) >= cell_alike_min)
                ++same;
            else if (cells.spread_now(y, x) < flat_max && cells.mean_now(y, x) < glare_level) {
                ++flat;
                gone |= cv::Rect(x, y, 1, 1);
            }
        }
    }
    if (textured < texture_cells_min) return likeness;
    likeness.judged = true;
    likeness.same = static_cast<double>(same) / textured;
    likeness.flat = static_cast<double>(flat) / textured;
    const float cell = 8;
    likeness.gone = {gone.x * cell / small_size.width, (gone.y * cell + sight_top) / small_size.height,
                     gone.width * cell / small_size.width, gone.height * cell / small_size.height};
    if (view.detail == reference.detail) likeness.sharpness = sharpness(view, reference, cells);
    if (likeness.same >= in_place_min)
        likeness.staying = 4;
    else
        find_displacement(outlines(view.soft), outlines(then), likeness);
    return likeness;
}

} // namespace gatehouse::vision::health
