#include "gateway/store/retention_queries.hpp"

#include "gateway/store/alert_states.hpp"
#include "gateway/store/cursor_repository.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gatehouse::store {

Passed passed_by_all(SQLite::Database& database, const std::vector<std::string>& readers)
{
    Passed passed{.alerts = INT64_MAX, .events = INT64_MAX};
    CursorRepository cursors(database);
    for (const auto& reader : readers) {
        passed.alerts = std::min(passed.alerts, cursors.position(reader, model::Priority::alert));
        passed.events = std::min(passed.events, cursors.position(reader, model::Priority::event));
    }
    return passed;
}

std::int64_t newest_before(SQLite::Database& database, base::WallTime cutoff)
{
    // 1: ClockQuality::unsynced
    SQLite::Statement at(
        database,
        "SELECT seq, received_ms FROM journal WHERE seq >= ? AND clock_quality <> 1 ORDER BY seq LIMIT 1");
    std::int64_t low = 0; // older than the cutoff
    std::int64_t high =
        read_number(database, "SELECT coalesce(max(seq), 0) FROM journal") + 1; // not older, or beyond
    while (low + 1 < high) {
        const auto middle = low + (high - low) / 2;
        Reset guard{at};
        sql::bind(at, 1, middle);
        if (at.executeStep() && sql::number(at, 0) < high && sql::time(at, 1) < cutoff)
            low = sql::number(at, 0);
        else
            high = middle;
    }
    return low;
}

Deleted delete_records(SQLite::Database& database, const RecordPage& page)
{
    SQLite::Statement statement(
        database,
        fmt::format("DELETE FROM journal WHERE seq IN (SELECT seq FROM journal WHERE seq > ? AND seq <= ? "
                    "AND keep = ? "
                    "AND (received_ms < ? OR clock_quality = 1) "
                    "AND seq <= CASE priority WHEN 0 THEN ? ELSE ? END ORDER BY seq LIMIT {}) RETURNING seq",
                    retention_page_rows));
    sql::bind_all(statement, page.after, page.upto, page.keep, page.cutoff, page.passed.alerts,
                  page.passed.events);
    Deleted deleted;
    while (statement.executeStep()) {
        ++deleted.rows;
        deleted.last = std::max(deleted.last, sql::number(statement, 0));
    }
    return deleted;
}

Doomed oldest_records(SQLite::Database& database, const Passed& passed)
{
    SQLite::Statement statement(
        database, fmt::format("SELECT seq, received_ms FROM journal WHERE keep = 0 ORDER BY seq LIMIT {}",
                              retention_page_rows));
    Doomed doomed;
    while (statement.executeStep()) {
        doomed.last = sql::number(statement, 0);
        if (doomed.rows++ == 0) doomed.first = doomed.last;
        if (doomed.last <= passed.events) continue;
        const auto at = sql::time(statement, 1);
        if (doomed.undelivered++ == 0) {
            doomed.first_undelivered = doomed.last;
            doomed.from = at;
        }
        doomed.to = at;
    }
    return doomed;
}

void delete_range(SQLite::Database& database, std::int64_t first, std::int64_t last)
{
    SQLite::Statement statement(database, "DELETE FROM journal WHERE seq BETWEEN ? AND ? AND keep = 0");
    sql::bind_all(statement, first, last);
    statement.executeStep();
}

std::vector<DoomedPicture> delete_pictures(SQLite::Database& database, base::WallTime cutoff,
                                           std::int64_t passed, base::WallTime held_since)
{
    SQLite::Statement statement(
        database,
        fmt::format(
            "DELETE FROM media WHERE sha256 IN (SELECT sha256 FROM media WHERE received_ms < ? AND seq <= ? "
            "AND event_id NOT IN (SELECT e.value FROM alert, json_each(alert.evidence) e "
            "WHERE alert.id IN (SELECT id FROM alert WHERE {} UNION ALL "
            "SELECT id FROM alert WHERE {} AND changed_ms > ?) AND e.value IS NOT NULL) "
            "ORDER BY received_ms LIMIT {}) RETURNING sha256, segment, offset, length",
            alert_held, alert_ended, retention_page_rows));
    sql::bind_all(statement, cutoff, passed, held_since);
    std::vector<DoomedPicture> doomed;
    while (statement.executeStep())
        doomed.push_back(DoomedPicture{.sha256 = sql::text(statement, 0),
                                       .place = {.segment = sql::number(statement, 1),
                                                 .offset = sql::number(statement, 2),
                                                 .length = sql::number(statement, 3)}});
    return doomed;
}

std::int64_t delete_papers(SQLite::Database& database, const PaperCutoffs& cutoffs)
{
    const auto page = [&database](std::string_view table, std::string_view condition, base::WallTime cutoff) {
        SQLite::Statement statement(
            database,
            fmt::format("DELETE FROM {0} WHERE rowid IN (SELECT rowid FROM {0} WHERE {1} < ? LIMIT {2})",
                        table, condition, retention_page_rows));
        sql::bind(statement, 1, cutoff);
        return static_cast<std::int64_t>(statement.exec());
    };
    const auto ended_before = fmt::format("{} AND changed_ms", alert_ended);
    // A step goes with its alert: as long as that is open, all of its life can be shown.
    constexpr std::string_view step_of_none =
        "NOT EXISTS (SELECT 1 FROM alert WHERE id = alert_step.alert) AND at_ms";
    constexpr std::string_view superseded =
        "EXISTS (SELECT 1 FROM list_version AS newer WHERE newer.type = list_version.type AND "
        "newer.list = list_version.list AND newer.number > list_version.number) AND at_ms";
    return page("credential", "list = 'visitor' AND to_ms", cutoffs.visitors) +
           page("list_version", superseded, cutoffs.versions) + page("alert", ended_before, cutoffs.alerts) +
           page("alert_step", step_of_none, cutoffs.alerts) + page("silence", "until_ms", cutoffs.alerts) +
           page("handover", "at_ms", cutoffs.alerts) +
           page("command", "status IS NOT NULL AND done_ms", cutoffs.alerts) +
           page("dead_letter", "at_ms", cutoffs.alerts) + page("entry_use", "at_ms", cutoffs.records);
}

} // namespace gatehouse::store
