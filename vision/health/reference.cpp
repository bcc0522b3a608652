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
constexpr float displaced_px = 2.5;
constexpr double response_min = 0.12;

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
    cv::GaussianBlur(soft, slow, {}, 6);
    return soft - slow;
}

void find_displacement(const cv::Mat1f& now, const cv::Mat1f& then, Likeness& likeness)
{
    const cv::Size quarter{now.cols / 2, now.rows / 2};
    cv::Mat1f window;
    cv::createHanningWindow(window, quarter, CV_32F);
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

// A peak that stands out of its neighbours and was not there: how far it rises above what may be.
double new_peak(const std::vector<float>& now, const std::vector<float>& then)
{
    double highest = 0;
    for (std::size_t i = 0; i < now.size(); ++i) {
        std::vector<float> neighbours;
        for (std::size_t j = i < 8 ? 0 : i - 8; j < std::min(now.size(), i + 9); ++j)
            if (j + 2 < i || j > i + 2) neighbours.push_back(now[j]);
        const double usual = 4 * median(neighbours);
        const double before =
            *std::max_element(then.begin() + static_cast<std::ptrdiff_t>(i > 0 ? i - 1 : 0),
                              then.begin() + static_cast<std::ptrdiff_t>(std::min(i + 2, then.size())));
        highest = std::max(highest, now[i] - std::max(usual, 2 * before));
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
    ++views;
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
    views += other.views;
}

Likeness compare(const View& view, const Reference& reference)
{
    Likeness likeness;
    likeness.stripes =
        std::max(new_peak(view.rows, reference.rows), new_peak(view.columns, reference.columns));
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
    find_displacement(outlines(view.soft), outlines(then), likeness);
    return likeness;
}

} // namespace gatehouse::vision::health
