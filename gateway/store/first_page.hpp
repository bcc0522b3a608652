#pragma once
#include <filesystem>
#include <optional>
#include <string>

namespace gatehouse::store {

// The first page of a database says where its tables begin. In a file that an upgrade has given more tables
// they begin elsewhere than in a fresh one, so each start keeps the page in `first-page`, for a salvage whose
// own was destroyed. Nothing that a start needs: failures cost that and nothing else.
void keep_first_page(const std::filesystem::path& database);
// Nothing when none was kept in this data directory.
[[nodiscard]] std::optional<std::string> kept_first_page(const std::filesystem::path& directory);
// Empty when it cannot be read.
[[nodiscard]] std::string first_page_of(const std::filesystem::path& database);
// When another database is put in place.
void forget_first_page(const std::filesystem::path& directory);

} // namespace gatehouse::store
