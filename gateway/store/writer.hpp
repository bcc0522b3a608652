#pragma once
#include "gateway/base/metrics.hpp"
#include "gateway/store/ask.hpp"
#include "gateway/store/committer.hpp"

#include <deque>

namespace gatehouse::store {

// Group commit: collects changes while the store thread syncs the batch before, so the disk's own speed sets
// the size of a batch. io thread only, except for what runs inside the posted function.
class Writer {
public:
    struct Options {
        std::size_t waiting_rows_max = 0;
        std::size_t waiting_bytes_max = 0;
        std::size_t batch_rows_max = 0;
        std::size_t batch_bytes_max = 0;
    };
    // Called after each batch, before the callers resume: what was appended, in order, and the tally.
    using OnBatch = std::function<void(const BatchOutcome&)>;

    Writer(asio::any_io_executor io, asio::thread_pool& pool, Committer& committer, Options options,
           OnBatch on_batch);

    // Errors besides those of the disk: overloaded, when too much is waiting.
    asio::awaitable<Outcome> commit(Job job);
    // Retention's own work is small and must run when all else is refused: it passes the bound.
    asio::awaitable<Outcome> commit_unbounded(Job job);
    // Resumes when nothing waits and nothing is being written.
    asio::awaitable<void> drain();
    [[nodiscard]] bool idle() const { return !committing_ && waiting_.empty(); }
    [[nodiscard]] std::size_t waiting_rows() const { return waiting_rows_; }

private:
    struct Waiting {
        Job job;
        std::size_t rows = 0;
        std::size_t bytes = 0;
        std::shared_ptr<Answer<std::vector<Appended>>> answer;
    };
    struct Batch {
        std::vector<Job> jobs;
        std::vector<std::shared_ptr<Answer<std::vector<Appended>>>> answers;
    };
    [[nodiscard]] std::shared_ptr<Answer<std::vector<Appended>>> enqueue(Job job, std::size_t rows,
                                                                         std::size_t bytes);
    void start_batch();
    void finish(Batch& batch, BatchOutcome& outcome);

    asio::any_io_executor io_;
    asio::thread_pool& pool_;
    Committer& committer_;
    Options options_;
    OnBatch on_batch_;
    std::deque<Waiting> waiting_;
    std::size_t waiting_rows_ = 0;
    std::size_t waiting_bytes_ = 0;
    bool committing_ = false;
    base::Wakeup idle_;
    // Goes with the writer: a batch that finishes later finds nobody to tell.
    std::shared_ptr<Writer*> self_;
};

} // namespace gatehouse::store
