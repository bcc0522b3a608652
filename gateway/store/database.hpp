#pragma once
#include "gateway/store/sql.hpp"

#include <filesystem>
#include <memory>

namespace gatehouse::store {

using DatabasePtr = std::unique_ptr<SQLite::Database>;

// How long a connection waits for another process that looks at the database.
constexpr int busy_timeout_ms = 5000;

// The one connection that writes: WAL, synced at every commit, checkpoints only when we ask (architecture.md
// "Store"). Throws SQLite::Exception.
[[nodiscard]] DatabasePtr open_for_writing(const std::filesystem::path& file);

// A connection that can only look. Throws SQLite::Exception.
[[nodiscard]] DatabasePtr open_for_reading(const std::filesystem::path& file);

[[nodiscard]] std::int64_t read_number(SQLite::Database& database, const std::string& query);

// The files that belong to a database: itself, its log and its index of the log.
[[nodiscard]] std::filesystem::path log_of(const std::filesystem::path& file);
[[nodiscard]] std::filesystem::path log_index_of(const std::filesystem::path& file);

} // namespace gatehouse::store
