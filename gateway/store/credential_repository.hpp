#pragma once
#include "gateway/store/change.hpp"
#include "gateway/store/sql.hpp"

#include <map>
#include <vector>

namespace gatehouse::store {

// Plate, person and card lists.
class CredentialRepository {
public:
    explicit CredentialRepository(SQLite::Database& database);

    void replace(const Change::ListReplacement& list);
    [[nodiscard]] std::vector<Credential> all();

private:
    SQLite::Database& database_;
    SQLite::Statement remove_;
    SQLite::Statement insert_;
};

} // namespace gatehouse::store
