#pragma once
#include "gateway/store/database.hpp"

namespace gatehouse::store {

// What a salvage brought back.
struct Salvaged {
    std::filesystem::path moved_to; // where the damaged files lie
    std::int64_t rows = 0;
    std::optional<std::int64_t> lost_rows; // nothing: the damaged file does not tell how many there were
    std::int64_t last_seq = 0;
};

// Leaves a mark that makes the next start salvage. Any thread.
void request_salvage(const std::filesystem::path& directory);
[[nodiscard]] bool salvage_requested(const std::filesystem::path& directory);

// Removes the mark: the salvage is done and written down (damage_note.hpp).
void end_salvage(const std::filesystem::path& directory);

// Moves gatehouse.db and its log to damaged/<mark>/ and fills a new gatehouse.db with every row that can
// still be read. `reserved`: no journal number above it was ever used (0: unknown); rows that claim one are
// not believed. May be interrupted at any point and called again. Throws std::runtime_error or
// SQLite::Exception when the disk refuses.
[[nodiscard]] Salvaged salvage(const std::filesystem::path& directory, std::int64_t reserved);

} // namespace gatehouse::store
