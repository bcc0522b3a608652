#pragma once
#include "tests/sim/canvas.hpp"
#include "tests/sim/rtsp/codec.hpp"

#include <memory>

namespace gatehouse::sim::rtsp {

// Drawn pictures as a camera's stream: by libx264 or libx265 with a fixed distance of key frames, or JPEG by
// JPEG. The first frame is a key frame. One thread at a time.
class Encoder {
public:
    // Throws std::runtime_error when libavcodec has no such encoder.
    explicit Encoder(const Format& format);
    ~Encoder();
    Encoder(const Encoder&) = delete;
    Encoder& operator=(const Encoder&) = delete;

    [[nodiscard]] Unit encode(const Canvas& picture);
    // What a decoder has to know first (SPS, PPS and VPS); also stands in front of every key frame.
    [[nodiscard]] const std::vector<std::string>& headers() const { return headers_; }

    [[nodiscard]] Codec codec() const { return format_.codec; }

private:
    struct Libav;
    Format format_;
    std::vector<std::string> headers_;
    std::unique_ptr<Libav> libav_; // none for JPEG
};

} // namespace gatehouse::sim::rtsp
