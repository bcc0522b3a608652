#include "gateway/alert/alert_board.hpp"

#include "gateway/model/ulid.hpp"

#include <gtest/gtest.h>

namespace gatehouse::alert {
namespace {

using namespace std::chrono_literals;
using State = model::Alert::State;

class AlertBoardTest : public testing::Test {
protected:
    static Finding raise(std::int64_t cause, std::string device = "door-1", int severity = 3)
    {
        Finding finding;
        finding.kind = "door_held_open";
        finding.device = std::move(device);
        finding.severity = severity;
        finding.text = "门未关闭";
        finding.evidence = "EVENT" + std::to_string(cause);
        finding.cause = cause;
        finding.since = WallTime(std::chrono::milliseconds(1'767'225'600'000));
        return finding;
    }
    static Finding clear(std::string device = "door-1")
    {
        auto finding = raise(0, std::move(device));
        finding.change = Finding::Change::clear;
        return finding;
    }
    void apply(const Finding& finding) { board.apply(finding, now, out); }

    WallTime now{std::chrono::milliseconds(1'767'225'600'000)};
    AlertBoard board{AlertBoard::Limits{3, 4, 24h, 2}};
    std::vector<Transition> out;
};

TEST_F(AlertBoardTest, GivesTheSameFindingTheSameIdAndOthersAnother)
{
    EXPECT_TRUE(model::is_ulid(alert_id(raise(1))));
    EXPECT_EQ(alert_id(raise(1)), alert_id(raise(1)));
    EXPECT_NE(alert_id(raise(1)), alert_id(raise(2)));
    EXPECT_NE(alert_id(raise(1)), alert_id(raise(1, "door-2")));
    EXPECT_EQ(alert_id(raise(1)).substr(0, 10), "01KDVDNA00") << "the time of the cause";
}

TEST_F(AlertBoardTest, TakesTheFindingThatMadeAnAlertNotAsARepeat)
{
    apply(raise(1));
    apply(raise(1));
    EXPECT_EQ(board.alerts().front().count, 1);
    EXPECT_FALSE(board.has_counted());
}

TEST_F(AlertBoardTest, BoundsTheEvidenceOfRepeats)
{
    for (int cause = 1; cause < 9; ++cause)
        apply(raise(cause));
    EXPECT_EQ(board.alerts().front().count, 8);
    EXPECT_EQ(board.alerts().front().evidence.size(), 2u);
    ASSERT_EQ(board.take_counted().size(), 1u);
    EXPECT_TRUE(board.take_counted().empty());
}

TEST_F(AlertBoardTest, IgnoresAClearThatMeetsNoOpenAlert)
{
    apply(clear());
    EXPECT_TRUE(out.empty());
    apply(raise(1));
    apply(clear());
    apply(clear());
    EXPECT_EQ(out.size(), 2u);
}

TEST_F(AlertBoardTest, GivesEveryStepOfEveryAlertItsOwnKey)
{
    apply(raise(1));
    apply(clear());
    apply(raise(2));
    ASSERT_EQ(out.size(), 3u);
    EXPECT_EQ(out[0].device_key, out[0].alert.id + "/raised");
    EXPECT_EQ(out[1].device_key, out[0].alert.id + "/cleared");
    EXPECT_NE(out[2].device_key, out[0].device_key);
}

TEST_F(AlertBoardTest, ClosesTheOldestClearedAlertsEarlyWhenTheyBecomeTooMany)
{
    for (int i = 0; i < 6; ++i) {
        apply(raise(10 + i));
        apply(clear());
        now += 1s;
    }
    out.clear();
    board.tick(now, out);
    ASSERT_EQ(out.size(), 2u);
    EXPECT_EQ(out[0].alert.state, State::closed);
    EXPECT_EQ(out[0].alert.actor, "gateway");
    EXPECT_EQ(out[0].alert.evidence.front(), "EVENT10");
    EXPECT_EQ(board.alerts().size(), 4u);
}

TEST_F(AlertBoardTest, LetsTheUrgentInWhileOthersOnlyCount)
{
    for (int i = 0; i < 10; ++i)
        apply(raise(i, "d" + std::to_string(i)));
    EXPECT_EQ(board.open(), 4u) << "three and the storm";
    EXPECT_EQ(board.stormed(), 7u);
    apply(raise(20, "d20", 1));
    EXPECT_EQ(board.open(), 5u);
    for (int i = 30; i < 40; ++i)
        apply(raise(i, "d" + std::to_string(i), 1));
    EXPECT_EQ(board.open(), 6u) << "bounded for them as well";
}

TEST_F(AlertBoardTest, RestoresAllButTheClosed)
{
    apply(raise(1));
    auto alert = board.alerts().front();
    AlertBoard other{AlertBoard::Limits{}};
    alert.state = State::closed;
    other.restore(alert);
    EXPECT_TRUE(other.alerts().empty());
    alert.state = State::cleared;
    other.restore(alert);
    EXPECT_EQ(other.open(), 0u);
    EXPECT_EQ(other.alerts().size(), 1u);
}

} // namespace
} // namespace gatehouse::alert
