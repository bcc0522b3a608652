#include "gateway/store/segment_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <fcntl.h>
#include <linux/falloc.h>
#include <sys/stat.h>
#include <unistd.h>

namespace gatehouse::store {
namespace {

// The number in NNNNNNNN.seg; 0 for any other file.
std::int64_t number_of(const std::filesystem::path& file)
{
    if (file.extension() != ".seg") return 0;
    const auto stem = file.stem().string();
    std::int64_t number = 0;
    const auto [end, failure] = std::from_chars(stem.data(), stem.data() + stem.size(), number);
    return failure == std::errc() && end == stem.data() + stem.size() ? number : 0;
}

} // namespace

SegmentFiles::SegmentFiles(std::filesystem::path folder, std::int64_t segment_bytes_max)
    : folder_(std::move(folder)), segment_bytes_max_(segment_bytes_max)
{
    std::filesystem::create_directories(folder_);
    for (const auto& file : std::filesystem::directory_iterator(folder_))
        segment_ = std::max(segment_, number_of(file.path()));
}

std::filesystem::path SegmentFiles::path_of(std::int64_t segment) const
{
    return folder_ / fmt::format("{:08}.seg", segment);
}

base::Result<void> SegmentFiles::open_next()
{
    File next = File::open(path_of(segment_ + 1), O_RDWR | O_CREAT | O_EXCL);
    if (!next.valid()) return errc_of_errno();
    if (file_.valid() && dirty_) unsynced_.push_back(std::move(file_));
    file_ = std::move(next);
    ++segment_;
    offset_ = 0;
    sync_directory(folder_);
    return {};
}

base::Result<MediaPlace> SegmentFiles::append(std::string_view bytes)
{
    if (!file_.valid() || offset_ + static_cast<std::int64_t>(bytes.size()) > segment_bytes_max_) {
        if (auto opened = open_next(); !opened) return opened.error();
    }
    const MediaPlace place{
        .segment = segment_, .offset = offset_, .length = static_cast<std::int64_t>(bytes.size())};
    // A half-written picture is overwritten by the next one: the offset moves only when all of it was taken.
    if (auto written = file_.write_at(bytes, offset_); !written) return written.error();
    offset_ += place.length;
    dirty_ = true;
    return place;
}

base::Result<void> SegmentFiles::sync()
{
    for (const auto& file : unsynced_)
        if (::fdatasync(file.get()) != 0) return errc_of_errno();
    unsynced_.clear();
    if (dirty_ && ::fdatasync(file_.get()) != 0) return errc_of_errno();
    dirty_ = false;
    return {};
}

base::Result<std::string> SegmentFiles::read(MediaPlace place, const std::string& sha256) const
{
    const File file = File::open(path_of(place.segment), O_RDONLY);
    if (!file.valid()) return base::Errc::not_found;
    // The row may be damaged as well: believe no length beyond a segment.
    if (place.length < 0 || place.offset < 0 ||
        place.length > std::max<std::int64_t>(segment_bytes_max_, 256LL << 20U))
        return base::Errc::damaged;
    std::string bytes(static_cast<std::size_t>(place.length), '\0');
    for (std::size_t done = 0; done < bytes.size();) {
        const auto size = ::pread(file.get(), bytes.data() + done, bytes.size() - done,
                                  place.offset + static_cast<std::int64_t>(done));
        if (size < 0 && errno == EINTR) continue;
        if (size <= 0) return base::Errc::damaged;
        done += static_cast<std::size_t>(size);
    }
    if (sha256_hex(bytes) != sha256) return base::Errc::damaged;
    return bytes;
}

void SegmentFiles::remove(MediaPlace place)
{
    const File file = File::open(path_of(place.segment), O_RDWR);
    // Without support for holes the room comes back with the whole segment.
    if (file.valid() &&
        ::fallocate(file.get(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, place.offset, place.length) != 0)
        return;
}

void SegmentFiles::remove_segment(std::int64_t segment)
{
    if (file_.valid() && segment == segment_) return;
    std::error_code ignored; // already gone is what we want
    std::filesystem::remove(path_of(segment), ignored);
}

std::vector<std::int64_t> SegmentFiles::finished_segments() const
{
    std::vector<std::int64_t> found;
    std::error_code failure;
    for (const auto& file : std::filesystem::directory_iterator(folder_, failure)) {
        const auto number = number_of(file.path());
        if (number > 0 && !(file_.valid() && number == segment_)) found.push_back(number);
    }
    std::sort(found.begin(), found.end());
    return found;
}

std::int64_t SegmentFiles::bytes_used() const
{
    std::int64_t bytes = 0;
    std::error_code failure;
    for (const auto& file : std::filesystem::directory_iterator(folder_, failure)) {
        struct stat status {};
        if (::stat(file.path().c_str(), &status) == 0)
            bytes += static_cast<std::int64_t>(status.st_blocks) * 512;
    }
    return bytes;
}

} // namespace gatehouse::store
