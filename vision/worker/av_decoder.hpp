#pragma once
#include "vision/worker/av.hpp"
#include "vision/worker/picture.hpp"

namespace gatehouse::vision {

// Pictures larger than a camera of twelve megapixels are refused before memory is taken for them.
inline constexpr int picture_pixels_max = 4096 * 3072;

// One decoder of libav with one thread.
class AvDecoder {
public:
    // Errors: unsupported (the codec is none of ours), failed.
    [[nodiscard]] static base::Result<AvDecoder> open(const AVCodecParameters& stream);
    // One packet in; a picture, or nothing while the decoder waits for more. Errors: damaged (no picture, or
    // one with holes that the decoder has filled with guesses: health would take those for a fault of the
    // camera).
    [[nodiscard]] base::Result<PicturePtr> decode(const AVPacket& packet);
    // What the decoder still holds back. Nothing can be decoded after it.
    [[nodiscard]] base::Result<PicturePtr> drain();

    // "h264", "hevc", "mjpeg": what we read. Others are refused, whatever else libav knows: fewer parsers
    // that a hostile camera can choose from.
    [[nodiscard]] static bool reads(AVCodecID codec);

private:
    explicit AvDecoder(Av<AVCodecContext> codec) : codec_(std::move(codec)) {}
    base::Result<PicturePtr> receive();

    Av<AVCodecContext> codec_;
};

} // namespace gatehouse::vision
