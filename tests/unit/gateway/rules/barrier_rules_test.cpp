#include "gateway/rules/catalogue.hpp"
#include "tests/fakes/counting_metrics.hpp"

#include <gmock/gmock.h>

namespace gatehouse::rules {
namespace {

using namespace std::chrono_literals;
using model::Action;
using model::BarrierPosition;
using model::Status;
using testing::ElementsAre;
using testing::IsEmpty;

const WallTime barrier_start{std::chrono::milliseconds(1'767'225'600'000)};

// The rules that must know where a barrier is, all at once: one thing that happens leads to one alert.
class BarrierRules : public testing::Test {
protected:
    BarrierRules() { make(); }
    void make()
    {
        Site site;
        site.place = [](const std::string&, const std::string&) { return std::string("东门"); };
        site.barrier_of = [](const std::string& lane) {
            return lane == "east-in" ? std::optional(Output("gate", 1)) : std::nullopt;
        };
        config::RuleConfig named;
        named.name = "opened-without-command";
        rules.clear();
        for (auto& rule : make_rules({named}, site, metrics))
            if (rule->name() == "barrier-stuck" || rule->name() == "command-unconfirmed" ||
                rule->name() == "opened-without-command")
                rules.push_back(std::move(rule));
        ASSERT_EQ(rules.size(), 3u);
    }
    void restart()
    {
        std::vector<std::string> saved;
        for (const auto& rule : rules)
            saved.push_back(rule->save());
        make();
        for (std::size_t i = 0; i < rules.size(); ++i) {
            rules[i]->load(saved[i]);
            EXPECT_EQ(rules[i]->save(), saved[i]);
        }
    }
    void happens(model::Body body, std::chrono::milliseconds at)
    {
        model::Entry entry;
        entry.seq = ++seq;
        entry.event.id = "E" + std::to_string(seq);
        entry.event.device = "gate";
        entry.event.lane = "east-in";
        entry.event.received_at = barrier_start + at;
        entry.event.body = std::move(body);
        if (std::holds_alternative<model::VehiclePassage>(entry.event.body)) {
            entry.event.decision.emplace();
            entry.event.decision->rule = "device";
        }
        for (const auto& rule : rules)
            note(rule->observe(entry));
    }
    void tick(std::chrono::milliseconds at)
    {
        for (const auto& rule : rules)
            note(rule->tick(barrier_start + at));
    }
    void note(const std::vector<Finding>& findings)
    {
        for (const auto& finding : findings) {
            if (finding.change == Finding::Change::raise) {
                raised.push_back(finding.kind + ": " + finding.text);
                open.insert(finding.kind);
            } else {
                open.erase(finding.kind);
            }
        }
    }
    void moves(BarrierPosition position, std::chrono::milliseconds at)
    {
        happens(model::BarrierMoved{1, position}, at);
    }
    void ordered(Action action, Status status, std::chrono::milliseconds at)
    {
        model::CommandDone done;
        done.command.action = action;
        done.command.device = "gate";
        done.outcome.status = status;
        happens(std::move(done), at);
    }
    void drives_through(std::string list, std::chrono::milliseconds at)
    {
        model::VehiclePassage car;
        car.device_list = std::move(list);
        happens(std::move(car), at);
    }

    fakes::CountingMetrics metrics;
    std::vector<std::unique_ptr<Rule>> rules;
    std::int64_t seq = 0;
    std::vector<std::string> raised;
    std::set<std::string> open;
};

TEST_F(BarrierRules, ABarrierThatDoesNotRiseOrFallIsStuckUntilItGetsThere)
{
    moves(BarrierPosition::closed, 0s);
    ordered(Action::barrier_open, Status::accepted, 1s);
    tick(10s);
    EXPECT_THAT(raised, IsEmpty());
    tick(11s);
    EXPECT_THAT(raised, ElementsAre("barrier_stuck: 东门的1号道闸接到指令后未升起"));
    moves(BarrierPosition::open, 25s);
    EXPECT_THAT(open, IsEmpty());
    ordered(Action::barrier_close, Status::unknown, 70s);
    tick(80s);
    EXPECT_EQ(raised.back(), "barrier_stuck: 东门的1号道闸接到指令后未落下");
    EXPECT_EQ(raised.size(), 2u) << "and nobody is told a second time that it is not confirmed";
}

TEST_F(BarrierRules, WhatIsThereAlreadyOrArrivesInTimeIsNotStuck)
{
    moves(BarrierPosition::closed, 0s);
    moves(BarrierPosition::open, 1s); // seen before the order's end is written down
    ordered(Action::barrier_open, Status::accepted, 2s);
    ordered(Action::barrier_close, Status::accepted, 20s);
    moves(BarrierPosition::closed, 25s);
    ordered(Action::barrier_open, Status::confirmed, 40s);
    ordered(Action::barrier_open, Status::failed, 50s);
    tick(1h);
    EXPECT_THAT(raised, IsEmpty());
}

TEST_F(BarrierRules, TheLastOrderIsTheOneThatCounts)
{
    moves(BarrierPosition::closed, 0s);
    ordered(Action::barrier_open, Status::accepted, 1s);
    ordered(Action::barrier_close, Status::accepted, 2s);
    tick(1h);
    EXPECT_THAT(raised, IsEmpty());
}

TEST_F(BarrierRules, ABarrierThatTellsNoPositionIsUnconfirmedInstead)
{
    ordered(Action::barrier_open, Status::accepted, 0s);
    moves(BarrierPosition::unknown, 1s);
    ordered(Action::barrier_close, Status::accepted, 20s);
    tick(30s);
    EXPECT_THAT(raised, ElementsAre("command_unconfirmed: 东门的1号输出关闸后未得到动作确认"));
}

TEST_F(BarrierRules, TheFirstMovementConfirmsWhatWaitsForIt)
{
    ordered(Action::barrier_open, Status::accepted, 0s);
    moves(BarrierPosition::open, 3s);
    tick(1h);
    EXPECT_THAT(raised, IsEmpty());
}

TEST_F(BarrierRules, ADeviceThatLetsInWhomItKnowsMustRaiseItsBarrier)
{
    moves(BarrierPosition::closed, 0s);
    drives_through("allow", 60s);
    tick(70s);
    EXPECT_THAT(raised, ElementsAre("barrier_stuck: 东门的1号道闸接到指令后未升起"));
    raised.clear();
    moves(BarrierPosition::open, 80s);
    moves(BarrierPosition::closed, 85s);
    drives_through("allow", 90s); // its record comes late
    drives_through("", 200s);     // a camera that only looks
    tick(1h);
    EXPECT_THAT(raised, IsEmpty());
}

TEST_F(BarrierRules, ABarrierThatOpensForNobodyIsTold)
{
    moves(BarrierPosition::open, 0s); // so it was found
    moves(BarrierPosition::closed, 10s);
    moves(BarrierPosition::open, 100s);
    tick(114s);
    EXPECT_THAT(raised, IsEmpty());
    tick(115s);
    EXPECT_THAT(raised, ElementsAre("opened_without_command: 东门的1号道闸无指令打开"));
    moves(BarrierPosition::closed, 120s);
    drives_through("", 200s);
    EXPECT_THAT(open, ElementsAre("opened_without_command"))
        << "the next car does not explain the last opening";
}

TEST_F(BarrierRules, AnOrderAPassageOrAButtonExplainsAnOpeningBeforeOrSoonAfterIt)
{
    moves(BarrierPosition::closed, 0s);
    const auto opens_at = [&](std::chrono::milliseconds at) {
        moves(BarrierPosition::open, at);
        tick(at + 20s);
        moves(BarrierPosition::closed, at + 30s);
    };
    ordered(Action::barrier_open, Status::confirmed, 99s);
    opens_at(100s);
    drives_through("", 200s);
    opens_at(201s);
    moves(BarrierPosition::open, 300s);
    ordered(Action::barrier_open, Status::confirmed, 303s);
    moves(BarrierPosition::closed, 310s);
    model::AccessAttempt button;
    button.granted = true;
    button.credential = "button";
    moves(BarrierPosition::open, 400s);
    happens(button, 402s);
    tick(1h);
    EXPECT_THAT(raised, IsEmpty());
}

TEST_F(BarrierRules, ARestartKeepsWhereBarriersAreAndWhatIsWaitedFor)
{
    moves(BarrierPosition::closed, 0s);
    ordered(Action::barrier_open, Status::accepted, 1s);
    restart();
    tick(11s);
    EXPECT_THAT(raised, ElementsAre("barrier_stuck: 东门的1号道闸接到指令后未升起"));
    restart();
    moves(BarrierPosition::open, 20s);
    EXPECT_THAT(open, IsEmpty());
}

} // namespace
} // namespace gatehouse::rules
