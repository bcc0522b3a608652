#pragma once
#include "gateway/store/change.hpp"
#include "gateway/store/sql.hpp"

#include <optional>
#include <vector>

namespace gatehouse::store {

// What lists have said before. Of each list the newest are kept.
class ListVersionRepository {
public:
    explicit ListVersionRepository(SQLite::Database& database);

    // Numbers it, one above the newest of its list, and lets the oldest go.
    void put(const ListVersion& version);
    // Without their content, each list's newest first.
    [[nodiscard]] std::vector<ListVersion> all();
    [[nodiscard]] std::optional<ListVersion> find(Credential::Type type, const std::string& list, int number);

private:
    SQLite::Database& database_;
    SQLite::Statement insert_;
    SQLite::Statement remove_;
};

} // namespace gatehouse::store
