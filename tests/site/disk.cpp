#include "tests/site/disk.hpp"

namespace gatehouse::site {
namespace {

using base::Errc;
using base::Result;

class Lease final : public store::Store {
public:
    Lease(Disk& disk, std::shared_ptr<bool> power)
        : disk_(disk), platters_(disk.platters), power_(std::move(power))
    {
    }

    asio::awaitable<Result<std::vector<store::Appended>>> commit(store::Change change) override
    {
        co_await disk_.pass(Disk::Stall::before_write, power_);
        if (!*power_) co_return Errc::failed;
        auto outcome = co_await platters_.commit(std::move(change));
        co_await disk_.pass(Disk::Stall::after_write, power_);
        // Written, but nobody lived to hear of it.
        if (!*power_) co_return Errc::failed;
        co_return outcome;
    }
    asio::awaitable<Result<std::vector<model::EntryPtr>>>
    read_after(std::int64_t after, model::Priority priority, std::size_t limit) override
    {
        return platters_.read_after(after, priority, limit);
    }
    [[nodiscard]] std::int64_t last_seq() const override { return platters_.last_seq(); }
    [[nodiscard]] base::Wakeup& appended() override { return platters_.appended(); }
    asio::awaitable<Result<std::vector<store::CursorMove>>> cursors() override { return platters_.cursors(); }
    asio::awaitable<Result<store::Backlog>> backlog(std::string reader) override
    {
        return platters_.backlog(std::move(reader));
    }
    asio::awaitable<Result<std::vector<model::EntryPtr>>> events(store::EventFilter filter) override
    {
        return platters_.events(std::move(filter));
    }
    asio::awaitable<Result<std::vector<model::Alert>>> alerts(store::AlertFilter filter) override
    {
        return platters_.alerts(filter);
    }
    asio::awaitable<Result<std::vector<model::AlertStep>>> alert_steps(std::string id) override
    {
        return platters_.alert_steps(std::move(id));
    }
    asio::awaitable<Result<std::vector<store::AlertLife>>> alert_lives(store::AlertSpan span) override
    {
        return platters_.alert_lives(std::move(span));
    }
    asio::awaitable<Result<std::vector<model::Silence>>> silences(std::size_t limit) override
    {
        return platters_.silences(limit);
    }
    asio::awaitable<Result<std::vector<model::Handover>>> handovers(std::size_t limit) override
    {
        return platters_.handovers(limit);
    }
    asio::awaitable<Result<std::optional<model::Alert>>> alert(std::string id) override
    {
        return platters_.alert(std::move(id));
    }
    asio::awaitable<Result<std::optional<store::CommandRecord>>> command(std::string id) override
    {
        return platters_.command(std::move(id));
    }
    asio::awaitable<Result<std::vector<store::CommandRecord>>> open_commands() override
    {
        return platters_.open_commands();
    }
    asio::awaitable<Result<std::vector<store::CommandRecord>>> recent_commands(std::size_t limit) override
    {
        return platters_.recent_commands(limit);
    }
    asio::awaitable<Result<std::vector<store::EntryUse>>> entry_uses() override
    {
        return platters_.entry_uses();
    }
    asio::awaitable<Result<std::vector<store::Consent>>> consents() override { return platters_.consents(); }
    asio::awaitable<Result<std::vector<store::Account>>> accounts() override { return platters_.accounts(); }
    asio::awaitable<Result<std::vector<store::ApiToken>>> tokens() override { return platters_.tokens(); }
    asio::awaitable<Result<std::vector<store::FaceMark>>> faces() override { return platters_.faces(); }
    asio::awaitable<Result<std::vector<store::ListVersion>>> list_versions() override
    {
        return platters_.list_versions();
    }
    asio::awaitable<Result<std::optional<store::ListVersion>>>
    list_version(store::Credential::Type type, std::string list, int number) override
    {
        return platters_.list_version(type, std::move(list), number);
    }
    asio::awaitable<Result<std::vector<store::Credential>>> credentials() override
    {
        return platters_.credentials();
    }
    asio::awaitable<Result<std::vector<store::DeadLetter>>> dead_letters(std::string reader,
                                                                         std::size_t limit) override
    {
        return platters_.dead_letters(std::move(reader), limit);
    }
    asio::awaitable<Result<std::map<std::string, std::string>>> memory(std::string device) override
    {
        return platters_.memory(std::move(device));
    }
    asio::awaitable<Result<std::map<std::string, base::WallTime>>> last_events() override
    {
        return platters_.last_events();
    }
    asio::awaitable<Result<std::string>> picture(std::string sha256) override
    {
        return platters_.picture(std::move(sha256));
    }
    asio::awaitable<Result<std::vector<audit::Row>>> audit(audit::Filter filter) override
    {
        return platters_.audit(std::move(filter));
    }
    asio::awaitable<Result<audit::Report>> check_audit(std::optional<audit::Head> told) override
    {
        return platters_.check_audit(std::move(told));
    }
    asio::awaitable<Result<audit::Head>> note_audit_head() override { return platters_.note_audit_head(); }
    asio::awaitable<Result<store::DiskReport>> housekeep(base::WallTime now) override
    {
        return platters_.housekeep(now);
    }
    void use_retention(config::RetentionConfig policy, std::vector<std::string> readers) override
    {
        platters_.use_retention(policy, std::move(readers));
    }
    [[nodiscard]] store::DiskReport disk() const override { return platters_.disk(); }
    asio::awaitable<Result<void>> backup(std::filesystem::path file) override
    {
        return platters_.backup(std::move(file));
    }
    asio::awaitable<void> close() override { co_return; }

private:
    Disk& disk_;
    fakes::FakeStore& platters_;
    std::shared_ptr<bool> power_;
};

} // namespace

std::unique_ptr<store::Store> Disk::lend()
{
    power_ = std::make_shared<bool>(true);
    return std::make_unique<Lease>(*this, power_);
}

void Disk::cut_power()
{
    if (power_) *power_ = false;
    stall(Stall::none);
}

void Disk::stall(Stall stall)
{
    stall_ = stall;
    moved_.notify();
}

asio::awaitable<void> Disk::pass(Stall point, std::shared_ptr<bool> power)
{
    while (stall_ == point && *power)
        co_await moved_.wait();
}

} // namespace gatehouse::site
