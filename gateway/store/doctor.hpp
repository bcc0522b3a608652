#pragma once
#include "gateway/base/errc.hpp"
#include "gateway/store/change.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace gatehouse::store {

// One thing the doctor looked at.
struct Finding {
    std::string what;
    bool ok = true;
    std::string remedy; // empty when ok
};

// Looks at a data directory without changing it, whether a gateway runs in it or not. Reads the whole
// database: seconds to minutes. For `gatehouse doctor --offline`.
[[nodiscard]] std::vector<Finding> inspect(const std::filesystem::path& directory);

// What decisions are made of.
struct StoredLists {
    std::vector<Credential> credentials;
    std::vector<EntryUse> entry_uses;
};
// Every list entry in a data directory, whether a gateway runs in it or not; none when there is no database
// yet. For `gatehouse explain` without the daemon. Errors: damaged, failed (it may not be read, or was
// written by an older version).
[[nodiscard]] base::Result<StoredLists> stored_lists(const std::filesystem::path& directory);

// Puts a backup in the place of the database, whole or not at all; the old file stays beside it as
// gatehouse.db.before-restore. No gateway may be running in the directory. `verify_only`: only checks the
// backup. Numbers used since the backup are not used again. The audit of what is put back says who did so
// (`by`), from when it is and what it replaces. Errors: not_found, damaged (not a whole database
// of ours), unsupported (made by a newer gateway), busy (a gateway is running), disk_full, failed.
[[nodiscard]] base::Result<void> restore(const std::filesystem::path& backup_file,
                                         const std::filesystem::path& directory, bool verify_only,
                                         const std::string& by);

} // namespace gatehouse::store
