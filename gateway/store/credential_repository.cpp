#include "gateway/store/credential_repository.hpp"

#include "gateway/store/text_list.hpp"

namespace gatehouse::store {

CredentialRepository::CredentialRepository(SQLite::Database& database)
    : database_(database), remove_(database, "DELETE FROM credential WHERE type = ? AND list = ?"),
      insert_(database, "INSERT INTO credential (type, value, list, name, from_ms, to_ms, lanes, note, "
                        "group_name, reason, instruction, entries) "
                        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
{
}

void CredentialRepository::replace(const Change::ListReplacement& list)
{
    {
        Reset guard{remove_};
        sql::bind_all(remove_, static_cast<int>(list.type), list.list);
        remove_.executeStep();
    }
    for (const auto& credential : list.credentials) {
        Reset guard{insert_};
        const auto lanes = write_list(credential.lanes);
        // The list that is replaced names type and list, so that a later replacement finds every line of this
        // one.
        sql::bind_all(insert_, static_cast<int>(list.type), credential.value, list.list, credential.name,
                      credential.valid_from, credential.valid_to, lanes, credential.note, credential.group,
                      credential.reason, credential.instruction, credential.entries);
        insert_.executeStep();
    }
}

std::vector<Credential> CredentialRepository::all()
{
    SQLite::Statement row(database_,
                          "SELECT type, value, list, name, from_ms, to_ms, lanes, note, "
                          "group_name, reason, instruction, entries FROM credential ORDER BY rowid");
    std::vector<Credential> found;
    while (row.executeStep()) {
        const auto type = sql::number(row, 0);
        if (type < 0 || type > static_cast<int>(Credential::Type::card)) continue;
        found.push_back(Credential{.type = static_cast<Credential::Type>(type),
                                   .value = sql::text(row, 1),
                                   .list = sql::text(row, 2),
                                   .name = sql::text(row, 3),
                                   .valid_from = sql::optional_time(row, 4),
                                   .valid_to = sql::optional_time(row, 5),
                                   .lanes = read_list(sql::text(row, 6)),
                                   .note = sql::text(row, 7),
                                   .group = sql::text(row, 8),
                                   .reason = sql::text(row, 9),
                                   .instruction = sql::text(row, 10),
                                   .entries = sql::optional_number(row, 11)});
    }
    return found;
}

} // namespace gatehouse::store
