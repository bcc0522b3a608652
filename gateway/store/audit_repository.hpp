#pragma once
#include "gateway/audit/record.hpp"
#include "gateway/store/change.hpp"
#include "gateway/store/sql.hpp"

#include <vector>

namespace gatehouse::store {

// Who did what, as a chain: only ever added to at its end, and shortened at its beginning by age alone.
class AuditRepository {
public:
    explicit AuditRepository(SQLite::Database& database);

    void append(const AuditRecord& record);
    // The newest row; seq 0 for none.
    [[nodiscard]] audit::Head head();
    [[nodiscard]] std::vector<audit::Row> select(const audit::Filter& filter, std::int64_t limit);
    // Deletes the oldest rows, as far as they are older than `cutoff` and at most a page of them, and signs
    // that off with a row that names the last one deleted. Does so a day's worth or a page at a time. The
    // number deleted.
    [[nodiscard]] std::int64_t retire(base::WallTime cutoff, base::WallTime now);

private:
    SQLite::Database& database_;
    SQLite::Statement insert_;
    SQLite::Statement newest_;
};

// Chains the rows of a table that has none chained, in the order of their numbers, and adds the row that says
// so. Once in the life of a database: later an unchained row is one that somebody put in.
void begin_chain(SQLite::Database& database);

// Whether the audit of this database is a chain; that of an older gateway was none.
[[nodiscard]] bool is_chained(SQLite::Database& database);

// The columns of a row in the order in which audit_row() reads them.
inline constexpr const char* audit_columns = "seq, at_ms, actor, action, target, detail, result, prev, hash";
[[nodiscard]] audit::Row audit_row(const SQLite::Statement& statement);

} // namespace gatehouse::store
