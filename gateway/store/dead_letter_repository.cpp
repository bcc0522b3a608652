#include "gateway/store/dead_letter_repository.hpp"

namespace gatehouse::store {

DeadLetterRepository::DeadLetterRepository(SQLite::Database& database)
    : database_(database),
      put_(database, "INSERT OR REPLACE INTO dead_letter (reader, seq, reason, at_ms) VALUES (?, ?, ?, ?)")
{
}

void DeadLetterRepository::put(const DeadLetter& letter)
{
    Reset guard{put_};
    sql::bind_all(put_, letter.reader, letter.seq, letter.reason, letter.at);
    put_.executeStep();
}

std::vector<DeadLetter> DeadLetterRepository::select(const std::string& reader, std::int64_t limit)
{
    SQLite::Statement statement(database_, "SELECT reader, seq, reason, at_ms FROM dead_letter "
                                           "WHERE ?1 = '' OR reader = ?1 ORDER BY seq DESC LIMIT ?2");
    sql::bind_all(statement, reader, limit);
    std::vector<DeadLetter> found;
    while (statement.executeStep())
        found.push_back(DeadLetter{.reader = sql::text(statement, 0),
                                   .seq = sql::number(statement, 1),
                                   .reason = sql::text(statement, 2),
                                   .at = sql::time(statement, 3)});
    return found;
}

} // namespace gatehouse::store
