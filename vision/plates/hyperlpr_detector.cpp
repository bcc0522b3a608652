#include "vision/plates/hyperlpr_detector.hpp"

#include <algorithm>
#include <utility>

namespace gatehouse::vision::plates {
namespace {

constexpr int numbers = 15;

} // namespace

std::vector<LocatedPlate> plates_in_rows(const cv::Mat& rows, double lowest)
{
    std::vector<LocatedPlate> plates;
    const auto count = rows.total() / numbers;
    const auto* row = rows.ptr<float>();
    for (std::size_t i = 0; i < count; ++i, row += numbers) {
        const double score = static_cast<double>(row[4]) * static_cast<double>(std::max(row[13], row[14]));
        if (score < lowest) continue;
        LocatedPlate plate{.corners = {}, .score = score, .rows = row[14] > row[13] ? 2 : 1};
        for (std::size_t k = 0; k < 4; ++k)
            plate.corners.at(k) = {row[5 + 2 * k], row[6 + 2 * k]};
        plates.push_back(plate);
    }
    return without_overlaps(std::move(plates));
}

HyperLprDetector::HyperLprDetector(Network network, int side) : network_(std::move(network)), side_(side) {}

base::Result<std::unique_ptr<PlateDetector>> HyperLprDetector::load(std::string_view onnx, int side)
{
    auto network = Network::load(onnx, {"output"});
    if (!network) return network.error();
    return std::unique_ptr<PlateDetector>(new HyperLprDetector(std::move(*network), side));
}

base::Result<std::vector<LocatedPlate>> HyperLprDetector::find(const cv::Mat& bgr)
{
    const auto fitted = fit(bgr, {side_, side_});
    const auto rows = network_.run(cv::dnn::blobFromImage(fitted.picture, 1 / 255.0, {}, {}, true));
    if (!rows) return rows.error();
    auto plates = plates_in_rows(rows->front(), located_min);
    to_picture(plates, fitted.scale);
    return plates;
}

} // namespace gatehouse::vision::plates
