#include "vision/plates/heat_map_detector.hpp"

#include <algorithm>
#include <utility>

namespace gatehouse::vision::plates {
namespace {

constexpr int multiple = 32;          // of the input's sides: the deepest layer's stride
constexpr double closer_from = 0.25;  // score from afar
constexpr std::size_t closer_max = 2; // plates of a picture, the best
constexpr double same_plate = 0.2;    // overlap of what is found from nearby with what was seen from afar
const cv::Size nearby_input(192, 128);
constexpr int hill_rows = 1, hill_columns = 2; // cells on each side of a peak
constexpr float hill_share = 0.5F;             // of the peak's heat
constexpr double worth_more = 0.4;             // score from nearby; below, another look is not worth its time
constexpr int sides_max = 3;                   // heights beyond three widths are no camera's picture

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

// The corners by the cells around a peak, each counted by its heat: the network has learnt to say them
// wherever it is hot, and the mean of a dozen cells is more exact than the hottest one.
Corners corners_of_hill(const float* heat, const cv::Mat& corners, cv::Point peak, int stride)
{
    const int rows = corners.size[2];
    const int columns = corners.size[3];
    Corners sum{};
    float weights = 0;
    for (int y = std::max(peak.y - hill_rows, 0); y <= std::min(peak.y + hill_rows, rows - 1); ++y)
        for (int x = std::max(peak.x - hill_columns, 0); x <= std::min(peak.x + hill_columns, columns - 1);
             ++x) {
            const int cell = y * columns + x;
            const float weight = heat[cell];
            if (weight < hill_share * heat[peak.y * columns + peak.x]) continue;
            const cv::Point2f middle((static_cast<float>(x) + 0.5F) * static_cast<float>(stride),
                                     (static_cast<float>(y) + 0.5F) * static_cast<float>(stride));
            for (int k = 0; k < 4; ++k)
                sum.at(static_cast<std::size_t>(k)) +=
                    weight *
                    (middle + cv::Point2f(plane(corners, 2 * k)[cell], plane(corners, 2 * k + 1)[cell]));
            weights += weight;
        }
    for (auto& corner : sum)
        corner /= weights;
    return sum;
}

// The part of the picture around a plate, so many times as wide, of the nearby input's shape where there is
// room.
cv::Rect around_of(const cv::Rect2f& box, cv::Size picture, float widths)
{
    const auto shape = static_cast<float>(nearby_input.width) / static_cast<float>(nearby_input.height);
    const auto width = std::max(box.width, box.height * shape) * widths;
    const auto height = width / shape;
    const cv::Rect around(cvRound(box.x + (box.width - width) / 2),
                          cvRound(box.y + (box.height - height) / 2), cvRound(width), cvRound(height));
    return around & cv::Rect({}, picture);
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
                const auto* hill = plane(heat, kind);
                const double score = hill[y * columns + x];
                if (score >= lowest && is_peak(hill, columns, rows, x, y))
                    plates.push_back({.corners = corners_of_hill(hill, corners, {x, y}, stride),
                                      .score = score,
                                      .rows = kind + 1});
            }
    return without_overlaps(std::move(plates));
}

HeatMapDetector::HeatMapDetector(Network whole, Network nearby, int width)
    : whole_(std::move(whole)), nearby_(std::move(nearby)), width_(width)
{
}

base::Result<std::unique_ptr<PlateDetector>> HeatMapDetector::load(std::string_view onnx, int width)
{
    auto whole = Network::load(onnx, {"heat", "corners"});
    auto nearby = Network::load(onnx, {"heat", "corners"});
    if (!whole || !nearby) return base::Errc::failed;
    return std::unique_ptr<PlateDetector>(new HeatMapDetector(std::move(*whole), std::move(*nearby), width));
}

base::Result<std::vector<LocatedPlate>> HeatMapDetector::find(const cv::Mat& bgr)
{
    const int height =
        std::min(cvCeil(static_cast<double>(width_) * bgr.rows / bgr.cols), sides_max * width_);
    auto plates = plates_in(whole_, bgr, {width_, (height + multiple - 1) / multiple * multiple});
    if (!plates) return plates.error();
    for (std::size_t i = 0; i < std::min(plates->size(), closer_max); ++i)
        if (plates->at(i).score >= closer_from)
            if (const auto done = look_closer(bgr, plates->at(i)); !done) return done.error();
    return without_overlaps(std::move(*plates));
}

base::Result<std::vector<LocatedPlate>> HeatMapDetector::plates_in(Network& network, const cv::Mat& bgr,
                                                                   cv::Size input)
{
    const auto fitted = fit(bgr, input);
    const auto maps = network.run(cv::dnn::blobFromImage(fitted.picture));
    if (!maps) return maps.error();
    auto plates = plates_in_maps(maps->at(0), maps->at(1), input.width / maps->at(0).size[3], located_min);
    to_picture(plates, fitted.scale);
    return plates;
}

// Once to know where it is, then from nearer still: the mean of the two is more exact than either.
base::Result<void> HeatMapDetector::look_closer(const cv::Mat& bgr, LocatedPlate& plate)
{
    const auto first = nearby(bgr, plate, 2.4F);
    if (!first) return first.error();
    plate = *first;
    if (plate.score < worth_more) return {};
    const auto nearer = nearby(bgr, *first, 2.0F);
    if (!nearer) return nearer.error();
    plate.score = std::max(first->score, nearer->score);
    for (std::size_t i = 0; i < plate.corners.size(); ++i)
        plate.corners.at(i) = (first->corners.at(i) + nearer->corners.at(i)) / 2;
    return {};
}

base::Result<LocatedPlate> HeatMapDetector::nearby(const cv::Mat& bgr, const LocatedPlate& plate,
                                                   float widths)
{
    const auto box = box_of(plate.corners);
    const auto around = around_of(box, bgr.size(), widths);
    if (around.empty()) return plate;
    auto found = plates_in(nearby_, bgr(around), nearby_input);
    if (!found) return found.error();
    for (auto& nearer : *found) {
        for (auto& corner : nearer.corners)
            corner += cv::Point2f(around.tl());
        if (overlap(box_of(nearer.corners), box) >= same_plate) return nearer;
    }
    return plate;
}

} // namespace gatehouse::vision::plates
