#include "vision/health/view.hpp"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>

namespace gatehouse::vision::health {

namespace {

constexpr double fine_structure_min = 3; // of View::fine, grey levels a pixel
constexpr int structured_min = 160;      // of 14400 pixels

cv::Mat sight(const cv::Mat& of)
{
    const int scale = of.rows / small_size.height;
    return of.rowRange(sight_top * scale, (sight_top + sight_height) * scale);
}

double gradient(const cv::Mat1f& of)
{
    cv::Mat1f x;
    cv::Mat1f y;
    cv::Sobel(of, x, CV_32F, 1, 0);
    cv::Sobel(of, y, CV_32F, 0, 1);
    const auto area = static_cast<double>(of.total());
    return (cv::norm(x, cv::NORM_L1) + cv::norm(y, cv::NORM_L1)) / area;
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

// Amplitudes of a profile's periods: its slow changes removed, its ends faded out.
std::vector<float> amplitudes(const cv::Mat1f& profile, int first, int last)
{
    const cv::Mat1f line = profile.reshape(1, 1);
    cv::Mat1f slow;
    cv::blur(line, slow, {101, 1}, {-1, -1}, cv::BORDER_REFLECT);
    cv::Mat1f wave = line - slow;
    double weight = 0;
    for (int i = 0; i < wave.cols; ++i) {
        const auto fade = 0.5 - 0.5 * std::cos(2 * CV_PI * (i + 0.5) / wave.cols);
        wave(i) *= static_cast<float>(fade);
        weight += fade;
    }
    cv::Mat2f spectrum;
    cv::dft(wave, spectrum, cv::DFT_COMPLEX_OUTPUT);
    std::vector<float> out;
    for (int k = first; k <= last; ++k)
        out.push_back(static_cast<float>(2 * std::hypot(spectrum(k)[0], spectrum(k)[1]) / weight));
    return out;
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
    cv::Mat1f level;
    seen.convertTo(level, CV_32F);
    cv::Mat1f smooth;
    cv::GaussianBlur(level, smooth, {}, 1.0);
    cv::Mat1f x;
    cv::Mat1f y;
    cv::Sobel(smooth, x, CV_32F, 1, 0, 3, 0.125);
    cv::Sobel(smooth, y, CV_32F, 0, 1, 3, 0.125);
    cv::sqrt(cell_means(x.mul(x) + y.mul(y)), view.fine);

    measure_colours(view);

    const cv::Mat1f means = cell_means(level);
    const cv::Mat1f variance = cell_means(level.mul(level)) - means.mul(means);
    view.flat = cv::countNonZero(variance < 9) / static_cast<double>(cell_grid.area());
    cv::Mat1f boxed;
    cv::blur(level, boxed, {9, 9});
    view.noise = 1 - gradient(boxed) / std::max(gradient(level), 0.001);

    cv::Mat1f profile;
    cv::reduce(level, profile, 1, cv::REDUCE_AVG);
    view.rows = amplitudes(profile, row_bins_first, row_bins_last);
    cv::reduce(level, profile, 0, cv::REDUCE_AVG);
    view.columns = amplitudes(profile, column_bins_first, column_bins_last);
    return view;
}

} // namespace gatehouse::vision::health
