#pragma once
#include "gateway/store/database.hpp"

#include <span>
#include <string_view>

namespace gatehouse::store {

// One step of the schema. Numbers start at 1 and have no holes; a released step is never changed.
struct Migration {
    int number = 0;
    std::string_view sql;
    void (*then)(SQLite::Database& database) = nullptr; // in the same transaction; what SQL cannot do
};

[[nodiscard]] std::span<const Migration> migrations();
// The number of the newest step.
[[nodiscard]] int schema_version();
// The step the file is at; 0 for an empty file.
[[nodiscard]] int schema_version_of(SQLite::Database& database);

// Applies what is missing, each step in its own transaction. A file that already holds a schema is first
// copied to FILE.before-N. Throws SQLite::Exception, or std::runtime_error when the file was made by a newer
// gateway.
void migrate(SQLite::Database& database, const std::filesystem::path& file,
             std::span<const Migration> steps = migrations());

} // namespace gatehouse::store
