#include "gateway/store/alert_repository.hpp"

#include "gateway/store/alert_states.hpp"
#include "gateway/store/text_list.hpp"

#include <fmt/format.h>

namespace gatehouse::store {
namespace {

const std::string select_alert =
    "SELECT id, kind, device, lane, severity, state, count, text, evidence, raised_ms, changed_ms, "
    "due_ack_ms, due_clear_ms, actor, result, note, role, steps, acknowledged_ms, level, assigned, parent, "
    "order_number, lasts FROM alert ";

model::Alert alert_of(const SQLite::Statement& row)
{
    model::Alert alert;
    alert.id = sql::text(row, 0);
    alert.kind = sql::text(row, 1);
    alert.device = sql::text(row, 2);
    alert.lane = sql::text(row, 3);
    alert.severity = static_cast<int>(sql::number(row, 4));
    const auto state = sql::number(row, 5);
    if (state >= 0 && state <= static_cast<int>(model::Alert::State::suspended))
        alert.state = static_cast<model::Alert::State>(state);
    alert.count = static_cast<int>(sql::number(row, 6));
    alert.text = sql::text(row, 7);
    alert.evidence = read_list(sql::text(row, 8));
    alert.raised_at = sql::time(row, 9);
    alert.changed_at = sql::time(row, 10);
    alert.due_ack = sql::time(row, 11);
    alert.due_clear = sql::time(row, 12);
    alert.actor = sql::text(row, 13);
    alert.result = sql::text(row, 14);
    alert.note = sql::text(row, 15);
    alert.role = sql::text(row, 16);
    alert.steps = static_cast<int>(sql::number(row, 17));
    alert.acknowledged_at = sql::time(row, 18);
    alert.level = static_cast<int>(sql::number(row, 19));
    alert.assigned = sql::text(row, 20);
    alert.parent = sql::text(row, 21);
    alert.order_number = sql::text(row, 22);
    alert.lasts = sql::number(row, 23) != 0;
    return alert;
}

// Each finds its few among years of others by an index of its own.
std::string condition_of(const AlertFilter& filter)
{
    switch (filter.which) {
    case AlertFilter::Which::open: return fmt::format("WHERE {} ", alert_open);
    case AlertFilter::Which::suppressed: return "WHERE state = 4 ";
    case AlertFilter::Which::closed: return "WHERE state = 3 AND changed_ms >= ? ";
    case AlertFilter::Which::all: break;
    }
    return "";
}

} // namespace

AlertRepository::AlertRepository(SQLite::Database& database)
    : database_(database),
      put_(database, "INSERT OR REPLACE INTO alert (id, kind, device, lane, severity, "
                     "state, count, text, evidence, raised_ms, "
                     "changed_ms, due_ack_ms, due_clear_ms, actor, result, note, role, steps, "
                     "acknowledged_ms, level, assigned, parent, order_number, lasts) "
                     "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
{
}

void AlertRepository::put(const model::Alert& alert)
{
    Reset guard{put_};
    const auto evidence = write_list(alert.evidence);
    sql::bind_all(put_, alert.id, alert.kind, alert.device, alert.lane, alert.severity,
                  static_cast<int>(alert.state), alert.count, alert.text, evidence, alert.raised_at,
                  alert.changed_at, alert.due_ack, alert.due_clear, alert.actor, alert.result, alert.note,
                  alert.role, alert.steps, alert.acknowledged_at, alert.level, alert.assigned, alert.parent,
                  alert.order_number, alert.lasts);
    put_.executeStep();
}

std::optional<model::Alert> AlertRepository::find(const std::string& id)
{
    SQLite::Statement statement(database_, select_alert + "WHERE id = ?");
    sql::bind(statement, 1, id);
    if (!statement.executeStep()) return std::nullopt;
    return alert_of(statement);
}

std::vector<model::Alert> AlertRepository::select(const AlertFilter& filter, std::int64_t limit)
{
    SQLite::Statement statement(database_, select_alert + condition_of(filter) +
                                               "ORDER BY raised_ms DESC, id DESC LIMIT ?");
    int index = 0;
    if (filter.which == AlertFilter::Which::closed) sql::bind(statement, ++index, filter.since);
    sql::bind(statement, ++index, limit);
    std::vector<model::Alert> found;
    while (statement.executeStep())
        found.push_back(alert_of(statement));
    return found;
}

std::vector<model::Alert> AlertRepository::within(base::WallTime from, base::WallTime to,
                                                  const std::string& after, std::int64_t limit)
{
    SQLite::Statement statement(
        database_,
        select_alert + fmt::format("WHERE id > ? AND raised_ms < ? AND (changed_ms >= ? OR due_clear_ms >= ? "
                                   "OR {}) ORDER BY id LIMIT ?",
                                   alert_open));
    sql::bind_all(statement, after, to, from, from, limit);
    std::vector<model::Alert> found;
    while (statement.executeStep())
        found.push_back(alert_of(statement));
    return found;
}

} // namespace gatehouse::store
