#include "gateway/store/memory_repository.hpp"

namespace gatehouse::store {

MemoryRepository::MemoryRepository(SQLite::Database& database)
    : database_(database),
      put_(database, "INSERT OR REPLACE INTO device (device, key, value) VALUES (?, ?, ?)")
{
}

void MemoryRepository::put(const MemoryPut& put)
{
    Reset guard{put_};
    sql::bind_all(put_, put.device, put.key, put.value);
    put_.executeStep();
}

std::map<std::string, std::string> MemoryRepository::of(const std::string& device)
{
    SQLite::Statement statement(database_, "SELECT key, value FROM device WHERE device = ?");
    sql::bind(statement, 1, device);
    std::map<std::string, std::string> found;
    while (statement.executeStep())
        found[sql::text(statement, 0)] = sql::text(statement, 1);
    return found;
}

} // namespace gatehouse::store
