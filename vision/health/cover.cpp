#include "vision/health/cover.hpp"

#include "vision/health/middle.hpp"
#include "vision/health/view.hpp"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

namespace gatehouse::vision::health {

namespace {

constexpr float changed_min = 10; // grey levels from what is expected here
constexpr float one_surface = 4;  // grey levels at most from one cell to the next
constexpr std::size_t alike_cells_min = 10;
constexpr float readable_min = 5; // a darker cell tells no ratio

// Brightness now to brightness then.
float gain(const Cells& cells)
{
    std::vector<float> ratios;
    for_each_cell([&](cv::Point at) {
        if (cells.had_texture(at) && cells.alike(at) && cells.mean_then(at) > readable_min)
            ratios.push_back(cells.mean_now(at) / cells.mean_then(at));
    });
    return ratios.size() < alike_cells_min ? 1 : std::clamp(middle(ratios), 0.3F, 2.0F);
}

// From `surface` on.
void spread_over(cv::Mat1b& surface, const Cells& cells)
{
    const auto now_to_then = gain(cells);
    const auto belongs = [&](cv::Point at, cv::Point beside) {
        return cv::Rect({}, cell_grid).contains(at) && surface(at) == 0 && cells.flat(at) &&
               std::abs(cells.mean_now(at) - now_to_then * cells.mean_then(at)) > changed_min &&
               std::abs(cells.mean_now(at) - cells.mean_now(beside)) <= one_surface;
    };
    std::vector<cv::Point> edge;
    cv::findNonZero(surface, edge);
    while (!edge.empty()) {
        const auto from = edge.back();
        edge.pop_back();
        for (const auto step : {cv::Point(-1, 0), cv::Point(1, 0), cv::Point(0, -1), cv::Point(0, 1)}) {
            if (!belongs(from + step, from)) continue;
            surface(from + step) = 255;
            edge.push_back(from + step);
        }
    }
}

} // namespace

Cover find_cover(const Cells& cells)
{
    cv::Mat1b surface(cell_grid, 0);
    int something = 0;
    for_each_cell([&](cv::Point at) {
        if (cells.alike(at)) return;
        if (cells.had_texture(at) && cells.flat(at)) surface(at) = 255;
        if (cells.spread_now(at) >= Cells::texture_min) ++something;
    });
    spread_over(surface, cells);
    const double all = cell_grid.area();
    return {cv::countNonZero(surface) / all, something / all, cv::boundingRect(surface)};
}

} // namespace gatehouse::vision::health
