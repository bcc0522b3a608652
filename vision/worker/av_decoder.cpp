#include "vision/worker/av_decoder.hpp"

#include "vision/worker/av_picture.hpp"

namespace gatehouse::vision {

bool AvDecoder::reads(AVCodecID codec)
{
    return codec == AV_CODEC_ID_H264 || codec == AV_CODEC_ID_HEVC || codec == AV_CODEC_ID_MJPEG;
}

base::Result<AvDecoder> AvDecoder::open(const AVCodecParameters& stream)
{
    const auto* codec = reads(stream.codec_id) ? avcodec_find_decoder(stream.codec_id) : nullptr;
    if (!codec) return base::Errc::unsupported;
    Av<AVCodecContext> context(avcodec_alloc_context3(codec));
    if (!context || avcodec_parameters_to_context(context.get(), &stream) < 0) return base::Errc::failed;
    context->thread_count = 1;
    context->flags |= AV_CODEC_FLAG_LOW_DELAY;
    context->max_pixels = picture_pixels_max;
    if (avcodec_open2(context.get(), codec, nullptr) < 0) return base::Errc::failed;
    return AvDecoder(std::move(context));
}

base::Result<PicturePtr> AvDecoder::decode(const AVPacket& packet)
{
    const int sent = avcodec_send_packet(codec_.get(), &packet);
    if (sent < 0 && sent != AVERROR(EAGAIN)) return base::Errc::damaged;
    return receive();
}

base::Result<PicturePtr> AvDecoder::drain()
{
    avcodec_send_packet(codec_.get(), nullptr);
    return receive();
}

base::Result<PicturePtr> AvDecoder::receive()
{
    Av<AVFrame> frame(av_frame_alloc());
    if (!frame) return base::Errc::failed;
    const int got = avcodec_receive_frame(codec_.get(), frame.get());
    if (got == AVERROR(EAGAIN) || got == AVERROR_EOF) return PicturePtr();
    if (got < 0 || frame->decode_error_flags != 0 || (frame->flags & AV_FRAME_FLAG_CORRUPT) != 0)
        return base::Errc::damaged;
    return std::make_shared<const AvPicture>(std::move(frame));
}

} // namespace gatehouse::vision
