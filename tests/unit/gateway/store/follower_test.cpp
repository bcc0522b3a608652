#include "gateway/store/follower.hpp"

#include "gateway/base/task_group.hpp"
#include "tests/fakes/counting_metrics.hpp"
#include "tests/fakes/fake_store.hpp"
#include "tests/fakes/manual_clock.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <optional>

namespace gatehouse::store {
namespace {

using namespace std::chrono_literals;

// Somebody who reads to the journal's end at each step, or fails, or is held in the middle of it.
class FollowerTest : public testing::Test {
protected:
    void SetUp() override
    {
        Follower::Step one = [this] { return step(); };
        tasks.spawn("follower", follower.run(std::move(one)));
        settle();
        steps = 0; // the one at the start
    }
    void TearDown() override
    {
        tasks.cancel();
        settle();
    }
    asio::awaitable<base::Result<std::int64_t>> step()
    {
        co_await follower.turn_free();
        const Follower::Turn turn(follower);
        ++steps;
        while (held)
            co_await released.wait();
        if (failure) co_return *failure;
        co_return journal.last_seq();
    }
    void append()
    {
        Change change;
        auto& event = change.events.emplace_back();
        event.id = "E" + std::to_string(++entries);
        event.device = "gate-1";
        asio::co_spawn(io, journal.commit(std::move(change)), [](std::exception_ptr, auto) {});
        settle();
    }
    void pass(std::chrono::milliseconds span)
    {
        clock.advance(span);
        settle();
    }
    void settle()
    {
        do {
            io.restart();
        } while (io.poll() > 0);
    }

    asio::io_context io{1};
    fakes::ManualClock clock;
    fakes::CountingMetrics metrics;
    fakes::FakeStore journal{io.get_executor()};
    base::Counter& failures = metrics.counter("failures", "");
    Follower follower{{io.get_executor(), clock, journal, failures, "test"}};
    base::TaskGroup tasks{io.get_executor()};
    base::Wakeup released{io.get_executor()};
    std::optional<base::Errc> failure;
    bool held = false;
    int steps = 0;
    int entries = 0;
};

TEST_F(FollowerTest, StepsWhenEntriesComeAndOnceASecondWithoutAny)
{
    append();
    EXPECT_EQ(steps, 1);
    pass(999ms);
    EXPECT_EQ(steps, 1);
    pass(1ms);
    EXPECT_EQ(steps, 2);
    append();
    EXPECT_EQ(steps, 3);
}

TEST_F(FollowerTest, CountsWhatFailsAndTriesItAgainAfterASecond)
{
    failure = base::Errc::disk_full;
    append();
    EXPECT_EQ(steps, 1);
    EXPECT_EQ(failures.value(), 1U);
    failure.reset();
    pass(1s);
    EXPECT_GE(steps, 2);
    EXPECT_EQ(failures.value(), 1U);
}

TEST_F(FollowerTest, BeginsNoStepWhileAnotherHasItInHand)
{
    held = true;
    append();
    pass(3s);
    EXPECT_EQ(steps, 1);
    held = false;
    released.notify();
    settle();
    EXPECT_GE(steps, 2) << "the clock's turn was due";
}

} // namespace
} // namespace gatehouse::store
