#pragma once
#include "gateway/store/segment_files.hpp"
#include "gateway/store/store.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

namespace gatehouse::store {

// What the disk looks like from here.
struct DiskMeasure {
    DiskReport report;
    std::int64_t reusable = 0; // bytes inside the database file that new rows can take before it grows
};

// Blocks; store thread only. `reserve`: bytes of the disk that we leave to others.
[[nodiscard]] DiskMeasure measure_disk(SQLite::Database& database, const SegmentFiles& media,
                                       const StoreOptions& options, std::int64_t reserve);

// warn below twice the reserve, shedding below it, full below a quarter of it. Room inside our own file
// counts as free, but the log needs some that is really free.
[[nodiscard]] DiskState disk_state(std::int64_t free_bytes, std::int64_t reusable, std::int64_t reserve);

} // namespace gatehouse::store
