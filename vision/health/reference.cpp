#include "vision/health/reference.hpp"

#include "vision/health/cells.hpp"
#include "vision/health/cover.hpp"
#include "vision/health/middle.hpp"
#include "vision/health/stripes.hpp"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <array>
#include <cmath>

namespace gatehouse::vision::health {

namespace {

constexpr int texture_cells_min = 20;
constexpr double in_place_min = 0.97; // nothing has moved: nobody need look for where to
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
        if (cells.correlation(i) < Cells::alike_min || cells.mean_now(i) > Cells::glare_level) continue;
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
    for_each_cell([&](cv::Point at) {
        const auto brightest = std::max(cells.mean_now(at), cells.mean_then(at));
        const auto fine = reference.fine(at);
        if (!cells.had_texture(at) || !cells.alike(at) || brightest > Cells::glare_level || fine < 1) return;
        ratios.push_back({fine / (cells.spread_then(at) + 3), view.fine(at) / fine});
    });
    if (ratios.size() < texture_cells_min) return 1;
    std::sort(ratios.begin(), ratios.end(), [](auto& a, auto& b) { return a.then_sharp > b.then_sharp; });
    std::vector<float> sharpest;
    for (std::size_t i = 0; i < ratios.size() * 2 / 5; ++i)
        sharpest.push_back(ratios[i].now_to_then);
    return middle(sharpest) / contrast_ratio(cells);
}

// Neither noise nor brightness: only outlines.
cv::Mat1f outlines(const cv::Mat1f& soft)
{
    cv::Mat1f slow;
    cv::blur(soft, slow, {21, 21});
    return soft - slow;
}

// Whether most of what had texture in this part of the picture is alike; a few cells may be so by chance.
bool mostly_alike(const Cells& cells, const cv::Rect& part)
{
    const cv::Rect where(part.x / cell_px, part.y / cell_px, part.width / cell_px, part.height / cell_px);
    int textured = 0;
    int same = 0;
    for_each_cell([&](cv::Point at) {
        if (!where.contains(at) || !cells.had_texture(at)) return;
        ++textured;
        if (cells.alike(at)) ++same;
    });
    return same >= texture_cells_min / 2 && 2 * same >= textured;
}

void find_displacement(const cv::Mat1f& now, const cv::Mat1f& then, const Cells& cells, Likeness& likeness)
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
            if (cv::norm(shift) > displaced_px)
                shifts.push_back(shift);
            else if (mostly_alike(cells, part)) // a weak peak may lie there by chance
                ++likeness.staying;
        }
    }
    likeness.displaced = static_cast<int>(shifts.size());
    if (shifts.empty()) return;
    std::sort(shifts.begin(), shifts.end(), [](auto& a, auto& b) { return cv::norm(a) < cv::norm(b); });
    likeness.shift = shifts[shifts.size() / 2];
}

cv::Rect2f in_picture(const cv::Rect& of_cells)
{
    constexpr float cell = cell_px;
    return {of_cells.x * cell / small_size.width, (of_cells.y * cell + sight_top) / small_size.height,
            of_cells.width * cell / small_size.width, of_cells.height * cell / small_size.height};
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
    const Cells cells(view.soft, then);
    int textured = 0;
    int same = 0;
    int flat = 0;
    for_each_cell([&](cv::Point at) {
        if (!cells.had_texture(at)) return;
        ++textured;
        if (cells.alike(at))
            ++same;
        else if (cells.flat(at))
            ++flat;
    });
    if (textured < texture_cells_min) return likeness;
    likeness.judged = true;
    likeness.same = static_cast<double>(same) / textured;
    likeness.flat = static_cast<double>(flat) / textured;
    const auto cover = find_cover(cells);
    likeness.hidden = cover.share;
    likeness.fresh = cover.something;
    likeness.gone = in_picture(cover.around);
    if (view.detail == reference.detail) likeness.sharpness = sharpness(view, reference, cells);
    if (likeness.same >= in_place_min)
        likeness.staying = 4;
    else
        find_displacement(outlines(view.soft), outlines(then), cells, likeness);
    return likeness;
}

} // namespace gatehouse::vision::health
