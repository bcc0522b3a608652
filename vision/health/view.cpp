#include "vision/health/view.hpp"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>

namespace gatehouse::vision::health {

namespace {

constexpr double fine_structure_min = 3; // of View::fine, grey levels a pixel
constexpr int structured_min = 800;      // of 14400 pixels: a cover leaves less, which may well be grey

cv::Mat sight(const cv::Mat& of)
{
    const int scale = of.rows / small_size.height;
    return of.rowRange(sight_top * scale, (sight_top + sight_height) * scale);
}

// The level below which the darkest twentieth lies.
double darkest_of(const cv::Mat& grey)
{
    std::vector<uchar> levels(grey.begin<uchar>(), grey.end<uchar>());
    const auto twentieth = levels.begin() + static_cast<std::ptrdiff_t>(levels.size() / 20);
    std::nth_element(levels.begin(), twentieth, levels.end());
    return *twentieth;
}

void measure_colours(View& view)
{
    cv::Mat tiny;
    cv::resize(view.colour, tiny, {160, 90}, 0, 0, cv::INTER_AREA);
    cv::Mat lab;
    cv::cvtColor(tiny, lab, cv::COLOR_BGR2Lab);
    cv::Mat planes[3];
    cv::split(lab, planes);
    cv::Mat1f a;
    cv::Mat1f b;
    planes[1].convertTo(a, CV_32F, 1, -128);
    planes[2].convertTo(b, CV_32F, 1, -128);
    const auto mean_a = cv::mean(a)[0];
    const auto mean_b = cv::mean(b)[0];
    cv::Mat1f distance;
    cv::magnitude(a, b, distance);
    cv::Mat1f detail(tiny.size(), 0);
    cv::resize(view.fine, detail.rowRange(7, 83), {160, 76}, 0, 0, cv::INTER_NEAREST);
    const cv::Mat1b structured = detail > fine_structure_min;
    if (cv::countNonZero(structured) >= structured_min) view.chroma = cv::mean(distance, structured)[0];
    view.tint = {static_cast<float>(mean_a), static_cast<float>(mean_b)};
    view.cast = std::hypot(mean_a, mean_b);
    const auto spread = std::hypot(cv::mean(cv::abs(a - mean_a))[0], cv::mean(cv::abs(b - mean_b))[0]);
    view.cast_ratio = view.cast / std::max(spread, 0.001);
}

// The tenth of all values from below.
double low_tenth(const cv::Mat1f& of)
{
    std::vector<float> values(of.begin(), of.end());
    const auto tenth = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 10);
    std::nth_element(values.begin(), tenth, values.end());
    return *tenth;
}

// How strong the fine detail of each cell is, and how much noise there is.
void measure_detail(const cv::Mat& seen, View& view)
{
    cv::Mat smooth;
    cv::GaussianBlur(seen, smooth, {5, 5}, 1.0);
    cv::Mat1f x;
    cv::Mat1f y;
    cv::Sobel(smooth, x, CV_32F, 1, 0, 3, 0.125);
    cv::Sobel(smooth, y, CV_32F, 0, 1, 3, 0.125);
    cv::sqrt(cell_means(x.mul(x) + y.mul(y)), view.fine);
    cv::Mat1f rest;
    cv::subtract(seen, smooth, rest, cv::noArray(), CV_32F);
    cv::Mat1f deviation;
    cv::sqrt(cell_means(rest.mul(rest)), deviation);
    view.noise = low_tenth(deviation);
}

std::vector<float> profile(const cv::Mat& seen, int along)
{
    cv::Mat1f means;
    cv::reduce(seen, means, along, cv::REDUCE_AVG, CV_32F);
    return {means.begin(), means.end()};
}

} // namespace

cv::Mat1f soften(const cv::Mat& small)
{
    cv::Mat1f soft;
    sight(small).convertTo(soft, CV_32F);
    cv::GaussianBlur(soft, soft, {}, 1.0);
    return soft;
}

cv::Mat1f cell_means(const cv::Mat1f& of)
{
    cv::Mat1f means;
    cv::resize(of, means, cell_grid, 0, 0, cv::INTER_AREA);
    return means;
}

View look_at(const cv::Mat& picture)
{
    View view;
    view.detail = std::min(picture.cols, view_size.width);
    const auto how = picture.cols > view_size.width ? cv::INTER_AREA : cv::INTER_LINEAR;
    cv::resize(picture, view.colour, view_size, 0, 0, how);
    cv::Mat grey;
    cv::cvtColor(view.colour, grey, cv::COLOR_BGR2GRAY);
    cv::resize(grey, view.small, small_size, 0, 0, cv::INTER_AREA);
    view.soft = soften(view.small);

    const cv::Mat seen = sight(grey);
    cv::Scalar mean;
    cv::Scalar spread;
    cv::meanStdDev(seen, mean, spread);
    view.mean = mean[0];
    view.spread = spread[0];
    view.glare = static_cast<double>(cv::countNonZero(seen > 240)) / static_cast<double>(seen.total());
    view.darkest = darkest_of(sight(view.small));
    measure_detail(seen, view);
    measure_colours(view);
    view.rows = profile(seen, 1);
    view.columns = profile(seen, 0);
    return view;
}

} // namespace gatehouse::vision::health
