#pragma once
#include "gateway/base/clock.hpp"
#include "gateway/store/database.hpp"
#include "gateway/store/media_store.hpp"

#include <vector>

namespace gatehouse::store {

// The most rows one transaction deletes, so that writers never wait long.
constexpr int retention_page_rows = 500;

// What every reader that counts has passed.
struct Passed {
    std::int64_t alerts = 0;
    std::int64_t events = 0;
};
[[nodiscard]] Passed passed_by_all(SQLite::Database& database, const std::vector<std::string>& readers);

// The newest entry that was received before `cutoff`, 0 for none. Entries with an unsynchronised clock are
// judged by their neighbours, so a box that woke up in 1970 does not lose what it wrote then.
[[nodiscard]] std::int64_t newest_before(SQLite::Database& database, base::WallTime cutoff);

struct RecordPage {
    std::int64_t after = 0; // look only beyond this number
    std::int64_t upto = 0;
    int keep = 0;
    base::WallTime cutoff{};
    Passed passed;
};
struct Deleted {
    std::int64_t rows = 0;
    std::int64_t last = 0; // the last number deleted
};
[[nodiscard]] Deleted delete_records(SQLite::Database& database, const RecordPage& page);

// The oldest records, delivered or not: what a full disk takes next.
struct Doomed {
    std::int64_t first = 0;
    std::int64_t last = 0;
    std::int64_t rows = 0;
    std::int64_t undelivered = 0;
    std::int64_t first_undelivered = 0;
    base::WallTime from{};
    base::WallTime to{};
};
[[nodiscard]] Doomed oldest_records(SQLite::Database& database, const Passed& passed);
void delete_range(SQLite::Database& database, std::int64_t first, std::int64_t last);

struct DoomedPicture {
    std::string sha256;
    MediaPlace place;
};
// Pictures older than `cutoff` that every reader has passed and that no alert holds: one that is open, or was
// closed after `held_since`. Deletes their rows.
[[nodiscard]] std::vector<DoomedPicture> delete_pictures(SQLite::Database& database, base::WallTime cutoff,
                                                         std::int64_t passed, base::WallTime held_since);

// The times before which each kind of paper may go.
struct PaperCutoffs {
    base::WallTime records{};  // visitors' entries
    base::WallTime alerts{};   // ended alerts, silences, handovers, finished commands, dead letters
    base::WallTime visitors{}; // entries of visitors, by the end of the visit
    base::WallTime versions{}; // what lists said before, but for the newest of each
    base::WallTime audit{};    // of the chain: AuditRepository::retire()
};
// One page of each but the audit. Returns the number of rows.
[[nodiscard]] std::int64_t delete_papers(SQLite::Database& database, const PaperCutoffs& cutoffs);

} // namespace gatehouse::store
