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

// Our own detector: any input size, so that a picture is only scaled and a portrait one is not squeezed. What
// it finds in the whole picture it looks at again from nearby, where the corners are several times as exact.
class HeatMapDetector final : public PlateDetector {
public:
    // `width`: of the network's input for a whole picture, a multiple of 32; the height follows the picture.
    // Errors: failed.
    [[nodiscard]] static base::Result<std::unique_ptr<PlateDetector>> load(std::string_view onnx, int width);

    [[nodiscard]] base::Result<std::vector<LocatedPlate>> find(const cv::Mat& bgr) override;

private:
    HeatMapDetector(Network whole, Network nearby, int width);

    static base::Result<std::vector<LocatedPlate>> plates_in(Network& network, const cv::Mat& bgr,
                                                             cv::Size input);
    base::Result<void> look_closer(const cv::Mat& bgr, LocatedPlate& plate);
    // The same plate from nearby, the picture being so many times as wide as it; as it is when nothing is
    // found there.
    base::Result<LocatedPlate> nearby(const cv::Mat& bgr, const LocatedPlate& plate, float widths);

    // The same weights twice: OpenCV allocates anew whenever a network's input changes its size.
    Network whole_;
    Network nearby_;
    int width_;
};

} // namespace gatehouse::vision::plates
