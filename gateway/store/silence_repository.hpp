#pragma once
#include "gateway/model/alert.hpp"
#include "gateway/store/sql.hpp"

#include <vector>

namespace gatehouse::store {

// Who asked when that nobody be called for what.
class SilenceRepository {
public:
    explicit SilenceRepository(SQLite::Database& database);

    void put(const model::Silence& silence);
    // Newest first.
    [[nodiscard]] std::vector<model::Silence> recent(std::int64_t limit);

private:
    SQLite::Database& database_;
    SQLite::Statement put_;
};

} // namespace gatehouse::store
