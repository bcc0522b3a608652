#pragma once
#include "gateway/store/change.hpp"
#include "gateway/store/sql.hpp"

#include <vector>

namespace gatehouse::store {

// The entries that visitors have used, one for each record that let one in.
class EntryUseRepository {
public:
    explicit EntryUseRepository(SQLite::Database& database);

    // A record that was counted before is not counted again.
    void put(const EntryUse& use);
    [[nodiscard]] std::vector<EntryUse> all();

private:
    SQLite::Database& database_;
    SQLite::Statement insert_;
};

} // namespace gatehouse::store
