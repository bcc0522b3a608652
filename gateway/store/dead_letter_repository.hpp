#pragma once
#include "gateway/store/change.hpp"
#include "gateway/store/sql.hpp"

#include <map>
#include <vector>

namespace gatehouse::store {

// What a sink will never take, and why.
class DeadLetterRepository {
public:
    explicit DeadLetterRepository(SQLite::Database& database);

    void put(const DeadLetter& letter);
    // Newest first. An empty reader means all.
    [[nodiscard]] std::vector<DeadLetter> select(const std::string& reader, std::int64_t limit);

private:
    SQLite::Database& database_;
    SQLite::Statement put_;
};

} // namespace gatehouse::store
