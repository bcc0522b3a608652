#include "gateway/store/entry_use_repository.hpp"

namespace gatehouse::store {

EntryUseRepository::EntryUseRepository(SQLite::Database& database)
    : database_(database),
      insert_(database, "INSERT INTO entry_use (device, device_key, type, value, list, lane, at_ms) "
                        "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING")
{
}

void EntryUseRepository::put(const EntryUse& use)
{
    Reset guard{insert_};
    sql::bind_all(insert_, use.device, use.device_key, static_cast<int>(use.type), use.value, use.list,
                  use.lane, use.at);
    insert_.executeStep();
}

std::vector<EntryUse> EntryUseRepository::all()
{
    SQLite::Statement row(
        database_, "SELECT device, device_key, type, value, list, lane, at_ms FROM entry_use ORDER BY rowid");
    std::vector<EntryUse> found;
    while (row.executeStep()) {
        const auto type = sql::number(row, 2);
        if (type < 0 || type > static_cast<int>(Credential::Type::card)) continue;
        found.push_back(EntryUse{.device = sql::text(row, 0),
                                 .device_key = sql::text(row, 1),
                                 .type = static_cast<Credential::Type>(type),
                                 .value = sql::text(row, 3),
                                 .list = sql::text(row, 4),
                                 .lane = sql::text(row, 5),
                                 .at = sql::time(row, 6)});
    }
    return found;
}

} // namespace gatehouse::store
