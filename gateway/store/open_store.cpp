#include "gateway/audit/chain.hpp"
#include "gateway/base/log.hpp"
#include "gateway/store/audit_note.hpp"
#include "gateway/store/audit_repository.hpp"
#include "gateway/store/backup.hpp"
#include "gateway/store/damage_note.hpp"
#include "gateway/store/file.hpp"
#include "gateway/store/first_page.hpp"
#include "gateway/store/integrity.hpp"
#include "gateway/store/log_check.hpp"
#include "gateway/store/migrations.hpp"
#include "gateway/store/salvage.hpp"
#include "gateway/store/sqlite_store.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <stdexcept>

namespace gatehouse::store {
namespace {

namespace fs = std::filesystem;

// When not even the file with the reserved numbers is left: far enough from anything that was ever used.
constexpr std::int64_t numbers_unknown = 1'000'000;

// One opening, step by step.
class Opening {
public:
    Opening(const fs::path& directory, base::WallTime now)
        : now_(now), directory_(directory), file_(directory / "gatehouse.db"),
          floor_(directory / "sequence-floor")
    {
    }

    DatabasePtr run(StartReport& report)
    {
        const auto log = check_log(file_);
        look_at_files(log, report);
        report.write_torn = log == LogState::torn;
        auto database = report.damage.empty() || tail_only_ ? try_open(report) : nullptr;
        if (!database) {
            rescue(log, report);
            database = open_for_writing(file_);
            migrate(*database, file_);
        }
        report.schema_version = schema_version_of(*database);
        note_new_chain(*database, directory_);
        settle_numbers(*database, log, report);
        if (salvaged_) end_salvage(directory_);
        keep_first_page(file_);
        return database;
    }

    [[nodiscard]] SequenceFloor& floor() { return floor_; }
    [[nodiscard]] std::int64_t last_seq() const { return last_seq_; }

private:
    void look_at_files(LogState log, StartReport& report)
    {
        if (salvage_requested(directory_)) {
            report.damage = "the database was found damaged while it was in use";
            return;
        }
        const bool used_before = floor_.state().known || fs::exists(file_) || log != LogState::empty;
        report.created = !used_before;
        if (!used_before) return;
        // A file of somebody else is no damaged one: moving it aside would only hide it.
        if (fs::exists(file_) && !File::open(file_, O_RDWR).valid()) throw cannot_open(file_);
        if (auto damage = damage_of_file(file_); !damage.empty()) {
            report.damage = "the database is damaged: " + damage;
            return;
        }
        if (log != LogState::damaged) return;
        report.damage = "the end of the database's log is damaged";
        tail_only_ = true;
        keep_log(report);
    }

    // SQLite forgets what it cannot read of a log; a copy stays for whoever wants to look.
    void keep_log(StartReport& report)
    {
        report.moved_to = directory_ / "damaged" / fmt::format("log-{}", floor_.state().reserved);
        std::error_code failure; // best effort: a full disk must not stop the start
        fs::create_directories(report.moved_to, failure);
        fs::copy_file(log_of(file_), log_of(report.moved_to / "gatehouse.db"),
                      fs::copy_options::overwrite_existing, failure);
    }

    // Null when the content is damaged.
    DatabasePtr try_open(StartReport& report)
    {
        try {
            auto database = open_for_writing(file_);
            std::string damage;
            const bool schema_there = read_number(*database, "SELECT count(*) FROM sqlite_schema") > 0;
            // Emptying the log removes every trace of its damage.
            if (schema_there && tail_only_) keep_until_told(*database, report);
            // The log goes into the file first, so that the check sees what the disk really holds.
            if (!report.created) database->exec("PRAGMA wal_checkpoint(TRUNCATE)");
            if (schema_there)
                damage = damage_of_content(*database, file_, floor_.state().reserved);
            else if (floor_.state().known)
                damage = "it holds no tables";
            if (damage.empty()) {
                migrate(*database, file_);
                return database;
            }
            report.damage = "the database is damaged: " + damage;
        } catch (const SQLite::Exception& failure) {
            const auto reason = errc_of(failure);
            if (reason == base::Errc::disk_full || (failure.getErrorCode() & 0xff) == SQLITE_CANTOPEN) throw;
            report.damage = fmt::format("the database is damaged: {}", failure.what());
        }
        return nullptr;
    }

    void rescue(LogState log, StartReport& report)
    {
        base::log::error("the database is moved aside and salvaged", base::kv("why", report.damage));
        const auto found = salvage(directory_, floor_.state().known ? floor_.state().reserved : 0);
        report.moved_to = found.moved_to;
        report.salvaged_rows = found.rows;
        // What a lost log held is in no count.
        if (log == LogState::whole || (log == LogState::empty && !log_vanished(log)))
            report.lost_rows = found.lost_rows;
        salvaged_ = true;
    }

    // Numbers go on after the last one; when the newest ones may be lost, after the last that can have been
    // used.
    void settle_numbers(SQLite::Database& database, LogState log, StartReport& report)
    {
        JournalRepository journal(database);
        const auto& state = floor_.state();
        last_seq_ = journal.last_seq();
        // A torn log that SQLite's index does not vouch for may have been cut short.
        const bool newest_lost = salvaged_ || log == LogState::torn || log == LogState::damaged ||
                                 log_vanished(log) || (state.known && last_seq_ < state.last);
        if (newest_lost)
            last_seq_ = state.known ? std::max(last_seq_, state.reserved) : last_seq_ + numbers_unknown;
        note_skipped(database, report);
        {
            WriteTransaction transaction(database);
            forget_impossible_positions(database, report);
            tell_audit(database, report);
            keep_until_told(database, report);
            database.exec("DELETE FROM sqlite_sequence WHERE name = 'journal'");
            database.exec(
                fmt::format("INSERT INTO sqlite_sequence (name, seq) VALUES ('journal', {})", last_seq_));
            transaction.commit();
        }
        database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
        // A full disk refuses the note; the numbers stay safe without it.
        if (const auto noted = floor_.log_emptied(last_seq_); !noted)
            base::log::warn("cannot note the journal's newest number", base::kv("why", noted.error()));
    }

    // Such a reader would wait for ever, and retention would take everything for delivered. How far it really
    // was is lost: without a position a sink delivers again what the journal still holds, and upstream knows
    // the ids; the rules go on at the position of their other class.
    void forget_impossible_positions(SQLite::Database& database, StartReport& report) const
    {
        CursorRepository cursors(database);
        const auto readers = cursors.forget_beyond(last_seq_);
        if (readers.empty()) return;
        if (report.damage.empty()) report.lost_rows = 0;
        report.damage += fmt::format("{}a position beyond the journal's end was forgotten, its reader starts "
                                     "again: {}",
                                     report.damage.empty() ? "" : "; ", fmt::join(readers, ", "));
    }

    // Rows that the damage has taken show as missing; this says why.
    void tell_audit(SQLite::Database& database, const StartReport& report) const
    {
        if (report.damage.empty()) return;
        const auto lost =
            report.lost_rows ? std::to_string(*report.lost_rows) + " rows lost" : "rows may be lost";
        AuditRepository(database).append({.at = now_,
                                          .actor = "gateway",
                                          .action = std::string(audit::salvaged_action),
                                          .target = "database",
                                          .detail = report.damage + "; " + lost,
                                          .result = "mended"});
    }

    // Something was committed since the log was last emptied, and the log is not there.
    [[nodiscard]] bool log_vanished(LogState log) const
    {
        return log == LogState::empty && floor_.state().known && floor_.state().log_used;
    }

    // Also without a jump: SQLite counts up for a repeated record that is then not stored.
    void note_skipped(SQLite::Database& database, StartReport& report) const
    {
        const auto newest = read_number(database, "SELECT coalesce(max(seq), 0) FROM journal");
        if (newest >= last_seq_) return;
        report.skipped_from = newest + 1;
        report.skipped_to = last_seq_;
    }

    base::WallTime now_;
    fs::path directory_;
    fs::path file_;
    SequenceFloor floor_;
    std::int64_t last_seq_ = 0;
    bool tail_only_ = false;
    bool salvaged_ = false;
};

} // namespace

OpenedStore open_store(asio::any_io_executor io, base::Clock& clock, base::Metrics& metrics,
                       StoreOptions options, std::vector<std::string> readers)
{
    std::error_code failure;
    fs::create_directories(options.directory, failure);
    if (failure)
        throw std::runtime_error(fmt::format("the data directory {} cannot be made: {}",
                                             options.directory.string(), failure.message()));
    DirectoryLock lock(options.directory);
    remove_unfinished_backups(options.directory);
    OpenedStore opened;
    Opening opening(options.directory, clock.wall());
    auto writing = opening.run(opened.report);
    auto& torn = metrics.counter("gatehouse_store_torn_writes_total",
                                 "Starts that found the last write cut off and discarded it");
    if (opened.report.write_torn) torn.add();
    auto reading = open_for_reading(options.directory / "gatehouse.db");
    JournalRepository journal(*reading);
    SqliteStore::Parts parts{.lock = std::move(lock),
                             .writing = std::move(writing),
                             .reading = nullptr,
                             .media = std::make_unique<SegmentFiles>(options.directory / "media"),
                             .floor = opening.floor(),
                             .last_seq = opening.last_seq(),
                             .newest = {journal.last_seq(model::Priority::alert), opening.last_seq()}};
    parts.reading = open_for_reading(options.directory / "gatehouse.db");
    opened.store = std::make_unique<SqliteStore>(std::move(io), clock, metrics, std::move(options),
                                                 std::move(readers), std::move(parts));
    return opened;
}

} // namespace gatehouse::store
