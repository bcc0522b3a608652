#include "gateway/store/cursor_repository.hpp"

namespace gatehouse::store {

CursorRepository::CursorRepository(SQLite::Database& database)
    : database_(database),
      move_(database, "INSERT INTO cursor (reader, priority, seq) VALUES (?, ?, ?) "
                      "ON CONFLICT (reader, priority) DO UPDATE SET seq = max(seq, excluded.seq)")
{
}

void CursorRepository::move(const CursorMove& move)
{
    Reset guard{move_};
    sql::bind_all(move_, move.reader, static_cast<int>(move.priority), move.seq);
    move_.executeStep();
}

std::vector<CursorMove> CursorRepository::all()
{
    SQLite::Statement statement(database_,
                                "SELECT reader, priority, seq FROM cursor ORDER BY reader, priority");
    std::vector<CursorMove> found;
    while (statement.executeStep())
        found.push_back(CursorMove{.reader = sql::text(statement, 0),
                                   .priority = sql::number(statement, 1) == 0 ? model::Priority::alert
                                                                              : model::Priority::event,
                                   .seq = sql::number(statement, 2)});
    return found;
}

std::vector<std::string> CursorRepository::forget_beyond(std::int64_t last_seq)
{
    SQLite::Statement statement(database_, "DELETE FROM cursor WHERE seq > ? RETURNING reader");
    sql::bind(statement, 1, last_seq);
    std::vector<std::string> readers;
    while (statement.executeStep())
        readers.push_back(sql::text(statement, 0));
    return readers;
}

std::int64_t CursorRepository::position(const std::string& reader, model::Priority priority)
{
    SQLite::Statement statement(database_, "SELECT seq FROM cursor WHERE reader = ? AND priority = ?");
    sql::bind_all(statement, reader, static_cast<int>(priority));
    return statement.executeStep() ? sql::number(statement, 0) : 0;
}

} // namespace gatehouse::store
