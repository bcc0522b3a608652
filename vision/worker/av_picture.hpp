#pragma once
#include "vision/worker/av.hpp"
#include "vision/worker/picture.hpp"

namespace gatehouse::vision {

// A decoded frame of libav.
class AvPicture final : public Picture {
public:
    explicit AvPicture(Av<AVFrame> frame) : frame_(std::move(frame)) {}
    [[nodiscard]] int width() const override { return frame_->width; }
    [[nodiscard]] int height() const override { return frame_->height; }
    [[nodiscard]] base::Result<cv::Mat> bgr(cv::Rect part, int width_max) const override;

private:
    Av<AVFrame> frame_;
};

// A picture that already is BGR: a snapshot.
class MatPicture final : public Picture {
public:
    explicit MatPicture(cv::Mat bgr) : bgr_(std::move(bgr)) {}
    [[nodiscard]] int width() const override { return bgr_.cols; }
    [[nodiscard]] int height() const override { return bgr_.rows; }
    [[nodiscard]] base::Result<cv::Mat> bgr(cv::Rect part, int width_max) const override;

private:
    cv::Mat bgr_;
};

} // namespace gatehouse::vision
