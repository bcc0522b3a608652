#include "gateway/store/handover_repository.hpp"

namespace gatehouse::store {

HandoverRepository::HandoverRepository(SQLite::Database& database)
    : database_(database),
      append_(database, "INSERT INTO handover (id, at_ms, author, text, open_alerts) VALUES (?, ?, ?, ?, ?)")
{
}

void HandoverRepository::append(const model::Handover& handover)
{
    Reset guard{append_};
    sql::bind_all(append_, handover.id, handover.at, handover.author, handover.text, handover.open_alerts);
    append_.executeStep();
}

std::vector<model::Handover> HandoverRepository::recent(std::int64_t limit)
{
    SQLite::Statement statement(
        database_,
        "SELECT id, at_ms, author, text, open_alerts FROM handover ORDER BY at_ms DESC, id DESC LIMIT ?");
    sql::bind(statement, 1, limit);
    std::vector<model::Handover> found;
    while (statement.executeStep()) {
        model::Handover handover;
        handover.id = sql::text(statement, 0);
        handover.at = sql::time(statement, 1);
        handover.author = sql::text(statement, 2);
        handover.text = sql::text(statement, 3);
        handover.open_alerts = static_cast<int>(sql::number(statement, 4));
        found.push_back(std::move(handover));
    }
    return found;
}

} // namespace gatehouse::store
