#pragma once
#include "gateway/model/alert.hpp"
#include "gateway/store/sql.hpp"

#include <vector>

namespace gatehouse::store {

// What shifts tell each other, append-only.
class HandoverRepository {
public:
    explicit HandoverRepository(SQLite::Database& database);

    void append(const model::Handover& handover);
    // Newest first.
    [[nodiscard]] std::vector<model::Handover> recent(std::int64_t limit);

private:
    SQLite::Database& database_;
    SQLite::Statement append_;
};

} // namespace gatehouse::store
