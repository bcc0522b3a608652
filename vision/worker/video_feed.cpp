#include "vision/worker/video_feed.hpp"

#include "vision/worker/av_trouble.hpp"

#include <fmt/format.h>

#include <string>
#include <utility>

namespace gatehouse::vision {
namespace {

// Options of libav's RTSP client; owns the dictionary.
class RtspOptions {
public:
    RtspOptions()
    {
        set("rtsp_transport", "tcp");
        set("protocol_whitelist", "rtsp,tcp");
        set("allowed_media_types", "video");
        set("user_agent", "gatehouse-vision");
        // Of every single wait on the socket, in microseconds; the deadline ends what is slow in many small
        // steps.
        set("timeout", fmt::to_string(std::chrono::microseconds(silence_max).count()));
    }
    ~RtspOptions() { av_dict_free(&options_); }
    RtspOptions(const RtspOptions&) = delete;
    RtspOptions& operator=(const RtspOptions&) = delete;
    AVDictionary** out() { return &options_; }

private:
    void set(const char* key, const std::string& value) { av_dict_set(&options_, key, value.c_str(), 0); }
    AVDictionary* options_ = nullptr;
};

} // namespace

VideoFeed::VideoFeed(FeedContext context, FeedTarget target)
    : context_(context), target_(std::move(target)), deadline_(context_)
{
}

base::Result<Shape> VideoFeed::open()
{
    door_.reset();
    auto door = Door::to(target_.url.host, target_.url.port);
    if (!door)
        return failed(base::Errc::unreachable, {"unreachable", "the camera's name leads to no address"});
    door_.emplace(std::move(*door));
    auto* format = avformat_alloc_context();
    if (!format) return failed(AVERROR(ENOMEM));
    format->interrupt_callback = deadline_.callback();
    format->flags |= AVFMT_FLAG_NOBUFFER;
    deadline_.renew(open_within);
    RtspOptions options;
    // It frees the context when it fails.
    const int opened = avformat_open_input(
        &format, login_url(target_.url, target_.username, target_.password).c_str(), nullptr, options.out());
    if (opened < 0) return failed(opened);
    format_.reset(format);
    return choose_stream();
}

// The description names the codec, and the parser of read() finds where pictures begin: to decode a second of
// video first, as libav's own probing does, would cost memory and time for nothing.
base::Result<Shape> VideoFeed::choose_stream()
{
    for (unsigned i = 0; i < format_->nb_streams; ++i)
        if (format_->streams[i]->codecpar->codec_type == AVMEDIA_TYPE_VIDEO) stream_ = format_->streams[i];
    if (!stream_) return failed(base::Errc::unsupported, {"codec", "the camera's stream has no pictures"});
    const auto& about = *stream_->codecpar;
    const std::string codec = avcodec_get_name(about.codec_id);
    if (!AvDecoder::reads(about.codec_id))
        return failed(base::Errc::unsupported,
                      {"codec", fmt::format("the camera sends {}; H.264, H.265 and MJPEG are read", codec)});
    const double rate = stream_->avg_frame_rate.den > 0 ? av_q2d(stream_->avg_frame_rate) : 0;
    return Shape{.codec = codec, .width = about.width, .height = about.height, .frame_rate = rate};
}

base::Result<Unit> VideoFeed::read()
{
    deadline_.renew(silence_max);
    for (;;) {
        std::shared_ptr<AVPacket> packet(av_packet_alloc(), AvFree{});
        if (!packet) return failed(AVERROR(ENOMEM));
        if (const int got = av_read_frame(format_.get(), packet.get()); got < 0) return failed(got);
        if (packet->stream_index != stream_->index) continue;
        return Unit{.packet = packet,
                    .bytes = static_cast<std::size_t>(packet->size),
                    .key = (packet->flags & AV_PKT_FLAG_KEY) != 0,
                    .broken = (packet->flags & AV_PKT_FLAG_CORRUPT) != 0,
                    .at = context_.clock.now()};
    }
}

base::Result<PicturePtr> VideoFeed::look(const Unit& key)
{
    const std::scoped_lock alone(context_.decoding);
    auto decoder = AvDecoder::open(*stream_->codecpar);
    if (!decoder) return decoder.error();
    auto picture = decoder->decode(*key.packet);
    if (picture && !*picture) picture = decoder->drain();
    if (picture && !*picture) return base::Errc::damaged;
    return picture;
}

base::Result<PicturePtr> VideoFeed::follow(const Unit& unit)
{
    if (!following_) {
        auto decoder = AvDecoder::open(*stream_->codecpar);
        if (!decoder) return decoder.error();
        following_.emplace(std::move(*decoder));
    }
    return following_->decode(*unit.packet);
}

base::error_code VideoFeed::failed(int av_error)
{
    // After its deadline libav reports whatever the call it left was doing.
    const auto meaning = av_trouble(deadline_.over() ? AVERROR_EXIT : av_error);
    trouble_ = meaning.trouble;
    return meaning.code;
}

base::error_code VideoFeed::failed(base::Errc code, Trouble trouble)
{
    trouble_ = std::move(trouble);
    return code;
}

} // namespace gatehouse::vision
