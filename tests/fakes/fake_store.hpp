#pragma once
#include "gateway/store/store.hpp"

#include <deque>
#include <optional>
#include <set>

namespace gatehouse::fakes {

// A Store in memory, on the io thread alone: every call yields once to the executor and then has its answer,
// so a test that runs the io_context until it is idle sees the same order every time. The state is public for
// a test to look at.
class FakeStore final : public store::Store {
public:
    explicit FakeStore(asio::any_io_executor io, std::chrono::minutes utc_offset = std::chrono::minutes(480));

    // The next `times` commits change nothing and answer `why`.
    void fail_commits(base::Errc why, int times = 1);
    // Commits wait until release(): for tests that look at what happens before something is on disk.
    void hold();
    void release();
    // How many commits were taken, failed ones included.
    [[nodiscard]] int commits() const { return commits_; }
    // The newest entry, or null.
    [[nodiscard]] model::EntryPtr newest() const { return journal.empty() ? nullptr : journal.back(); }
    [[nodiscard]] std::int64_t cursor(const std::string& reader, model::Priority priority) const;

    asio::awaitable<base::Result<std::vector<store::Appended>>> commit(store::Change change) override;
    asio::awaitable<base::Result<std::vector<model::EntryPtr>>>
    read_after(std::int64_t after, model::Priority priority, std::size_t limit) override;
    [[nodiscard]] std::int64_t last_seq() const override { return last_seq_; }
    [[nodiscard]] base::Wakeup& appended() override { return appended_; }
    asio::awaitable<base::Result<std::vector<store::CursorMove>>> cursors() override;
    asio::awaitable<base::Result<store::Backlog>> backlog(std::string reader) override;
    asio::awaitable<base::Result<std::vector<model::EntryPtr>>> events(store::EventFilter filter) override;
    asio::awaitable<base::Result<std::vector<model::Alert>>> alerts(store::AlertFilter filter) override;
    asio::awaitable<base::Result<std::optional<model::Alert>>> alert(std::string id) override;
    asio::awaitable<base::Result<std::vector<model::AlertStep>>> alert_steps(std::string id) override;
    asio::awaitable<base::Result<std::vector<store::AlertLife>>> alert_lives(store::AlertSpan span) override;
    asio::awaitable<base::Result<std::vector<model::Silence>>> silences(std::size_t limit) override;
    asio::awaitable<base::Result<std::vector<model::Handover>>> handovers(std::size_t limit) override;
    asio::awaitable<base::Result<std::optional<store::CommandRecord>>> command(std::string id) override;
    asio::awaitable<base::Result<std::vector<store::CommandRecord>>> open_commands() override;
    asio::awaitable<base::Result<std::vector<store::CommandRecord>>>
    recent_commands(std::size_t limit) override;
    asio::awaitable<base::Result<std::vector<store::Credential>>> credentials() override;
    asio::awaitable<base::Result<std::vector<store::EntryUse>>> entry_uses() override;
    asio::awaitable<base::Result<std::vector<store::Consent>>> consents() override;
    asio::awaitable<base::Result<std::vector<store::Account>>> accounts() override;
    asio::awaitable<base::Result<std::vector<store::ApiToken>>> tokens() override;
    asio::awaitable<base::Result<std::vector<store::FaceMark>>> faces() override;
    asio::awaitable<base::Result<std::vector<store::ListVersion>>> list_versions() override;
    asio::awaitable<base::Result<std::optional<store::ListVersion>>>
    list_version(store::Credential::Type type, std::string list, int number) override;
    asio::awaitable<base::Result<std::vector<store::DeadLetter>>> dead_letters(std::string reader,
                                                                               std::size_t limit) override;
    asio::awaitable<base::Result<std::map<std::string, std::string>>> memory(std::string device) override;
    asio::awaitable<base::Result<std::map<std::string, base::WallTime>>> last_events() override;
    asio::awaitable<base::Result<std::string>> picture(std::string sha256) override;
    asio::awaitable<base::Result<store::DiskReport>> housekeep(base::WallTime now) override;
    void use_retention(config::RetentionConfig policy, std::vector<std::string> held_by) override;
    [[nodiscard]] store::DiskReport disk() const override { return disk_report; }
    asio::awaitable<base::Result<void>> backup(std::filesystem::path file) override;
    asio::awaitable<base::Result<std::vector<audit::Row>>> audit(audit::Filter filter) override;
    asio::awaitable<base::Result<audit::Report>> check_audit(std::optional<audit::Head> told) override;
    asio::awaitable<base::Result<audit::Head>> note_audit_head() override;
    asio::awaitable<void> close() override;

    std::vector<model::EntryPtr> journal;
    std::map<std::pair<std::string, model::Priority>, std::int64_t> cursor_table;
    std::map<std::string, model::Alert> alert_table;
    std::map<std::pair<std::string, int>, model::AlertStep> alert_step_table; // by alert and number
    std::map<std::string, model::Silence> silence_table;
    std::vector<model::Handover> handover_table;     // oldest first
    std::vector<store::CommandRecord> command_table; // oldest first
    std::vector<store::DeadLetter> dead_letter_table;
    std::map<std::string, std::map<std::string, std::string>> memory_table;
    std::vector<store::AuditRecord> audit_table; // row N is at N - 1, without hashes
    audit::Report audit_report;                  // what check_audit() finds
    std::int64_t audit_noted = 0;                // rows when note_audit_head() was called last
    std::vector<store::Credential> credential_table;
    std::vector<store::EntryUse> entry_use_table;
    std::vector<store::Consent> consent_table;
    std::set<std::pair<std::string, std::string>> face_table; // device and person
    std::map<std::string, store::Account> account_table;
    std::map<std::string, store::ApiToken> token_table; // by id
    std::vector<store::ListVersion> version_table;      // oldest first; none is ever let go
    std::map<std::string, std::string> pictures;        // by hash; the hash is not SHA-256 here
    store::DiskReport disk_report;
    config::RetentionConfig retention; // as told last
    std::vector<std::string> readers;
    bool closed = false;

private:
    struct Failure {
        base::Errc why = base::Errc::failed;
        int times = 0;
    };
    asio::awaitable<void> yield();
    [[nodiscard]] store::Appended append(model::Event event);
    void put(store::Change& change);
    void put_command(store::CommandRecord record);

    asio::any_io_executor io_;
    std::chrono::minutes utc_offset_;
    base::Wakeup appended_;
    base::Wakeup released_;
    std::map<std::pair<std::string, std::string>, std::int64_t> seen_;
    std::deque<Failure> failures_;
    std::int64_t last_seq_ = 0;
    int commits_ = 0;
    bool held_ = false;
};

} // namespace gatehouse::fakes
