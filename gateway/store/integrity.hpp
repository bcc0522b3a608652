#pragma once
#include "gateway/store/database.hpp"

namespace gatehouse::store {

// One sentence saying what is wrong with the database file before SQLite opens it, empty for nothing. Throws
// std::runtime_error for a file that is there and may not be opened: that says nothing about its content.
[[nodiscard]] std::string damage_of_file(const std::filesystem::path& file);

// The quick check of every start: schema, small tables, both ends of the journal; files below 16 MiB
// entirely. Its cost does not grow with the backlog. `reserved` as in SequenceFloor, 0 for unknown.
[[nodiscard]] std::string damage_of_content(SQLite::Database& database, const std::filesystem::path& file,
                                            std::int64_t reserved);

// Everything; reads the whole file.
[[nodiscard]] std::string damage_of_everything(SQLite::Database& database);

} // namespace gatehouse::store
