#include "gateway/alert/alert_board.hpp"

#include "gateway/model/ulid.hpp"

#include <gtest/gtest.h>

#include <set>
#include <tuple>

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
    void raise_kind(std::int64_t cause, std::string kind, int severity = 3, std::string device = "door-1")
    {
        auto finding = raise(cause, std::move(device), severity);
        finding.kind = std::move(kind);
        apply(finding);
    }
    void clear_kind(std::string kind)
    {
        auto finding = clear();
        finding.kind = std::move(kind);
        apply(finding);
    }
    void pass(std::chrono::milliseconds span)
    {
        now += span;
        board.tick(now, out);
    }
    base::Result<Transition> act(const std::string& verb, Role role = Role::manager, std::string id = "")
    {
        Order order;
        order.id = id.empty() ? out.back().alert.id : std::move(id);
        order.verb = verb;
        order.actor = "li";
        order.role = role;
        order.note = "seen";
        if (verb == "close") order.result = "real";
        if (verb == "order") order.number = "2026-0117";
        auto made = board.carry_out(order, now);
        if (made) out.push_back(*made);
        return made;
    }
    [[nodiscard]] State last() const { return out.back().alert.state; }

    WallTime now{std::chrono::milliseconds(1'767'225'600'000)};
    AlertBoard board{AlertBoard::Limits{.open_max = 3, .resting_max = 4, .evidence_max = 2}};
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
    EXPECT_EQ(out[0].device_key, out[0].alert.id + "/1");
    EXPECT_EQ(out[1].device_key, out[0].alert.id + "/2");
    EXPECT_EQ(out[2].device_key, out[0].alert.id + "/3");
}

TEST_F(AlertBoardTest, ClosesTheOldestClearedAlertsEarlyWhenTheyBecomeTooMany)
{
    for (int i = 0; i < 6; ++i) {
        apply(raise(10 + i, "d" + std::to_string(i)));
        apply(clear("d" + std::to_string(i)));
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

TEST_F(AlertBoardTest, GoesThroughTheWholeLifeOfTheSheet)
{
    apply(raise(1));
    const auto id = out.back().alert.id;
    ASSERT_TRUE(act("verify", Role::guard));
    out.push_back(board.dispatch(id, "guards", "门岗群", now).value());
    for (const auto* verb : {"ack", "handle", "transfer", "order", "resolve", "close", "reopen"})
        ASSERT_TRUE(act(verb)) << verb;
    std::string states;
    for (const auto& step : out)
        states += std::string(model::to_string(step.alert.state)) + " ";
    EXPECT_EQ(states,
              "raised verified dispatched acknowledged handling transferred transferred resolved closed "
              "reopened ");
    EXPECT_EQ(out.back().alert.order_number, "2026-0117");
    EXPECT_EQ(out.back().alert.id, id);
}

TEST_F(AlertBoardTest, RefusesWhatTheTableDoesNotHold)
{
    apply(raise(1));
    EXPECT_EQ(act("handle").error(), base::Errc::conflict) << "nobody has taken it on";
    EXPECT_EQ(act("reopen").error(), base::Errc::conflict);
    EXPECT_EQ(act("order").error(), base::Errc::conflict) << "it is no work order";
    EXPECT_EQ(act("transfer", Role::guard).error(), base::Errc::unauthorised);
    EXPECT_EQ(act("dance").error(), base::Errc::bad_input);
    ASSERT_TRUE(act("reject"));
    EXPECT_EQ(out.back().alert.result, "false");
    EXPECT_EQ(act("reopen").error(), base::Errc::not_found) << "a false alarm ends";
}

TEST_F(AlertBoardTest, LetsAnotherRoleCheckWhatIsUrgent)
{
    apply(raise(1, "door-1", 2));
    ASSERT_TRUE(act("ack", Role::guard));
    EXPECT_EQ(act("close", Role::guard).error(), base::Errc::unauthorised);
    ASSERT_TRUE(act("resolve", Role::manager));
    EXPECT_EQ(act("close", Role::manager).error(), base::Errc::unauthorised);
    EXPECT_TRUE(act("close", Role::duty));
}

TEST_F(AlertBoardTest, CallsTheManagerAndThenTheDutyGroupOfSeverityOne)
{
    apply(raise(1, "door-1", 1));
    EXPECT_EQ(out.back().alert.assigned, "guard");
    pass(2min - 1s);
    EXPECT_EQ(last(), State::raised);
    pass(1s);
    EXPECT_EQ(last(), State::escalated);
    EXPECT_EQ(out.back().alert.assigned, "manager");
    EXPECT_EQ(out.back().alert.level, 1);
    pass(2min);
    EXPECT_EQ(out.back().alert.assigned, "duty");
    const auto steps = out.size();
    pass(24h);
    EXPECT_EQ(out.size(), steps) << "there is nobody beyond";
}

TEST_F(AlertBoardTest, EscalatesToWhomTheSheetNames)
{
    const std::vector<std::tuple<int, std::chrono::milliseconds, std::string>> rows{
        {2, 5min, "manager"}, {3, 15min, "maintenance"}, {4, 24h, "manager"}};
    for (const auto& [severity, within, whom] : rows) {
        AlertBoard one{AlertBoard::Limits{}};
        std::vector<Transition> steps;
        one.apply(raise(1, "door-1", severity), now, steps);
        one.tick(now + within - 1ms, steps);
        EXPECT_EQ(steps.size(), 1u) << severity;
        one.tick(now + within, steps);
        ASSERT_EQ(steps.size(), 2u) << severity;
        EXPECT_EQ(steps[1].alert.assigned, whom);
    }
}

TEST_F(AlertBoardTest, EscalatesAnUrgentAlertThatEndedByItselfAndNobodyHasSeen)
{
    apply(raise(1, "door-1", 2));
    apply(clear());
    pass(5min);
    EXPECT_EQ(last(), State::escalated);
    ASSERT_TRUE(act("ack"));
}

TEST_F(AlertBoardTest, StopsTheClockOnlyWhileSuspended)
{
    apply(raise(1));
    ASSERT_TRUE(act("ack"));
    const auto due = out.back().alert.due_clear;
    ASSERT_TRUE(act("suspend"));
    pass(72h);
    EXPECT_EQ(last(), State::suspended);
    ASSERT_TRUE(act("handle"));
    EXPECT_EQ(out.back().alert.due_clear, due + 72h);
    pass(2h);
    EXPECT_EQ(last(), State::escalated) << "taken on, and not done in time";
}

TEST_F(AlertBoardTest, ReopensWhatComesBackButNotWhatWasAFalseAlarm)
{
    apply(raise(1));
    ASSERT_TRUE(act("close"));
    const auto id = out.back().alert.id;
    now += 23h;
    apply(raise(2));
    EXPECT_EQ(last(), State::reopened);
    EXPECT_EQ(out.back().alert.id, id);
    EXPECT_EQ(out.back().alert.due_ack, now + 15min);
    ASSERT_TRUE(act("reject"));
    apply(raise(3));
    EXPECT_EQ(last(), State::raised);
    EXPECT_NE(out.back().alert.id, id);
}

TEST_F(AlertBoardTest, KeepsTheChildrenOfADeviceThatIsDownAndRaisesThemWhenItIsBack)
{
    board.use_lanes({{"east", {"cam-1", "door-1"}}});
    auto offline = raise(1);
    offline.kind = "device_offline";
    apply(offline);
    const auto parent = out.back().alert.id;
    apply(raise(2));
    EXPECT_EQ(last(), State::suppressed);
    EXPECT_EQ(out.back().alert.parent, parent);
    auto waiting_long = raise(3, "gateway");
    waiting_long.lane = "east";
    apply(waiting_long);
    EXPECT_EQ(last(), State::suppressed) << "the lane is the device's";
    auto gone = waiting_long;
    gone.change = Finding::Change::clear;
    apply(gone);
    apply(raise(4, "door-2"));
    EXPECT_EQ(last(), State::raised) << "another device";
    apply(raise(5, "door-1", 2));
    EXPECT_EQ(board.suppressed(), 2u);
    pass(1s);
    EXPECT_EQ(board.suppressed(), 2u);
    offline.change = Finding::Change::clear;
    apply(offline);
    out.clear();
    pass(1s);
    ASSERT_EQ(out.size(), 2u);
    EXPECT_EQ(out[0].alert.state, State::raised);
    EXPECT_EQ(out[1].alert.state, State::closed) << "it is over";
}

TEST_F(AlertBoardTest, CallsNobodyForEachLossOfALinkThatIsKnownToComeAndGo)
{
    auto flapping = raise(1);
    flapping.kind = "device_flapping";
    apply(flapping);
    auto offline = raise(2);
    offline.kind = "device_offline";
    apply(offline);
    EXPECT_EQ(last(), State::suppressed);
}

TEST_F(AlertBoardTest, KeepsTheChildrenOfADeviceThatIsDownAlsoWhereAnotherAlertStandsForIt)
{
    board.use_lanes({{"east", {"door-1"}}});
    raise_kind(1, "device_flapping");
    const auto parent = out.back().alert.id;
    raise_kind(2, "device_offline");
    ASSERT_EQ(last(), State::suppressed);
    apply(raise(3));
    EXPECT_EQ(last(), State::suppressed);
    EXPECT_EQ(out.back().alert.parent, parent) << "the one that people see";
    auto waiting_long = raise(4, "gateway");
    waiting_long.lane = "east";
    apply(waiting_long);
    EXPECT_EQ(last(), State::suppressed);
    clear_kind("device_offline");
    out.clear();
    pass(1s);
    EXPECT_EQ(board.open(), 3u) << "both are told, although the link still comes and goes";
}

TEST_F(AlertBoardTest, CallsOnceForACameraThatIsGoneWhicheverIsFoundFirst)
{
    raise_kind(1, "camera_lost");
    raise_kind(2, "device_offline", 4);
    EXPECT_EQ(last(), State::suppressed);
    EXPECT_EQ(out.back().alert.parent, out.front().alert.id);
    raise_kind(3, "device_offline", 4, "cam-2");
    raise_kind(4, "camera_lost", 3, "cam-2");
    EXPECT_EQ(last(), State::suppressed);
    EXPECT_EQ(board.open(), 2u) << "one for each camera";
}

TEST_F(AlertBoardTest, CallsForTheLinkWhenThePictureIsBackAndTheLinkIsNot)
{
    raise_kind(1, "camera_lost");
    raise_kind(2, "device_offline", 4);
    clear_kind("camera_lost");
    pass(1s);
    EXPECT_EQ(out.back().alert.kind, "device_offline");
    EXPECT_EQ(last(), State::raised);
    raise_kind(3, "camera_lost");
    EXPECT_EQ(last(), State::suppressed) << "now the link stands for it";
}

TEST_F(AlertBoardTest, CallsAgainForACameraThatIsLostAgainWhileItsLinkStayedDown)
{
    raise_kind(1, "camera_lost");
    raise_kind(2, "device_offline", 4);
    clear_kind("camera_lost");
    raise_kind(3, "camera_lost"); // before anything else was looked at
    EXPECT_EQ(last(), State::reopened);
    pass(1s);
    EXPECT_EQ(board.open(), 1u) << "they must not keep each other quiet";
    EXPECT_EQ(board.suppressed(), 1u);
}

TEST_F(AlertBoardTest, CallsNobodyForTheEndOfBothOfAnOutage)
{
    raise_kind(1, "camera_lost");
    raise_kind(2, "device_offline", 4);
    clear_kind("device_offline");
    clear_kind("camera_lost");
    out.clear();
    pass(1s);
    ASSERT_EQ(out.size(), 1u);
    EXPECT_EQ(out[0].alert.kind, "device_offline");
    EXPECT_EQ(last(), State::closed);
}

TEST_F(AlertBoardTest, CallsOnceForAStreamThatCannotBeDecodedWhicheverIsFoundFirst)
{
    raise_kind(1, "camera_no_key_frame", 4);
    raise_kind(2, "device_silent", 4);
    EXPECT_EQ(last(), State::suppressed);
    raise_kind(3, "device_offline", 4);
    EXPECT_EQ(last(), State::suppressed) << "no other source of pictures opens";
    raise_kind(4, "device_silent", 4, "cam-2");
    raise_kind(5, "camera_no_key_frame", 4, "cam-2");
    EXPECT_EQ(last(), State::suppressed);
}

TEST_F(AlertBoardTest, CallsNobodyForEachLossOfAPictureThatIsKnownToComeAndGo)
{
    raise_kind(1, "device_flapping", 4);
    raise_kind(2, "camera_lost");
    EXPECT_EQ(last(), State::suppressed);
}

TEST_F(AlertBoardTest, CallsNobodyForWhatTheWorkerThatIsDownDidNotReadButInNoOtherLane)
{
    board.use_lanes({{"east-in", {"lpr-1"}}, {"west-in", {"cam-1", "gateway"}}});
    raise_kind(1, "vision_down", 3, "gateway");
    for (const auto* kind : {"manual_opening", "tailgating", "vehicle_waiting"}) {
        auto unread = raise(2, "gateway", 4);
        unread.kind = kind;
        unread.lane = "west-in";
        apply(unread);
        EXPECT_EQ(last(), State::suppressed) << kind;
    }
    auto read = raise(3, "gateway", 4);
    read.kind = "vehicle_waiting";
    read.lane = "east-in";
    apply(read);
    EXPECT_EQ(last(), State::raised) << "a camera that reads by itself";
}

TEST_F(AlertBoardTest, CallsNobodyForHandOpeningsInTheLaneOfASilentCamera)
{
    board.use_lanes({{"east-in", {"lpr-1", "gate-1"}}});
    auto silent = raise(1, "lpr-1", 4);
    silent.kind = "device_silent";
    apply(silent);
    auto opened = raise(2, "gate-1", 4);
    opened.kind = "manual_opening";
    opened.lane = "east-in";
    apply(opened);
    EXPECT_EQ(last(), State::suppressed) << "although the gate's own board tells it";
    opened.lane = "east-out";
    apply(opened);
    EXPECT_EQ(last(), State::raised);
    apply(raise(3, "lpr-1"));
    EXPECT_EQ(last(), State::raised) << "all else is news";
}

TEST_F(AlertBoardTest, CallsNobodyForWhatStandsOpenForAFireUntilItIsOver)
{
    auto fire = raise(1, "gateway", 1);
    fire.kind = "fire";
    apply(fire);
    apply(raise(2));
    EXPECT_EQ(last(), State::suppressed);
    fire.change = Finding::Change::clear;
    apply(fire);
    pass(1s);
    EXPECT_EQ(out.back().alert.kind, "door_held_open");
    EXPECT_EQ(last(), State::raised);
}

TEST_F(AlertBoardTest, SaysOnlyOnceThatItIsOverAlsoWhenSomebodyAnswersAfterwards)
{
    apply(raise(1));
    apply(clear());
    const auto id = out.back().alert.id;
    EXPECT_TRUE(act("ack", Role::guard));
    apply(clear());
    EXPECT_EQ(last(), State::acknowledged);
    apply(raise(2));
    apply(clear());
    EXPECT_EQ(last(), State::cleared) << "it had come back";
    EXPECT_EQ(out.back().alert.id, id);
}

TEST_F(AlertBoardTest, SaysOnlyOnceThatItIsOverAlsoAfterARestart)
{
    apply(raise(1));
    apply(clear());
    ASSERT_TRUE(act("ack", Role::guard));
    AlertBoard other{AlertBoard::Limits{.open_max = 3, .resting_max = 4, .evidence_max = 2}};
    other.restore(out.back().alert);
    out.clear();
    other.apply(clear(), now, out);
    EXPECT_TRUE(out.empty());
}

TEST_F(AlertBoardTest, TellsTheEndOfWhatLastsAlsoWhenItOnlyHappenedInBetween)
{
    apply(raise(1));
    auto happened = raise(2);
    happened.lasts = false;
    apply(happened);
    apply(clear());
    EXPECT_EQ(last(), State::cleared);
}

TEST_F(AlertBoardTest, NeverInhibitsWhatIsUrgent)
{
    auto offline = raise(1);
    offline.kind = "device_offline";
    apply(offline);
    apply(raise(2, "door-1", 1));
    EXPECT_EQ(last(), State::raised);
}

TEST_F(AlertBoardTest, MakesOneSummaryOfABurstAndThenOnlyCounts)
{
    for (int i = 1; i <= 10; ++i) {
        apply(raise(i));
        apply(clear());
        now += 1s;
    }
    EXPECT_EQ(out.size(), 20u);
    out.clear();
    for (int i = 11; i <= 40; ++i) {
        apply(raise(i));
        apply(clear());
        now += 1s;
    }
    ASSERT_EQ(out.size(), 2u) << "the summary, and the alert that waits behind it";
    EXPECT_EQ(out[0].alert.kind, "alert_burst");
    EXPECT_EQ(out[1].alert.state, State::suppressed);
    EXPECT_EQ(out[1].alert.parent, out[0].alert.id);
    EXPECT_GE(board.alerts().front().count, 30) << "the summary";
    apply(raise(41));
    out.clear();
    pass(6min);
    std::set<std::string> ends;
    for (const auto& step : out)
        ends.insert(step.alert.kind + "/" + std::string(model::to_string(step.alert.state)));
    EXPECT_EQ(ends, (std::set<std::string>{"alert_burst/cleared", "door_held_open/raised"}));
}

} // namespace
} // namespace gatehouse::alert
