#pragma once
#include "vision/plates/network.hpp"
#include "vision/plates/plate_detector.hpp"

#include <string_view>

namespace gatehouse::vision::plates {

// The plates in the output of a HyperLPR3 detector: rows of 15 numbers, box (centre, width, height),
// likelihood that there is anything, x and y of four corners, likelihood of one row and of two.
[[nodiscard]] std::vector<LocatedPlate> plates_in_rows(const cv::Mat& rows, double score_min);

// The opt-in detector of HyperLPR3 (Apache-2.0): wants RGB from 0 to 1 in a square.
class HyperLprDetector final : public PlateDetector {
public:
    // `side` of the square: 320 or 640, as the file has it. Errors: failed.
    [[nodiscard]] static base::Result<std::unique_ptr<PlateDetector>> load(std::string_view onnx, int side);

    [[nodiscard]] base::Result<std::vector<LocatedPlate>> find(const cv::Mat& bgr) override;

private:
    HyperLprDetector(Network network, int side);

    Network network_;
    int side_;
};

} // namespace gatehouse::vision::plates
