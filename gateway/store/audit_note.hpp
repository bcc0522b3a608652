#pragma once
#include "gateway/audit/head_note.hpp"
#include "gateway/base/errc.hpp"
#include "gateway/store/database.hpp"

#include <filesystem>
#include <optional>

namespace gatehouse::store {

// The file `audit-head` of a data directory. Nothing when it is missing or damaged.
[[nodiscard]] std::optional<audit::HeadNote> read_audit_note(const std::filesystem::path& directory);
[[nodiscard]] base::Result<void> write_audit_note(const std::filesystem::path& directory,
                                                  const audit::HeadNote& note);

// The first note of a chain that has just begun, in a new database or by the upgrade of an old one. Any other
// chain without a note is one whose note somebody took away.
void note_new_chain(SQLite::Database& database, const std::filesystem::path& directory);

} // namespace gatehouse::store
