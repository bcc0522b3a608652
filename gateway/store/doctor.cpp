#include "gateway/store/doctor.hpp"

#include "gateway/audit/chain.hpp"
#include "gateway/base/time_text.hpp"
#include "gateway/store/audit_check.hpp"
#include "gateway/store/audit_note.hpp"
#include "gateway/store/audit_repository.hpp"
#include "gateway/store/credential_repository.hpp"
#include "gateway/store/directory_lock.hpp"
#include "gateway/store/entry_use_repository.hpp"
#include "gateway/store/first_page.hpp"
#include "gateway/store/integrity.hpp"
#include "gateway/store/log_check.hpp"
#include "gateway/store/migrations.hpp"
#include "gateway/store/salvage.hpp"
#include "gateway/store/sequence_floor.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <unistd.h>

namespace gatehouse::store {
namespace {

namespace fs = std::filesystem;

Finding database_finding(const fs::path& file)
{
    const std::string remedy =
        "start the gateway: it moves the damaged file to damaged/ and salvages it; or restore a backup";
    try {
        if (auto damage = damage_of_file(file); !damage.empty())
            return {.what = "database: " + damage, .ok = false, .remedy = remedy};
        // With a log beside it SQLite writes its index of the log even to look; without one the file is left
        // alone.
        const auto database = open_for_reading(file);
        if (schema_version_of(*database) > schema_version())
            return {.what = "database: made by a newer gateway",
                    .ok = false,
                    .remedy = "install that version again"};
        if (schema_version_of(*database) < schema_version())
            return {.what = "database: made by an older gateway; the next start upgrades it",
                    .ok = true,
                    .remedy = {}};
        if (auto damage = damage_of_everything(*database); !damage.empty())
            return {.what = "database: " + damage, .ok = false, .remedy = remedy};
        const auto rows = read_number(*database, "SELECT count(*) FROM journal");
        return {.what = fmt::format("database: whole, {} entries", rows), .ok = true, .remedy = {}};
    } catch (const SQLite::Exception& failure) {
        return {.what = fmt::format("database: {}", failure.what()), .ok = false, .remedy = remedy};
    } catch (const std::exception& failure) {
        return {.what = fmt::format("database: {}", failure.what()),
                .ok = false,
                .remedy = "run this as root, and see that the file belongs to the gateway's user"};
    }
}

Finding log_finding(LogState log)
{
    if (log == LogState::torn)
        return {.what = "log: its last write was cut off; the next start discards that write",
                .ok = true,
                .remedy = {}};
    if (log != LogState::damaged) return {.what = "log: whole", .ok = true, .remedy = {}};
    return {.what = "log: its end cannot be read",
            .ok = false,
            .remedy = "start the gateway: it keeps what can be read"};
}

Finding audit_finding(const fs::path& directory)
{
    const auto report = check_audit(directory, std::nullopt);
    if (report.error() == base::Errc::unsupported)
        return {.what = "audit: no chain yet; the next start makes one", .ok = true, .remedy = {}};
    if (!report)
        return {.what = "audit: " + report.error().message(),
                .ok = false,
                .remedy = "see what is said of the database"};
    if (report->whole())
        return {.what = fmt::format("audit: whole, {} rows", report->rows), .ok = true, .remedy = {}};
    const auto& first = report->faults.empty() ? report->alarms.front() : report->faults.front();
    return {.what = "audit: " + first.text,
            .ok = false,
            .remedy = "run: gatehouse audit verify; keep a copy of the data directory as evidence"};
}

Finding damaged_folder_finding(const fs::path& directory)
{
    std::error_code none;
    const auto damaged = directory / "damaged";
    if (!fs::exists(damaged, none) || fs::is_empty(damaged, none))
        return {.what = "damaged/: empty", .ok = true, .remedy = {}};
    return {.what = fmt::format("{}: holds files of earlier salvages", damaged.string()),
            .ok = true,
            .remedy = "delete the folder once nobody needs the evidence"};
}

base::Result<void> verify(const fs::path& backup_file)
{
    std::error_code failure;
    if (!fs::exists(backup_file, failure)) return base::Errc::not_found;
    try {
        if (!damage_of_file(backup_file).empty()) return base::Errc::damaged;
        const auto database = open_for_reading(backup_file);
        if (schema_version_of(*database) > schema_version()) return base::Errc::unsupported;
        // A backup of an older gateway is upgraded by the next start; its schema is its own.
        SQLite::Statement check(*database, "PRAGMA integrity_check(1)");
        if (!check.executeStep() || sql::text(check, 0) != "ok") return base::Errc::damaged;
        if (read_number(*database,
                        "SELECT count(*) FROM sqlite_schema WHERE name IN ('journal', 'cursor', 'meta')") !=
            3)
            return base::Errc::damaged;
        return {};
    } catch (const SQLite::Exception&) {
        return base::Errc::damaged;
    } catch (const std::exception&) {
        return base::Errc::failed; // it may not be opened: nothing is known of it
    }
}

// The copy tells of itself before it takes the place: that the rows of the replaced database are not in it
// is then no attack.
void tell_audit(const fs::path& fresh, const fs::path& directory, const std::string& by)
{
    auto database = open_for_writing(fresh);
    const auto version = schema_version_of(*database);
    migrate(*database, fresh);
    fs::remove(fmt::format("{}.before-{}", fresh.string(), version + 1)); // the backup itself is one
    AuditRepository chain(*database);
    const audit::Filter newest{.newest_first = true};
    const auto rows = chain.select(newest, 1);
    const auto ended = rows.empty()
                           ? std::string("nothing")
                           : fmt::format("row {} of {}", rows[0].seq,
                                         base::format_time(rows[0].record.at, std::chrono::minutes(0)));
    const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    const auto note = read_audit_note(directory);
    chain.append({.at = now,
                  .actor = by,
                  .action = std::string(audit::restored_action),
                  .target = note ? audit::to_text(note->head) : "none",
                  .detail = "a backup was put back; its audit ends with " + ended,
                  .result = "done"});
    if (!note)
        if (const auto noted = write_audit_note(directory, {.head = chain.head(), .at = now}); !noted)
            throw fs::filesystem_error("cannot note the audit's newest row", directory, noted.error());
    give_to_owner_of_folder(directory / "audit-head");
    // One file, without a log beside it.
    database->exec("PRAGMA journal_mode = DELETE");
}

base::Result<void> put_in_place(const fs::path& backup_file, const fs::path& directory, const std::string& by)
{
    const auto file = directory / "gatehouse.db";
    const fs::path fresh = file.string() + ".restoring";
    const fs::path before = file.string() + ".before-restore";
    fs::copy_file(backup_file, fresh, fs::copy_options::overwrite_existing);
    tell_audit(fresh, directory, by);
    {
        const File copy = File::open(fresh, O_RDWR);
        if (!copy.valid() || ::fsync(copy.get()) != 0) return errc_of_errno();
    }
    give_to_owner_of_folder(fresh);
    // What the log still holds belongs to the old file: put it there, so that the old file is whole and no
    // log is left.
    if (fs::exists(log_of(file)) && fs::exists(file)) {
        try {
            open_for_writing(file)->exec("PRAGMA wal_checkpoint(TRUNCATE)");
        } catch (const SQLite::Exception&) {
            fs::rename(log_of(file), log_of(before)); // damaged: that is why somebody restores
        }
    }
    fs::remove(log_of(file));
    fs::remove(log_index_of(file));
    if (fs::exists(file)) {
        fs::remove(before);
        fs::create_hard_link(file, before);
    }
    sync_directory(directory);
    fs::rename(fresh, file);
    fs::remove(directory / "salvage"); // a mark against the old file
    forget_first_page(directory);
    sync_directory(directory);
    return {};
}

} // namespace

std::vector<Finding> inspect(const fs::path& directory)
{
    std::error_code failure;
    if (!fs::is_directory(directory, failure))
        return {
            {.what = directory.string() + ": is no folder", .ok = false, .remedy = "check gateway.data_dir"}};
    const auto file = directory / "gatehouse.db";
    const SequenceFloor floor(directory / "sequence-floor");
    if (!fs::exists(file, failure) && !floor.state().known)
        return {{.what = "database: none yet", .ok = true, .remedy = {}}};
    std::vector<Finding> findings;
    const bool running = DirectoryLock::held(directory);
    findings.push_back({.what = running ? "a gateway is running here" : "no gateway is running here",
                        .ok = true,
                        .remedy = {}});
    // While a gateway writes, the end of the log is always half there.
    const auto log = running ? LogState::whole : check_log(file);
    findings.push_back(database_finding(file));
    findings.push_back(log_finding(log));
    findings.push_back(audit_finding(directory));
    if (floor.state().known)
        findings.push_back({.what = "sequence numbers: noted", .ok = true, .remedy = {}});
    else
        findings.push_back({.what = "sequence numbers: the note is lost",
                            .ok = false,
                            .remedy = "start the gateway: it writes a new one"});
    if (salvage_requested(directory))
        findings.push_back({.what = "the database was found damaged in use",
                            .ok = false,
                            .remedy = "restart the gateway: it salvages"});
    findings.push_back(damaged_folder_finding(directory));
    return findings;
}

base::Result<StoredLists> stored_lists(const fs::path& directory)
{
    const auto file = directory / "gatehouse.db";
    std::error_code unreadable;
    if (!fs::exists(file, unreadable)) {
        if (unreadable) return base::Errc::failed;
        return StoredLists();
    }
    try {
        const auto database = open_for_reading(file);
        StoredLists lists;
        lists.credentials = CredentialRepository(*database).all();
        lists.entry_uses = EntryUseRepository(*database).all();
        return lists;
    } catch (const SQLite::Exception& failure) {
        return errc_of(failure);
    }
}

base::Result<void> restore(const fs::path& backup_file, const fs::path& directory, bool verify_only,
                           const std::string& by)
{
    if (auto whole = verify(backup_file); !whole || verify_only) return whole;
    try {
        fs::create_directories(directory);
        if (DirectoryLock::held(directory)) return base::Errc::busy;
        const DirectoryLock lock(directory);
        give_to_owner_of_folder(directory / "lock");
        SequenceFloor floor(directory / "sequence-floor");
        // From now on the file is older than the numbers given: the log counts as used and lost, so the next
        // start goes on above all that was reserved.
        if (floor.state().known)
            if (auto noted = floor.use(floor.state().reserved); !noted) return noted;
        give_to_owner_of_folder(directory / "sequence-floor");
        return put_in_place(backup_file, directory, by);
    } catch (const SQLite::Exception& problem) {
        return errc_of(problem);
    } catch (const fs::filesystem_error& problem) {
        return problem.code() == std::errc::no_space_on_device ? base::Errc::disk_full : base::Errc::failed;
    } catch (const std::exception&) {
        return base::Errc::failed;
    }
}

} // namespace gatehouse::store
