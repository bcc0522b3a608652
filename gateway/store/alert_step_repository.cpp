#include "gateway/store/alert_step_repository.hpp"

namespace gatehouse::store {
namespace {

model::AlertStep step_of(const SQLite::Statement& row)
{
    model::AlertStep step;
    step.alert = sql::text(row, 0);
    step.seq = static_cast<int>(sql::number(row, 1));
    if (const auto from = sql::number(row, 2); !row.getColumn(2).isNull())
        step.from = static_cast<model::Alert::State>(from);
    step.to = static_cast<model::Alert::State>(sql::number(row, 3));
    step.at = sql::time(row, 4);
    step.actor = sql::text(row, 5);
    step.role = sql::text(row, 6);
    step.channel = sql::text(row, 7);
    step.note = sql::text(row, 8);
    step.result = sql::text(row, 9);
    return step;
}

} // namespace

AlertStepRepository::AlertStepRepository(SQLite::Database& database)
    : database_(database),
      append_(database, "INSERT OR IGNORE INTO alert_step (alert, seq, from_state, to_state, at_ms, actor, "
                        "role, channel, note, result) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
{
}

void AlertStepRepository::append(const model::AlertStep& step)
{
    Reset guard{append_};
    std::optional<std::int64_t> from;
    if (step.from) from = static_cast<std::int64_t>(*step.from);
    sql::bind_all(append_, step.alert, step.seq, from, static_cast<int>(step.to), step.at, step.actor,
                  step.role, step.channel, step.note, step.result);
    append_.executeStep();
}

std::vector<model::AlertStep> AlertStepRepository::of(const std::string& alert)
{
    SQLite::Statement statement(database_,
                                "SELECT alert, seq, from_state, to_state, at_ms, actor, role, channel, note, "
                                "result FROM alert_step WHERE alert = ? ORDER BY seq");
    sql::bind(statement, 1, alert);
    std::vector<model::AlertStep> steps;
    while (statement.executeStep())
        steps.push_back(step_of(statement));
    return steps;
}

} // namespace gatehouse::store
