#include "gateway/health/probe.hpp"

#include "gateway/health/registry.hpp"
#include "tests/fakes/fake_store.hpp"
#include "tests/fakes/manual_clock.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

namespace gatehouse::health {
namespace {

using namespace std::chrono_literals;
using Outcome = base::Result<std::chrono::milliseconds>;

class ProbeTest : public testing::Test {
protected:
    void start()
    {
        asio::co_spawn(io, probe.round_trip(), [this](std::exception_ptr failure, Outcome outcome) {
            ASSERT_FALSE(failure);
            ended = outcome;
        });
        settle();
    }
    void settle()
    {
        io.restart();
        io.poll();
    }

    asio::io_context io{1};
    fakes::ManualClock clock;
    fakes::FakeStore store{io.get_executor()};
    Registry metrics{clock.wall()};
    Probe probe{store, clock, metrics, 20s};
    std::optional<Outcome> ended;
};

TEST_F(ProbeTest, SucceedsWhenItsValueCameBackFromTheStore)
{
    start();
    ASSERT_TRUE(ended && *ended);
    EXPECT_TRUE(feeds_watchdog(*ended));
    EXPECT_EQ(store.commits(), 1);
    EXPECT_FALSE(store.memory_table["gateway"]["probe"].empty());
}

TEST_F(ProbeTest, TimesOutWhenTheStoreHangsAndThenStarvesTheWatchdog)
{
    store.hold();
    start();
    EXPECT_FALSE(ended);
    clock.advance(20s);
    settle();
    ASSERT_TRUE(ended);
    EXPECT_EQ(ended->error(), base::Errc::timed_out);
    EXPECT_FALSE(feeds_watchdog(*ended));
    EXPECT_EQ(metrics.counter("gatehouse_probe_failures_total", "").value(), 1u);
}

TEST_F(ProbeTest, FeedsTheWatchdogOnAFullDiskBecauseARestartWouldNotCureIt)
{
    store.fail_commits(base::Errc::disk_full);
    start();
    ASSERT_TRUE(ended && !*ended);
    EXPECT_TRUE(feeds_watchdog(*ended));
}

TEST_F(ProbeTest, StarvesTheWatchdogWhenTheStoreFails)
{
    store.fail_commits(base::Errc::failed);
    start();
    ASSERT_TRUE(ended && !*ended);
    EXPECT_FALSE(feeds_watchdog(*ended));
}

} // namespace
} // namespace gatehouse::health
