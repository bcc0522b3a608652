#include "gateway/store/log_check.hpp"

#include <array>
#include <cstdint>
#include <fstream>
#include <string>

namespace gatehouse::store {
namespace {

constexpr std::size_t header_size = 32;
constexpr std::size_t frame_header_size = 24;

std::uint32_t big_endian(const std::string& bytes, std::size_t at)
{
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i)
        value = (value << 8U) | static_cast<unsigned char>(bytes[at + i]);
    return value;
}

std::uint32_t little_endian(const std::string& bytes, std::size_t at)
{
    std::uint32_t value = 0;
    for (std::size_t i = 4; i-- > 0;)
        value = (value << 8U) | static_cast<unsigned char>(bytes[at + i]);
    return value;
}

// The running checksum of §4.2 over words in the byte order that the magic number names.
struct Checksum {
    bool big = false;
    std::uint32_t first = 0;
    std::uint32_t second = 0;

    void add(const std::string& bytes, std::size_t from, std::size_t size)
    {
        for (std::size_t at = from; at + 8 <= from + size; at += 8) {
            first += (big ? big_endian(bytes, at) : little_endian(bytes, at)) + second;
            second += (big ? big_endian(bytes, at + 4) : little_endian(bytes, at + 4)) + first;
        }
    }
    [[nodiscard]] bool matches(const std::string& bytes, std::size_t at) const
    {
        return first == big_endian(bytes, at) && second == big_endian(bytes, at + 4);
    }
};

} // namespace

LogState check_log(const std::filesystem::path& log)
{
    std::error_code failure;
    const auto size = std::filesystem::file_size(log, failure);
    if (failure || size == 0) return LogState::empty;
    std::ifstream in(log, std::ios::binary);
    std::string header(header_size, '\0');
    if (!in.read(header.data(), static_cast<std::streamsize>(header_size))) return LogState::damaged;
    const auto magic = big_endian(header, 0);
    const auto page_size = big_endian(header, 8);
    if ((magic & ~1U) != 0x377f0682U || page_size < 512 || page_size > 65536) return LogState::damaged;
    Checksum sum{.big = (magic & 1U) != 0};
    sum.add(header, 0, 24);
    if (!sum.matches(header, 24)) return LogState::damaged;
    std::string frame(frame_header_size + page_size, '\0');
    bool fits = true;
    while (in.read(frame.data(), static_cast<std::streamsize>(frame.size()))) {
        const bool current = frame.compare(8, 8, header, 16, 8) == 0;
        if (!current && fits) {
            fits = false; // normally the remains of an earlier, longer log
            continue;
        }
        if (!current) continue;
        if (!fits) return LogState::damaged;
        sum.add(frame, 0, 8);
        sum.add(frame, frame_header_size, page_size);
        if (!sum.matches(frame, 16)) return LogState::damaged;
    }
    // A piece of a frame at the end: a commit that was being written, or a file cut short. Nobody can tell.
    return in.gcount() > 0 && fits ? LogState::damaged : LogState::whole;
}

} // namespace gatehouse::store
