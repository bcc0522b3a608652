#include "vision/faces/cascade_detector.hpp"
#include "vision/faces/scaled.hpp"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <stdexcept>

namespace gatehouse::vision::faces {
namespace {

constexpr int face_min = 20; // pixels: what the cascades were trained on

// A hit of a cascade and how many of its neighbours saw it too.
struct Hit {
    cv::Rect2d box;
    int neighbours = 0;
};

void read(cv::CascadeClassifier& cascade, const std::filesystem::path& file)
{
    if (!std::filesystem::exists(file)) throw std::runtime_error(file.filename().string() + " is not there");
    if (!cascade.load(file.string())) throw std::runtime_error(file.filename().string() + " is no cascade");
}

// Two neighbours are enough to mask (0.6), eight to be sure (0.9).
double score_of(int neighbours)
{
    return 1 - 0.8 / std::max(1, neighbours);
}

std::vector<Hit> hits(cv::CascadeClassifier& cascade, const cv::Mat& grey, double step, double back)
{
    std::vector<cv::Rect> boxes;
    std::vector<int> neighbours;
    cascade.detectMultiScale(grey, boxes, neighbours, step, 1, 0, cv::Size(face_min, face_min));
    std::vector<Hit> found;
    for (std::size_t i = 0; i < boxes.size(); ++i)
        found.push_back(
            {{boxes[i].x * back, boxes[i].y * back, boxes[i].width * back, boxes[i].height * back},
             neighbours[i]});
    return found;
}

// The cascade knows faces that look to the left; those that look to the right are found in the mirror.
std::vector<Hit> profile_hits(cv::CascadeClassifier& cascade, const cv::Mat& grey)
{
    if (std::min(grey.cols, grey.rows) < 4 * face_min) return {};
    cv::Mat half;
    cv::resize(grey, half, {}, 0.5, 0.5, cv::INTER_AREA);
    auto found = hits(cascade, half, 1.2, 2);
    cv::flip(half, half, 1);
    for (auto& hit : hits(cascade, half, 1.2, 2)) {
        hit.box.x = 2.0 * half.cols - hit.box.br().x;
        found.push_back(hit);
    }
    return found;
}

// The same face seen twice is the one that more neighbours saw.
std::vector<Hit> without_repeats(std::vector<Hit> found)
{
    std::sort(found.begin(), found.end(),
              [](const Hit& a, const Hit& b) { return a.neighbours > b.neighbours; });
    std::vector<Hit> kept;
    for (const auto& hit : found) {
        const auto is_repeat = [&](const Hit& other) {
            return (hit.box & other.box).area() > 0.5 * std::min(hit.box.area(), other.box.area());
        };
        if (std::none_of(kept.begin(), kept.end(), is_repeat)) kept.push_back(hit);
    }
    return kept;
}

} // namespace

CascadeDetector::CascadeDetector(const std::filesystem::path& folder)
{
    read(frontal_, folder / frontal_file);
    read(profile_, folder / "haarcascade_profileface.xml");
}

std::vector<Face> CascadeDetector::find(const cv::Mat& bgr)
{
    const Scaled scaled(bgr);
    // No equalisation: it costs faces in the dark and at the edge of light (README.md).
    cv::Mat grey;
    cv::cvtColor(scaled.picture(), grey, cv::COLOR_BGR2GRAY);
    auto found = hits(frontal_, grey, 1.15, 1);
    for (const auto& hit : profile_hits(profile_, grey))
        found.push_back(hit);
    std::vector<Face> faces;
    for (const auto& hit : without_repeats(std::move(found)))
        faces.push_back(scaled.face_at(hit.box, score_of(hit.neighbours)));
    return faces;
}

} // namespace gatehouse::vision::faces
