#pragma once
#include "gateway/base/random.hpp"
#include "gateway/model/ulid.hpp"
#include "gateway/store/disk.hpp"
#include "gateway/store/retention_queries.hpp"
#include "gateway/store/writer.hpp"

namespace gatehouse::store {

// Deletes what nobody wants any more, page by page through the writer, so that commits pass in between. io
// thread only.
class Retention {
public:
    Retention(asio::any_io_executor io, asio::thread_pool& pool, Writer& writer, Committer& committer,
              SegmentFiles& media, base::Clock& clock, const StoreOptions& options,
              std::vector<std::string> readers);

    // What the next steps go by. A step that is under way on the store thread holds copies.
    void use(config::RetentionConfig policy, std::vector<std::string> readers);
    // One whole run: by age, then by force when the disk or max_bytes demands it, then a checkpoint and a
    // measure.
    asio::awaitable<base::Result<DiskReport>> run(base::WallTime now);
    // Entries deleted before delivery since the start.
    [[nodiscard]] std::int64_t lost() const { return lost_; }

private:
    asio::awaitable<base::Result<void>> by_age(base::WallTime now);
    asio::awaitable<base::Result<void>> records_by_age(base::WallTime cutoff, int keep);
    // Also those of deleted records, whoever has not passed them.
    asio::awaitable<base::Result<std::int64_t>> pictures(base::WallTime cutoff, base::WallTime now,
                                                         std::int64_t gone_upto);
    asio::awaitable<base::Result<void>> papers(PaperCutoffs cutoffs, base::WallTime now);
    asio::awaitable<base::Result<void>> by_force(base::WallTime now);
    asio::awaitable<base::Result<std::int64_t>> force_page(base::WallTime now, bool undelivered_too,
                                                           std::string why);
    asio::awaitable<base::Result<void>> sweep_segments();
    asio::awaitable<base::Result<DiskMeasure>> measure();
    asio::awaitable<base::Result<void>> checkpoint();
    // For the audit.
    [[nodiscard]] static AuditRecord deletion(const Doomed& doomed, base::WallTime now,
                                              const std::string& why);
    [[nodiscard]] model::Event gap(const Doomed& doomed, base::WallTime now, std::string why);

    asio::any_io_executor io_;
    asio::thread_pool& pool_;
    Writer& writer_;
    Committer& committer_;
    SegmentFiles& media_;
    const StoreOptions& options_;
    config::RetentionConfig policy_;
    std::vector<std::string> readers_;
    base::Random random_;
    model::UlidSource ids_;
    std::int64_t lost_ = 0;
};

} // namespace gatehouse::store
