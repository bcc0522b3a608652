#pragma once
#include "gateway/store/change.hpp"
#include "gateway/store/sql.hpp"

#include <vector>

namespace gatehouse::store {

// What persons have agreed to, and which terminals may hold their faces.
class ConsentRepository {
public:
    explicit ConsentRepository(SQLite::Database& database);

    // Inserted, or replaced by person, purpose and time.
    void put(const Consent& consent);
    void mark(const FaceMark& mark);
    [[nodiscard]] std::vector<Consent> all(); // by person, purpose and time
    [[nodiscard]] std::vector<FaceMark> faces();

private:
    SQLite::Database& database_;
    SQLite::Statement insert_;
    SQLite::Statement mark_;
    SQLite::Statement clear_;
};

} // namespace gatehouse::store
