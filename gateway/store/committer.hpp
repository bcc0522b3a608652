#pragma once
#include "gateway/store/database.hpp"
#include "gateway/store/media_store.hpp"
#include "gateway/store/repositories.hpp"
#include "gateway/store/sequence_floor.hpp"

#include <functional>

namespace gatehouse::store {

// A change on its way to the disk, with what retention wants deleted in the same transaction.
struct Job {
    Change change;
    std::function<void(SQLite::Database&)> also;
    bool drop_pictures = false; // the disk is short: events without their pictures
};

using Outcome = base::Result<std::vector<Appended>>;

struct BatchOutcome {
    std::vector<Outcome> outcomes; // one per job
    std::uint64_t pictures_dropped = 0;
    std::uint64_t reruns = 0;   // jobs tried again on their own because their batch failed
    std::uint64_t damage = 0;   // answers of SQLite that the file is damaged
    std::int64_t log_pages = 0; // length of the write-ahead log
};

// Applies changes to the database: the only place that writes. Store thread only.
class Committer {
public:
    struct Options {
        std::string boot_id;
        std::chrono::minutes utc_offset{480};
        std::int64_t last_seq = 0;
    };
    Committer(DatabasePtr database, MediaStore& media, SequenceFloor floor, Options options);

    // All jobs in one transaction; when that fails, each in its own, so that a bad one cannot sink its
    // neighbours.
    [[nodiscard]] BatchOutcome commit(const std::vector<Job>& jobs);
    // Moves the log into the database; `empty` also cuts the log to nothing, unless somebody reads in it.
    void checkpoint(bool empty);
    [[nodiscard]] SQLite::Database& database() { return *database_; }
    [[nodiscard]] Repositories& repositories() { return *repositories_; }
    // Checkpoints and closes. Nothing may follow.
    void close();

private:
    [[nodiscard]] Outcome run_alone(const Job& job, BatchOutcome& tally);
    [[nodiscard]] bool run_together(const std::vector<Job>& jobs, BatchOutcome& tally);
    [[nodiscard]] std::vector<Appended> apply(const Job& job, BatchOutcome& tally);
    [[nodiscard]] Appended append(const model::Event& event, bool drop_pictures, BatchOutcome& tally);
    [[nodiscard]] std::vector<MediaRepository::Row> store_pictures(model::Event& event, bool drop,
                                                                   BatchOutcome& tally);
    void commit_transaction(WriteTransaction& transaction);

    DatabasePtr database_;
    std::unique_ptr<Repositories> repositories_;
    MediaStore& media_;
    SequenceFloor floor_;
    Options options_;
    std::int64_t last_seq_;
    std::int64_t committed_seq_;
    bool media_touched_ = false;
    int log_pages_ = 0;
};

} // namespace gatehouse::store
