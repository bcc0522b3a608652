#include "vision/health/frozen_watch.hpp"

#include "vision/health/state.hpp"

#include <opencv2/imgproc.hpp>

namespace gatehouse::vision::health {

namespace {

constexpr double mean_max = 0.5; // grey levels: 0.002 of white, vision.md §6
constexpr double cell_max = 6;   // what coding the same picture again may do to 8 x 8 pixels
constexpr int pictures_min = 4;  // so that at least three groups of pictures lie between

bool identical(const cv::Mat& one, const cv::Mat& other)
{
    cv::Mat difference;
    cv::absdiff(one, other, difference);
    if (cv::mean(difference)[0] > mean_max) return false;
    cv::Mat cell;
    cv::resize(difference, cell, {one.cols / 8, one.rows / 8}, 0, 0, cv::INTER_AREA);
    double most = 0;
    cv::minMaxLoc(cell, nullptr, &most);
    return most <= cell_max;
}

} // namespace

double FrozenWatch::observe(base::MonoTime now, const cv::Mat& small)
{
    if (first_.empty() || !identical(first_, small)) {
        first_ = small;
        since_ = now;
        pictures_ = 1;
        return 0;
    }
    ++pictures_;
    if (pictures_ < pictures_min) return 0;
    return std::chrono::duration<double>(now - since_) / hold(State::frozen);
}

} // namespace gatehouse::vision::health
