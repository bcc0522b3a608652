#include "gateway/store/silence_repository.hpp"

namespace gatehouse::store {

SilenceRepository::SilenceRepository(SQLite::Database& database)
    : database_(database),
      put_(database,
           "INSERT OR REPLACE INTO silence (id, kind, device, lane, author, reason, from_ms, until_ms) "
           "VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
{
}

void SilenceRepository::put(const model::Silence& silence)
{
    Reset guard{put_};
    sql::bind_all(put_, silence.id, silence.kind, silence.device, silence.lane, silence.author,
                  silence.reason, silence.from, silence.until);
    put_.executeStep();
}

std::vector<model::Silence> SilenceRepository::recent(std::int64_t limit)
{
    SQLite::Statement statement(
        database_, "SELECT id, kind, device, lane, author, reason, from_ms, until_ms FROM silence "
                   "ORDER BY until_ms DESC, id DESC LIMIT ?");
    sql::bind(statement, 1, limit);
    std::vector<model::Silence> found;
    while (statement.executeStep()) {
        model::Silence silence;
        silence.id = sql::text(statement, 0);
        silence.kind = sql::text(statement, 1);
        silence.device = sql::text(statement, 2);
        silence.lane = sql::text(statement, 3);
        silence.author = sql::text(statement, 4);
        silence.reason = sql::text(statement, 5);
        silence.from = sql::time(statement, 6);
        silence.until = sql::time(statement, 7);
        found.push_back(std::move(silence));
    }
    return found;
}

} // namespace gatehouse::store
