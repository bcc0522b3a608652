#include "gateway/store/backup.hpp"

#include "gateway/store/file.hpp"
#include "gateway/store/store.hpp"

#include <cstdio>
#include <fcntl.h>
#include <unistd.h>

namespace gatehouse::store {
namespace {

constexpr int pages_a_step = 512;

} // namespace

BackupCopy::BackupCopy(std::filesystem::path source, std::filesystem::path target)
    : source_file_(std::move(source)), target_file_(std::filesystem::absolute(target)),
      part_(target_file_.string() + ".part")
{
}

BackupCopy::~BackupCopy()
{
    std::error_code ignored; // there is none when all went well
    std::filesystem::remove(part_, ignored);
}

void BackupCopy::begin()
{
    std::filesystem::remove(part_);
    source_ = open_for_reading(source_file_);
    // One snapshot for the whole copy: commits in between would make it start over again and again.
    source_->exec("BEGIN");
    source_->execAndGet("SELECT count(*) FROM meta");
    target_ =
        std::make_unique<SQLite::Database>(part_.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    backup_ = std::make_unique<SQLite::Backup>(*target_, *source_);
}

base::Result<Progress> BackupCopy::step()
{
    try {
        if (!backup_) begin();
        if (backup_->executeStep(pages_a_step) != SQLITE_DONE) return Progress::more;
        if (auto done = finish(); !done) return done.error();
        return Progress::done;
    } catch (const SQLite::Exception& failure) {
        return errc_of(failure);
    } catch (const std::exception&) {
        return base::Errc::failed;
    }
}

base::Result<void> BackupCopy::finish()
{
    backup_.reset();
    // The copy must be one file: without this it would come to life with a log beside it.
    target_->exec("PRAGMA journal_mode = DELETE");
    target_.reset();
    source_.reset();
    {
        const File file = File::open(part_, O_RDONLY);
        if (!file.valid() || ::fsync(file.get()) != 0) return errc_of_errno();
    }
    if (std::rename(part_.c_str(), target_file_.c_str()) != 0) return errc_of_errno();
    sync_directory(target_file_.parent_path());
    return {};
}

void remove_unfinished_backups(const std::filesystem::path& directory)
{
    std::error_code ignored; // what cannot be removed only takes room
    for (const auto& entry : std::filesystem::directory_iterator(directory, ignored))
        if (entry.path().filename().string().starts_with(backup_prefix))
            std::filesystem::remove(entry.path(), ignored);
}

} // namespace gatehouse::store
