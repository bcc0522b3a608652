#pragma once
#include <filesystem>

namespace gatehouse::store {

// What a write-ahead log looks like from outside (sqlite.org/fileformat2.html §4). SQLite silently stops at
// the first frame that does not fit, which is right for a torn last write and hides a damaged one; so we
// look for ourselves.
enum class LogState { empty, whole, torn, damaged };

// Looks at the log of `database` before SQLite does: opening it rewrites the index.
// torn: the last write was still under way when the process or the power went; it reached no commit, so
// nobody was told that it was kept.
// damaged: the header is broken, a commit follows a frame that does not fit, or SQLite's index of the log
// (it survives a killed process) knows of later commits.
// A log without an index of its own (power cut) that was cut short from outside looks torn.
[[nodiscard]] LogState check_log(const std::filesystem::path& database);

} // namespace gatehouse::store
