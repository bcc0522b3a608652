#pragma once
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include <span>
#include <string>

namespace gatehouse::vision::jpeg {

// Soft colours with a circle and a diagonal: not flat, and the same every time.
inline cv::Mat drawn(int width, int height)
{
    cv::Mat picture(height, width, CV_8UC3);
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x)
            picture.at<cv::Vec3b>(y, x) =
                cv::Vec3b(static_cast<uchar>(x * 255 / width), static_cast<uchar>(y * 255 / height), 90);
    cv::circle(picture, {width / 2, height / 2}, height / 4, {40, 200, 240}, -1);
    cv::line(picture, {0, 0}, {width - 1, height - 1}, {255, 255, 255}, 3);
    return picture;
}

inline std::span<const std::byte> bytes_of(const std::string& text)
{
    return std::as_bytes(std::span(text));
}

} // namespace gatehouse::vision::jpeg
