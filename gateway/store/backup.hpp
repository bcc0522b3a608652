#pragma once
#include "gateway/store/ask.hpp"
#include "gateway/store/database.hpp"

#include <SQLiteCpp/Backup.h>

namespace gatehouse::store {

// One consistent copy of a running database into one file, some megabytes a step. The copy carries its final
// name only when it is whole and synced. History thread only; the last reference may go anywhere.
class BackupCopy {
public:
    BackupCopy(std::filesystem::path source, std::filesystem::path target);
    ~BackupCopy();
    BackupCopy(const BackupCopy&) = delete;
    BackupCopy& operator=(const BackupCopy&) = delete;

    // more: call again. Errors: disk_full, damaged, failed.
    [[nodiscard]] base::Result<Progress> step();

private:
    void begin();
    [[nodiscard]] base::Result<void> finish();

    std::filesystem::path source_file_;
    std::filesystem::path target_file_;
    std::filesystem::path part_;
    DatabasePtr source_;
    DatabasePtr target_;
    std::unique_ptr<SQLite::Backup> backup_;
};

// Removes what a crash left of backups (backup_prefix) in the data directory.
void remove_unfinished_backups(const std::filesystem::path& directory);

} // namespace gatehouse::store
