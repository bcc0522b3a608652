#include "vision/jpeg/decode.hpp"
#include "vision/jpeg/flaw.hpp"
#include "vision/jpeg/handle.hpp"
#include "vision/jpeg/header.hpp"

#include <exception>
#include <optional>

namespace gatehouse::vision::jpeg {
namespace {

// The smallest of the sizes that the decoder makes quickly and that is wide enough.
tjscalingfactor scaling_for(int width, int wanted)
{
    for (const int denominator : {8, 4, 2}) {
        const tjscalingfactor factor{1, denominator};
        if (wanted > 0 && TJSCALED(width, factor) >= wanted) return factor;
    }
    return {1, 1};
}

std::optional<Flaw> objection(const Header& header, const Limits& limits)
{
    if (header.pixels() > limits.pixels_max) return Flaw::too_many_pixels;
    if (header.components == 2 || header.components == 4) return Flaw::colours;
    if (header.scans > scans_max) return Flaw::too_many_scans;
    const bool is_kept = header.progressive || header.scans > 1;
    if (is_kept && header.coefficient_bytes > coefficient_bytes_max) return Flaw::too_much_memory;
    return std::nullopt;
}

base::Result<Decoded> decode_as(std::span<const std::byte> bytes, const Header& header,
                                tjscalingfactor factor)
{
    const Handle handle(tjInitDecompress());
    if (!handle) return Flaw::too_much_memory;
    Decoded decoded;
    decoded.written = {header.width, header.height};
    decoded.bgr.create(TJSCALED(header.height, factor), TJSCALED(header.width, factor), CV_8UC3);
    const auto outcome =
        tjDecompress2(handle.get(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                      decoded.bgr.data, decoded.bgr.cols, static_cast<int>(decoded.bgr.step[0]),
                      decoded.bgr.rows, TJPF_BGR, TJFLAG_LIMITSCANS);
    if (outcome == 0) return decoded;
    if (tjGetErrorCode(handle.get()) != TJERR_WARNING) return Flaw::broken;
    decoded.damage = tjGetErrorStr2(handle.get());
    return decoded;
}

} // namespace

base::Result<Decoded> decode(std::span<const std::byte> bytes, const Limits& limits)
{
    if (bytes.size() > limits.bytes_max) return Flaw::too_many_bytes;
    const auto header = read_header(bytes);
    if (!header) return header.error();
    if (const auto flaw = objection(*header, limits)) return *flaw;
    try {
        return decode_as(bytes, *header, scaling_for(header->width, limits.shrink_to_width));
    } catch (const std::exception&) { // no memory for the pixels
        return Flaw::too_much_memory;
    }
}

} // namespace gatehouse::vision::jpeg
