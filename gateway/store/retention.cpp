#include "gateway/store/retention.hpp"

#include "gateway/store/audit_repository.hpp"

#include <set>

namespace gatehouse::store {
namespace {

// Runs `work` with the database; its exceptions become the result.
template <class T>
std::function<base::Result<T>()> guarded(std::function<T()> work)
{
    return [work = std::move(work)]() -> base::Result<T> {
        try {
            return work();
        } catch (const SQLite::Exception& failure) {
            return errc_of(failure);
        } catch (const std::exception&) {
            return base::Errc::failed;
        }
    };
}

base::WallTime days_before(base::WallTime now, int days)
{
    return now - std::chrono::days(days);
}

} // namespace

Retention::Retention(asio::any_io_executor io, asio::thread_pool& pool, Writer& writer, Committer& committer,
                     SegmentFiles& media, base::Clock& clock, const StoreOptions& options,
                     std::vector<std::string> readers)
    : io_(std::move(io)), pool_(pool), writer_(writer), committer_(committer), media_(media),
      options_(options), policy_(options.retention), readers_(std::move(readers)),
      random_(static_cast<std::uint64_t>(clock.wall().time_since_epoch().count()) ^ 0x67617465ULL),
      ids_(clock, random_)
{
}

void Retention::use(config::RetentionConfig policy, std::vector<std::string> readers)
{
    policy_ = policy;
    readers_ = std::move(readers);
}

asio::awaitable<base::Result<DiskReport>> Retention::run(base::WallTime now)
{
    // A disk without a free byte refuses even the deleting that would make room. The rest of the round runs
    // all the same and the disk is measured in any case, or nobody would be told why nothing is taken.
    const auto hopeless = [](const base::Result<void>& step) {
        return !step && step.error() != base::Errc::disk_full;
    };
    const auto aged = co_await by_age(now);
    if (hopeless(aged)) co_return aged.error();
    const auto forced = co_await by_force(now);
    if (hopeless(forced)) co_return forced.error();
    const auto swept = co_await sweep_segments();
    if (hopeless(swept)) co_return swept.error();
    const auto emptied = co_await checkpoint();
    if (hopeless(emptied)) co_return emptied.error();
    auto measured = co_await measure();
    if (!measured) co_return measured.error();
    co_return measured->report;
}

asio::awaitable<base::Result<void>> Retention::by_age(base::WallTime now)
{
    const auto policy = policy_;
    auto records = co_await records_by_age(days_before(now, policy.records_days), 0);
    if (!records) co_return records;
    auto alerts = co_await records_by_age(days_before(now, policy.alerts_days), 1);
    if (!alerts) co_return alerts;
    auto shown = co_await pictures(days_before(now, policy.pictures_days), now, 0);
    if (!shown) co_return shown.error();
    const PaperCutoffs cutoffs{.records = days_before(now, policy.records_days),
                               .alerts = days_before(now, policy.alerts_days),
                               .visitors = days_before(now, policy.visitors_days),
                               .versions = now - list_versions_age,
                               .audit = days_before(now, policy.audit_days)};
    co_return co_await papers(cutoffs, now);
}

asio::awaitable<base::Result<void>> Retention::records_by_age(base::WallTime cutoff, int keep)
{
    std::function<std::int64_t()> search = [this, cutoff] {
        return newest_before(committer_.database(), cutoff);
    };
    auto searching = guarded(std::move(search));
    const auto upto = co_await ask(io_, pool_, std::move(searching));
    if (!upto) co_return upto.error();
    auto deleted = std::make_shared<Deleted>();
    do {
        const RecordPage page{
            .after = deleted->last, .upto = *upto, .keep = keep, .cutoff = cutoff, .passed = {}};
        deleted = std::make_shared<Deleted>();
        Job job;
        job.also = [page, deleted, readers = readers_](SQLite::Database& database) {
            auto bounded = page;
            bounded.passed = passed_by_all(database, readers);
            *deleted = delete_records(database, bounded);
        };
        auto done = co_await writer_.commit_unbounded(std::move(job));
        if (!done) co_return done.error();
    } while (deleted->rows == retention_page_rows);
    co_return base::Result<void>();
}

asio::awaitable<base::Result<std::int64_t>> Retention::pictures(base::WallTime cutoff, base::WallTime now,
                                                                std::int64_t gone_upto)
{
    std::int64_t count = 0;
    const auto held_since = days_before(now, 30); // domain.md §5: until closed and 30 days more
    for (;;) {
        auto doomed = std::make_shared<std::vector<DoomedPicture>>();
        Job job;
        job.also = [doomed, cutoff, held_since, gone_upto, readers = readers_](SQLite::Database& database) {
            // Pictures come with events. An alert names its evidence, and that is held by the alert.
            const auto passed = passed_by_all(database, readers).events;
            *doomed = delete_pictures(database, cutoff, std::max(passed, gone_upto), held_since);
        };
        auto done = co_await writer_.commit_unbounded(std::move(job));
        if (!done) co_return done.error();
        // Only now, when no row points at them any more.
        std::function<Progress()> free_room = [this, doomed] {
            for (const auto& picture : *doomed)
                media_.remove(picture.place);
            return Progress::done;
        };
        auto freeing = guarded(std::move(free_room));
        auto freed = co_await ask(io_, pool_, std::move(freeing));
        if (!freed) co_return freed.error();
        count += static_cast<std::int64_t>(doomed->size());
        if (doomed->size() < retention_page_rows) co_return count;
    }
}

asio::awaitable<base::Result<void>> Retention::papers(PaperCutoffs cutoffs, base::WallTime now)
{
    auto rows = std::make_shared<std::int64_t>(0);
    do {
        rows = std::make_shared<std::int64_t>(0);
        Job job;
        job.also = [rows, cutoffs, now](SQLite::Database& database) {
            *rows = delete_papers(database, cutoffs) + AuditRepository(database).retire(cutoffs.audit, now);
        };
        auto done = co_await writer_.commit_unbounded(std::move(job));
        if (!done) co_return done.error();
    } while (*rows >= retention_page_rows);
    co_return base::Result<void>();
}

// Delivered pictures first, then delivered records, and only when the limit is broken or the disk is full
// what nobody has seen yet, each time with its pictures; alerts and command outcomes stay.
asio::awaitable<base::Result<void>> Retention::by_force(base::WallTime now)
{
    std::int64_t gone_upto = 0; // records up to here are deleted
    for (;;) {
        auto measured = co_await measure();
        if (!measured) co_return measured.error();
        const auto& report = measured->report;
        const auto limit = policy_.max_bytes;
        const bool too_big = limit > 0 && report.store_bytes + report.media_bytes > limit;
        const auto reserve = policy_.disk_reserve_bytes;
        const bool short_of_room =
            report.free_bytes < reserve && report.free_bytes + measured->reusable < reserve;
        if (!too_big && !short_of_room) co_return base::Result<void>();
        auto removed = co_await pictures(now + std::chrono::days(1), now, gone_upto);
        if (!removed) co_return removed.error();
        if (*removed > 0) {
            auto swept = co_await sweep_segments();
            if (!swept) co_return swept.error();
            continue;
        }
        std::string why = too_big ? "max_bytes" : "disk full";
        auto last = co_await force_page(now, too_big || report.state == DiskState::full, std::move(why));
        if (!last) co_return last.error();
        if (*last == 0) co_return base::Result<void>();
        gone_upto = *last;
    }
}

// The newest number of a page of deleted records; 0 when nothing is left that may go.
asio::awaitable<base::Result<std::int64_t>> Retention::force_page(base::WallTime now, bool undelivered_too,
                                                                  std::string why)
{
    std::function<Doomed()> look = [this, readers = readers_] {
        return oldest_records(committer_.database(), passed_by_all(committer_.database(), readers));
    };
    auto looking = guarded(std::move(look));
    auto doomed = co_await ask(io_, pool_, std::move(looking));
    if (!doomed) co_return doomed.error();
    if (doomed->undelivered > 0 && !undelivered_too) {
        doomed->last = doomed->first_undelivered - 1;
        doomed->rows -= doomed->undelivered;
        doomed->undelivered = 0;
    }
    if (doomed->rows <= 0) co_return std::int64_t{0};
    Job job;
    if (doomed->undelivered > 0) {
        job.change.audit.push_back(deletion(*doomed, now, why));
        job.change.events.push_back(gap(*doomed, now, std::move(why)));
    }
    job.also = [first = doomed->first, last = doomed->last](SQLite::Database& database) {
        delete_range(database, first, last);
    };
    auto done = co_await writer_.commit_unbounded(std::move(job));
    if (!done) co_return done.error();
    lost_ += doomed->undelivered;
    co_return doomed->last;
}

AuditRecord Retention::deletion(const Doomed& doomed, base::WallTime now, const std::string& why)
{
    return {.at = now,
            .actor = "gateway",
            .action = "records-deleted",
            .target =
                "journal " + std::to_string(doomed.first_undelivered) + " to " + std::to_string(doomed.last),
            .detail = std::to_string(doomed.undelivered) + " entries before every reader had them: " + why,
            .result = "done"};
}

model::Event Retention::gap(const Doomed& doomed, base::WallTime now, std::string why)
{
    model::Event event;
    event.id = ids_.next();
    event.device = "gateway";
    event.occurred_at = now;
    event.received_at = now;
    event.body = model::Gap{.scope = "journal",
                            .first = doomed.first_undelivered,
                            .last = doomed.last,
                            .count = doomed.undelivered,
                            .from = doomed.from,
                            .to = doomed.to,
                            .why = std::move(why)};
    return event;
}

asio::awaitable<base::Result<void>> Retention::sweep_segments()
{
    std::function<Progress()> sweep = [this] {
        for (const auto segment : media_.finished_segments())
            if (!committer_.repositories().media.any_in(segment)) media_.remove_segment(segment);
        return Progress::done;
    };
    auto sweeping = guarded(std::move(sweep));
    auto swept = co_await ask(io_, pool_, std::move(sweeping));
    if (!swept) co_return swept.error();
    co_return base::Result<void>();
}

asio::awaitable<base::Result<DiskMeasure>> Retention::measure()
{
    std::function<DiskMeasure()> look = [this, reserve = policy_.disk_reserve_bytes] {
        return measure_disk(committer_.database(), media_, options_, reserve);
    };
    auto looking = guarded(std::move(look));
    co_return co_await ask(io_, pool_, std::move(looking));
}

asio::awaitable<base::Result<void>> Retention::checkpoint()
{
    std::function<Progress()> empty = [this] {
        committer_.checkpoint(true);
        return Progress::done;
    };
    auto emptying = guarded(std::move(empty));
    auto emptied = co_await ask(io_, pool_, std::move(emptying));
    if (!emptied) co_return emptied.error();
    co_return base::Result<void>();
}

} // namespace gatehouse::store
