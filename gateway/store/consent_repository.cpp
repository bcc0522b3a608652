#include "gateway/store/consent_repository.hpp"

namespace gatehouse::store {

ConsentRepository::ConsentRepository(SQLite::Database& database)
    : database_(database),
      insert_(database,
              "INSERT OR REPLACE INTO consent (person, purpose, given_ms, text_version, method, under_14, "
              "guardian, withdrawn_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"),
      mark_(database, "INSERT OR IGNORE INTO face (device, person) VALUES (?, ?)"),
      clear_(database, "DELETE FROM face WHERE device = ? AND person = ?")
{
}

void ConsentRepository::put(const Consent& consent)
{
    Reset guard{insert_};
    sql::bind_all(insert_, consent.person, consent.purpose, consent.given_at, consent.text_version,
                  consent.method, consent.under_14, consent.guardian, consent.withdrawn_at);
    insert_.executeStep();
}

void ConsentRepository::mark(const FaceMark& mark)
{
    auto& statement = mark.gone ? clear_ : mark_;
    Reset guard{statement};
    sql::bind_all(statement, mark.device, mark.person);
    statement.executeStep();
}

std::vector<Consent> ConsentRepository::all()
{
    SQLite::Statement row(database_,
                          "SELECT person, purpose, given_ms, text_version, method, under_14, guardian, "
                          "withdrawn_ms FROM consent ORDER BY person, purpose, given_ms");
    std::vector<Consent> found;
    while (row.executeStep())
        found.push_back(Consent{.person = sql::text(row, 0),
                                .purpose = sql::text(row, 1),
                                .given_at = sql::time(row, 2),
                                .text_version = sql::text(row, 3),
                                .method = sql::text(row, 4),
                                .under_14 = sql::number(row, 5) != 0,
                                .guardian = sql::text(row, 6),
                                .withdrawn_at = sql::optional_time(row, 7)});
    return found;
}

std::vector<FaceMark> ConsentRepository::faces()
{
    SQLite::Statement row(database_, "SELECT device, person FROM face ORDER BY device, person");
    std::vector<FaceMark> found;
    while (row.executeStep())
        found.push_back(FaceMark{.device = sql::text(row, 0), .person = sql::text(row, 1)});
    return found;
}

} // namespace gatehouse::store
