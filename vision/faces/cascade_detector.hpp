#pragma once
#include "vision/faces/detector.hpp"

#include <opencv2/objdetect.hpp>

#include <filesystem>

namespace gatehouse::vision::faces {

// Haar cascades of Debian's opencv-data (Intel and BSD licences): the default, because it needs no download.
// Faces from the front, and turned ones at half the size; README.md says how many it finds and at what cost.
class CascadeDetector final : public Detector {
public:
    static constexpr const char* frontal_file = "haarcascade_frontalface_alt2.xml";

    // Throws when a file is missing or not a cascade.
    explicit CascadeDetector(const std::filesystem::path& folder);

    [[nodiscard]] std::vector<Face> find(const cv::Mat& bgr) override;

private:
    cv::CascadeClassifier frontal_;
    cv::CascadeClassifier profile_;
};

} // namespace gatehouse::vision::faces
