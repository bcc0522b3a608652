#include "gateway/store/committer.hpp"

#include "gateway/model/envelope.hpp"

#include <boost/system/system_error.hpp>

namespace gatehouse::store {
namespace {

// Turns the exceptions of the libraries into the reason a caller gets.
base::Errc reason_of(std::exception_ptr failure, BatchOutcome& tally)
{
    try {
        std::rethrow_exception(std::move(failure));
    } catch (const SQLite::Exception& e) {
        const auto reason = errc_of(e);
        if (reason != base::Errc::damaged) return reason;
        ++tally.damage;
        return base::Errc::failed;
    } catch (const boost::system::system_error& e) {
        return e.code() == base::Errc::disk_full ? base::Errc::disk_full : base::Errc::failed;
    } catch (const std::exception&) {
        return base::Errc::failed;
    }
}

void demand(const base::Result<void>& result)
{
    if (!result) throw boost::system::system_error(result.error());
}

int note_log_pages(void* where, sqlite3*, const char*, int pages)
{
    *static_cast<int*>(where) = pages;
    return SQLITE_OK;
}

} // namespace

Committer::Committer(DatabasePtr database, MediaStore& media, SequenceFloor floor, Options options)
    : database_(std::move(database)), repositories_(std::make_unique<Repositories>(*database_)),
      media_(media), floor_(std::move(floor)), options_(std::move(options)), last_seq_(options_.last_seq),
      committed_seq_(options_.last_seq)
{
    sqlite3_wal_hook(database_->getHandle(), note_log_pages, &log_pages_);
}

BatchOutcome Committer::commit(const std::vector<Job>& jobs)
{
    BatchOutcome tally;
    if (!run_together(jobs, tally)) {
        tally.outcomes.clear();
        for (const auto& job : jobs)
            tally.outcomes.push_back(run_alone(job, tally));
    }
    tally.log_pages = log_pages_;
    return tally;
}

bool Committer::run_together(const std::vector<Job>& jobs, BatchOutcome& tally)
{
    try {
        WriteTransaction transaction(*database_);
        for (const auto& job : jobs)
            tally.outcomes.emplace_back(apply(job, tally));
        commit_transaction(transaction);
        return true;
    } catch (const std::exception&) {
        last_seq_ = committed_seq_;
        const auto reason = reason_of(std::current_exception(), tally);
        if (jobs.size() > 1) {
            tally.reruns += jobs.size();
            return false;
        }
        tally.outcomes.assign(1, Outcome(reason));
        return true;
    }
}

Outcome Committer::run_alone(const Job& job, BatchOutcome& tally)
{
    try {
        WriteTransaction transaction(*database_);
        auto appended = apply(job, tally);
        commit_transaction(transaction);
        return appended;
    } catch (const std::exception&) {
        last_seq_ = committed_seq_;
        return reason_of(std::current_exception(), tally);
    }
}

// Pictures first: a row must never point at bytes that a power cut can take.
void Committer::commit_transaction(WriteTransaction& transaction)
{
    if (media_touched_) demand(media_.sync());
    media_touched_ = false;
    transaction.commit();
    committed_seq_ = last_seq_;
}

std::vector<Appended> Committer::apply(const Job& job, BatchOutcome& tally)
{
    const auto& change = job.change;
    // Also without events: the log is in use from here on.
    demand(floor_.use(last_seq_ + static_cast<std::int64_t>(change.events.size())));
    std::vector<Appended> appended;
    for (const auto& event : change.events)
        appended.push_back(append(event, job.drop_pictures, tally));
    for (const auto& alert : change.alerts)
        repositories_->alerts.put(alert);
    for (const auto& step : change.alert_steps)
        repositories_->alert_steps.append(step);
    for (const auto& silence : change.silences)
        repositories_->silences.put(silence);
    for (const auto& handover : change.handovers)
        repositories_->handovers.append(handover);
    for (const auto& move : change.cursors)
        repositories_->cursors.move(move);
    for (const auto& record : change.commands)
        repositories_->commands.put(record);
    for (const auto& letter : change.dead_letters)
        repositories_->dead_letters.put(letter);
    for (const auto& put : change.memory)
        repositories_->memory.put(put);
    for (const auto& record : change.audit)
        repositories_->audit.append(record);
    for (const auto& list : change.lists)
        repositories_->credentials.replace(list);
    for (const auto& version : change.versions)
        repositories_->list_versions.put(version);
    for (const auto& consent : change.consents)
        repositories_->consents.put(consent);
    for (const auto& mark : change.faces)
        repositories_->consents.mark(mark);
    for (const auto& use : change.entry_uses)
        repositories_->entry_uses.put(use);
    for (const auto& account : change.accounts)
        repositories_->accounts.put(account);
    for (const auto& name : change.accounts_removed)
        repositories_->accounts.remove(name);
    for (const auto& token : change.tokens)
        repositories_->accounts.put(token);
    for (const auto& id : change.tokens_removed)
        repositories_->accounts.remove_token(id);
    if (job.also) job.also(*database_);
    return appended;
}

Appended Committer::append(const model::Event& event, bool drop_pictures, BatchOutcome& tally)
{
    auto& journal = repositories_->journal;
    // Only events with pictures pay for a look before the insert: it saves storing the same pictures again.
    if (!event.pictures.empty())
        if (const auto earlier = journal.find(event))
            return Appended{.repeated = true, .seq = *earlier, .entry = nullptr};
    auto entry = std::make_shared<model::Entry>();
    entry->event = event;
    const auto pictures = store_pictures(entry->event, drop_pictures, tally);
    entry->seq = last_seq_ + 1;
    entry->type = model::type_of(event.body);
    entry->priority = model::kind_of(event.body).priority;
    entry->boot_id = options_.boot_id;
    entry->data = model::data_json(entry->event, options_.utc_offset);
    if (!journal.append(*entry))
        return Appended{.repeated = true, .seq = journal.find(event).value_or(0), .entry = nullptr};
    ++last_seq_;
    for (auto row : pictures) {
        row.seq = entry->seq;
        if (!repositories_->media.refer(row)) repositories_->media.put(row);
    }
    const auto seq = entry->seq;
    return Appended{.repeated = false, .seq = seq, .entry = std::move(entry)};
}

// Hands the bytes to the media store and leaves hash and size in the event. A picture that finds no room is
// dropped from the event: of all there is to keep, pictures go first.
std::vector<MediaRepository::Row> Committer::store_pictures(model::Event& event, bool drop,
                                                            BatchOutcome& tally)
{
    std::vector<MediaRepository::Row> rows;
    std::vector<model::Picture> kept;
    for (auto& picture : event.pictures) {
        if (!picture.bytes) {
            kept.push_back(std::move(picture));
            continue;
        }
        MediaRepository::Row row{.sha256 = sha256_hex(*picture.bytes),
                                 .kind = picture.kind,
                                 .event_id = event.id,
                                 .received_at = event.received_at};
        if (const auto known = repositories_->media.find(row.sha256)) {
            row.place = *known;
        } else {
            const auto place =
                drop ? base::Result<MediaPlace>(base::Errc::disk_full) : media_.append(*picture.bytes);
            if (!place) {
                ++tally.pictures_dropped;
                continue;
            }
            row.place = *place;
            media_touched_ = true;
        }
        picture.sha256 = row.sha256;
        picture.size = picture.bytes->size();
        picture.bytes.reset();
        kept.push_back(std::move(picture));
        rows.push_back(std::move(row));
    }
    event.pictures = std::move(kept);
    return rows;
}

void Committer::checkpoint(bool empty)
{
    int pages = 0;
    const int mode = empty ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE;
    // Every commit would wait with us: a backup keeps its snapshot for minutes. What it does not need is
    // moved all the same, and the log is cut by a later call.
    database_->setBusyTimeout(0);
    const int code = sqlite3_wal_checkpoint_v2(database_->getHandle(), nullptr, mode, &pages, nullptr);
    database_->setBusyTimeout(busy_timeout_ms);
    if (empty && code == SQLITE_OK) {
        log_pages_ = 0;
        // Failing to note it costs some unused numbers after a crash and nothing else.
        if (const auto noted = floor_.log_emptied(committed_seq_); !noted) return;
    }
}

void Committer::close()
{
    checkpoint(true);
    repositories_.reset();
    database_.reset();
}

} // namespace gatehouse::store
