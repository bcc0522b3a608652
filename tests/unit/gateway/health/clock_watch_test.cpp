#include "gateway/health/clock_watch.hpp"

#include "gateway/base/task_group.hpp"
#include "gateway/health/registry.hpp"
#include "tests/fakes/fake_store.hpp"
#include "tests/fakes/manual_clock.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <sys/timex.h>

namespace gatehouse::health {
namespace {

using namespace std::chrono_literals;

class ClockWatchTest : public testing::Test {
protected:
    ~ClockWatchTest() override
    {
        tasks.cancel();
        settle();
    }
    void start()
    {
        ClockWatch::Options options;
        options.kernel_synced = [this] { return kernel; };
        options.on_change = [this](bool synced, std::string) { changes.push_back(synced); };
        watch.emplace(store, clock, metrics, std::move(options));
        tasks.spawn("clock", [](ClockWatch& w) -> asio::awaitable<void> {
            (void)co_await w.load(); // without a floor when it fails
            co_await w.run();
        }(*watch));
        settle();
    }
    void settle()
    {
        io.restart();
        io.poll();
    }
    void pass(std::chrono::milliseconds span)
    {
        for (; span > 0ms; span -= 10s) {
            clock.advance(10s);
            settle();
        }
    }
    [[nodiscard]] std::string saved() { return store.memory_table["gateway"]["clock_floor"]; }

    asio::io_context io{1};
    fakes::ManualClock clock;
    fakes::FakeStore store{io.get_executor()};
    Registry metrics{clock.wall()};
    base::TaskGroup tasks{io.get_executor()};
    std::optional<ClockWatch> watch;
    bool kernel = true;
    std::vector<bool> changes;
};

TEST(ClockSynced, IsWhatTheKernelSaysAndNeverASilence)
{
    EXPECT_TRUE(clock_synced_by([](timex*) { return TIME_OK; }));
    EXPECT_TRUE(clock_synced_by([](timex*) { return TIME_INS; })) << "a leap second to come is no fault";
    EXPECT_FALSE(clock_synced_by([](timex*) { return TIME_ERROR; }));
    EXPECT_FALSE(clock_synced_by([](timex* state) {
        state->status = STA_UNSYNC;
        return TIME_OK;
    }));
    EXPECT_FALSE(clock_synced_by([](timex*) { return -1; })) << "a sandbox forbids the question";
}

TEST_F(ClockWatchTest, SavesTheFloorAtOnceAndThenEveryFiveMinutes)
{
    start();
    const auto first = saved();
    EXPECT_EQ(first, "1767225600000");
    pass(4min);
    EXPECT_EQ(saved(), first);
    pass(1min);
    EXPECT_EQ(saved(), "1767225900000");
    EXPECT_EQ(changes, std::vector<bool>{true});
}

TEST_F(ClockWatchTest, DoesNotBelieveAClockBelowTheFloorWhateverTheKernelSays)
{
    store.memory_table["gateway"]["clock_floor"] = "1767225700000";
    start();
    EXPECT_FALSE(watch->synced());
    EXPECT_FALSE(watch->why().empty());
    EXPECT_EQ(saved(), "1767225700000");
    clock.step_wall(1h);
    pass(10s);
    EXPECT_TRUE(watch->synced());
    EXPECT_EQ(changes, (std::vector<bool>{false, true}));
}

TEST_F(ClockWatchTest, NeverSavesATimeThatNoTimeServiceVouchesFor)
{
    kernel = false;
    start();
    pass(10min);
    EXPECT_FALSE(watch->synced());
    EXPECT_EQ(saved(), "");
}

TEST_F(ClockWatchTest, ToleratesTheSmallStepBackOfATimeService)
{
    start();
    clock.step_wall(-1s);
    EXPECT_TRUE(watch->synced());
    clock.step_wall(-5s);
    EXPECT_FALSE(watch->synced());
}

TEST_F(ClockWatchTest, DropsAFloorThatATimeServiceContradictsForAnHour)
{
    store.memory_table["gateway"]["clock_floor"] = "4102444800000"; // saved while the clock stood in 2100
    start();
    pass(50min);
    EXPECT_FALSE(watch->synced());
    pass(11min);
    EXPECT_TRUE(watch->synced());
}

TEST_F(ClockWatchTest, IgnoresASavedFloorThatIsNotANumber)
{
    store.memory_table["gateway"]["clock_floor"] = "12x";
    start();
    EXPECT_TRUE(watch->synced());
}

} // namespace
} // namespace gatehouse::health
