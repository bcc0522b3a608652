#include "gateway/store/writer.hpp"

namespace gatehouse::store {
namespace {

std::size_t rows_of(const Change& change)
{
    std::size_t rows = change.events.size() + change.alerts.size() + change.cursors.size() +
                       change.commands.size() + change.dead_letters.size() + change.memory.size() +
                       change.audit.size() + change.alert_steps.size() + change.silences.size() +
                       change.handovers.size() + change.entry_uses.size() + change.versions.size() +
                       change.consents.size() + change.faces.size() + change.accounts.size() +
                       change.accounts_removed.size() + change.tokens.size() + change.tokens_removed.size();
    for (const auto& list : change.lists)
        rows += 1 + list.credentials.size();
    return std::max<std::size_t>(rows, 1);
}

// Pictures exactly, all else by rule of thumb: it bounds memory, it does not account for it.
std::size_t bytes_of(const Change& change, std::size_t rows)
{
    std::size_t bytes = rows * 1024;
    for (const auto& event : change.events)
        for (const auto& picture : event.pictures)
            if (picture.bytes) bytes += picture.bytes->size();
    for (const auto& put : change.memory)
        bytes += put.value.size();
    for (const auto& version : change.versions)
        bytes += version.csv.size();
    return bytes;
}

} // namespace

Writer::Writer(asio::any_io_executor io, asio::thread_pool& pool, Committer& committer, Options options,
               OnBatch on_batch)
    : io_(io), pool_(pool), committer_(committer), options_(options), on_batch_(std::move(on_batch)),
      idle_(io), self_(std::make_shared<Writer*>(this))
{
}

std::shared_ptr<Answer<std::vector<Appended>>> Writer::enqueue(Job job, std::size_t rows, std::size_t bytes)
{
    auto answer = std::make_shared<Answer<std::vector<Appended>>>(io_);
    waiting_.push_back(Waiting{.job = std::move(job), .rows = rows, .bytes = bytes, .answer = answer});
    waiting_rows_ += rows;
    waiting_bytes_ += bytes;
    start_batch();
    return answer;
}

asio::awaitable<Outcome> Writer::commit(Job job)
{
    const auto rows = rows_of(job.change);
    const auto bytes = bytes_of(job.change, rows);
    // A single change larger than the bound (a long list) may pass when nothing else waits.
    if (!waiting_.empty() && (waiting_rows_ + rows > options_.waiting_rows_max ||
                              waiting_bytes_ + bytes > options_.waiting_bytes_max))
        co_return base::Errc::overloaded;
    auto answer = enqueue(std::move(job), rows, bytes);
    co_return co_await wait_for(std::move(answer));
}

asio::awaitable<Outcome> Writer::commit_unbounded(Job job)
{
    auto answer = enqueue(std::move(job), 1, 1024);
    co_return co_await wait_for(std::move(answer));
}

void Writer::start_batch()
{
    if (committing_ || waiting_.empty()) return;
    committing_ = true;
    auto batch = std::make_shared<Batch>();
    std::size_t rows = 0;
    std::size_t bytes = 0;
    while (!waiting_.empty()) {
        auto& next = waiting_.front();
        if (!batch->jobs.empty() &&
            (rows + next.rows > options_.batch_rows_max || bytes + next.bytes > options_.batch_bytes_max))
            break;
        rows += next.rows;
        bytes += next.bytes;
        batch->jobs.push_back(std::move(next.job));
        batch->answers.push_back(std::move(next.answer));
        waiting_.pop_front();
    }
    waiting_rows_ -= rows;
    waiting_bytes_ -= bytes;
    asio::post(pool_,
               [batch, io = io_, &committer = committer_, self = std::weak_ptr<Writer*>(self_)]() mutable {
                   auto outcome = std::make_shared<BatchOutcome>(committer.commit(batch->jobs));
                   // The answers belong to io: nothing of the batch may stay behind on this thread.
                   asio::post(io, [batch = std::move(batch), outcome = std::move(outcome), self] {
                       if (const auto writer = self.lock()) (*writer)->finish(*batch, *outcome);
                   });
               });
}

void Writer::finish(Batch& batch, BatchOutcome& outcome)
{
    committing_ = false;
    start_batch();
    on_batch_(outcome);
    for (std::size_t i = 0; i < batch.answers.size(); ++i)
        batch.answers[i]->give(std::move(outcome.outcomes[i]));
    if (idle()) idle_.notify();
}

asio::awaitable<void> Writer::drain()
{
    while (!idle())
        co_await idle_.wait();
}

} // namespace gatehouse::store
