#include "tests/sim/rtsp/encoder.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>
#include <vector>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavutil/log.h>
#include <libavutil/opt.h>
#include <libswscale/swscale.h>
}

namespace gatehouse::sim::rtsp {
namespace {

constexpr int jpeg_quality = 70;
constexpr std::array<std::pair<std::string_view, Codec>, 4> names{
    {{"h264", Codec::h264}, {"h265", Codec::h265}, {"mjpeg", Codec::mjpeg}, {"svac", Codec::svac}}};

// NAL units between their start codes, 00 00 01 or 00 00 00 01 (H.264 annex B).
std::vector<std::string> nal_units(std::string_view bytes)
{
    constexpr std::string_view start_code("\0\0\1", 3);
    std::vector<std::string> units;
    auto at = bytes.find(start_code);
    while (at != std::string_view::npos) {
        const auto begin = at + start_code.size();
        at = bytes.find(start_code, begin);
        auto unit = bytes.substr(begin, at == std::string_view::npos ? at : at - begin);
        if (at != std::string_view::npos && !unit.empty() && unit.back() == '\0') unit.remove_suffix(1);
        if (!unit.empty()) units.emplace_back(unit);
    }
    return units;
}

template <class T, void (*release)(T**)>
struct Release {
    void operator()(T* held) const { release(&held); }
};

} // namespace

std::optional<Codec> parse_codec(std::string_view text)
{
    for (const auto& [name, codec] : names)
        if (name == text) return codec;
    return std::nullopt;
}

struct Encoder::Libav {
    std::unique_ptr<AVCodecContext, Release<AVCodecContext, &avcodec_free_context>> context;
    std::unique_ptr<AVFrame, Release<AVFrame, &av_frame_free>> frame;
    std::unique_ptr<AVPacket, Release<AVPacket, &av_packet_free>> packet;
    std::unique_ptr<SwsContext, decltype(&sws_freeContext)> colours{nullptr, &sws_freeContext};
    std::vector<std::uint8_t> padded; // the picture that is encoded now
};

Encoder::Encoder(const Format& format) : format_(format)
{
    if (format.codec == Codec::mjpeg) return;
    av_log_set_level(AV_LOG_ERROR); // encoders tell a lot about themselves
    const bool h265 = format.codec == Codec::h265;
    const auto* codec = avcodec_find_encoder_by_name(h265 ? "libx265" : "libx264");
    if (codec == nullptr) throw std::runtime_error("libavcodec was built without libx264 or libx265");
    libav_ = std::make_unique<Libav>();
    auto& context = libav_->context;
    context.reset(avcodec_alloc_context3(codec));
    context->width = format.width;
    context->height = format.height;
    context->pix_fmt = AV_PIX_FMT_YUV420P;
    context->time_base = {1, format.rate};
    context->framerate = {format.rate, 1};
    context->gop_size = format.gop;
    context->max_b_frames = 0;
    context->thread_count = 1;
    context->bit_rate = format.kbits * 1000LL;
    context->rc_max_rate = context->bit_rate;
    context->rc_buffer_size = format.kbits * 2000;
    context->qmin = format.qp_min;
    context->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    const std::string gop = std::to_string(format.gop);
    const std::string keys = "keyint=" + gop + ":min-keyint=" + gop + ":scenecut=0";
    av_opt_set(context->priv_data, "preset", "ultrafast", 0);
    av_opt_set(context->priv_data, "tune", "zerolatency", 0);
    if (h265)
        av_opt_set(context->priv_data, "x265-params", (keys + ":log-level=none:pools=none").c_str(), 0);
    else
        av_opt_set(context->priv_data, "x264-params", keys.c_str(), 0);
    if (avcodec_open2(context.get(), codec, nullptr) < 0)
        throw std::runtime_error("the encoder will not open");
    headers_ = nal_units({reinterpret_cast<const char*>(context->extradata),
                          static_cast<std::size_t>(context->extradata_size)});
    libav_->packet.reset(av_packet_alloc());
    libav_->frame.reset(av_frame_alloc());
    libav_->frame->format = context->pix_fmt;
    libav_->frame->width = format.width;
    libav_->frame->height = format.height;
    if (av_frame_get_buffer(libav_->frame.get(), 0) < 0) throw std::bad_alloc();
    libav_->colours.reset(sws_getContext(format.width, format.height, AV_PIX_FMT_RGB24, format.width,
                                         format.height, AV_PIX_FMT_YUV420P, SWS_POINT, nullptr, nullptr,
                                         nullptr));
    libav_->frame->pts = 0;
}

Encoder::~Encoder() = default;

Unit Encoder::encode(const Canvas& picture)
{
    auto unit = std::make_shared<AccessUnit>();
    if (!libav_) {
        unit->key = true;
        unit->parts.push_back(picture.jpeg(jpeg_quality));
        return unit;
    }
    auto* frame = libav_->frame.get();
    auto* packet = libav_->packet.get();
    // The scaler's vector code reads past the end of the last row.
    constexpr std::size_t spare = 64;
    libav_->padded.resize(picture.pixels().size() + spare);
    std::ranges::copy(picture.pixels(), libav_->padded.begin());
    const std::array<const std::uint8_t*, 4> from{libav_->padded.data()};
    const std::array<int, 4> stride{picture.width() * 3};
    if (av_frame_make_writable(frame) < 0) throw std::bad_alloc();
    sws_scale(libav_->colours.get(), from.data(), stride.data(), 0, picture.height(), frame->data,
              frame->linesize);
    ++frame->pts;
    // Tuned for zero latency, every frame that goes in comes out at once.
    if (avcodec_send_frame(libav_->context.get(), frame) < 0 ||
        avcodec_receive_packet(libav_->context.get(), packet) < 0)
        throw std::runtime_error("the encoder took no frame");
    unit->key = (packet->flags & AV_PKT_FLAG_KEY) != 0;
    if (unit->key) unit->parts = headers_;
    for (auto& part :
         nal_units({reinterpret_cast<const char*>(packet->data), static_cast<std::size_t>(packet->size)}))
        unit->parts.push_back(std::move(part));
    av_packet_unref(packet);
    return unit;
}

} // namespace gatehouse::sim::rtsp
