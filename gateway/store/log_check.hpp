#pragma once
#include <filesystem>

namespace gatehouse::store {

// What a write-ahead log looks like from outside (sqlite.org/fileformat2.html §4). SQLite silently stops at
// the first frame that does not fit, which is right for a torn last commit and hides a damaged one; so we
// look for ourselves.
enum class LogState { empty, whole, damaged };

// damaged: the header is broken, or frames of the current generation follow one that does not fit.
[[nodiscard]] LogState check_log(const std::filesystem::path& log);

} // namespace gatehouse::store
