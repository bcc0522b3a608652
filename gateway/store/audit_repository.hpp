#pragma once
#include "gateway/store/change.hpp"
#include "gateway/store/sql.hpp"

#include <map>
#include <vector>

namespace gatehouse::store {

// Who did what; only ever added to.
class AuditRepository {
public:
    explicit AuditRepository(SQLite::Database& database);

    void append(const AuditRecord& record);

private:
    SQLite::Statement insert_;
};

} // namespace gatehouse::store
