#include "gateway/store/list_version_repository.hpp"

namespace gatehouse::store {
namespace {

// All but the content.
ListVersion version_of(const SQLite::Statement& row)
{
    ListVersion version;
    version.type = static_cast<Credential::Type>(sql::number(row, 0));
    version.list = sql::text(row, 1);
    version.number = static_cast<int>(sql::number(row, 2));
    version.at = sql::time(row, 3);
    version.actor = sql::text(row, 4);
    version.restored = static_cast<int>(sql::number(row, 5));
    version.entries = sql::number(row, 6);
    return version;
}

} // namespace

ListVersionRepository::ListVersionRepository(SQLite::Database& database)
    : database_(database),
      insert_(database, "INSERT INTO list_version (type, list, number, at_ms, actor, restored, entries, csv) "
                        "SELECT ?1, ?2, coalesce(max(number), 0) + 1, ?3, ?4, ?5, ?6, ?7 FROM list_version "
                        "WHERE type = ?1 AND list = ?2"),
      remove_(database, "DELETE FROM list_version WHERE type = ?1 AND list = ?2 AND number <= "
                        "(SELECT max(number) FROM list_version WHERE type = ?1 AND list = ?2) - ?3")
{
}

void ListVersionRepository::put(const ListVersion& version)
{
    {
        Reset guard{insert_};
        sql::bind_all(insert_, static_cast<int>(version.type), version.list, version.at, version.actor,
                      version.restored, version.entries, version.csv);
        insert_.executeStep();
    }
    Reset guard{remove_};
    sql::bind_all(remove_, static_cast<int>(version.type), version.list, list_versions_kept);
    remove_.executeStep();
}

std::vector<ListVersion> ListVersionRepository::all()
{
    SQLite::Statement row(database_, "SELECT type, list, number, at_ms, actor, restored, entries "
                                     "FROM list_version ORDER BY type, list, number DESC");
    std::vector<ListVersion> found;
    while (row.executeStep())
        found.push_back(version_of(row));
    return found;
}

std::optional<ListVersion> ListVersionRepository::find(Credential::Type type, const std::string& list,
                                                       int number)
{
    SQLite::Statement row(database_, "SELECT type, list, number, at_ms, actor, restored, entries, csv "
                                     "FROM list_version WHERE type = ? AND list = ? AND number = ?");
    sql::bind_all(row, static_cast<int>(type), list, number);
    if (!row.executeStep()) return std::nullopt;
    auto version = version_of(row);
    version.csv = sql::text(row, 7);
    return version;
}

} // namespace gatehouse::store
