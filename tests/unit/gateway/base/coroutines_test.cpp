#include "gateway/base/task_group.hpp"
#include "gateway/base/timeout.hpp"
#include "gateway/base/wakeup.hpp"
#include "tests/fakes/manual_clock.hpp"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <stdexcept>
#include <vector>

namespace gatehouse::base {
namespace {

using namespace std::chrono_literals;

class Coroutines : public testing::Test {
protected:
    void spin()
    {
        io_.restart();
        io_.poll();
    }

    asio::awaitable<void> sleep(std::chrono::milliseconds span, int number)
    {
        co_await clock_.sleep_for(span);
        done_.push_back(number);
    }
    asio::awaitable<void> fail_after(std::chrono::milliseconds span)
    {
        co_await clock_.sleep_for(span);
        throw std::runtime_error("broken");
    }
    asio::awaitable<void> join(TaskGroup& group)
    {
        co_await group.join();
        joined_ = true;
    }
    asio::awaitable<void> await(Wakeup& wakeup, int number)
    {
        co_await wakeup.wait();
        done_.push_back(number);
    }
    asio::awaitable<void> await_at_most(Clock& clock, Wakeup& wakeup, std::chrono::milliseconds span,
                                        int number)
    {
        co_await clock.wait(wakeup, clock.now() + span);
        done_.push_back(number);
    }
    asio::awaitable<Result<int>> answer_after(std::chrono::milliseconds span)
    {
        co_await clock_.sleep_for(span);
        answered_ = true;
        co_return 7;
    }
    asio::awaitable<void> ask(std::chrono::milliseconds limit, std::chrono::milliseconds work)
    {
        result_ = co_await with_timeout(clock_, limit, answer_after(work));
    }

    asio::io_context io_;
    fakes::ManualClock clock_;
    std::vector<int> done_;
    bool joined_ = false;
    bool answered_ = false;
    Result<int> result_{Errc::failed};
};

TEST_F(Coroutines, AGroupRunsItsTasksAndIsJoinedWhenTheLastHasEnded)
{
    TaskGroup group(io_.get_executor());
    TaskGroup outer(io_.get_executor());
    group.spawn("a", sleep(10ms, 1));
    group.spawn("b", sleep(20ms, 2));
    outer.spawn("join", join(group));
    spin();
    EXPECT_EQ(group.size(), 2U);
    clock_.advance(10ms);
    spin();
    EXPECT_EQ(group.size(), 1U);
    EXPECT_FALSE(joined_);
    clock_.advance(10ms);
    spin();
    EXPECT_TRUE(joined_);
    EXPECT_EQ(done_, (std::vector{1, 2}));
    EXPECT_EQ(outer.size(), 0U);
}

TEST_F(Coroutines, CancellingAGroupEndsEveryTaskWithoutCallingItAFailure)
{
    int failures = 0;
    TaskGroup group(io_.get_executor(), [&](const std::string&, const std::exception_ptr&) { ++failures; });
    for (int i = 0; i < 5; ++i)
        group.spawn("sleeper", sleep(1h, i));
    spin();
    group.cancel();
    spin();
    EXPECT_EQ(group.size(), 0U);
    EXPECT_TRUE(done_.empty());
    EXPECT_EQ(failures, 0);
}

TEST_F(Coroutines, ATaskSpawnedAfterCancelEndsAtItsFirstWait)
{
    TaskGroup group(io_.get_executor());
    group.cancel();
    group.spawn("late", sleep(1h, 1));
    spin();
    EXPECT_EQ(group.size(), 0U);
    EXPECT_TRUE(done_.empty());
}

TEST_F(Coroutines, AFailureIsReportedByNameAndLeavesTheOthersAlone)
{
    std::string failed;
    TaskGroup group(io_.get_executor(),
                    [&](const std::string& task, const std::exception_ptr&) { failed = task; });
    group.spawn("broken", fail_after(1ms));
    group.spawn("sound", sleep(2ms, 1));
    spin();
    clock_.advance(2ms);
    spin();
    EXPECT_EQ(failed, "broken");
    EXPECT_EQ(done_, std::vector{1});
    EXPECT_EQ(group.size(), 0U);
}

TEST_F(Coroutines, JoiningAnEmptyGroupReturnsAtOnce)
{
    TaskGroup group(io_.get_executor());
    TaskGroup outer(io_.get_executor());
    outer.spawn("join", join(group));
    spin();
    EXPECT_TRUE(joined_);
}

TEST_F(Coroutines, AWakeupResumesEveryoneWhoWaitsAndNobodyLater)
{
    Wakeup wakeup(io_.get_executor());
    TaskGroup group(io_.get_executor());
    wakeup.notify(); // nobody waits: nothing is kept
    group.spawn("a", await(wakeup, 1));
    group.spawn("b", await(wakeup, 2));
    spin();
    EXPECT_TRUE(done_.empty());
    wakeup.notify();
    spin();
    EXPECT_EQ(done_.size(), 2U);
    group.spawn("c", await(wakeup, 3));
    spin();
    EXPECT_EQ(done_.size(), 2U);
    group.cancel();
    spin();
    EXPECT_EQ(done_.size(), 2U) << "a cancelled wait is not a wake-up";
    EXPECT_EQ(group.size(), 0U);
}

TEST_F(Coroutines, AWaitWithALimitEndsByTheWakeupOrTheClockAndIsCancelledLikeAnyOther)
{
    Wakeup wakeup(io_.get_executor());
    TaskGroup group(io_.get_executor());
    group.spawn("woken", await_at_most(clock_, wakeup, 1h, 1));
    spin();
    wakeup.notify();
    spin();
    EXPECT_EQ(done_, std::vector{1});
    group.spawn("late", await_at_most(clock_, wakeup, 1h, 2));
    group.spawn("cancelled", await_at_most(clock_, wakeup, 2h, 3));
    spin();
    clock_.advance(1h);
    spin();
    EXPECT_EQ(done_, (std::vector{1, 2}));
    group.cancel();
    spin();
    EXPECT_EQ(done_.size(), 2U);
    EXPECT_EQ(group.size(), 0U);
}

TEST_F(Coroutines, TheClockOfTheMachineWaitsLikeTheOneOfTests)
{
    SystemClock clock;
    TaskGroup group(io_.get_executor());
    {
        Wakeup wakeup(io_.get_executor());
        group.spawn("woken", await_at_most(clock, wakeup, 1h, 1));
        group.spawn("in time", await_at_most(clock, wakeup, 0ms, 2));
        spin();
        EXPECT_EQ(done_, std::vector{2});
        wakeup.notify();
        spin();
        EXPECT_EQ(done_, (std::vector{2, 1}));
        group.spawn("left alone", await_at_most(clock, wakeup, 1h, 3));
        spin();
    } // those who wait go on when their wakeup goes away
    spin();
    EXPECT_EQ(done_, (std::vector{2, 1, 3}));
    Wakeup wakeup(io_.get_executor());
    group.spawn("cancelled", await_at_most(clock, wakeup, 1h, 4));
    spin();
    group.cancel();
    spin();
    EXPECT_EQ(done_.size(), 3U);
    EXPECT_EQ(group.size(), 0U);
}

TEST_F(Coroutines, WorkThatEndsInTimeGivesItsAnswer)
{
    TaskGroup group(io_.get_executor());
    group.spawn("ask", ask(100ms, 99ms));
    spin();
    clock_.advance(99ms);
    spin();
    ASSERT_TRUE(result_);
    EXPECT_EQ(*result_, 7);
    EXPECT_EQ(group.size(), 0U);
    EXPECT_FALSE(clock_.next_due()) << "the limit must not go on sleeping";
}

TEST_F(Coroutines, WorkThatTakesTooLongIsCancelledAndJoined)
{
    TaskGroup group(io_.get_executor());
    group.spawn("ask", ask(100ms, 101ms));
    spin();
    clock_.advance(100ms);
    spin();
    ASSERT_FALSE(result_);
    EXPECT_EQ(result_.error(), Errc::timed_out);
    EXPECT_FALSE(answered_);
    EXPECT_FALSE(clock_.next_due());
}

TEST_F(Coroutines, CancellingATimedWaitIsNeitherAnswerNorTimeOut)
{
    TaskGroup group(io_.get_executor());
    group.spawn("ask", ask(100ms, 50ms));
    spin();
    group.cancel();
    spin();
    EXPECT_EQ(group.size(), 0U);
    EXPECT_EQ(result_.error(), Errc::failed) << "the caller never resumed";
}

} // namespace
} // namespace gatehouse::base
