#pragma once
extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/frame.h>
#include <libswscale/swscale.h>
}

#include <memory>

namespace gatehouse::vision {

// libav's objects with their owners.
struct AvFree {
    void operator()(AVPacket* packet) const { av_packet_free(&packet); }
    void operator()(AVFrame* frame) const { av_frame_free(&frame); }
    void operator()(AVCodecContext* codec) const { avcodec_free_context(&codec); }
    void operator()(AVFormatContext* format) const { avformat_close_input(&format); }
    void operator()(AVIOContext* stream) const { avio_closep(&stream); }
    void operator()(SwsContext* scaler) const { sws_freeContext(scaler); }
};
template <class T>
using Av = std::unique_ptr<T, AvFree>;

} // namespace gatehouse::vision
