#pragma once
#include "gateway/store/change.hpp"
#include "gateway/store/sql.hpp"

#include <map>
#include <vector>

namespace gatehouse::store {

// Orders: the intent and, once known, the outcome.
class CommandRepository {
public:
    explicit CommandRepository(SQLite::Database& database);

    void put(const CommandRecord& record);
    [[nodiscard]] std::optional<CommandRecord> find(const std::string& id);
    // Without outcome, oldest first.
    [[nodiscard]] std::vector<CommandRecord> open();
    // Newest first.
    [[nodiscard]] std::vector<CommandRecord> recent(std::int64_t limit);

private:
    [[nodiscard]] std::vector<CommandRecord> collect(SQLite::Statement& statement);

    SQLite::Database& database_;
    SQLite::Statement put_;
};

} // namespace gatehouse::store
