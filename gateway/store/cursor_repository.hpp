#pragma once
#include "gateway/store/change.hpp"
#include "gateway/store/sql.hpp"

#include <map>
#include <vector>

namespace gatehouse::store {

// How far each reader has come.
class CursorRepository {
public:
    explicit CursorRepository(SQLite::Database& database);

    // A position never moves back.
    void move(const CursorMove& move);
    [[nodiscard]] std::vector<CursorMove> all();
    // Forgets positions behind the end of the journal, which nobody can have reached; returns their readers.
    [[nodiscard]] std::vector<std::string> forget_beyond(std::int64_t last_seq);
    // 0 when the reader has never moved.
    [[nodiscard]] std::int64_t position(const std::string& reader, model::Priority priority);

private:
    SQLite::Database& database_;
    SQLite::Statement move_;
};

} // namespace gatehouse::store
