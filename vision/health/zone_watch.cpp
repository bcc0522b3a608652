#include "vision/health/zone_watch.hpp"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

namespace gatehouse::vision::health {

namespace {

constexpr ZoneWatch::Span gone_after{10};
constexpr double inner_structure_min = 0.25; // of a thing's inner cells: less is a shadow
constexpr double still_there = 0.4;          // of its cells differ from the empty scene
constexpr double looks_alike_min = 0.5;

cv::Mat1b cells_in(const Polygon& polygon)
{
    cv::Mat1b cells(Background::grid, polygon.empty() ? 255 : 0);
    std::vector<cv::Point> corners;
    constexpr int parts = 16; // of a cell
    for (const auto& point : polygon)
        corners.emplace_back(
            static_cast<int>(std::lround(std::clamp(point.x, 0.0, 1.0) * Background::grid.width * parts)),
            static_cast<int>(std::lround(std::clamp(point.y, 0.0, 1.0) * Background::grid.height * parts)));
    if (!corners.empty()) cv::fillPoly(cells, corners, 255, cv::LINE_8, 4, {-parts / 2, -parts / 2});
    return cells;
}

Polygon box_around(const cv::Mat1b& cells)
{
    const auto box = cv::boundingRect(cells);
    const auto x = [](int cell) { return static_cast<double>(cell) / Background::grid.width; };
    const auto y = [](int cell) { return static_cast<double>(cell) / Background::grid.height; };
    return {{x(box.x), y(box.y)},
            {x(box.x + box.width), y(box.y)},
            {x(box.x + box.width), y(box.y + box.height)},
            {x(box.x), y(box.y + box.height)}};
}

} // namespace

ZoneWatch::ZoneWatch(Zone zone)
    : zone_(std::move(zone)), inside_(cells_in(zone_.polygon)), size_(std::max(1, cv::countNonZero(inside_)))
{
}

// The largest connected thing of a vehicle's size.
cv::Mat1b ZoneWatch::find_thing(const Background::Difference& difference) const
{
    cv::Mat1b differing;
    cv::morphologyEx((difference.things | difference.shades) & inside_, differing, cv::MORPH_CLOSE,
                     cv::Mat::ones(3, 3, CV_8U));
    cv::Mat1i labels;
    cv::Mat1i figures;
    cv::Mat centres;
    const int count = cv::connectedComponentsWithStats(differing, labels, figures, centres);
    int largest = 0;
    for (int i = 1; i < count; ++i)
        if (largest == 0 || figures(i, cv::CC_STAT_AREA) > figures(largest, cv::CC_STAT_AREA)) largest = i;
    if (largest == 0 || figures(largest, cv::CC_STAT_AREA) * 100 < zone_.share * size_) return {};
    cv::Mat1b thing = labels == largest;
    cv::Mat1b inner;
    cv::erode(thing, inner, cv::Mat::ones(3, 3, CV_8U), {-1, -1}, 1, cv::BORDER_CONSTANT, 0);
    const auto structured = cv::countNonZero(inner & difference.things);
    if (structured < inner_structure_min * std::max(1, cv::countNonZero(inner))) return {};
    return thing;
}

bool ZoneWatch::looks_alike(const View& view) const
{
    const auto now = smooth(view.small);
    const auto where = in_pixels(thing_);
    cv::Scalar mean_now;
    cv::Scalar mean_then;
    cv::Scalar spread_now;
    cv::Scalar spread_then;
    cv::meanStdDev(now, mean_now, spread_now, where);
    cv::meanStdDev(looks_, mean_then, spread_then, where);
    const auto both = cv::mean(now.mul(looks_), where)[0] - mean_now[0] * mean_then[0];
    return both >= looks_alike_min * std::max(spread_now[0] * spread_then[0], 1.0);
}

void ZoneWatch::remember(const View& view, const cv::Mat1b& thing)
{
    thing_ = thing;
    looks_ = smooth(view.small);
    by_looks_ = false;
    stood_ = {};
    unlike_ = {};
}

std::optional<ZoneWatch::Change> ZoneWatch::leave()
{
    const bool told = std::exchange(occupied_, false);
    Change change{false, box_around(thing_), 0};
    thing_ = {};
    looks_ = {};
    if (!told) return std::nullopt;
    return change;
}

std::optional<ZoneWatch::Change> ZoneWatch::observe(const View& view,
                                                    const Background::Difference& difference,
                                                    Background& background, Span since, cv::Mat1b& standing)
{
    auto found = find_thing(difference);
    if (!found.empty() && thing_.empty() && background.is_ghost(view, found)) {
        background.adopt(view, found);
        found = {};
    }
    if (!found.empty()) standing |= found;
    if (thing_.empty()) {
        if (!found.empty()) remember(view, found);
        return std::nullopt;
    }
    standing |= thing_;
    stood_ += since;
    const auto differing = cv::countNonZero((difference.things | difference.shades) & thing_);
    const bool there =
        looks_alike(view) && (by_looks_ || differing >= still_there * cv::countNonZero(thing_));
    unlike_ = there ? Span::zero() : unlike_ + since;
    if (unlike_ >= gone_after) {
        if (by_looks_) background.adopt(view, thing_);
        auto change = leave();
        if (!found.empty()) remember(view, found);
        return change;
    }
    if (occupied_ || stood_ < std::chrono::minutes(zone_.minutes)) return std::nullopt;
    occupied_ = true;
    return Change{true, box_around(thing_), static_cast<double>(cv::countNonZero(thing_)) / size_};
}

void ZoneWatch::light_changed(const View& view)
{
    if (thing_.empty()) return;
    looks_ = smooth(view.small);
    by_looks_ = true;
}

} // namespace gatehouse::vision::health
