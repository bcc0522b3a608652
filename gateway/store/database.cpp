#include "gateway/store/database.hpp"

namespace gatehouse::store {
base::Errc errc_of(const SQLite::Exception& failure)
{
    switch (failure.getErrorCode() & 0xff) {
    case SQLITE_FULL: return base::Errc::disk_full;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return base::Errc::damaged;
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH: return base::Errc::bad_input;
    case SQLITE_TOOBIG: return base::Errc::too_large;
    default: return base::Errc::failed;
    }
}

DatabasePtr open_for_writing(const std::filesystem::path& file)
{
    auto database = std::make_unique<SQLite::Database>(
        file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, busy_timeout_ms);
    // The page holds the whole schema, so that a destroyed first page can be replaced by a fresh one
    // (salvage.cpp).
    database->exec("PRAGMA page_size = 8192");
    database->exec("PRAGMA journal_mode = WAL");
    database->exec("PRAGMA synchronous = FULL");
    database->exec("PRAGMA foreign_keys = ON");
    database->exec("PRAGMA wal_autocheckpoint = 0");
    database->exec("PRAGMA journal_size_limit = 33554432");
    database->exec("PRAGMA cache_size = -8192");
    database->exec("PRAGMA temp_store = MEMORY");
    return database;
}

DatabasePtr open_for_reading(const std::filesystem::path& file)
{
    auto database = std::make_unique<SQLite::Database>(file.string(), SQLite::OPEN_READONLY, busy_timeout_ms);
    database->exec("PRAGMA cache_size = -8192");
    database->exec("PRAGMA temp_store = MEMORY");
    return database;
}

std::int64_t read_number(SQLite::Database& database, const std::string& query)
{
    SQLite::Statement statement(database, query);
    return statement.executeStep() ? sql::number(statement, 0) : 0;
}

std::filesystem::path log_of(const std::filesystem::path& file)
{
    return file.string() + "-wal";
}

std::filesystem::path log_index_of(const std::filesystem::path& file)
{
    return file.string() + "-shm";
}

} // namespace gatehouse::store
