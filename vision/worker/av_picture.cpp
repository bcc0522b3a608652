#include "vision/worker/av_picture.hpp"

extern "C" {
#include <libavutil/pixdesc.h>
}

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <array>

namespace gatehouse::vision {
namespace {

cv::Size scaled(cv::Size size, int width_max)
{
    if (width_max <= 0 || size.width <= width_max) return size;
    return {width_max, std::max(1, size.height * width_max / size.width)};
}

// Where the part begins in each plane. Its corner lies on a whole chroma sample.
std::array<const std::uint8_t*, AV_NUM_DATA_POINTERS> planes_at(const AVFrame& frame, cv::Point corner,
                                                                const AVPixFmtDescriptor& format)
{
    std::array<const std::uint8_t*, AV_NUM_DATA_POINTERS> planes{};
    for (int i = 0; i < format.nb_components; ++i) {
        const auto& component = format.comp[i];
        const bool chroma = i == 1 || i == 2;
        const auto x = chroma ? corner.x >> format.log2_chroma_w : corner.x;
        const auto y = chroma ? corner.y >> format.log2_chroma_h : corner.y;
        planes[component.plane] = frame.data[component.plane] +
                                  static_cast<std::ptrdiff_t>(y) * frame.linesize[component.plane] +
                                  static_cast<std::ptrdiff_t>(x) * component.step;
    }
    return planes;
}

// The scaler takes every picture for one of standard definition with the narrow range of levels unless told.
void set_colours(SwsContext& scaler, const AVFrame& frame)
{
    const bool high = frame.colorspace == AVCOL_SPC_BT709;
    const int* matrix = sws_getCoefficients(high ? SWS_CS_ITU709 : SWS_CS_ITU601);
    const int full = frame.color_range == AVCOL_RANGE_JPEG ? 1 : 0;
    sws_setColorspaceDetails(&scaler, matrix, full, matrix, 1, 0, 1 << 16, 1 << 16);
}

} // namespace

base::Result<cv::Mat> AvPicture::bgr(cv::Rect part, int width_max) const
{
    const auto* format = av_pix_fmt_desc_get(static_cast<AVPixelFormat>(frame_->format));
    constexpr auto unusual = AV_PIX_FMT_FLAG_HWACCEL | AV_PIX_FMT_FLAG_BITSTREAM | AV_PIX_FMT_FLAG_RGB;
    if (!format || (format->flags & unusual) != 0) return base::Errc::failed;
    part.x &= ~((1 << format->log2_chroma_w) - 1);
    part.y &= ~((1 << format->log2_chroma_h) - 1);
    const auto size = scaled(part.size(), width_max);
    // Area averaging keeps the share of edges that health compares; it took no longer than the bilinear
    // filter.
    const Av<SwsContext> scaler(
        sws_getContext(part.width, part.height, static_cast<AVPixelFormat>(frame_->format), size.width,
                       size.height, AV_PIX_FMT_BGR24, SWS_AREA, nullptr, nullptr, nullptr));
    if (!scaler) return base::Errc::failed;
    set_colours(*scaler, *frame_);
    cv::Mat out;
    try {
        // With columns to spare: the scaler's vector code writes past the end of a row.
        out = cv::Mat(size.height, size.width + 32, CV_8UC3).colRange(0, size.width);
    } catch (const cv::Exception&) {
        return base::Errc::failed; // out of memory
    }
    const auto planes = planes_at(*frame_, part.tl(), *format);
    std::uint8_t* target[] = {out.data, nullptr, nullptr, nullptr};
    const int stride[] = {static_cast<int>(out.step), 0, 0, 0};
    if (sws_scale(scaler.get(), planes.data(), frame_->linesize, 0, part.height, target, stride) !=
        size.height)
        return base::Errc::failed;
    return out;
}

base::Result<cv::Mat> MatPicture::bgr(cv::Rect part, int width_max) const
{
    try {
        const cv::Mat inside = bgr_(part);
        const auto size = scaled(part.size(), width_max);
        if (size == part.size()) return inside;
        cv::Mat out;
        cv::resize(inside, out, size, 0, 0, cv::INTER_AREA);
        return out;
    } catch (const cv::Exception&) {
        return base::Errc::failed;
    }
}

} // namespace gatehouse::vision
