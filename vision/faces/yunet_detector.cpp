#include "vision/faces/yunet_detector.hpp"
#include "vision/faces/scaled.hpp"

namespace gatehouse::vision::faces {

YunetDetector::YunetDetector(const std::filesystem::path& file)
    : net_(cv::FaceDetectorYN::create(file.string(), "", {320, 180}, static_cast<float>(score_for_masking)))
{
}

// A row of the answer: box, right eye, left eye, nose, corners of the mouth, score (their right is our left).
std::vector<Face> YunetDetector::find(const cv::Mat& bgr)
{
    const Scaled scaled(bgr);
    net_->setInputSize(scaled.picture().size());
    cv::Mat answer;
    net_->detect(scaled.picture(), answer);
    std::vector<Face> faces;
    for (int i = 0; i < answer.rows; ++i) {
        const auto* row = answer.ptr<float>(i);
        auto face = scaled.face_at(cv::Rect2d(row[0], row[1], row[2], row[3]), row[14]);
        if (face.box.empty()) continue;
        face.marks = Marks{scaled.point_at(row[4], row[5]), scaled.point_at(row[6], row[7]),
                           scaled.point_at(row[8], row[9]),
                           scaled.point_at((row[10] + row[12]) / 2, (row[11] + row[13]) / 2)};
        faces.push_back(face);
    }
    return faces;
}

} // namespace gatehouse::vision::faces
