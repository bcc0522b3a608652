#include "gateway/app/outlet.hpp"
#include "tests/fakes/counting_metrics.hpp"
#include "tests/fakes/fake_store.hpp"
#include "tests/fakes/manual_clock.hpp"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

namespace gatehouse::app {
namespace {

using namespace std::chrono_literals;
using Told = std::vector<std::pair<bool, std::string>>;

// A peer whose link is what the test says, and which puts everything off.
class StubbornSink final : public upstream::Sink {
public:
    explicit StubbornSink(upstream::SinkContext given) : context(std::move(given)) { made = this; }
    asio::awaitable<void> run() override { co_return; }
    [[nodiscard]] bool ready() const override { return up; }
    [[nodiscard]] std::size_t window() const override { return 4; }
    void deliver(model::EntryPtr, bool, OnVerdict done) override
    {
        done(forbidden ? upstream::Verdict{upstream::Delivery::later, "not authorised", 60s}
                       : upstream::Verdict{upstream::Delivery::accepted, {}});
    }
    void device_changed(const std::string&, const device::DeviceStatus&) override {}
    void link(bool now_up, const std::string& why)
    {
        up = now_up;
        context.on_link(now_up, why);
    }

    upstream::SinkContext context;
    bool up = false;
    bool forbidden = false;
    static inline StubbornSink* made = nullptr;
};

std::unique_ptr<upstream::Sink> make_stubborn(const config::UpstreamConfig&, config::Table,
                                              upstream::SinkContext context)
{
    return std::make_unique<StubbornSink>(std::move(context));
}

constexpr UpstreamProtocol stubborn{"stubborn", nullptr, &make_stubborn};

class OutletTest : public testing::Test {
protected:
    void SetUp() override
    {
        Outlet::Surroundings surroundings{
            .executor = io.get_executor(),
            .clock = clock,
            .random = random,
            .metrics = metrics,
            .store = store,
            .names = {},
            .boot_id = {},
            .presence = {},
            .on_command = {},
            .on_refused = {},
            .clock_synced = {},
            .ids = ids,
            .on_link = [this](const std::string&, bool up,
                              const std::string& why) { told.emplace_back(up, why); },
            .on_notice = {},
        };
        config::UpstreamConfig upstream;
        upstream.name = "centre";
        auto table = config::Table::parse("", "test.toml", issues);
        outlet = std::make_unique<Outlet>(upstream, std::move(table), stubborn, std::move(surroundings));
        tasks.spawn("start", outlet->start());
        settle();
    }
    void TearDown() override
    {
        tasks.spawn("stop", outlet->stop(5s));
        for (int i = 0; i < 100 && tasks.size() > 0; ++i)
            pass(100ms);
        ASSERT_EQ(tasks.size(), 0U);
    }
    void settle()
    {
        io.restart();
        io.poll();
    }
    void pass(std::chrono::milliseconds span)
    {
        clock.advance(span);
        settle();
    }
    asio::awaitable<void> append()
    {
        store::Change change;
        model::Event event;
        event.id = "e1";
        event.device = "gate-1";
        event.body = model::BarrierMoved{};
        change.events.push_back(std::move(event));
        const auto kept = co_await store.commit(std::move(change));
        EXPECT_TRUE(kept);
    }

    asio::io_context io{1};
    fakes::ManualClock clock;
    base::Random random{1};
    model::UlidSource ids{clock, random};
    fakes::CountingMetrics metrics;
    fakes::FakeStore store{io.get_executor()};
    config::Issues issues;
    Told told;
    std::unique_ptr<Outlet> outlet;
    base::TaskGroup tasks{io.get_executor()};
};

TEST_F(OutletTest, TellsEveryReasonOnceWhileTheLinkIsDown)
{
    auto& sink = *StubbornSink::made;
    sink.link(false, "connection lost");
    sink.link(false, "another client uses the same client id");
    sink.link(false, "connection lost");
    EXPECT_EQ(told, (Told{{false, "connection lost"}, {false, "another client uses the same client id"}}));
    EXPECT_EQ(outlet->why(), "connection lost");
    sink.link(true, "");
    sink.link(false, "connection lost");
    EXPECT_EQ(told.size(), 4U) << "a new outage";
}

TEST_F(OutletTest, CallsAPeerDownThatIsThereAndTakesNothing)
{
    auto& sink = *StubbornSink::made;
    sink.forbidden = true;
    sink.link(true, "");
    tasks.spawn("append", append());
    settle();
    EXPECT_FALSE(outlet->up());
    EXPECT_EQ(told.back(), std::pair(false, std::string("it refuses what we send: not authorised")));
    sink.forbidden = false;
    pass(61s);
    EXPECT_TRUE(outlet->up());
    EXPECT_EQ(told.back(), std::pair(true, std::string()));
}

} // namespace
} // namespace gatehouse::app
