#pragma once
#include "gateway/store/change.hpp"
#include "gateway/store/sql.hpp"
#include "gateway/store/store.hpp"

#include <map>
#include <vector>

namespace gatehouse::store {

// Alerts as they are now; how they came to be so is in alert_step.
class AlertRepository {
public:
    explicit AlertRepository(SQLite::Database& database);

    void put(const model::Alert& alert);
    [[nodiscard]] std::optional<model::Alert> find(const std::string& id);
    // Newest first.
    [[nodiscard]] std::vector<model::Alert> select(const AlertFilter& filter, std::int64_t limit);
    // By id from behind `after`: those that were open, or due, between the times.
    [[nodiscard]] std::vector<model::Alert> within(base::WallTime from, base::WallTime to,
                                                   const std::string& after, std::int64_t limit);

private:
    SQLite::Database& database_;
    SQLite::Statement put_;
};

} // namespace gatehouse::store
