#include "gateway/store/command_repository.hpp"

#include "gateway/store/text_list.hpp"

namespace gatehouse::store {
namespace {

const std::string select_command =
    "SELECT id, origin, action, device, output, lane, operator, reason, issued_ms, expires_ms, args, "
    "status, code, text, took_ms, done_ms FROM command ";

CommandRecord record_of(const SQLite::Statement& row)
{
    CommandRecord record;
    auto& command = record.command;
    command.id = sql::text(row, 0);
    command.origin = sql::text(row, 1);
    // A word we do not know stays a ping: it moves nothing.
    if (!model::parse_action(sql::text(row, 2), command.action)) command.action = model::Action::ping;
    command.device = sql::text(row, 3);
    command.output = static_cast<int>(sql::number(row, 4));
    command.lane = sql::text(row, 5);
    command.operator_name = sql::text(row, 6);
    command.reason = sql::text(row, 7);
    command.issued_at = sql::time(row, 8);
    command.expires = sql::time(row, 9);
    command.args = read_map(sql::text(row, 10));
    if (row.getColumn(11).isNull()) return record;
    model::Outcome outcome;
    // A word we do not know can only mean that nobody can tell how it ended.
    if (!model::parse_status(sql::text(row, 11), outcome.status)) outcome.status = model::Status::unknown;
    outcome.code = sql::text(row, 12);
    outcome.text = sql::text(row, 13);
    outcome.took_ms = sql::number(row, 14);
    outcome.at = sql::time(row, 15);
    record.outcome = std::move(outcome);
    return record;
}

} // namespace

CommandRepository::CommandRepository(SQLite::Database& database)
    : database_(database),
      put_(database,
           "INSERT INTO command (id, origin, action, device, output, lane, operator, reason, issued_ms, "
           "expires_ms, args, "
           "status, code, text, took_ms, done_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
           "ON CONFLICT (id) DO UPDATE SET origin = excluded.origin, action = excluded.action, device = "
           "excluded.device, "
           "output = excluded.output, lane = excluded.lane, operator = excluded.operator, reason = "
           "excluded.reason, "
           "issued_ms = excluded.issued_ms, expires_ms = excluded.expires_ms, args = excluded.args, status = "
           "excluded.status, "
           "code = excluded.code, text = excluded.text, took_ms = excluded.took_ms, done_ms = "
           "excluded.done_ms")
{
}

void CommandRepository::put(const CommandRecord& record)
{
    Reset guard{put_};
    const auto& command = record.command;
    const std::string action(model::to_string(command.action));
    const auto args = write_map(command.args);
    std::optional<std::string> status;
    std::optional<std::string> code;
    std::optional<std::string> text;
    std::optional<std::int64_t> took;
    std::optional<base::WallTime> at;
    if (record.outcome) {
        status = std::string(model::to_string(record.outcome->status));
        code = record.outcome->code;
        text = record.outcome->text;
        took = record.outcome->took_ms;
        at = record.outcome->at;
    }
    sql::bind_all(put_, command.id, command.origin, action, command.device, command.output, command.lane,
                  command.operator_name, command.reason, command.issued_at, command.expires, args, status,
                  code, text, took, at);
    put_.executeStep();
}

std::vector<CommandRecord> CommandRepository::collect(SQLite::Statement& statement)
{
    std::vector<CommandRecord> found;
    while (statement.executeStep())
        found.push_back(record_of(statement));
    return found;
}

std::optional<CommandRecord> CommandRepository::find(const std::string& id)
{
    SQLite::Statement statement(database_, select_command + "WHERE id = ?");
    sql::bind(statement, 1, id);
    if (!statement.executeStep()) return std::nullopt;
    return record_of(statement);
}

std::vector<CommandRecord> CommandRepository::open()
{
    SQLite::Statement statement(database_, select_command + "WHERE status IS NULL ORDER BY issued_ms, rowid");
    return collect(statement);
}

std::vector<CommandRecord> CommandRepository::recent(std::int64_t limit)
{
    SQLite::Statement statement(database_, select_command + "ORDER BY rowid DESC LIMIT ?");
    sql::bind(statement, 1, limit);
    return collect(statement);
}

} // namespace gatehouse::store
