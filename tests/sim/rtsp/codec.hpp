#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::sim::rtsp {

// svac is announced and never sent: China's surveillance codec, for which there is no decoder here.
enum class Codec { h264, h265, mjpeg, svac };

[[nodiscard]] std::optional<Codec> parse_codec(std::string_view text);

struct Format {
    Codec codec = Codec::h264;
    int width = 1280;
    int height = 720;
    int rate = 10;    // frames a second
    int gop = 20;     // frames from one key frame to the next
    int kbits = 2000; // a second, at most
    int qp_min = 26;  // no better than this: a still scene costs little then. 0: all bits are spent
};

// One encoded frame: its NAL units without start codes, or one JPEG.
struct AccessUnit {
    bool key = false;
    std::vector<std::string> parts;
};
using Unit = std::shared_ptr<const AccessUnit>;

} // namespace gatehouse::sim::rtsp
