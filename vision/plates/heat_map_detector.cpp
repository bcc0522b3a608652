#include "vision/plates/heat_map_detector.hpp"

#include <algorithm>
#include <utility>

namespace gatehouse::vision::plates {
namespace {

constexpr int multiple = 32; // of the input's sides: the deepest layer's stride
constexpr int sides_max = 3; // heights beyond three widths are no camera's picture

const float* plane(const cv::Mat& map, int channel)
{
    return map.ptr<float>(0, channel);
}

// Whether a cell of a plane is its neighbourhood's highest; of equal ones the first.
bool is_peak(const float* heat, int columns, int rows, int x, int y)
{
    const float here = heat[y * columns + x];
    for (int j = std::max(y - 1, 0); j <= std::min(y + 1, rows - 1); ++j)
        for (int i = std::max(x - 1, 0); i <= std::min(x + 1, columns - 1); ++i) {
            const float there = heat[j * columns + i];
            if (there > here || (there == here && j * columns + i < y * columns + x)) return false;
        }
    return true;
}

} // namespace

std::vector<LocatedPlate> plates_in_maps(const cv::Mat& heat, const cv::Mat& corners, int stride,
                                         double lowest)
{
    const int rows = heat.size[2];
    const int columns = heat.size[3];
    std::vector<LocatedPlate> plates;
    for (int kind = 0; kind < heat.size[1]; ++kind)
        for (int y = 0; y < rows; ++y)
            for (int x = 0; x < columns; ++x) {
                const double score = plane(heat, kind)[y * columns + x];
                if (score < lowest || !is_peak(plane(heat, kind), columns, rows, x, y)) continue;
                LocatedPlate plate{.corners = {}, .score = score, .rows = kind + 1};
                const cv::Point2f middle =
                    cv::Point2f(static_cast<float>(x) + 0.5F, static_cast<float>(y) + 0.5F) *
                    static_cast<float>(stride);
                for (int k = 0; k < 4; ++k)
                    plate.corners.at(static_cast<std::size_t>(k)) =
                        middle + cv::Point2f(plane(corners, 2 * k)[y * columns + x],
                                             plane(corners, 2 * k + 1)[y * columns + x]);
                plates.push_back(plate);
            }
    return without_overlaps(std::move(plates));
}

HeatMapDetector::HeatMapDetector(Network network, int width) : network_(std::move(network)), width_(width) {}

base::Result<std::unique_ptr<PlateDetector>> HeatMapDetector::load(std::string_view onnx, int width)
{
    auto network = Network::load(onnx, {"heat", "corners"});
    if (!network) return network.error();
    return std::unique_ptr<PlateDetector>(new HeatMapDetector(std::move(*network), width));
}

base::Result<std::vector<LocatedPlate>> HeatMapDetector::find(const cv::Mat& bgr)
{
    const int height =
        std::min(cvCeil(static_cast<double>(width_) * bgr.rows / bgr.cols), sides_max * width_);
    const auto fitted = fit(bgr, {width_, (height + multiple - 1) / multiple * multiple});
    const auto maps = network_.run(cv::dnn::blobFromImage(fitted.picture));
    if (!maps) return maps.error();
    const auto& heat = maps->at(0);
    auto plates = plates_in_maps(heat, maps->at(1), fitted.picture.cols / heat.size[3], located_min);
    to_picture(plates, fitted.scale);
    return plates;
}

} // namespace gatehouse::vision::plates
