#pragma once
#include "gateway/store/change.hpp"
#include "gateway/store/sql.hpp"

#include <map>
#include <vector>

namespace gatehouse::store {

// Alerts as they are now; their history is in the journal.
class AlertRepository {
public:
    explicit AlertRepository(SQLite::Database& database);

    void put(const model::Alert& alert);
    [[nodiscard]] std::optional<model::Alert> find(const std::string& id);
    // Newest first.
    [[nodiscard]] std::vector<model::Alert> select(bool open_only, std::int64_t limit);

private:
    SQLite::Database& database_;
    SQLite::Statement put_;
};

} // namespace gatehouse::store
