#pragma once
#include "gateway/store/database.hpp"
#include "gateway/store/store.hpp"

namespace gatehouse::store {

// A damage that a start has mended is written down in the database itself until it is told: a kill before the
// notice about it is committed must not swallow it. Notes the damage of `report`, or, when an earlier start
// has noted one that says as much, puts that into `report`; either way with what is to be committed
// beside the notice (StartReport::told). The caller owns the transaction, at best the one that mends.
void keep_until_told(SQLite::Database& database, StartReport& report);

} // namespace gatehouse::store
