#pragma once
#include "vision/plates/network.hpp"
#include "vision/plates/plate_detector.hpp"

#include <string_view>

namespace gatehouse::vision::plates {

// The plates in the outputs of our own detector (vision/plates/training/README.md): `heat` 1x2xHxW, how
// likely a plate of one row and of two has its centre in the cell; `corners` 1x8xHxW, x and y of the four
// corners from the middle of the cell, in pixels of the input. In pixels of the input, the best first.
[[nodiscard]] std::vector<LocatedPlate> plates_in_maps(const cv::Mat& heat, const cv::Mat& corners,
                                                       int stride, double score_min);

// Our own detector: any input size, so that a picture is only scaled, and a portrait one is not squeezed.
class HeatMapDetector final : public PlateDetector {
public:
    // `width`: of the network's input, a multiple of 32; the height follows the picture. Errors: failed.
    [[nodiscard]] static base::Result<std::unique_ptr<PlateDetector>> load(std::string_view onnx, int width);

    [[nodiscard]] base::Result<std::vector<LocatedPlate>> find(const cv::Mat& bgr) override;

private:
    HeatMapDetector(Network network, int width);

    Network network_;
    int width_;
};

} // namespace gatehouse::vision::plates
