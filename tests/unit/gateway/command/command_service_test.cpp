#include "gateway/command/command_service.hpp"
#include "tests/fakes/fake_store.hpp"
#include "tests/fakes/manual_clock.hpp"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

namespace gatehouse::command {
namespace {

using namespace std::chrono_literals;
using model::Action;
using model::Outcome;
using model::Status;

class FakeMetrics final : public base::Metrics {
    struct PlainCounter final : base::Counter {
        void add(std::uint64_t n) override { sum += n; }
        [[nodiscard]] std::uint64_t value() const override { return sum; }
        std::uint64_t sum = 0;
    };
    struct PlainGauge final : base::Gauge {
        void set(double value) override { now = value; }
        [[nodiscard]] double value() const override { return now; }
        double now = 0;
    };

public:
    base::Counter& counter(std::string_view name, std::string_view, const base::Labels&) override
    {
        return counters_[std::string(name)];
    }
    base::Gauge& gauge(std::string_view name, std::string_view, const base::Labels&) override
    {
        return gauges_[std::string(name)];
    }

private:
    std::map<std::string, PlainCounter> counters_;
    std::map<std::string, PlainGauge> gauges_;
};

class CommandServiceTest : public testing::Test {
protected:
    void SetUp() override { make(); }
    void TearDown() override
    {
        stop_service();
        callers->cancel();
        settle();
    }

    void make()
    {
        CommandPorts ports{
            .executor = io.get_executor(),
            .clock = clock,
            .metrics = metrics,
            .store = store,
            .ids = ids,
            .device_known = [](const std::string& device) { return device == "gate-1"; },
            .lane_target =
                [](const std::string& lane) {
                    return lane == "east-in" ? std::optional(Target{"gate-1", 2}) : std::nullopt;
                },
            .execute = [this](model::Command command) { return drive(std::move(command)); },
            .allowed = [](const model::Command& command) { return command.action != Action::disarm; },
            .clock_quality = [this] { return quality; }};
        service = std::make_unique<CommandService>(std::move(ports));
        service->handle(Action::ping, [this](model::Command) { return pong(); });
    }
    void stop_service()
    {
        if (!service) return;
        base::TaskGroup stopping(io.get_executor());
        stopping.spawn("stop", service->stop(50ms));
        for (int i = 0; i < 20; ++i)
            pass(10ms);
        ASSERT_EQ(stopping.size(), 0U);
        service.reset();
    }
    // What a kill leaves: nobody waits for what is under way, and the next process begins with the books.
    void crash()
    {
        base::TaskGroup dying(io.get_executor());
        dying.spawn("stop", service->stop(0ms));
        for (int i = 0; i < 20; ++i)
            pass(10ms);
        ASSERT_EQ(dying.size(), 0U);
        callers->cancel();
        settle();
        ASSERT_EQ(callers->size(), 0U);
        callers = std::make_unique<base::TaskGroup>(io.get_executor());
        service.reset();
        store.release();
        for (bool settled = false; !settled;) {
            make();
            base::TaskGroup starting(io.get_executor());
            starting.spawn("start", take_up(settled));
            settle();
        }
    }
    asio::awaitable<void> take_up(bool& settled)
    {
        const auto done = co_await service->settle_interrupted();
        settled = done.has_value();
    }
    asio::awaitable<Outcome> drive(model::Command command)
    {
        driven.push_back(command.id);
        intents_on_disk.push_back(has_intent(command.id));
        if (driver_time > 0ms) co_await clock.sleep_for(driver_time);
        if (driver_throws) throw std::runtime_error("no such register");
        co_return Outcome{
            .status = Status::confirmed, .code = {}, .text = "open", .took_ms = 120, .at = clock.wall()};
    }
    asio::awaitable<Outcome> pong()
    {
        ++pings;
        co_return Outcome{
            .status = Status::confirmed, .code = {}, .text = "pong", .took_ms = 0, .at = clock.wall()};
    }
    [[nodiscard]] bool has_intent(const std::string& id) const
    {
        for (const auto& record : store.command_table)
            if (record.command.id == id) return true;
        return false;
    }
    [[nodiscard]] std::optional<Outcome> stored(const std::string& id) const
    {
        for (const auto& record : store.command_table)
            if (record.command.id == id) return record.outcome;
        return std::nullopt;
    }
    [[nodiscard]] model::Command open_gate(std::string id) const
    {
        model::Command command;
        command.id = std::move(id);
        command.origin = "mqtt:centre";
        command.action = Action::barrier_open;
        command.device = "gate-1";
        command.operator_name = "duty-3";
        command.reason = "ambulance";
        command.issued_at = clock.wall();
        return command;
    }
    void give(model::Command command) { callers->spawn("caller", call(std::move(command))); }
    asio::awaitable<void> call(model::Command command)
    {
        const auto slot = outcomes.size();
        outcomes.emplace_back();
        auto outcome = co_await service->run(std::move(command));
        outcomes[slot] = outcome;
    }
    void give_now(model::Command command, bool open_when_unrecorded)
    {
        callers->spawn("caller", call_now(std::move(command), open_when_unrecorded));
    }
    asio::awaitable<void> call_now(model::Command command, bool open_when_unrecorded)
    {
        const auto slot = outcomes.size();
        outcomes.emplace_back();
        auto outcome = co_await service->open_now(std::move(command), open_when_unrecorded);
        outcomes[slot] = outcome;
    }
    Outcome run(model::Command command)
    {
        const auto slot = outcomes.size();
        give(std::move(command));
        settle();
        EXPECT_TRUE(outcomes.at(slot).has_value());
        return outcomes.at(slot).value_or(Outcome{});
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

    asio::io_context io{1};
    fakes::ManualClock clock;
    base::Random random{1};
    model::UlidSource ids{clock, random};
    FakeMetrics metrics;
    fakes::FakeStore store{io.get_executor()};
    std::unique_ptr<CommandService> service;
    std::unique_ptr<base::TaskGroup> callers = std::make_unique<base::TaskGroup>(io.get_executor());
    std::vector<std::optional<Outcome>> outcomes;
    std::vector<std::string> driven;
    std::vector<bool> intents_on_disk;
    std::chrono::milliseconds driver_time{0};
    bool driver_throws = false;
    int pings = 0;
    model::ClockQuality quality = model::ClockQuality::synced;
};

TEST_F(CommandServiceTest, HasTheIntentOnDiskBeforeTheDeviceIsTold)
{
    EXPECT_EQ(run(open_gate("c1")).status, Status::confirmed);
    EXPECT_EQ(intents_on_disk, std::vector<bool>{true});
    ASSERT_TRUE(stored("c1"));
    EXPECT_EQ(stored("c1")->status, Status::confirmed);
}

TEST_F(CommandServiceTest, LeavesAnEventAndAnAuditLineWithWhoAndWhy)
{
    run(open_gate("c1"));
    ASSERT_TRUE(store.newest());
    const auto* done = std::get_if<model::CommandDone>(&store.newest()->event.body);
    ASSERT_TRUE(done);
    EXPECT_EQ(done->command.id, "c1");
    EXPECT_EQ(store.newest()->event.device, "gate-1");
    ASSERT_EQ(store.audit_table.size(), 1U);
    EXPECT_EQ(store.audit_table[0].actor, "duty-3 (mqtt:centre)");
    EXPECT_EQ(store.audit_table[0].action, "barrier-open");
    EXPECT_EQ(store.audit_table[0].detail, "c1: ambulance");
    EXPECT_EQ(store.audit_table[0].result, "confirmed");
}

TEST_F(CommandServiceTest, RepeatsTheStoredResultOfAnIdAndExecutesNothingTwice)
{
    run(open_gate("c1"));
    const auto again = run(open_gate("c1"));
    EXPECT_EQ(again.status, Status::duplicate);
    EXPECT_EQ(again.code, "confirmed");
    EXPECT_EQ(driven.size(), 1U);
}

TEST_F(CommandServiceTest, KnowsADuplicateAfterARestart)
{
    run(open_gate("c1"));
    stop_service();
    make();
    EXPECT_EQ(run(open_gate("c1")).status, Status::duplicate);
    EXPECT_EQ(driven.size(), 1U);
}

TEST_F(CommandServiceTest, AnswersATwinOfARunningCommandWithInProgress)
{
    driver_time = 5s;
    give(open_gate("c1"));
    settle();
    const auto twin = run(open_gate("c1"));
    EXPECT_EQ(twin.status, Status::duplicate);
    EXPECT_EQ(twin.text, "in progress");
    pass(5s);
    EXPECT_EQ(outcomes[0]->status, Status::confirmed);
    EXPECT_EQ(driven.size(), 1U);
}

TEST_F(CommandServiceTest, ExecutesTwinsThatComeAtTheSameTimeOnce)
{
    give(open_gate("c1"));
    give(open_gate("c1"));
    settle();
    EXPECT_EQ(driven.size(), 1U);
    EXPECT_EQ(outcomes[1]->status, Status::duplicate);
}

TEST_F(CommandServiceTest, DoesNotExecuteAfterTheDeadline)
{
    auto late = open_gate("c1");
    late.expires = clock.wall();
    EXPECT_EQ(run(late).status, Status::expired);
    EXPECT_TRUE(driven.empty());
    ASSERT_EQ(store.audit_table.size(), 1U);
    EXPECT_EQ(store.audit_table[0].result, "expired expired");
}

TEST_F(CommandServiceTest, GivesAMovementWithoutDeadlineThirtySecondsFromItsIssue)
{
    auto old = open_gate("c1");
    old.issued_at = clock.wall() - 31s;
    EXPECT_EQ(run(old).status, Status::expired);
    auto fresh = open_gate("c2");
    fresh.issued_at = clock.wall() - 29s;
    EXPECT_EQ(run(fresh).status, Status::confirmed);
}

TEST_F(CommandServiceTest, LetsNoDeadlineKeepAMovementAliveForMoreThanFiveMinutes)
{
    auto old = open_gate("c1");
    old.issued_at = clock.wall() - 5min;
    old.expires = clock.wall() + 24h * 365;
    EXPECT_EQ(run(old).status, Status::expired);
    auto fresh = open_gate("c2");
    fresh.issued_at = clock.wall() + 24h; // a sender whose clock runs ahead
    fresh.expires = fresh.issued_at + 24h;
    EXPECT_EQ(run(fresh).status, Status::confirmed);
    for (const auto& record : store.command_table)
        EXPECT_EQ(record.command.expires, clock.wall() + 5min);
}

TEST_F(CommandServiceTest, RefusesWhatNeitherADeviceNorTheGatewayCarriesOut)
{
    model::Command push;
    push.id = "l1";
    push.action = Action::list_push;
    const auto outcome = run(push);
    EXPECT_EQ(outcome.status, Status::rejected);
    EXPECT_EQ(outcome.code, "unsupported");
}

TEST_F(CommandServiceTest, RefusesAMovementOrADeadlineWhoseAgeIsUnknown)
{
    auto gate = open_gate("c1");
    gate.age_known = false;
    EXPECT_EQ(run(gate).code, "age_unknown");
    quality = model::ClockQuality::unsynced;
    EXPECT_EQ(run(gate).code, "clock_unsynced");
    model::Command ping;
    ping.id = "p1";
    ping.age_known = false;
    EXPECT_EQ(run(ping).status, Status::confirmed) << "a ping may be of any age";
    ping.id = "p2";
    ping.expires = clock.wall() + 1h;
    EXPECT_EQ(run(ping).status, Status::expired);
    EXPECT_TRUE(driven.empty());
}

TEST_F(CommandServiceTest, AnswersARepeatAfterARestartWithItsResultHoweverOldItIs)
{
    auto order = open_gate("c1");
    order.expires = clock.wall() + 10s;
    run(order);
    stop_service();
    make();
    pass(1min);
    order.age_known = false;
    const auto again = run(order);
    EXPECT_EQ(again.status, Status::duplicate);
    EXPECT_EQ(again.code, "confirmed");
    EXPECT_EQ(driven.size(), 1U);
}

TEST_F(CommandServiceTest, LooksAtTheDeadlineAgainOnceTheIntentIsOnDisk)
{
    store.hold();
    auto command = open_gate("c1");
    command.expires = clock.wall() + 1s;
    give(command);
    settle();
    pass(2s);
    store.release();
    settle();
    EXPECT_EQ(outcomes[0]->status, Status::expired);
    EXPECT_TRUE(driven.empty());
}

TEST_F(CommandServiceTest, CallsAMovementCutAtItsDeadlineUnknown)
{
    driver_time = 1min;
    auto command = open_gate("c1");
    command.expires = clock.wall() + 10s;
    give(command);
    settle();
    pass(10s);
    ASSERT_TRUE(outcomes[0]);
    EXPECT_EQ(outcomes[0]->status, Status::unknown);
    EXPECT_EQ(outcomes[0]->code, "timed_out");
    EXPECT_EQ(stored("c1")->status, Status::unknown);
}

TEST_F(CommandServiceTest, RefusesASecondMovementOfTheSameOutput)
{
    driver_time = 5s;
    give(open_gate("c1"));
    settle();
    const auto second = run(open_gate("c2"));
    EXPECT_EQ(second.status, Status::rejected);
    EXPECT_EQ(second.code, "busy");
    auto other = open_gate("c3");
    other.output = 2;
    give(other);
    settle();
    EXPECT_EQ(driven.size(), 2U) << "another output is free";
    pass(5s);
    driver_time = 0ms;
    EXPECT_EQ(run(open_gate("c4")).status, Status::confirmed);
}

TEST_F(CommandServiceTest, RefusesUnknownDevicesLanesAndForbiddenActions)
{
    auto command = open_gate("c1");
    command.device = "gate-9";
    EXPECT_EQ(run(command).code, "device_unknown");
    command = open_gate("c2");
    command.device.clear();
    command.lane = "west";
    EXPECT_EQ(run(command).code, "lane_unknown");
    command = open_gate("c3");
    command.action = Action::disarm;
    EXPECT_EQ(run(command).code, "not_authorised");
    EXPECT_TRUE(driven.empty());
    EXPECT_EQ(store.audit_table.size(), 3U);
}

TEST_F(CommandServiceTest, MovesAGateAtMostOnceForAnIdOverRepeatsFaultsAndCrashes)
{
    std::size_t moved = 0;
    for (std::uint64_t seed = 1; seed <= 150; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        base::Random dice(seed);
        driven.clear();
        for (int step = 0; step < 60; ++step) {
            auto order = open_gate(std::to_string(seed) + "-" + std::to_string(dice.next() % 4));
            order.output = static_cast<int>(1 + dice.next() % 2);
            switch (dice.next() % 16) {
            case 0: pass(std::chrono::milliseconds(dice.next() % 4000)); break;
            case 1: store.hold(); break;
            case 2:
            case 3: store.release(); break;
            case 7: store.fail_commits(base::Errc::overloaded, static_cast<int>(1 + dice.next() % 2)); break;
            case 4: driver_time = std::chrono::milliseconds(dice.next() % 3000); break;
            case 5: driver_throws = dice.next() % 2 == 0; break;
            case 6: crash(); break;
            default: give(std::move(order));
            }
            settle();
        }
        crash();
        std::map<std::string, int> moves;
        for (const auto& id : driven)
            EXPECT_LE(++moves[id], 1) << id;
        moved += moves.size();
    }
    EXPECT_GT(moved, 150U) << "nothing is proved by gates that stood still";
}

TEST_F(CommandServiceTest, TakesNoMovementThatNobodyAnswersFor)
{
    auto order = open_gate("c1");
    order.reason.clear();
    EXPECT_EQ(run(order).code, "bad_arguments");
    order = open_gate("c2");
    order.operator_name.clear();
    EXPECT_EQ(run(order).code, "bad_arguments");
    EXPECT_TRUE(driven.empty());
    EXPECT_EQ(store.audit_table.size(), 2U);
}

TEST_F(CommandServiceTest, KeepsNoPlatesOfAPushedList)
{
    service->handle(Action::list_push, [this](model::Command) { return pong(); });
    auto push = open_gate("l1");
    push.device.clear();
    push.action = Action::list_push;
    push.args = {{"list", "resident"}, {"entries", "[]"}};
    EXPECT_EQ(run(push).status, Status::confirmed);
    ASSERT_EQ(store.command_table.size(), 1U);
    EXPECT_EQ(store.command_table[0].command.args,
              (std::map<std::string, std::string>{{"list", "resident"}}));
}

TEST_F(CommandServiceTest, FindsTheBarrierOfALane)
{
    auto command = open_gate("c1");
    command.device.clear();
    command.lane = "east-in";
    EXPECT_EQ(run(command).status, Status::confirmed);
    EXPECT_EQ(store.command_table[0].command.output, 2);
}

TEST_F(CommandServiceTest, ExecutesNothingWhenTheIntentCannotBeRecorded)
{
    store.fail_commits(base::Errc::disk_full);
    const auto outcome = run(open_gate("c1"));
    EXPECT_EQ(outcome.status, Status::rejected);
    EXPECT_EQ(outcome.code, "unrecorded");
    EXPECT_TRUE(driven.empty());
}

TEST_F(CommandServiceTest, RecordsInterruptedIntentsAsUnknownAndNeverSendsThemAgain)
{
    store.command_table.push_back({open_gate("c1"), std::nullopt});
    base::TaskGroup starting(io.get_executor());
    const auto start = [&]() -> asio::awaitable<void> {
        const auto settled = co_await service->settle_interrupted();
        EXPECT_EQ(*settled, 1U);
    };
    starting.spawn("start", start());
    settle();
    ASSERT_TRUE(stored("c1"));
    EXPECT_EQ(stored("c1")->status, Status::unknown);
    EXPECT_EQ(run(open_gate("c1")).status, Status::duplicate);
    EXPECT_TRUE(driven.empty());
    EXPECT_TRUE(store.newest());
}

TEST_F(CommandServiceTest, GoesOnWhenTheCallerIsGone)
{
    driver_time = 1s;
    base::TaskGroup caller(io.get_executor());
    caller.spawn("caller", call(open_gate("c1")));
    settle();
    caller.cancel();
    settle();
    EXPECT_EQ(caller.size(), 0U);
    pass(1s);
    ASSERT_TRUE(stored("c1"));
    EXPECT_EQ(stored("c1")->status, Status::confirmed);
}

TEST_F(CommandServiceTest, CallsAMovementWithAFaultyDriverUnknownAndOtherWorkFailed)
{
    driver_throws = true;
    EXPECT_EQ(run(open_gate("c1")).status, Status::unknown);
    auto snapshot = open_gate("c2");
    snapshot.action = Action::snapshot;
    EXPECT_EQ(run(snapshot).status, Status::failed);
}

TEST_F(CommandServiceTest, RoutesWhatIsNotADevicesToItsHandler)
{
    model::Command ping;
    ping.id = "p1";
    ping.action = Action::ping;
    EXPECT_EQ(run(ping).text, "pong");
    EXPECT_EQ(pings, 1);
    EXPECT_FALSE(store.newest()) << "a ping leaves no event";
    EXPECT_EQ(store.audit_table.size(), 1U);
}

TEST_F(CommandServiceTest, OpensAtOnceWhileTheIntentIsOnItsWayToDisk)
{
    store.hold();
    give_now(open_gate("c1"), true);
    settle();
    EXPECT_EQ(driven.size(), 1U);
    EXPECT_EQ(store.commits(), 1) << "handed over before the device was told";
    EXPECT_FALSE(outcomes[0]);
    store.release();
    settle();
    ASSERT_TRUE(outcomes[0]);
    EXPECT_EQ(outcomes[0]->status, Status::confirmed);
    EXPECT_EQ(stored("c1")->status, Status::confirmed);
}

TEST_F(CommandServiceTest, OpensUnrecordedWhenTheLaneSaysSo)
{
    store.fail_commits(base::Errc::overloaded, 2);
    give_now(open_gate("c1"), true);
    settle();
    EXPECT_EQ(driven.size(), 1U);
    ASSERT_TRUE(outcomes[0]);
    EXPECT_EQ(outcomes[0]->status, Status::confirmed);
}

TEST_F(CommandServiceTest, LeavesTheLaneShutUnrecordedWhenTheLaneSaysSo)
{
    store.fail_commits(base::Errc::overloaded, 2);
    give_now(open_gate("c1"), false);
    settle();
    EXPECT_TRUE(driven.empty());
    ASSERT_TRUE(outcomes[0]);
    EXPECT_EQ(outcomes[0]->code, "unrecorded");
}

TEST_F(CommandServiceTest, RefusesNewCommandsWhileItStops)
{
    base::TaskGroup stopping(io.get_executor());
    stopping.spawn("stop", service->stop(50ms));
    settle();
    EXPECT_EQ(run(open_gate("c1")).code, "stopping");
    for (int i = 0; i < 20; ++i)
        pass(10ms);
    service.reset();
}

} // namespace
} // namespace gatehouse::command
