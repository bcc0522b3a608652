#pragma once
#include "gateway/base/errc.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace gatehouse::vision::jpeg {

// What a JPEG says of itself before any of it is decoded (ITU-T T.81 annex B).
struct Header {
    int width = 0;
    int height = 0;
    int components = 0;
    int scans = 0; // all of them, counted up to the end of the bytes
    bool progressive = false;
    // What a decoder keeps when the picture comes in more than one scan: two bytes a coefficient.
    std::uint64_t coefficient_bytes = 0;

    [[nodiscard]] std::uint64_t pixels() const
    {
        return static_cast<std::uint64_t>(width) * static_cast<std::uint64_t>(height);
    }
};

// total. Errors: not_jpeg without the marks of one, broken when its frame or its first scan is missing or
// wrong. A picture that is cut off after that has a header.
[[nodiscard]] base::Result<Header> read_header(std::span<const std::byte> bytes);

} // namespace gatehouse::vision::jpeg
