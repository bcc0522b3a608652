#include "gateway/passage/echo_guard.hpp"

#include "tests/fakes/manual_clock.hpp"

#include <gtest/gtest.h>

namespace gatehouse::passage {
namespace {

using namespace std::chrono_literals;

class EchoGuardTest : public testing::Test {
protected:
    static config::LaneConfig lane(std::string id, std::string opposite)
    {
        config::LaneConfig made;
        made.id = std::move(id);
        made.opposite = std::move(opposite);
        return made;
    }

    fakes::ManualClock clock;
    EchoGuard guard{clock};
    const config::LaneConfig in = lane("in", "out");
    const config::LaneConfig out = lane("out", "in");
};

TEST_F(EchoGuardTest, KeepsTheOppositeGateShutForWhoHasJustComeIn)
{
    guard.note_opened(in, "沪A12345");
    clock.advance(19s);
    const auto decision = guard.judge(out, "沪A12345");
    ASSERT_TRUE(decision);
    EXPECT_EQ(decision->result, model::Decision::Result::refuse);
    EXPECT_EQ(decision->rule, "echo");
    EXPECT_EQ(decision->reasons.size(), 1u);
}

TEST_F(EchoGuardTest, LetsEverybodyElseBe)
{
    guard.note_opened(in, "沪A12345");
    EXPECT_FALSE(guard.judge(out, "沪A12346")) << "a neighbour";
    EXPECT_FALSE(guard.judge(in, "沪A12345")) << "the lane itself";
    EXPECT_FALSE(guard.judge(out, ""));
    clock.advance(21s);
    EXPECT_FALSE(guard.judge(out, "沪A12345")) << "it leaves again";
}

TEST_F(EchoGuardTest, KnowsNoEchoWhereNoLaneIsOpposite)
{
    guard.note_opened(lane("in", ""), "沪A12345");
    EXPECT_FALSE(guard.judge(lane("out", ""), "沪A12345"));
}

} // namespace
} // namespace gatehouse::passage
