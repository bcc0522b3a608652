#include "vision/jpeg/header.hpp"
#include "vision/jpeg/flaw.hpp"

#include <algorithm>

namespace gatehouse::vision::jpeg {
namespace {

constexpr unsigned start_of_image = 0xD8;
constexpr unsigned end_of_image = 0xD9;
constexpr unsigned start_of_scan = 0xDA;

bool is_frame(unsigned marker) // SOF0 to SOF15 without DHT, JPG and DAC, which lie between them
{
    return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
}

bool stands_alone(unsigned marker) // TEM and RSTn have no length
{
    return marker == 0x01 || (marker >= 0xD0 && marker <= 0xD7);
}

// Walks from marker to marker; entropy-coded data between them has no marker but RSTn (B.1.1.5).
class Walk {
public:
    explicit Walk(std::span<const std::byte> bytes) : bytes_(bytes) {}

    base::Result<Header> run()
    {
        if (byte(0) != 0xFF || byte(1) != start_of_image) return Flaw::not_jpeg;
        at_ = 2;
        while (find_marker()) {
            const auto marker = byte(at_ - 1);
            if (marker == end_of_image) break;
            if (stands_alone(marker)) continue;
            const auto size = word(at_);
            if (size < 2 || size > bytes_.size() - at_) break;
            if (is_frame(marker) && !read_frame(size)) return Flaw::broken;
            if (marker == start_of_scan) ++header_.scans;
            at_ += size;
        }
        if (header_.components == 0 || header_.scans == 0) return Flaw::broken;
        return header_;
    }

private:
    [[nodiscard]] unsigned byte(std::size_t at) const
    {
        return at < bytes_.size() ? std::to_integer<unsigned>(bytes_[at]) : 0U;
    }
    [[nodiscard]] unsigned word(std::size_t at) const { return byte(at) << 8U | byte(at + 1); }

    // Leaves `at_` behind the next marker: a 0xFF and, after more of them, neither 0x00 nor 0xFF.
    bool find_marker()
    {
        for (;;) {
            const auto rest = bytes_.subspan(at_);
            const auto found = std::find(rest.begin(), rest.end(), std::byte{0xFF});
            at_ += static_cast<std::size_t>(found - rest.begin());
            while (byte(at_) == 0xFF)
                ++at_;
            if (at_ >= bytes_.size()) return false;
            if (byte(at_++) != 0) return true;
        }
    }

    // B.2.2: length, precision, height, width, number of components, and three bytes for each.
    bool read_frame(std::size_t size)
    {
        if (header_.components != 0) return false; // a second frame
        const auto components = byte(at_ + 7);
        if (components < 1 || components > 4 || size < 8U + 3U * components) return false;
        header_.progressive = byte(at_ - 1) % 4 == 2; // SOF2, 6, 10, 14
        header_.height = static_cast<int>(word(at_ + 3));
        header_.width = static_cast<int>(word(at_ + 5));
        header_.components = static_cast<int>(components);
        if (header_.width == 0 || header_.height == 0) return false;
        return add_up_coefficients(components);
    }

    bool add_up_coefficients(unsigned components)
    {
        unsigned across = 1;
        unsigned down = 1;
        unsigned samples = 0;
        for (unsigned i = 0; i < components; ++i) {
            const auto sampling = byte(at_ + 9 + std::size_t{3} * i);
            const auto h = sampling >> 4U;
            const auto v = sampling & 0xFU;
            if (h < 1 || h > 4 || v < 1 || v > 4) return false;
            across = std::max(across, h);
            down = std::max(down, v);
            samples += h * v;
        }
        const auto units = [](int size, unsigned factor) {
            return (static_cast<std::uint64_t>(size) + 8U * factor - 1) / (8U * factor);
        };
        header_.coefficient_bytes =
            units(header_.width, across) * units(header_.height, down) * samples * 128;
        return true;
    }

    std::span<const std::byte> bytes_;
    std::size_t at_ = 0;
    Header header_;
};

} // namespace

base::Result<Header> read_header(std::span<const std::byte> bytes)
{
    return Walk(bytes).run();
}

} // namespace gatehouse::vision::jpeg
