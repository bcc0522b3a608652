#include "gateway/command/arming.hpp"

#include "gateway/base/task_group.hpp"
#include "tests/fakes/fake_store.hpp"
#include "tests/fakes/manual_clock.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

namespace gatehouse::command {
namespace {

using model::Action;
using model::Status;

class ArmingTest : public testing::Test {
protected:
    model::Outcome give(Arming& arming, Action action, const std::string& lane = "",
                        const std::string& device = "")
    {
        model::Command order;
        order.action = action;
        order.lane = lane;
        order.device = device;
        std::optional<model::Outcome> outcome;
        asio::co_spawn(io, arming.carry_out(std::move(order)),
                       [&](std::exception_ptr, model::Outcome done) { outcome = std::move(done); });
        io.restart();
        io.run();
        return *outcome;
    }
    void load(Arming& arming)
    {
        asio::co_spawn(io, arming.load(),
                       [](std::exception_ptr, base::Result<void> done) { ASSERT_TRUE(done); });
        io.restart();
        io.run();
    }

    asio::io_context io{1};
    fakes::ManualClock clock;
    fakes::FakeStore store{io.get_executor()};
};

TEST_F(ArmingTest, EverythingIsArmedUntilAPartIsDisarmed)
{
    Arming arming(store, clock);
    EXPECT_TRUE(arming.armed("cam-1", "east-in"));
    EXPECT_EQ(give(arming, Action::disarm, "east-in").status, Status::confirmed);
    EXPECT_FALSE(arming.armed("cam-1", "east-in"));
    EXPECT_TRUE(arming.armed("cam-1", "west"));
    EXPECT_EQ(give(arming, Action::disarm, "", "cam-2").text, "device/cam-2 is disarmed");
    EXPECT_FALSE(arming.armed("cam-2", ""));
    give(arming, Action::disarm);
    EXPECT_FALSE(arming.armed("cam-1", "west")) << "the site covers its parts";
    give(arming, Action::arm);
    EXPECT_FALSE(arming.armed("cam-2", "")) << "and does not arm what was disarmed by itself";
    EXPECT_TRUE(arming.armed("", ""));
}

TEST_F(ArmingTest, SurvivesARestartAndMayBeSaidTwice)
{
    {
        Arming arming(store, clock);
        give(arming, Action::disarm);
        give(arming, Action::disarm);
        give(arming, Action::disarm, "east-in");
        give(arming, Action::arm, "east-in");
    }
    Arming again(store, clock);
    load(again);
    EXPECT_EQ(again.disarmed(), std::set<std::string>{"site"});
}

TEST_F(ArmingTest, StaysAsItIsWhenTheStateCannotBeKept)
{
    Arming arming(store, clock);
    store.fail_commits(base::Errc::disk_full);
    EXPECT_EQ(give(arming, Action::disarm).status, Status::failed);
    EXPECT_TRUE(arming.armed("", ""));
}

} // namespace
} // namespace gatehouse::command
