#pragma once
#include "gateway/base/errc.hpp"
#include "vision/faces/detector.hpp"
#include "vision/link/messages.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

namespace gatehouse::vision::faces {

// Where Debian's opencv-data puts its cascades.
inline constexpr const char* cascades_folder = "/usr/share/opencv4/haarcascades";

struct LoadedFinder;

// Where the faces in a picture are. There is no telling whose they are: no templates, nothing is compared,
// nothing kept (domain.md P-02). For one thread at a time. Throws nothing.
class FaceFinder {
public:
    // YuNet where an installer has put it among the models, else the cascades. Looks once at an empty
    // picture, so that the first order does not wait for OpenCV's allocations. Blocks.
    [[nodiscard]] static LoadedFinder load(const std::filesystem::path& models,
                                           const std::filesystem::path& cascades = cascades_folder);

    explicit FaceFinder(std::unique_ptr<Detector> detector) : detector_(std::move(detector)) {}

    // Faces with at least this score, the surest first. Errors: bad_input for an empty picture or another
    // format than 8-bit BGR, failed.
    [[nodiscard]] base::Result<std::vector<Face>> find(const cv::Mat& bgr, double score_min);

private:
    std::unique_ptr<Detector> detector_;
};

struct LoadedFinder {
    std::optional<FaceFinder> finder; // empty: neither is there
    std::vector<ModelState> models;   // what is used, and why YuNet is not when its file is there
};

// Somebody is there: a face that is seen for sure and whole.
[[nodiscard]] bool is_somebody(const Face& face);

} // namespace gatehouse::vision::faces
