#include "gateway/app/check.hpp"
#include "gateway/app/parts.hpp"
#include "gateway/app/status_report.hpp"
#include "tests/fakes/fake_store.hpp"
#include "tests/fakes/manual_clock.hpp"
#include "tests/fakes/memory_stream.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <stdexcept>

namespace gatehouse::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

// An upstream that never answers; broken = true makes one that cannot even be made.
class SilentSink final : public upstream::Sink {
public:
    explicit SilentSink(const upstream::SinkContext& context) : never_(context.executor) {}
    asio::awaitable<void> run() override
    {
        for (;;)
            co_await never_.wait();
    }
    [[nodiscard]] bool ready() const override { return false; }
    [[nodiscard]] std::size_t window() const override { return 1; }
    void deliver(model::EntryPtr, bool, OnVerdict) override {}
    void device_changed(const std::string&, const device::DeviceStatus&) override {}

private:
    base::Wakeup never_;
};

void check_silent(const config::UpstreamConfig&, config::Table& table)
{
    table.flag("broken", false);
    table.integer("version", 1, 1, 9);
}

std::unique_ptr<upstream::Sink> make_silent(const config::UpstreamConfig&, config::Table table,
                                            upstream::SinkContext context)
{
    if (table.flag("broken", false)) throw std::runtime_error("its trust store is unreadable");
    return std::make_unique<SilentSink>(context);
}

constexpr std::array silent_upstreams{UpstreamProtocol{"silent", &check_silent, &make_silent}};

std::string upstream(const std::string& name, const std::string& keys = "")
{
    return "[[upstream]]\nname = \"" + name + "\"\nprotocol = \"silent\"\n" + keys;
}

class Reload : public testing::Test {
protected:
    // The gateway runs with these upstreams.
    void start(const std::string& upstreams)
    {
        write(upstreams);
        config::Issues issues;
        auto site = load_config(file, issues, registry);
        ASSERT_FALSE(config::has_errors(issues)) << config::to_string(issues.front());
        App::Ports ports{io.get_executor(), clock, random, connector};
        ports.registry = registry;
        ports.open_store = [this](asio::any_io_executor executor, base::Clock&, base::Metrics&,
                                  store::StoreOptions, std::vector<std::string>) {
            auto fake = std::make_unique<fakes::FakeStore>(executor);
            store = fake.get();
            store::OpenedStore opened;
            opened.store = std::move(fake);
            return opened;
        };
        ports.kernel_synced = [] { return true; };
        ports.worker = io.get_executor();
        ports.doors = false;
        ports.search = false;
        parts = std::make_unique<Parts>(std::move(ports), std::move(site));
        life.spawn("start", parts->start());
        settle();
        ASSERT_TRUE(parts->ready);
    }
    ~Reload() override
    {
        life.spawn("stop", parts->stop());
        settle();
        std::remove(file.c_str());
    }

    void write(const std::string& more) const
    {
        std::ofstream(file, std::ios::binary) << "[site]\nid = \"site-1\"\n" << more;
    }
    // The answer comes once the loop has run on.
    std::shared_ptr<std::optional<api::ReloadOutcome>> ask()
    {
        auto answer = std::make_shared<std::optional<api::ReloadOutcome>>();
        callers.spawn("caller", keep(answer));
        return answer;
    }
    asio::awaitable<void> keep(std::shared_ptr<std::optional<api::ReloadOutcome>> answer)
    {
        auto outcome = co_await parts->reload();
        *answer = std::move(outcome);
    }
    api::ReloadOutcome reload_to(const std::string& more)
    {
        write(more);
        const auto answer = ask();
        settle();
        return answer->value();
    }
    void step(int steps)
    {
        io.restart();
        while (steps-- > 0)
            io.poll_one();
    }
    void settle()
    {
        io.restart();
        while (io.poll() > 0) {
        }
    }
    // Somebody who looks at the gateway again and again, first after `steps`.
    asio::awaitable<void> watch(std::shared_ptr<std::optional<api::ReloadOutcome>> until, int steps)
    {
        while (steps-- > 0)
            co_await asio::post(io, asio::use_awaitable);
        while (!*until) {
            (void)co_await status_report(*parts); // only that it comes to an end matters here
            (void)co_await parts->queue_report();
            co_await asio::post(io, asio::use_awaitable);
        }
    }
    [[nodiscard]] std::vector<std::string> running() const
    {
        std::vector<std::string> names;
        for (const auto& outlet : parts->outlets)
            names.push_back(outlet->config().name);
        return names;
    }

    // The details of the gateway's good news about `what`.
    [[nodiscard]] std::vector<std::string> notices(const std::string& what) const
    {
        std::vector<std::string> details;
        for (const auto& entry : store->journal) {
            const auto* notice = std::get_if<model::SystemNotice>(&entry->event.body);
            if (notice != nullptr && notice->what == what && notice->ok) details.push_back(notice->detail);
        }
        return details;
    }

    const std::string file = fmt::format("{}gatehouse-reload-{}.toml", testing::TempDir(), ::getpid());
    const Registry registry{device_protocols(), silent_upstreams};
    asio::io_context io{1};
    fakes::ManualClock clock;
    base::Random random{1};
    fakes::MemoryConnector connector{io.get_executor()};
    fakes::FakeStore* store = nullptr;
    std::unique_ptr<Parts> parts;
    base::TaskGroup life{io.get_executor()};
    base::TaskGroup callers{io.get_executor()};
};

TEST_F(Reload, CanBeWatchedAtEveryStep)
{
    start("");
    for (const auto& more : {upstream("gone") + upstream("changed") + upstream("same"),
                             upstream("changed", "version = 2\n") + upstream("same") + upstream("new")}) {
        write(more);
        const auto answer = ask();
        // A look takes some ten steps: at each of the reload's steps one of these begins.
        for (int i = 0; i < 30; ++i)
            callers.spawn("watcher", watch(answer, i));
        settle();
        ASSERT_TRUE(*answer);
    }
    EXPECT_THAT(running(), UnorderedElementsAre("changed", "same", "new"));
}

TEST_F(Reload, WaitsForTheOneBeforeIt)
{
    start(upstream("a"));
    write(upstream("b") + upstream("c"));
    const auto first = ask();
    step(8);
    ASSERT_FALSE(*first);
    write(upstream("c") + upstream("d"));
    const auto second = ask();
    settle();
    EXPECT_TRUE(first->value().applied);
    EXPECT_TRUE(second->value().applied);
    EXPECT_THAT(running(), ElementsAre("c", "d"));
}

TEST_F(Reload, ComesToItsEndAlsoWhenWhoeverAskedIsGone)
{
    start(upstream("a"));
    write(upstream("b"));
    const auto answer = ask();
    step(4);
    callers.cancel();
    settle();
    EXPECT_FALSE(*answer);
    EXPECT_THAT(running(), ElementsAre("b"));
}

TEST_F(Reload, SaysWhichUpstreamCannotStartAndGoesOnWithoutIt)
{
    start(upstream("a"));
    const auto outcome = reload_to(upstream("bad", "broken = true\n") + upstream("good"));
    EXPECT_TRUE(outcome.applied);
    EXPECT_THAT(outcome.issues, ElementsAre("upstream bad cannot start: its trust store is unreadable"));
    EXPECT_THAT(running(), ElementsAre("good"));
    EXPECT_THAT(complaints(*parts), testing::Contains("upstream bad has not started"));
    EXPECT_TRUE(reload_to(upstream("bad") + upstream("good")).issues.empty());
    EXPECT_THAT(running(), UnorderedElementsAre("bad", "good"));
}

TEST_F(Reload, TellsThatAnUpstreamIsGoneSoThatItsAlertEnds)
{
    start(upstream("a") + upstream("b"));
    EXPECT_TRUE(reload_to(upstream("b")).applied);
    EXPECT_THAT(notices("upstream"), testing::Contains("a: no longer configured"));
    EXPECT_THAT(notices("upstream"), testing::Not(testing::Contains("b: no longer configured")));
}

TEST_F(Reload, ChangesWhatTheStoreKeepsAndForWhom)
{
    start(upstream("a"));
    EXPECT_TRUE(reload_to("[retention]\nrecords_days = 40\n" + upstream("b")).issues.empty());
    EXPECT_EQ(store->retention.records_days, 40);
    EXPECT_THAT(store->readers, ElementsAre(alert::Alerts::reader, passage::Passages::reader, "sink/b"));
}

TEST_F(Reload, LetsListsNameTheNewLanes)
{
    start("[[lane]]\nid = \"south\"\n");
    EXPECT_TRUE(reload_to("[[lane]]\nid = \"north\"\n").applied);
    api::ListOrder order;
    order.csv = "plate,lanes\n沪A12345,north\n";
    order.dry_run = true;
    std::optional<base::Result<api::ListOutcome>> answer;
    asio::co_spawn(
        io, parts->import_list(std::move(order)),
        [&](std::exception_ptr, base::Result<api::ListOutcome> found) { answer = std::move(found); });
    settle();
    ASSERT_TRUE(answer && *answer);
    EXPECT_TRUE((*answer)->errors.empty()) << (*answer)->errors.front().text;
}

} // namespace
} // namespace gatehouse::app
