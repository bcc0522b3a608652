#pragma once
#include <opencv2/core/mat.hpp>

#include <vector>

namespace gatehouse::vision::health {

// Every picture is looked at in these sizes, whatever its own: a main stream and its squeezed sub-stream then
// look alike, and the cost and the memory are the same for every camera.
inline const cv::Size view_size{640, 360};
inline const cv::Size small_size{320, 180};
// Overlays (time, camera name) lie along the upper and the lower edge and stay when everything else goes: of
// the height of small_size these lines are looked at. 40 x 19 cells of 8 x 8 pixels.
inline constexpr int sight_top = 14;
inline constexpr int sight_height = 152;
inline constexpr int cell_px = 8; // of small_size
inline const cv::Size cell_grid{40, 19};

// What one picture looks like, measured once. Levels are grey levels, 0 to 255.
struct View {
    cv::Mat colour; // view_size, BGR
    cv::Mat small;  // small_size, grey
    cv::Mat1f soft; // the sight of small, smoothed: noise and a pixel of shake are gone
    cv::Mat1f fine; // per cell: strength of the fine detail (gradient)
    int detail = 0; // width that the picture came with, 640 at most: a small one has less of it

    double mean = 0;
    double spread = 0;     // standard deviation
    double glare = 0;      // share above 240
    double darkest = 0;    // the darkest twentieth is below this level
    double chroma = -1;    // mean distance from grey in Lab where there is structure; negative: there is none
    double cast = 0;       // distance of the mean colour from grey in Lab
    double cast_ratio = 0; // the same by the spread of colours
    cv::Point2f tint;      // mean a and b of Lab
    double noise = 0;      // deviation from what is smooth, in the quietest tenth of the cells
    std::vector<float> rows;    // mean of each line of the sight ...
    std::vector<float> columns; // ... and of each column, view_size
};

// `picture`: BGR, 8 bits, not empty.
[[nodiscard]] View look_at(const cv::Mat& picture);

// Sight of a picture of small_size, smoothed.
[[nodiscard]] cv::Mat1f soften(const cv::Mat& small);

// The mean of each cell of something of the sight's shape, at any scale.
[[nodiscard]] cv::Mat1f cell_means(const cv::Mat1f& of);

} // namespace gatehouse::vision::health
