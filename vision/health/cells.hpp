#pragma once
#include "vision/health/view.hpp"

namespace gatehouse::vision::health {

// Calls `f` with each cell's place.
template <class F>
void for_each_cell(F&& f)
{
    for (int y = 0; y < cell_grid.height; ++y)
        for (int x = 0; x < cell_grid.width; ++x)
            f(cv::Point(x, y));
}

// The cells (cell_grid) of a smoothed view and of a smoothed reference side by side. Levels are grey levels.
struct Cells {
    // A cell has texture from this standard deviation on, and none below that one.
    static constexpr float texture_min = 4;
    static constexpr float flat_max = 2;
    static constexpr float alike_min = 0.5; // correlation of a cell with the same cell of the reference
    static constexpr float glare_level = 225;

    cv::Mat1f mean_now;
    cv::Mat1f mean_then;
    cv::Mat1f spread_now;
    cv::Mat1f spread_then;
    cv::Mat1f correlation;

    // `now`, `then`: of soften().
    Cells(const cv::Mat1f& now, const cv::Mat1f& then);

    [[nodiscard]] bool had_texture(cv::Point at) const { return spread_then(at) >= texture_min; }
    // The same structure, whatever its brightness and contrast.
    [[nodiscard]] bool alike(cv::Point at) const { return correlation(at) >= alike_min; }
    // Nothing is to be seen there, and it is not because of a lamp.
    [[nodiscard]] bool flat(cv::Point at) const
    {
        return spread_now(at) < flat_max && mean_now(at) < glare_level;
    }
};

} // namespace gatehouse::vision::health
