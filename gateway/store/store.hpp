#pragma once
#include "gateway/audit/chain_check.hpp"
#include "gateway/base/asio.hpp"
#include "gateway/base/errc.hpp"
#include "gateway/base/metrics.hpp"
#include "gateway/base/wakeup.hpp"
#include "gateway/config/site.hpp"
#include "gateway/store/change.hpp"

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace gatehouse::store {

inline constexpr std::string_view backup_prefix = "unfinished-backup-";

struct StoreOptions {
    std::filesystem::path directory; // holds gatehouse.db, media/, damaged/
    std::string boot_id;
    std::chrono::minutes utc_offset{480};
    config::RetentionConfig retention;
    std::size_t waiting_rows_max = 8192; // beyond: Errc::overloaded
    std::size_t waiting_bytes_max = 48U * 1024 * 1024;
    std::size_t batch_rows_max = 1024;
    std::size_t batch_bytes_max = 16U * 1024 * 1024;
    std::size_t tail_rows_max = 4096; // newest entries kept in memory for readers that have caught up
    std::size_t tail_bytes_max = 8U * 1024 * 1024;
    // Free bytes of the disk that holds a folder; empty: the operating system is asked. Tests fill a disk
    // with it.
    std::function<std::int64_t(const std::filesystem::path&)> free_bytes;
};

// What start-up found and did about it. Each becomes an alert or a notice.
struct StartReport {
    bool created = false;
    std::string damage;             // empty: none; else one sentence saying what was damaged
    std::filesystem::path moved_to; // where the damaged file lies
    std::int64_t salvaged_rows = 0;
    std::optional<std::int64_t> lost_rows; // by the salvage; nothing: unknown
    bool write_torn = false; // the last write was cut off by a kill or a power cut, and discarded
    int schema_version = 0;
    // Numbers the journal will never hold, so that a reader does not wait for them; skipped_to 0: none.
    std::int64_t skipped_from = 0;
    std::int64_t skipped_to = 0;
    // To be committed together with the notices about all this: until then the next start reports the damage
    // again.
    std::vector<MemoryPut> told;
};

// How full the disk is, and what we do about it (architecture.md "Errors, limits, overload").
enum class DiskState { ok, warn, shedding, full }; // full: only alerts and gate audit are taken
struct DiskReport {
    DiskState state = DiskState::ok;
    std::int64_t free_bytes = 0;
    std::int64_t store_bytes = 0;
    std::int64_t media_bytes = 0;
    std::string damage; // found since the start, in one sentence; empty: none
};

struct EventFilter {
    std::string id{};        // the one entry with this id; the other members then do not count
    std::string picture{};   // the newest entry that shows the picture with this hash; the same
    std::int64_t after = 0;  // only seq > after
    std::int64_t before = 0; // only seq < before; 0: no bound
    std::string device;
    std::string type_prefix; // "vehicle." or "access.denied"
    bool newest_first = false;
    std::size_t limit = 100; // at most 1000
    // The entries with these numbers, in this order, without those that are gone; at most 1000, and the other
    // members then do not count.
    std::vector<std::int64_t> numbers{};
};

struct AlertFilter {
    enum class Which {
        open, // somebody has still to see to them
        suppressed,
        closed, // since `since`
        all
    };
    Which which = Which::open;
    base::WallTime since{};
    std::size_t limit = 200;
};

// A span of time that alerts are looked at by: all that were open in it, or due.
struct AlertSpan {
    base::WallTime from{};
    base::WallTime to{}; // not included
    std::string after;   // an alert's id: the page behind it
    std::size_t limit = 1000;
};

struct AlertLife {
    model::Alert alert;
    std::vector<model::AlertStep> steps;
};

struct Backlog {
    std::int64_t entries = 0;
    std::int64_t alerts = 0;
    std::optional<base::WallTime> oldest;
};

// The gateway's durable memory: journal, cursors, alerts, commands, lists, audit, pictures. The only room
// with SQL. All calls on the io thread; the work runs on the store thread (writes) and the history thread
// (queries).
class Store {
public:
    virtual ~Store() = default;

    // Resumes once the change is synced to disk. Changes committed in one call order are applied in that
    // order. Errors: overloaded, disk_full, failed (the caller keeps what it has). A bad change cannot sink
    // its neighbours.
    virtual asio::awaitable<base::Result<std::vector<Appended>>> commit(Change change) = 0;

    // Entries with seq > after, ascending, of one priority class. Served from memory when the reader has
    // caught up.
    virtual asio::awaitable<base::Result<std::vector<model::EntryPtr>>>
    read_after(std::int64_t after, model::Priority priority, std::size_t limit) = 0;
    [[nodiscard]] virtual std::int64_t last_seq() const = 0;
    // Notified after every commit that appended entries.
    [[nodiscard]] virtual base::Wakeup& appended() = 0;

    virtual asio::awaitable<base::Result<std::vector<CursorMove>>> cursors() = 0;
    virtual asio::awaitable<base::Result<Backlog>> backlog(std::string reader) = 0;
    virtual asio::awaitable<base::Result<std::vector<model::EntryPtr>>> events(EventFilter filter) = 0;
    virtual asio::awaitable<base::Result<std::vector<model::Alert>>> alerts(AlertFilter filter) = 0;
    virtual asio::awaitable<base::Result<std::optional<model::Alert>>> alert(std::string id) = 0;
    // All that has become of one alert, in order.
    virtual asio::awaitable<base::Result<std::vector<model::AlertStep>>> alert_steps(std::string id) = 0;
    // By id. Those that were suppressed for all their life are among them.
    virtual asio::awaitable<base::Result<std::vector<AlertLife>>> alert_lives(AlertSpan span) = 0;
    // Newest first; ended ones too.
    virtual asio::awaitable<base::Result<std::vector<model::Silence>>> silences(std::size_t limit) = 0;
    virtual asio::awaitable<base::Result<std::vector<model::Handover>>> handovers(std::size_t limit) = 0;
    virtual asio::awaitable<base::Result<std::optional<CommandRecord>>> command(std::string id) = 0;
    // Intents without outcome, oldest first: after a restart these are "outcome unknown".
    virtual asio::awaitable<base::Result<std::vector<CommandRecord>>> open_commands() = 0;
    virtual asio::awaitable<base::Result<std::vector<CommandRecord>>> recent_commands(std::size_t limit) = 0;
    virtual asio::awaitable<base::Result<std::vector<Credential>>> credentials() = 0;
    virtual asio::awaitable<base::Result<std::vector<EntryUse>>> entry_uses() = 0;
    virtual asio::awaitable<base::Result<std::vector<Consent>>> consents() = 0; // by person, purpose and time
    virtual asio::awaitable<base::Result<std::vector<FaceMark>>> faces() = 0;   // none that is gone
    virtual asio::awaitable<base::Result<std::vector<Account>>> accounts() = 0; // by name
    virtual asio::awaitable<base::Result<std::vector<ApiToken>>> tokens() = 0;  // by id
    // Without their content, each list's newest first.
    virtual asio::awaitable<base::Result<std::vector<ListVersion>>> list_versions() = 0;
    virtual asio::awaitable<base::Result<std::optional<ListVersion>>>
    list_version(Credential::Type type, std::string list, int number) = 0;
    virtual asio::awaitable<base::Result<std::vector<DeadLetter>>> dead_letters(std::string reader,
                                                                                std::size_t limit) = 0;
    // All of a device's memory, for the supervisor to load before the driver starts.
    virtual asio::awaitable<base::Result<std::map<std::string, std::string>>> memory(std::string device) = 0;
    // The newest event of each device, for status after a restart.
    virtual asio::awaitable<base::Result<std::map<std::string, base::WallTime>>> last_events() = 0;

    // A picture by its hash. Errors: not_found, damaged.
    virtual asio::awaitable<base::Result<std::string>> picture(std::string sha256) = 0;

    // Deletes what policy no longer wants and every cursor has passed, checkpoints, measures the disk. Called
    // by the app's housekeeping timer. If the disk forces earlier deletion, a gap entry is appended that says
    // what was lost.
    virtual asio::awaitable<base::Result<DiskReport>> housekeep(base::WallTime now) = 0;
    // From now on housekeep() goes by these; `readers` as for open_store().
    virtual void use_retention(config::RetentionConfig policy, std::vector<std::string> readers) = 0;
    [[nodiscard]] virtual DiskReport disk() const = 0;

    // A consistent copy of the database into one file while the store is running. What a crash leaves of one
    // in the data directory, open_store() removes when its name begins with backup_prefix.
    virtual asio::awaitable<base::Result<void>> backup(std::filesystem::path file) = 0;

    // Rows of the audit.
    virtual asio::awaitable<base::Result<std::vector<audit::Row>>> audit(audit::Filter filter) = 0;
    // Goes over the whole audit: a second for a hundred thousand rows, in steps. `told`: a head that somebody
    // else has kept.
    virtual asio::awaitable<base::Result<audit::Report>> check_audit(std::optional<audit::Head> told) = 0;
    // Notes the newest head beside the database, unless it is noted already. Never before check_audit() has
    // told what that note still shows.
    virtual asio::awaitable<base::Result<audit::Head>> note_audit_head() = 0;

    // Commits what waits, checkpoints, closes and joins the threads. No call may follow.
    virtual asio::awaitable<void> close() = 0;
};

struct OpenedStore {
    std::unique_ptr<Store> store;
    StartReport report;
};

// Opens or creates the store: checks integrity quickly, moves a damaged file aside and salvages it, applies
// migrations after copying the file. Blocks; called once before the loops start. Readers named in `readers`
// keep entries from being deleted until they have passed them. Throws std::runtime_error when the directory
// cannot be used at all.
[[nodiscard]] OpenedStore open_store(asio::any_io_executor io, base::Clock& clock, base::Metrics& metrics,
                                     StoreOptions options, std::vector<std::string> readers);

} // namespace gatehouse::store
