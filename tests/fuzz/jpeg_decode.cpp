// links: gatehouse_vision_jpeg
#include "vision/jpeg/decode.hpp"
#include "vision/jpeg/header.hpp"

#include <cstdint>
#include <cstdlib>

using namespace gatehouse::vision;

// Pictures from cameras, devices and installers: every byte string has an answer within its limits.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto bytes = std::as_bytes(std::span(data, size));
    const auto header = jpeg::read_header(bytes);
    if (header && (header->width < 1 || header->height < 1 || header->scans < 1)) std::abort();
    jpeg::Limits limits;
    limits.pixels_max = 512 * 512;
    limits.shrink_to_width = 100;
    const auto decoded = jpeg::decode(bytes, limits);
    if (!decoded) return decoded.error().message().empty() ? std::abort(), 0 : 0;
    if (!header || decoded->bgr.empty() || decoded->written.area() > 512 * 512) std::abort();
    if (decoded->bgr.cols < std::min(100, decoded->written.width)) std::abort();
    return 0;
}
