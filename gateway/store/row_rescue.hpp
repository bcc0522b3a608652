#pragma once
#include "gateway/store/database.hpp"

#include <optional>
#include <string>

namespace gatehouse::store {

// A look at a database that may be damaged in any way; null when SQLite cannot make sense of it at all.
[[nodiscard]] DatabasePtr open_damaged(const std::filesystem::path& file);

// How many rows `table` holds as the damaged file itself tells it: an index is counted where there is one,
// which is often whole when the table is not. Nothing when that cannot be read either.
[[nodiscard]] std::optional<std::int64_t> rows_claimed(SQLite::Database& damaged, const std::string& table);

// Copies every row of `table` that can be read into the same table of `fresh`, stepping over what cannot.
// `highest` > 0: a row number above it is not believed. Returns the rows copied. Never throws for what it
// reads; throws when `fresh` cannot be written for another reason than the row itself.
std::int64_t rescue_rows(SQLite::Database& damaged, SQLite::Database& fresh, const std::string& table,
                         std::int64_t highest);

} // namespace gatehouse::store
