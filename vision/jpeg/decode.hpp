#pragma once
#include "gateway/base/errc.hpp"

#include <opencv2/core/mat.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace gatehouse::vision::jpeg {

struct Limits {
    std::size_t bytes_max = std::size_t{12} * 1024 * 1024;
    std::uint64_t pixels_max = std::uint64_t{8192} * 4608; // as written: an 8K frame is read
    // The picture comes out at a half, a quarter or an eighth of its size where it is then still so wide
    // (decoded in the DCT domain: the pixels left out are never made). 0: as it is.
    int shrink_to_width = 3840;
};

struct Decoded {
    cv::Mat bgr;        // 8 bits, three channels
    cv::Size written;   // before it was shrunk
    std::string damage; // the decoder's word for what it put up with: cut off, stray bytes. Empty: whole
};

// Scans that a picture may have: encoders write ten or so, a bomb hundreds over one large frame.
inline constexpr int scans_max = 24;
// What a picture of several scans may keep in memory while it is read: 22 million pixels with colours at half
// the resolution.
inline constexpr std::uint64_t coefficient_bytes_max = std::uint64_t{64} * 1024 * 1024;

// A picture from outside: its header is judged before any of it is decoded. Errors: a Flaw. A picture that is
// cut off is given out with `damage`: what is missing is grey, and the caller knows whether that will do.
[[nodiscard]] base::Result<Decoded> decode(std::span<const std::byte> bytes, const Limits& limits = {});

} // namespace gatehouse::vision::jpeg
