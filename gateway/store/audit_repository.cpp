#include "gateway/store/audit_repository.hpp"

#include "gateway/audit/chain.hpp"
#include "gateway/store/retention_queries.hpp"

#include <fmt/format.h>

namespace gatehouse::store {
namespace {

// No row was written before the software existed: an older time is that of a clock that nobody had set.
constexpr base::WallTime clocks_set = std::chrono::sys_days(std::chrono::year(2025) / 1 / 1);

// The unchained rows with seq > after, without hashes.
std::vector<audit::Row> page_after(SQLite::Database& database, std::int64_t after)
{
    SQLite::Statement statement(database,
                                fmt::format("SELECT {} FROM audit WHERE seq > ? ORDER BY seq LIMIT {}",
                                            audit_columns, retention_page_rows));
    sql::bind(statement, 1, after);
    std::vector<audit::Row> rows;
    while (statement.executeStep())
        rows.push_back(audit_row(statement));
    return rows;
}

} // namespace

AuditRepository::AuditRepository(SQLite::Database& database)
    : database_(database),
      insert_(database,
              fmt::format("INSERT INTO audit ({}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", audit_columns)),
      newest_(database, "SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1")
{
}

void AuditRepository::append(const AuditRecord& record)
{
    const auto before = head();
    audit::Row row{.seq = before.seq + 1,
                   .record = record,
                   .prev = before.seq > 0 ? before.hash : audit::genesis(),
                   .hash = {}};
    row.hash = audit::link_hash(row);
    Reset guard{insert_};
    sql::bind_all(insert_, row.seq, record.at, record.actor, record.action, record.target, record.detail,
                  record.result, row.prev, row.hash);
    insert_.executeStep();
}

audit::Head AuditRepository::head()
{
    Reset guard{newest_};
    if (!newest_.executeStep()) return {};
    return {sql::number(newest_, 0), sql::text(newest_, 1)};
}

std::vector<audit::Row> AuditRepository::select(const audit::Filter& filter, std::int64_t limit)
{
    SQLite::Statement statement(
        database_,
        fmt::format("SELECT {} FROM audit WHERE seq > ?1 AND (?2 = 0 OR seq < ?2) AND (?3 = '' OR actor = ?3 "
                    "OR substr(actor, 1, length(?3) + 2) = ?3 || ' (') AND (?4 = '' OR action = ?4) "
                    "ORDER BY seq {} LIMIT {}",
                    audit_columns, filter.newest_first ? "DESC" : "ASC", limit));
    sql::bind_all(statement, filter.after, filter.before, filter.actor, filter.action);
    std::vector<audit::Row> rows;
    while (statement.executeStep())
        rows.push_back(audit_row(statement));
    return rows;
}

std::int64_t AuditRepository::retire(base::WallTime cutoff, base::WallTime now)
{
    SQLite::Statement oldest(
        database_,
        fmt::format("SELECT seq, at_ms, hash FROM audit ORDER BY seq LIMIT {}", retention_page_rows));
    audit::Head last;
    std::int64_t seen = 0;
    std::int64_t old = 0;
    bool due = false;
    while (oldest.executeStep()) {
        const auto at = sql::time(oldest, 1);
        if (at >= cutoff) break;
        ++seen;
        if (at < clocks_set) continue; // as old as the row behind it
        old = seen;
        last = {sql::number(oldest, 0), sql::text(oldest, 2)};
        due = due || at < cutoff - std::chrono::days(1);
    }
    if (old == 0 || (!due && old < retention_page_rows)) return 0;
    // First, for the chain goes on from its newest row.
    append({.at = now,
            .actor = "gateway",
            .action = std::string(audit::retired_action),
            .target = audit::to_text(last),
            .detail = fmt::format("rows up to {} deleted by age", last.seq),
            .result = "done"});
    SQLite::Statement gone(database_, "DELETE FROM audit WHERE seq <= ?");
    sql::bind(gone, 1, last.seq);
    gone.executeStep();
    return old;
}

void begin_chain(SQLite::Database& database)
{
    SQLite::Statement link(database, "UPDATE audit SET prev = ?, hash = ? WHERE seq = ?");
    auto prev = audit::genesis();
    std::int64_t last = 0;
    std::int64_t rows = 0;
    for (auto page = page_after(database, 0); !page.empty(); page = page_after(database, last)) {
        for (auto& row : page) {
            row.prev = prev;
            row.hash = audit::link_hash(row);
            Reset guard{link};
            sql::bind_all(link, row.prev, row.hash, row.seq);
            link.executeStep();
            prev = row.hash;
            last = row.seq;
        }
        rows += static_cast<std::int64_t>(page.size());
    }
    const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    AuditRepository(database).append(
        {.at = now,
         .actor = "gateway",
         .action = std::string(audit::begun_action),
         .target = "audit",
         .detail = rows > 0 ? fmt::format("the {} rows before this one were not chained when they were "
                                          "written; what happened to them earlier cannot be told",
                                          rows)
                            : std::string("the first row"),
         .result = "done"});
}

bool is_chained(SQLite::Database& database)
{
    SQLite::Statement column(database, "SELECT 1 FROM pragma_table_info('audit') WHERE name = 'hash'");
    return column.executeStep();
}

audit::Row audit_row(const SQLite::Statement& statement)
{
    return {.seq = sql::number(statement, 0),
            .record = {.at = sql::time(statement, 1),
                       .actor = sql::text(statement, 2),
                       .action = sql::text(statement, 3),
                       .target = sql::text(statement, 4),
                       .detail = sql::text(statement, 5),
                       .result = sql::text(statement, 6)},
            .prev = sql::text(statement, 7),
            .hash = sql::text(statement, 8)};
}

} // namespace gatehouse::store
