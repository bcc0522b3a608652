#pragma once
#include "tests/sim/rtsp/codec.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace gatehouse::sim::rtsp {

// One frame as RTP payloads of at most 1400 bytes: RFC 6184 (H.264), RFC 7798 (H.265), RFC 2435 (JPEG). Of
// SVAC, which nobody here can decode, some bytes.
[[nodiscard]] std::vector<std::string> payloads(const Format& format, const AccessUnit& unit);

// The session description (RFC 4566) of one video stream. Its only track is "trackID=0".
[[nodiscard]] std::string description(const Format& format, const std::vector<std::string>& headers);

// The RTP packets of one stream, numbered and timed (RFC 3550); everybody who listens gets the same.
class Track {
public:
    explicit Track(std::uint32_t source) : source_(source), timestamp_(source * 7) {}

    // `ticks`: of 90 kHz, since the frame before.
    [[nodiscard]] std::vector<std::string> packets(const Format& format, const AccessUnit& unit,
                                                   std::uint32_t ticks);

private:
    std::uint32_t source_;
    std::uint32_t timestamp_;
    std::uint16_t sequence_ = 1;
};

// As they travel inside the RTSP connection (RFC 2326 section 10.12).
[[nodiscard]] std::string interleaved(std::uint8_t channel, const std::string& packet);

} // namespace gatehouse::sim::rtsp
