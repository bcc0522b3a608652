#include "gateway/store/audit_repository.hpp"

namespace gatehouse::store {

AuditRepository::AuditRepository(SQLite::Database& database)
    : insert_(database,
              "INSERT INTO audit (at_ms, actor, action, target, detail, result) VALUES (?, ?, ?, ?, ?, ?)")
{
}

void AuditRepository::append(const AuditRecord& record)
{
    Reset guard{insert_};
    sql::bind_all(insert_, record.at, record.actor, record.action, record.target, record.detail,
                  record.result);
    insert_.executeStep();
}

} // namespace gatehouse::store
