#include "gateway/store/log_check.hpp"

#include "gateway/store/database.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <fstream>
#include <string>

namespace gatehouse::store {
namespace {

constexpr std::size_t header_size = 32;
constexpr std::size_t frame_header_size = 24;
constexpr std::size_t index_header_size = 48;     // sqlite.org/walformat.html §2.1; it stands there twice
constexpr std::uint32_t restarts_max = 1U << 20U; // of one log file between two starts; SQLite counts each
constexpr bool big_machine = std::endian::native == std::endian::big;

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

// The log's index is written in the machine's own order.
std::uint32_t native(const std::string& bytes, std::size_t at)
{
    return big_machine ? big_endian(bytes, at) : little_endian(bytes, at);
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

// The frames of one log, one after the other.
class Frames {
public:
    Frames(const std::string& header, Checksum sum) : header_(header), sum_(sum) {}

    void look_at(const std::string& frame)
    {
        ++number_;
        const bool current = frame.compare(8, 8, header_, 16, 8) == 0;
        // What follows a frame that does not fit is judged by the sum that its predecessor claims.
        const bool fits = current && sum_fits(frame);
        const bool commit = fits && big_endian(frame, 4) != 0;
        if (intact_ && fits) {
            if (commit) committed_ = number_;
        } else {
            intact_ = false; // normally the remains of an earlier, longer log
            commit_beyond_ = commit_beyond_ || commit;
        }
        if (!of_earlier_log(frame)) last_written_ = number_;
        sum_.first = big_endian(frame, 16);
        sum_.second = big_endian(frame, 20);
    }
    // `piece`: the file ends in the middle of a frame.
    [[nodiscard]] LogState verdict(bool piece, std::uint32_t indexed) const
    {
        if (commit_beyond_ || indexed > committed_) return LogState::damaged;
        return last_written_ > committed_ || (piece && intact_) ? LogState::torn : LogState::whole;
    }

private:
    // SQLite counts the first salt up whenever it starts a log again from the front (§4.3).
    [[nodiscard]] bool of_earlier_log(const std::string& frame) const
    {
        const auto restarts = big_endian(header_, 16) - big_endian(frame, 8);
        return restarts > 0 && restarts < restarts_max;
    }
    [[nodiscard]] bool sum_fits(const std::string& frame) const
    {
        auto sum = sum_;
        sum.add(frame, 0, 8);
        sum.add(frame, frame_header_size, frame.size() - frame_header_size);
        return sum.matches(frame, 16);
    }

    const std::string& header_;
    Checksum sum_;
    std::uint32_t number_ = 0;
    std::uint32_t committed_ = 0;    // the last commit of the unbroken chain
    std::uint32_t last_written_ = 0; // that is no remains of an earlier log
    bool intact_ = true;
    bool commit_beyond_ = false;
};

// How many frames of the log with this header SQLite's index calls committed. 0 when there is no index or it
// belongs to another log, as a power cut may leave it.
std::uint32_t frames_indexed(const std::filesystem::path& index, const std::string& header)
{
    std::ifstream in(index, std::ios::binary);
    std::uint32_t frames = 0;
    std::string copy(index_header_size, '\0');
    // A kill can break one of the two copies.
    for (int i = 0; i < 2 && in.read(copy.data(), static_cast<std::streamsize>(copy.size())); ++i) {
        Checksum sum{.big = big_machine};
        sum.add(copy, 0, 40);
        const bool valid = sum.first == native(copy, 40) && sum.second == native(copy, 44);
        if (valid && copy.compare(32, 8, header, 16, 8) == 0) frames = std::max(frames, native(copy, 16));
    }
    return frames;
}

} // namespace

LogState check_log(const std::filesystem::path& database)
{
    const auto log = log_of(database);
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
    Frames frames(header, sum);
    std::string frame(frame_header_size + page_size, '\0');
    while (in.read(frame.data(), static_cast<std::streamsize>(frame.size())))
        frames.look_at(frame);
    return frames.verdict(in.gcount() > 0, frames_indexed(log_index_of(database), header));
}

} // namespace gatehouse::store
