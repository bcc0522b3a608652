#include "vision/health/background.hpp"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

namespace gatehouse::vision::health {

namespace {

constexpr Background::Span background_follow_in = std::chrono::minutes(2);
constexpr double apart_min = 12;            // grey levels, mean of a cell
constexpr double structure_alike_min = 0.6; // correlation around a pixel: the same structure in another light
constexpr double local_texture_min = 3;     // standard deviation around a pixel
constexpr double ghost_ratio = 1.5;
const cv::Size neighbourhood{7, 7};

cv::Mat1f in_cells(const cv::Mat1f& pixels)
{
    cv::Mat1f cells;
    cv::resize(pixels, cells, Background::grid, 0, 0, cv::INTER_AREA);
    return cells;
}

// Brightness now to brightness then of the middle cell: what covers less than half of the picture does not
// move it.
float gain(const cv::Mat1f& now, const cv::Mat1f& then)
{
    std::vector<float> ratios;
    const auto cells_now = in_cells(now);
    const auto cells_then = in_cells(then);
    for (int i = 0; i < cells_now.rows * cells_now.cols; ++i)
        if (cells_then(i) > 10 && cells_now(i) > 5) ratios.push_back(cells_now(i) / cells_then(i));
    if (ratios.empty()) return 1;
    const auto middle = ratios.begin() + static_cast<std::ptrdiff_t>(ratios.size() / 2);
    std::nth_element(ratios.begin(), middle, ratios.end());
    return std::clamp(*middle, 0.3F, 3.0F);
}

cv::Mat1f local_mean(const cv::Mat1f& of)
{
    cv::Mat1f mean;
    cv::blur(of, mean, neighbourhood);
    return mean;
}

cv::Mat1f outline_strength(const cv::Mat1f& of)
{
    cv::Mat1f x;
    cv::Mat1f y;
    cv::Sobel(of, x, CV_32F, 1, 0);
    cv::Sobel(of, y, CV_32F, 0, 1);
    cv::Mat1f strength;
    cv::magnitude(x, y, strength);
    return strength;
}

} // namespace

cv::Mat1f smooth(const cv::Mat& small)
{
    cv::Mat1f out;
    small.convertTo(out, CV_32F);
    cv::GaussianBlur(out, out, {}, 1.0);
    return out;
}

cv::Mat1b in_pixels(const cv::Mat1b& cells)
{
    cv::Mat1b pixels;
    cv::resize(cells, pixels, small_size, 0, 0, cv::INTER_NEAREST);
    return pixels;
}

Background::Difference Background::compare(const View& view) const
{
    Difference difference{cv::Mat1b::zeros(grid), cv::Mat1b::zeros(grid)};
    if (!learned()) return difference;
    const auto now = smooth(view.small);
    const cv::Mat1f then = mean_ * gain(now, mean_);
    const auto mean_now = local_mean(now);
    const auto mean_then = local_mean(then);
    const cv::Mat1f variance_now = local_mean(now.mul(now)) - mean_now.mul(mean_now);
    const cv::Mat1f variance_then = local_mean(then.mul(then)) - mean_then.mul(mean_then);
    const cv::Mat1f both = local_mean(now.mul(then)) - mean_now.mul(mean_then);
    const auto apart = in_cells(cv::abs(now - then));
    const auto cells_now = in_cells(variance_now);
    const auto cells_then = in_cells(variance_then);
    const auto cells_both = in_cells(both);
    constexpr auto textured = static_cast<float>(local_texture_min * local_texture_min);
    for (int y = 0; y < grid.height; ++y) {
        for (int x = 0; x < grid.width; ++x) {
            if (apart(y, x) < apart_min) continue;
            const bool plain = cells_now(y, x) < textured && cells_then(y, x) < textured;
            const auto power = std::sqrt(std::max(cells_now(y, x) * cells_then(y, x), 0.01F));
            if (plain)
                difference.shades(y, x) = 255;
            else if (cells_both(y, x) < structure_alike_min * power)
                difference.things(y, x) = 255;
        }
    }
    return difference;
}

void Background::learn(const View& view, Span since, const cv::Mat1b& standing)
{
    const auto now = smooth(view.small);
    if (mean_.empty()) {
        mean_ = now;
        return;
    }
    seen_ += since;
    const auto weight = std::max(1 - std::exp(-since / background_follow_in), learned() ? 0.0 : 0.2);
    // What is hidden behind a thing follows the light as everything else does.
    const cv::Mat1f hidden = mean_ * (1 + weight * (gain(now, mean_) - 1));
    cv::accumulateWeighted(now, mean_, weight, in_pixels(255 - standing));
    hidden.copyTo(mean_, in_pixels(standing));
}

void Background::adopt(const View& view, const cv::Mat1b& cells)
{
    if (!mean_.empty()) smooth(view.small).copyTo(mean_, in_pixels(cells));
}

bool Background::is_ghost(const View& view, const cv::Mat1b& cells) const
{
    const auto inside = in_pixels(cells);
    cv::Mat1b outline;
    cv::morphologyEx(inside, outline, cv::MORPH_GRADIENT, cv::Mat::ones(5, 5, CV_8U));
    const auto now = cv::mean(outline_strength(smooth(view.small)), outline)[0];
    const auto then = cv::mean(outline_strength(mean_), outline)[0];
    return then > ghost_ratio * now;
}

} // namespace gatehouse::vision::health
