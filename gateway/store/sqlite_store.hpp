#pragma once
#include "gateway/store/directory_lock.hpp"
#include "gateway/store/retention.hpp"
#include "gateway/store/tail.hpp"
#include "gateway/store/writer.hpp"

namespace gatehouse::store {

// The Store on SQLite: one connection and thread that writes, one that only reads. Made by open_store().
class SqliteStore final : public Store {
public:
    struct Parts {
        DirectoryLock lock;
        DatabasePtr writing;
        DatabasePtr reading;
        std::unique_ptr<SegmentFiles> media;
        SequenceFloor floor;
        std::int64_t last_seq = 0;            // numbers go on above it
        std::array<std::int64_t, 2> newest{}; // per priority, the newest entry on disk
    };
    SqliteStore(asio::any_io_executor io, base::Clock& clock, base::Metrics& metrics, StoreOptions options,
                std::vector<std::string> readers, Parts parts);
    ~SqliteStore() override;

    asio::awaitable<base::Result<std::vector<Appended>>> commit(Change change) override;
    asio::awaitable<base::Result<std::vector<model::EntryPtr>>>
    read_after(std::int64_t after, model::Priority priority, std::size_t limit) override;
    [[nodiscard]] std::int64_t last_seq() const override { return last_seq_; }
    [[nodiscard]] base::Wakeup& appended() override { return appended_; }
    asio::awaitable<base::Result<std::vector<CursorMove>>> cursors() override;
    asio::awaitable<base::Result<Backlog>> backlog(std::string reader) override;
    asio::awaitable<base::Result<std::vector<model::EntryPtr>>> events(EventFilter filter) override;
    asio::awaitable<base::Result<std::vector<model::Alert>>> alerts(AlertFilter filter) override;
    asio::awaitable<base::Result<std::optional<model::Alert>>> alert(std::string id) override;
    asio::awaitable<base::Result<std::vector<model::AlertStep>>> alert_steps(std::string id) override;
    asio::awaitable<base::Result<std::vector<AlertLife>>> alert_lives(AlertSpan span) override;
    asio::awaitable<base::Result<std::vector<model::Silence>>> silences(std::size_t limit) override;
    asio::awaitable<base::Result<std::vector<model::Handover>>> handovers(std::size_t limit) override;
    asio::awaitable<base::Result<std::optional<CommandRecord>>> command(std::string id) override;
    asio::awaitable<base::Result<std::vector<CommandRecord>>> open_commands() override;
    asio::awaitable<base::Result<std::vector<CommandRecord>>> recent_commands(std::size_t limit) override;
    asio::awaitable<base::Result<std::vector<Credential>>> credentials() override;
    asio::awaitable<base::Result<std::vector<EntryUse>>> entry_uses() override;
    asio::awaitable<base::Result<std::vector<Consent>>> consents() override;
    asio::awaitable<base::Result<std::vector<Account>>> accounts() override;
    asio::awaitable<base::Result<std::vector<ApiToken>>> tokens() override;
    asio::awaitable<base::Result<std::vector<FaceMark>>> faces() override;
    asio::awaitable<base::Result<std::vector<ListVersion>>> list_versions() override;
    asio::awaitable<base::Result<std::optional<ListVersion>>>
    list_version(Credential::Type type, std::string list, int number) override;
    asio::awaitable<base::Result<std::vector<DeadLetter>>> dead_letters(std::string reader,
                                                                        std::size_t limit) override;
    asio::awaitable<base::Result<std::map<std::string, std::string>>> memory(std::string device) override;
    asio::awaitable<base::Result<std::map<std::string, base::WallTime>>> last_events() override;
    asio::awaitable<base::Result<std::string>> picture(std::string sha256) override;
    asio::awaitable<base::Result<DiskReport>> housekeep(base::WallTime now) override;
    void use_retention(config::RetentionConfig policy, std::vector<std::string> readers) override
    {
        retention_.use(policy, std::move(readers));
    }
    [[nodiscard]] DiskReport disk() const override { return disk_; }
    asio::awaitable<base::Result<void>> backup(std::filesystem::path file) override;
    asio::awaitable<base::Result<std::vector<audit::Row>>> audit(audit::Filter filter) override;
    asio::awaitable<base::Result<audit::Report>> check_audit(std::optional<audit::Head> told) override;
    asio::awaitable<base::Result<audit::Head>> note_audit_head() override;
    asio::awaitable<void> close() override;

private:
    template <class T>
    asio::awaitable<base::Result<T>> query(std::function<T(Repositories&)> work);
    // `after`: where the reader stands.
    asio::awaitable<base::Result<std::vector<model::EntryPtr>>>
    query_entries(std::int64_t after, std::function<EntryPage(Repositories&)> work);
    void finished(const BatchOutcome& outcome);
    void checkpoint_when_due(std::int64_t log_pages);
    void note_damage();
    void note_passed_over(std::int64_t first, std::int64_t last);
    [[nodiscard]] bool refused_by_full_disk(const Change& change) const;

    asio::any_io_executor io_;
    base::Clock& clock_;
    base::Metrics& metrics_;
    StoreOptions options_;
    DirectoryLock lock_;
    std::unique_ptr<SegmentFiles> media_;
    DatabasePtr reading_;
    std::unique_ptr<Repositories> history_; // history thread only
    Committer committer_;                   // store thread only
    Tail tail_;
    base::Wakeup appended_;
    std::int64_t last_seq_ = 0;
    DiskReport disk_;
    // Numbers between which readers had to pass over entries; 0: none.
    std::int64_t unreadable_first_ = 0;
    std::int64_t unreadable_last_ = 0;
    audit::Head noted_head_; // beside the database, by this run
    bool closed_ = false;
    std::shared_ptr<bool> checkpointing_ = std::make_shared<bool>(false);
    asio::thread_pool store_pool_{1};
    asio::thread_pool history_pool_{1};
    Writer writer_;
    Retention retention_;
};

} // namespace gatehouse::store
