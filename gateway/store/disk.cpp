#include "gateway/store/disk.hpp"

#include "gateway/store/database.hpp"

#include <algorithm>

namespace gatehouse::store {
namespace {

constexpr std::int64_t log_room = 32LL * 1024 * 1024;

std::int64_t free_bytes_of(const StoreOptions& options)
{
    if (options.free_bytes) return options.free_bytes(options.directory);
    std::error_code failure;
    const auto space = std::filesystem::space(options.directory, failure);
    // A disk that cannot even be asked is not reported full: writing will tell.
    return failure ? INT64_MAX : static_cast<std::int64_t>(space.available);
}

} // namespace

DiskState disk_state(std::int64_t free_bytes, std::int64_t reusable, std::int64_t reserve)
{
    if (free_bytes < std::min(reserve / 4, log_room)) return DiskState::full;
    const auto room = free_bytes > INT64_MAX - reusable ? INT64_MAX : free_bytes + reusable;
    if (room < reserve / 4) return DiskState::full;
    if (room < reserve) return DiskState::shedding;
    return room < 2 * reserve ? DiskState::warn : DiskState::ok;
}

DiskMeasure measure_disk(SQLite::Database& database, const SegmentFiles& media, const StoreOptions& options,
                         std::int64_t reserve)
{
    const auto page = read_number(database, "PRAGMA page_size");
    const auto unused = read_number(database, "PRAGMA freelist_count") * page;
    DiskMeasure measure;
    measure.reusable = unused;
    measure.report.free_bytes = free_bytes_of(options);
    measure.report.store_bytes = read_number(database, "PRAGMA page_count") * page - unused;
    measure.report.media_bytes = media.bytes_used();
    measure.report.state = disk_state(measure.report.free_bytes, unused, reserve);
    return measure;
}

} // namespace gatehouse::store
