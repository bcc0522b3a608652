#pragma once
#include "gateway/store/change.hpp"
#include "gateway/store/sql.hpp"

#include <map>
#include <vector>

namespace gatehouse::store {

// What drivers want to find again after a restart, per device.
class MemoryRepository {
public:
    explicit MemoryRepository(SQLite::Database& database);

    void put(const MemoryPut& put);
    [[nodiscard]] std::map<std::string, std::string> of(const std::string& device);

private:
    SQLite::Database& database_;
    SQLite::Statement put_;
};

} // namespace gatehouse::store
