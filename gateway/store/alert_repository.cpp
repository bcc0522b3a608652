#include "gateway/store/alert_repository.hpp"

#include "gateway/store/text_list.hpp"

namespace gatehouse::store {
namespace {

const std::string select_alert =
    "SELECT id, kind, device, lane, severity, state, count, text, evidence, raised_ms, changed_ms, "
    "due_ack_ms, due_clear_ms, actor, result, note FROM alert ";

model::Alert alert_of(const SQLite::Statement& row)
{
    model::Alert alert;
    alert.id = sql::text(row, 0);
    alert.kind = sql::text(row, 1);
    alert.device = sql::text(row, 2);
    alert.lane = sql::text(row, 3);
    alert.severity = static_cast<int>(sql::number(row, 4));
    const auto state = sql::number(row, 5);
    if (state >= 0 && state <= static_cast<int>(model::Alert::State::closed))
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
    return alert;
}

} // namespace

AlertRepository::AlertRepository(SQLite::Database& database)
    : database_(database), put_(database, "INSERT OR REPLACE INTO alert (id, kind, device, lane, severity, "
                                          "state, count, text, evidence, raised_ms, "
                                          "changed_ms, due_ack_ms, due_clear_ms, actor, result, note) "
                                          "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
{
}

void AlertRepository::put(const model::Alert& alert)
{
    Reset guard{put_};
    const auto evidence = write_list(alert.evidence);
    sql::bind_all(put_, alert.id, alert.kind, alert.device, alert.lane, alert.severity,
                  static_cast<int>(alert.state), alert.count, alert.text, evidence, alert.raised_at,
                  alert.changed_at, alert.due_ack, alert.due_clear, alert.actor, alert.result, alert.note);
    put_.executeStep();
}

std::optional<model::Alert> AlertRepository::find(const std::string& id)
{
    SQLite::Statement statement(database_, select_alert + "WHERE id = ?");
    sql::bind(statement, 1, id);
    if (!statement.executeStep()) return std::nullopt;
    return alert_of(statement);
}

std::vector<model::Alert> AlertRepository::select(bool open_only, std::int64_t limit)
{
    // 3: closed. The state index finds the few that are open among years of closed ones.
    SQLite::Statement statement(database_, select_alert + (open_only ? "WHERE state IN (0, 1, 2) " : "") +
                                               "ORDER BY raised_ms DESC, id DESC LIMIT ?");
    sql::bind(statement, 1, limit);
    std::vector<model::Alert> found;
    while (statement.executeStep())
        found.push_back(alert_of(statement));
    return found;
}

} // namespace gatehouse::store
