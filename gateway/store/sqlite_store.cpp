#include "gateway/store/sqlite_store.hpp"

#include "gateway/base/log.hpp"
#include "gateway/store/audit_check.hpp"
#include "gateway/store/audit_note.hpp"
#include "gateway/store/backup.hpp"
#include "gateway/store/salvage.hpp"

#include <fmt/format.h>

namespace gatehouse::store {
namespace {

using base::Errc;
using base::Result;

constexpr std::int64_t page_bytes = 8192;
constexpr std::int64_t log_bytes_max = 16LL * 1024 * 1024; // beyond: checkpoint although busy
constexpr std::int64_t log_bytes_idle = 4LL * 1024 * 1024; // beyond: checkpoint when idle

std::int64_t bounded(std::size_t limit)
{
    return static_cast<std::int64_t>(std::clamp<std::size_t>(limit, 1, 10'000));
}

// What a full disk still takes: alerts, what rules make alerts of, and what was done at a gate. All of it is
// rare, unlike what readers and sensors have to say.
struct Vital {
    bool operator()(const model::VehiclePassage&) const { return false; }
    bool operator()(const model::AccessAttempt&) const { return false; }
    bool operator()(const model::BarrierMoved&) const { return false; }
    bool operator()(const model::BarrierFault&) const { return true; }
    bool operator()(const model::DoorState& door) const
    {
        return door.position == model::DoorPosition::forced_open ||
               door.position == model::DoorPosition::held_open;
    }
    bool operator()(const model::Tamper&) const { return true; }
    bool operator()(const model::Duress&) const { return true; }
    bool operator()(const model::InputChanged&) const { return false; }
    bool operator()(const model::Detection&) const { return false; }
    bool operator()(const model::DeviceLink&) const { return true; }
    bool operator()(const model::DeviceHealth&) const { return true; }
    bool operator()(const model::DeviceClock&) const { return true; }
    bool operator()(const model::SystemNotice&) const { return true; }
    bool operator()(const model::Gap&) const { return true; }
    bool operator()(const model::CommandDone&) const { return true; }
    bool operator()(const model::AlertChanged&) const { return true; }
    bool operator()(const model::Passage&) const { return false; }
};

bool broken(const Change& change)
{
    return std::any_of(change.events.begin(), change.events.end(), [](const model::Event& event) {
        return event.device.empty() || (event.id.empty() && event.device_key.empty());
    });
}

} // namespace

SqliteStore::SqliteStore(asio::any_io_executor io, base::Clock& clock, base::Metrics& metrics,
                         StoreOptions options, std::vector<std::string> readers, Parts parts)
    : io_(io), clock_(clock), metrics_(metrics), options_(std::move(options)), lock_(std::move(parts.lock)),
      media_(std::move(parts.media)), reading_(std::move(parts.reading)),
      history_(std::make_unique<Repositories>(*reading_)),
      committer_(std::move(parts.writing), *media_, std::move(parts.floor),
                 Committer::Options{.boot_id = options_.boot_id,
                                    .utc_offset = options_.utc_offset,
                                    .last_seq = parts.last_seq}),
      tail_(options_.tail_rows_max, options_.tail_bytes_max, parts.newest), appended_(io),
      last_seq_(parts.last_seq),
      disk_(measure_disk(committer_.database(), *media_, options_, options_.retention.disk_reserve_bytes)
                .report),
      writer_(io, store_pool_, committer_,
              Writer::Options{.waiting_rows_max = options_.waiting_rows_max,
                              .waiting_bytes_max = options_.waiting_bytes_max,
                              .batch_rows_max = options_.batch_rows_max,
                              .batch_bytes_max = options_.batch_bytes_max},
              [this](const BatchOutcome& outcome) { finished(outcome); }),
      retention_(io, store_pool_, writer_, committer_, *media_, clock, options_, std::move(readers))
{
}

SqliteStore::~SqliteStore()
{
    // What was handed over is still committed; what comes back to io afterwards finds the writer gone.
    store_pool_.join();
    history_pool_.join();
}

bool SqliteStore::refused_by_full_disk(const Change& change) const
{
    if (disk_.state != DiskState::full) return false;
    return std::any_of(change.events.begin(), change.events.end(),
                       [](const model::Event& event) { return !std::visit(Vital{}, event.body); });
}

asio::awaitable<Result<std::vector<Appended>>> SqliteStore::commit(Change change)
{
    if (closed_) co_return Errc::closed;
    if (broken(change)) co_return Errc::bad_input;
    if (refused_by_full_disk(change)) {
        metrics_.counter("gatehouse_store_refused_total", "Changes refused", {{"why", "disk_full"}}).add();
        co_return Errc::disk_full;
    }
    Job job{.change = std::move(change), .also = {}, .drop_pictures = disk_.state >= DiskState::shedding};
    auto outcome = co_await writer_.commit(std::move(job));
    if (!outcome)
        metrics_
            .counter("gatehouse_store_refused_total", "Changes refused",
                     {{"why", outcome.error() == Errc::overloaded ? "overloaded" : "failed"}})
            .add();
    co_return outcome;
}

void SqliteStore::finished(const BatchOutcome& outcome)
{
    const auto before = last_seq_;
    for (const auto& one : outcome.outcomes) {
        if (!one) continue;
        for (const auto& appended : *one) {
            if (!appended.entry) continue;
            tail_.push(appended.entry);
            last_seq_ = std::max(last_seq_, appended.seq);
        }
    }
    metrics_.counter("gatehouse_store_commits_total", "Batches synced to disk").add();
    metrics_.gauge("gatehouse_store_waiting_rows", "Rows waiting to be written")
        .set(static_cast<double>(writer_.waiting_rows()));
    if (outcome.pictures_dropped > 0)
        metrics_.counter("gatehouse_store_pictures_dropped_total", "Pictures for which there was no room")
            .add(outcome.pictures_dropped);
    if (outcome.reruns > 0)
        metrics_
            .counter("gatehouse_store_reruns_total", "Changes written one by one after their batch failed")
            .add(outcome.reruns);
    if (outcome.damage > 0) note_damage();
    if (last_seq_ != before) appended_.notify();
    checkpoint_when_due(outcome.log_pages);
}

void SqliteStore::checkpoint_when_due(std::int64_t log_pages)
{
    const auto bytes = log_pages * page_bytes;
    if (*checkpointing_ || (bytes < log_bytes_max && !(bytes > log_bytes_idle && writer_.idle()))) return;
    *checkpointing_ = true;
    asio::post(store_pool_, [&committer = committer_, io = io_, busy = checkpointing_]() mutable {
        committer.checkpoint(false);
        asio::post(io, [busy = std::move(busy)] { *busy = false; });
    });
}

void SqliteStore::note_damage()
{
    metrics_.counter("gatehouse_store_damage_total", "Answers of the database that it is damaged").add();
    if (!disk_.damage.empty()) return;
    disk_.damage = "the database is damaged; the next start moves it aside and salvages it";
    base::log::error(disk_.damage);
    asio::post(store_pool_, [directory = options_.directory] { request_salvage(directory); });
}

// After note_damage().
void SqliteStore::note_passed_over(std::int64_t first, std::int64_t last)
{
    unreadable_first_ = unreadable_first_ == 0 ? first : std::min(unreadable_first_, first);
    unreadable_last_ = std::max(unreadable_last_, last);
    disk_.damage = fmt::format("the database is damaged; the next start moves it aside and salvages it; "
                               "entries between {} and {} cannot be read, and readers passed over them",
                               unreadable_first_, unreadable_last_);
}

template <class T>
asio::awaitable<Result<T>> SqliteStore::query(std::function<T(Repositories&)> work)
{
    if (closed_) co_return Errc::closed;
    std::function<Result<T>()> guarded = [this, work = std::move(work)]() -> Result<T> {
        try {
            return work(*history_);
        } catch (const SQLite::Exception& failure) {
            return errc_of(failure);
        } catch (const std::exception&) {
            return Errc::failed;
        }
    };
    auto answer = co_await ask<T>(io_, history_pool_, std::move(guarded));
    if (!answer && answer.error() == Errc::damaged) {
        note_damage();
        co_return Errc::failed;
    }
    co_return answer;
}

asio::awaitable<Result<std::vector<model::EntryPtr>>>
SqliteStore::query_entries(std::int64_t after, std::function<EntryPage(Repositories&)> work)
{
    auto page = co_await query<EntryPage>(std::move(work));
    if (!page) co_return page.error();
    if (page->damaged) note_damage();
    if (page->passed_over > 0) note_passed_over(after + 1, page->passed_over);
    if (page->damaged && page->entries.empty() && page->passed_over == 0) co_return Errc::failed;
    if (page->without_body > 0)
        metrics_
            .counter("gatehouse_store_unreadable_bodies_total",
                     "Entries whose typed body could not be read back")
            .add(static_cast<std::uint64_t>(page->without_body));
    if (page->mended > 0)
        metrics_
            .counter("gatehouse_store_mended_rows_total",
                     "Damaged rows handed out with replacement characters")
            .add(static_cast<std::uint64_t>(page->mended));
    co_return std::move(page->entries);
}

asio::awaitable<Result<std::vector<model::EntryPtr>>>
SqliteStore::read_after(std::int64_t after, model::Priority priority, std::size_t limit)
{
    if (closed_) co_return Errc::closed;
    if (auto newest = tail_.read_after(after, priority, limit)) co_return std::move(*newest);
    metrics_.counter("gatehouse_store_history_reads_total", "Reads that the memory could not serve").add();
    std::function<EntryPage(Repositories&)> work = [after, priority,
                                                    rows = bounded(limit)](Repositories& history) {
        return history.journal.read_after(after, priority, rows);
    };
    co_return co_await query_entries(after, std::move(work));
}

asio::awaitable<Result<std::vector<model::EntryPtr>>> SqliteStore::events(EventFilter filter)
{
    const auto after = filter.after;
    std::function<EntryPage(Repositories&)> work = [filter = std::move(filter)](Repositories& history) {
        return history.journal.select(filter);
    };
    co_return co_await query_entries(after, std::move(work));
}

asio::awaitable<Result<std::vector<CursorMove>>> SqliteStore::cursors()
{
    std::function<std::vector<CursorMove>(Repositories&)> work = [](Repositories& history) {
        return history.cursors.all();
    };
    co_return co_await query(std::move(work));
}

asio::awaitable<Result<Backlog>> SqliteStore::backlog(std::string reader)
{
    std::function<Backlog(Repositories&)> work = [reader = std::move(reader)](Repositories& history) {
        Backlog waiting;
        const auto events = history.cursors.position(reader, model::Priority::event);
        const auto alerts = history.cursors.position(reader, model::Priority::alert);
        waiting.entries = history.journal.count_after(events, model::Priority::event);
        waiting.alerts = history.journal.count_after(alerts, model::Priority::alert);
        waiting.oldest = history.journal.first_time_after(events, model::Priority::event);
        const auto alert = history.journal.first_time_after(alerts, model::Priority::alert);
        if (alert && (!waiting.oldest || *alert < *waiting.oldest)) waiting.oldest = alert;
        return waiting;
    };
    co_return co_await query(std::move(work));
}

asio::awaitable<Result<std::vector<model::Alert>>> SqliteStore::alerts(AlertFilter filter)
{
    std::function<std::vector<model::Alert>(Repositories&)> work = [filter](Repositories& history) {
        return history.alerts.select(filter, bounded(filter.limit));
    };
    co_return co_await query(std::move(work));
}

asio::awaitable<Result<std::optional<model::Alert>>> SqliteStore::alert(std::string id)
{
    std::function<std::optional<model::Alert>(Repositories&)> work =
        [id = std::move(id)](Repositories& history) { return history.alerts.find(id); };
    co_return co_await query(std::move(work));
}

asio::awaitable<Result<std::vector<model::AlertStep>>> SqliteStore::alert_steps(std::string id)
{
    std::function<std::vector<model::AlertStep>(Repositories&)> work =
        [id = std::move(id)](Repositories& history) { return history.alert_steps.of(id); };
    co_return co_await query(std::move(work));
}

asio::awaitable<Result<std::vector<AlertLife>>> SqliteStore::alert_lives(AlertSpan span)
{
    std::function<std::vector<AlertLife>(Repositories&)> work = [span =
                                                                     std::move(span)](Repositories& history) {
        std::vector<AlertLife> lives;
        for (auto& alert : history.alerts.within(span.from, span.to, span.after, bounded(span.limit))) {
            auto steps = history.alert_steps.of(alert.id);
            lives.push_back(AlertLife{std::move(alert), std::move(steps)});
        }
        return lives;
    };
    co_return co_await query(std::move(work));
}

asio::awaitable<Result<std::vector<model::Silence>>> SqliteStore::silences(std::size_t limit)
{
    std::function<std::vector<model::Silence>(Repositories&)> work =
        [rows = bounded(limit)](Repositories& history) { return history.silences.recent(rows); };
    co_return co_await query(std::move(work));
}

asio::awaitable<Result<std::vector<model::Handover>>> SqliteStore::handovers(std::size_t limit)
{
    std::function<std::vector<model::Handover>(Repositories&)> work =
        [rows = bounded(limit)](Repositories& history) { return history.handovers.recent(rows); };
    co_return co_await query(std::move(work));
}

asio::awaitable<Result<std::optional<CommandRecord>>> SqliteStore::command(std::string id)
{
    std::function<std::optional<CommandRecord>(Repositories&)> work =
        [id = std::move(id)](Repositories& history) { return history.commands.find(id); };
    co_return co_await query(std::move(work));
}

asio::awaitable<Result<std::vector<CommandRecord>>> SqliteStore::open_commands()
{
    std::function<std::vector<CommandRecord>(Repositories&)> work = [](Repositories& history) {
        return history.commands.open();
    };
    co_return co_await query(std::move(work));
}

asio::awaitable<Result<std::vector<CommandRecord>>> SqliteStore::recent_commands(std::size_t limit)
{
    std::function<std::vector<CommandRecord>(Repositories&)> work =
        [rows = bounded(limit)](Repositories& history) { return history.commands.recent(rows); };
    co_return co_await query(std::move(work));
}

asio::awaitable<Result<std::vector<Credential>>> SqliteStore::credentials()
{
    std::function<std::vector<Credential>(Repositories&)> work = [](Repositories& history) {
        return history.credentials.all();
    };
    co_return co_await query(std::move(work));
}

asio::awaitable<Result<std::vector<EntryUse>>> SqliteStore::entry_uses()
{
    std::function<std::vector<EntryUse>(Repositories&)> work = [](Repositories& history) {
        return history.entry_uses.all();
    };
    co_return co_await query(std::move(work));
}

asio::awaitable<Result<std::vector<Consent>>> SqliteStore::consents()
{
    std::function<std::vector<Consent>(Repositories&)> work = [](Repositories& history) {
        return history.consents.all();
    };
    co_return co_await query(std::move(work));
}

asio::awaitable<Result<std::vector<FaceMark>>> SqliteStore::faces()
{
    std::function<std::vector<FaceMark>(Repositories&)> work = [](Repositories& history) {
        return history.consents.faces();
    };
    co_return co_await query(std::move(work));
}

asio::awaitable<Result<std::vector<Account>>> SqliteStore::accounts()
{
    std::function<std::vector<Account>(Repositories&)> work = [](Repositories& history) {
        return history.accounts.all();
    };
    co_return co_await query(std::move(work));
}

asio::awaitable<Result<std::vector<ApiToken>>> SqliteStore::tokens()
{
    std::function<std::vector<ApiToken>(Repositories&)> work = [](Repositories& history) {
        return history.accounts.tokens();
    };
    co_return co_await query(std::move(work));
}

asio::awaitable<Result<std::vector<ListVersion>>> SqliteStore::list_versions()
{
    std::function<std::vector<ListVersion>(Repositories&)> work = [](Repositories& history) {
        return history.list_versions.all();
    };
    co_return co_await query(std::move(work));
}

asio::awaitable<Result<std::optional<ListVersion>>> SqliteStore::list_version(Credential::Type type,
                                                                              std::string list, int number)
{
    std::function<std::optional<ListVersion>(Repositories&)> work = [type, list = std::move(list),
                                                                     number](Repositories& history) {
        return history.list_versions.find(type, list, number);
    };
    co_return co_await query(std::move(work));
}

asio::awaitable<Result<std::vector<DeadLetter>>> SqliteStore::dead_letters(std::string reader,
                                                                           std::size_t limit)
{
    std::function<std::vector<DeadLetter>(Repositories&)> work =
        [reader = std::move(reader), rows = bounded(limit)](Repositories& history) {
            return history.dead_letters.select(reader, rows);
        };
    co_return co_await query(std::move(work));
}

asio::awaitable<Result<std::map<std::string, std::string>>> SqliteStore::memory(std::string device)
{
    std::function<std::map<std::string, std::string>(Repositories&)> work =
        [device = std::move(device)](Repositories& history) { return history.memory.of(device); };
    co_return co_await query(std::move(work));
}

asio::awaitable<Result<std::map<std::string, base::WallTime>>> SqliteStore::last_events()
{
    std::function<std::map<std::string, base::WallTime>(Repositories&)> work = [](Repositories& history) {
        return history.journal.last_events();
    };
    co_return co_await query(std::move(work));
}

asio::awaitable<Result<std::string>> SqliteStore::picture(std::string sha256)
{
    std::function<std::optional<MediaPlace>(Repositories&)> work = [sha256](Repositories& history) {
        return history.media.find(sha256);
    };
    const auto place = co_await query(std::move(work));
    if (!place) co_return place.error();
    if (!*place) co_return Errc::not_found;
    std::function<Result<std::string>()> read = [&media = *media_, where = **place, sha256] {
        return media.read(where, sha256);
    };
    auto bytes = co_await ask<std::string>(io_, history_pool_, std::move(read));
    if (!bytes && bytes.error() == Errc::damaged)
        metrics_
            .counter("gatehouse_store_pictures_damaged_total",
                     "Pictures whose bytes no longer match their hash")
            .add();
    co_return bytes;
}

asio::awaitable<Result<DiskReport>> SqliteStore::housekeep(base::WallTime now)
{
    if (closed_) co_return Errc::closed;
    const auto lost_before = retention_.lost();
    auto report = co_await retention_.run(now);
    if (retention_.lost() > lost_before)
        metrics_.counter("gatehouse_store_lost_entries_total", "Entries deleted before every reader had them")
            .add(static_cast<std::uint64_t>(retention_.lost() - lost_before));
    if (!report) {
        if (report.error() == Errc::damaged) note_damage();
        co_return report.error();
    }
    report->damage = std::move(disk_.damage);
    disk_ = std::move(*report);
    metrics_.gauge("gatehouse_store_bytes", "Size of the database")
        .set(static_cast<double>(disk_.store_bytes));
    metrics_.gauge("gatehouse_store_media_bytes", "Size of the pictures")
        .set(static_cast<double>(disk_.media_bytes));
    metrics_.gauge("gatehouse_store_disk_free_bytes", "Free room on the disk")
        .set(static_cast<double>(disk_.free_bytes));
    co_return disk_;
}

asio::awaitable<Result<void>> SqliteStore::backup(std::filesystem::path file)
{
    if (closed_) co_return Errc::closed;
    auto copy = std::make_shared<BackupCopy>(options_.directory / "gatehouse.db", std::move(file));
    for (;;) {
        // One step at a time, so that queries pass in between.
        std::function<Result<Progress>()> step = [copy] { return copy->step(); };
        const auto more = co_await ask<Progress>(io_, history_pool_, std::move(step));
        if (!more) co_return more.error();
        if (*more == Progress::done) co_return Result<void>();
    }
}

asio::awaitable<Result<std::vector<audit::Row>>> SqliteStore::audit(audit::Filter filter)
{
    std::function<std::vector<audit::Row>(Repositories&)> work =
        [filter = std::move(filter)](Repositories& history) {
            return history.audit.select(filter, bounded(filter.limit));
        };
    co_return co_await query(std::move(work));
}

asio::awaitable<Result<audit::Report>> SqliteStore::check_audit(std::optional<audit::Head> told)
{
    if (closed_) co_return Errc::closed;
    auto check = std::make_shared<AuditCheck>(options_.directory, std::move(told));
    for (;;) {
        std::function<Result<Progress>()> step = [check] { return check->step(); };
        const auto more = co_await ask<Progress>(io_, history_pool_, std::move(step));
        if (!more) co_return more.error();
        if (*more == Progress::done) co_return check->report();
    }
}

asio::awaitable<Result<audit::Head>> SqliteStore::note_audit_head()
{
    std::function<audit::Head(Repositories&)> newest = [](Repositories& history) {
        return history.audit.head();
    };
    const auto head = co_await query(std::move(newest));
    if (!head || *head == noted_head_) co_return head;
    std::function<Result<Progress>()> write = [directory = options_.directory, head = *head,
                                               at = clock_.wall()]() -> Result<Progress> {
        if (const auto noted = write_audit_note(directory, {.head = head, .at = at}); !noted)
            return noted.error();
        return Progress::done;
    };
    const auto noted = co_await ask<Progress>(io_, history_pool_, std::move(write));
    if (!noted) co_return noted.error();
    noted_head_ = *head;
    co_return head;
}

asio::awaitable<void> SqliteStore::close()
{
    if (std::exchange(closed_, true)) co_return;
    co_await writer_.drain();
    // The reader first: it would hold the log.
    std::function<Result<Progress>()> stop_reading = [this]() -> Result<Progress> {
        history_.reset();
        reading_.reset();
        return Progress::done;
    };
    co_await ask<Progress>(io_, history_pool_, std::move(stop_reading));
    std::function<Result<Progress>()> stop_writing = [this]() -> Result<Progress> {
        committer_.close();
        return Progress::done;
    };
    co_await ask<Progress>(io_, store_pool_, std::move(stop_writing));
    store_pool_.join();
    history_pool_.join();
}

} // namespace gatehouse::store
