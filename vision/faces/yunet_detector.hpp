#pragma once
#include "vision/faces/detector.hpp"

#include <opencv2/objdetect/face.hpp>

#include <filesystem>

namespace gatehouse::vision::faces {

// YuNet as of March 2022 (MIT), the only one that OpenCV 4.6 runs by itself: opt-in, since only weights that
// we train are shipped.
class YunetDetector final : public Detector {
public:
    // A file whose checksum was compared. Throws when OpenCV does not read it.
    explicit YunetDetector(const std::filesystem::path& file);

    [[nodiscard]] std::vector<Face> find(const cv::Mat& bgr) override;

private:
    cv::Ptr<cv::FaceDetectorYN> net_;
};

} // namespace gatehouse::vision::faces
