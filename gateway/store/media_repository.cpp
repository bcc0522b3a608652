#include "gateway/store/media_repository.hpp"

namespace gatehouse::store {

MediaRepository::MediaRepository(SQLite::Database& database)
    : database_(database),
      put_(database,
           "INSERT OR REPLACE INTO media (sha256, segment, offset, length, kind, event_id, seq, received_ms) "
           "VALUES (?, ?, ?, ?, ?, ?, ?, ?)"),
      refer_(database, "UPDATE media SET event_id = ?, seq = max(seq, ?), received_ms = max(received_ms, ?) "
                       "WHERE sha256 = ?"),
      find_(database, "SELECT segment, offset, length FROM media WHERE sha256 = ?")
{
}

void MediaRepository::put(const Row& row)
{
    Reset guard{put_};
    sql::bind_all(put_, row.sha256, row.place.segment, row.place.offset, row.place.length, row.kind,
                  row.event_id, row.seq, row.received_at);
    put_.executeStep();
}

bool MediaRepository::refer(const Row& row)
{
    Reset guard{refer_};
    sql::bind_all(refer_, row.event_id, row.seq, row.received_at, row.sha256);
    refer_.executeStep();
    return sqlite3_changes(database_.getHandle()) > 0;
}

std::optional<MediaPlace> MediaRepository::find(const std::string& sha256)
{
    Reset guard{find_};
    sql::bind(find_, 1, sha256);
    if (!find_.executeStep()) return std::nullopt;
    return MediaPlace{
        .segment = sql::number(find_, 0), .offset = sql::number(find_, 1), .length = sql::number(find_, 2)};
}

bool MediaRepository::any_in(std::int64_t segment)
{
    SQLite::Statement statement(database_, "SELECT 1 FROM media WHERE segment = ? LIMIT 1");
    sql::bind(statement, 1, segment);
    return statement.executeStep();
}

} // namespace gatehouse::store
