#include "gateway/fire/fire_watch.hpp"

#include "gateway/command/command_service.hpp"
#include "gateway/fire/saved_fire.hpp"
#include "tests/fakes/counting_metrics.hpp"
#include "tests/fakes/fake_store.hpp"
#include "tests/fakes/manual_clock.hpp"

#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>

#include <deque>

namespace gatehouse::fire {
namespace {

using namespace std::chrono_literals;
using base::Errc;
using model::Action;
using model::Outcome;
using model::Status;
using testing::ElementsAre;
using testing::UnorderedElementsAre;

model::Detection seen(std::string what)
{
    model::Detection detection;
    detection.what = std::move(what);
    return detection;
}

bool is_closing(Action action)
{
    return action == Action::barrier_close || action == Action::door_close;
}

// A fire watch with the command room behind it, a store in memory and drivers that do what the test says.
class FireTest : public testing::Test {
protected:
    FireTest()
    {
        config.inputs = {{"board", 3}, {"acs", std::nullopt}};
        config.barriers = {{"gate", 1}};
        config.doors = {{"door", 2}};
        start();
    }
    ~FireTest() override { kill(); }

    void start()
    {
        command::CommandPorts needs{
            .executor = io.get_executor(),
            .clock = clock,
            .metrics = metrics,
            .store = store,
            .ids = ids,
            .device_known = [](const std::string&) { return true; },
            .lane_target = {},
            .execute = [this](model::Command order) { return drive(std::move(order)); },
            .allowed = {},
            .clock_quality = {},
            .fire_permits = [this](model::Command& order) { return watch->permits(order); },
        };
        commands = std::make_unique<command::CommandService>(std::move(needs));
        FireWatch::Ports ports{
            .executor = io.get_executor(),
            .clock = clock,
            .ids = ids,
            .metrics = metrics,
            .store = store,
            .config = [this]() -> const config::FireConfig& { return config; },
            .run = [this](model::Command order) { return commands->run(std::move(order)); },
            .run_unrecorded =
                [this](model::Command order) { return commands->open_now(std::move(order), true); },
            .reachable = [this](const std::string& device) { return !away.contains(device); },
            .clock_synced = {},
        };
        watch = std::make_unique<FireWatch>(std::move(ports));
        tasks = std::make_unique<base::TaskGroup>(io.get_executor());
        tasks->spawn("start", take_up());
        settle();
    }
    asio::awaitable<void> take_up()
    {
        const auto loaded = co_await watch->load();
        EXPECT_TRUE(loaded);
        // The gateway does not start without this; here the store may still refuse for a while.
        for (bool settled = false; !settled;) {
            const auto outcome = co_await commands->settle_interrupted();
            settled = outcome.has_value();
        }
        watch->resume();
    }
    // The process ends wherever it is; what was not committed is gone.
    void kill()
    {
        base::TaskGroup ending(io.get_executor());
        ending.spawn("stop watch", watch->stop());
        ending.spawn("stop commands", commands->stop(0ms));
        tasks->cancel();
        for (int i = 0; i < 5; ++i)
            pass(20ms);
        EXPECT_EQ(ending.size(), 0u);
        watch.reset();
        commands.reset();
        tasks.reset();
    }
    asio::awaitable<Outcome> drive(model::Command order)
    {
        const auto mode = order.args["mode"];
        sent.push_back(order.device + " " + std::string(model::to_string(order.action)) +
                       (mode.empty() ? "" : " " + mode));
        sent_ids.push_back(order.id);
        EXPECT_FALSE(is_closing(order.action) && watch->burning()) << "closed while it burns";
        Outcome outcome;
        outcome.status = Status::confirmed;
        auto& planned = answers[order.device];
        if (!planned.empty()) {
            outcome.status = planned.front().first;
            outcome.code = planned.front().second;
            planned.pop_front();
        }
        if (driver_time > 0ms) co_await clock.sleep_for(driver_time);
        co_return outcome;
    }

    void tell(const std::string& device, model::Body body, bool history = false)
    {
        model::Event event;
        event.device = device;
        event.body = std::move(body);
        event.history = history;
        event.occurred_at = clock.wall();
        event.received_at = clock.wall();
        watch->notice(event);
        settle();
    }
    void input(bool active, bool history = false) { tell("board", model::InputChanged{3, active}, history); }
    Outcome order(Action action, std::string device, std::string id = {})
    {
        model::Command command;
        command.id = id.empty() ? ids.next() : std::move(id);
        command.action = action;
        command.device = std::move(device);
        command.output = action == Action::door_open || action == Action::door_close ? 2 : 1;
        command.operator_name = "li";
        command.reason = "test";
        const auto answer = std::make_shared<Outcome>();
        tasks->spawn("order", run(std::move(command), answer));
        settle();
        return *answer;
    }
    asio::awaitable<void> run(model::Command command, std::shared_ptr<Outcome> into)
    {
        auto outcome = co_await commands->run(std::move(command));
        *into = std::move(outcome);
    }
    base::Result<void> clear(std::string operator_name = "zhang", std::string reason = "drill is over")
    {
        const auto answer = std::make_shared<base::Result<void>>(Errc::busy);
        tasks->spawn("clear", ask_to_clear(std::move(operator_name), std::move(reason), answer));
        settle();
        return *answer;
    }
    asio::awaitable<void> ask_to_clear(std::string operator_name, std::string reason,
                                       std::shared_ptr<base::Result<void>> into)
    {
        auto cleared = co_await watch->clear(std::move(operator_name), std::move(reason));
        *into = cleared;
    }
    [[nodiscard]] std::vector<bool> notices() const
    {
        std::vector<bool> found;
        for (const auto& entry : store.journal)
            if (const auto* notice = std::get_if<model::SystemNotice>(&entry->event.body))
                if (notice->what == "fire") found.push_back(notice->ok);
        return found;
    }
    void settle()
    {
        for (int i = 0; i < 30; ++i) {
            io.restart();
            io.poll();
        }
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
    fakes::CountingMetrics metrics;
    fakes::FakeStore store{io.get_executor()};
    config::FireConfig config;
    std::set<std::string> away;
    std::map<std::string, std::deque<std::pair<Status, std::string>>> answers; // by device; then confirmed
    std::chrono::milliseconds driver_time{0};
    std::vector<std::string> sent;
    std::vector<std::string> sent_ids;
    std::unique_ptr<command::CommandService> commands;
    std::unique_ptr<FireWatch> watch;
    std::unique_ptr<base::TaskGroup> tasks;
};

TEST_F(FireTest, OpensAndHoldsEverythingOnceAndSaysSoOnce)
{
    input(true);
    EXPECT_TRUE(watch->burning());
    EXPECT_THAT(sent, UnorderedElementsAre("gate barrier-open hold", "door door-open hold"));
    input(true);
    tell("acs", seen("fire"));
    EXPECT_EQ(sent.size(), 2u);
    EXPECT_THAT(notices(), ElementsAre(false));
    EXPECT_EQ(watch->outputs().at({"gate", 1}), "held");
}

TEST_F(FireTest, HearsADeviceThatTellsOfFireByItselfAndNothingElse)
{
    tell("board", model::InputChanged{2, true});
    tell("other", model::InputChanged{3, true});
    tell("acs", model::InputChanged{3, true});
    tell("board", seen("fire"));
    tell("acs", seen("motion"));
    input(true, true); // a record from the device's store says nothing about now
    EXPECT_FALSE(watch->burning());
    tell("acs", seen("fire"));
    EXPECT_TRUE(watch->burning());
}

TEST_F(FireTest, ClosesNothingWhileItBurnsWhoeverOrdersIt)
{
    input(true);
    sent.clear();
    const auto refused = order(Action::barrier_close, "gate");
    EXPECT_EQ(refused.status, Status::rejected);
    EXPECT_EQ(refused.code, "fire");
    EXPECT_EQ(order(Action::door_close, "elsewhere").code, "fire");
    EXPECT_TRUE(sent.empty());
    EXPECT_EQ(order(Action::barrier_open, "gate").status, Status::confirmed);
    EXPECT_EQ(order(Action::barrier_open, "elsewhere").status, Status::confirmed);
    EXPECT_THAT(sent, ElementsAre("gate barrier-open hold", "elsewhere barrier-open"))
        << "an opening does not end a hold";
}

TEST_F(FireTest, StopsAClosingThatWasAllowedBeforeTheFireAndNotSentYet)
{
    store.hold(); // the intent takes its time
    const auto closing = order(Action::barrier_close, "gate");
    input(true);
    store.release();
    settle();
    EXPECT_THAT(sent, testing::Not(testing::Contains("gate barrier-close")));
    pass(2s);
    EXPECT_THAT(sent, testing::Contains("gate barrier-open hold")) << "after the output is free again";
}

TEST_F(FireTest, GoesOnBurningWhenTheInputGoesOffOrIsLost)
{
    input(true);
    input(false);
    tell("board", model::DeviceLink{model::LinkState::down, "no answer"});
    config = {};
    EXPECT_TRUE(watch->burning());
    kill();
    start();
    EXPECT_TRUE(watch->burning());
    EXPECT_EQ(order(Action::barrier_close, "gate").code, "fire");
}

TEST_F(FireTest, EndsOnlyByANamedPersonWithAReasonAfterTheInputIsOff)
{
    EXPECT_EQ(clear().error(), Errc::not_found);
    input(true);
    EXPECT_EQ(clear().error(), Errc::conflict);
    input(false);
    EXPECT_EQ(clear("", "because").error(), Errc::bad_input);
    EXPECT_EQ(clear("zhang", "").error(), Errc::bad_input);
    store.fail_commits(Errc::disk_full);
    EXPECT_EQ(clear().error(), Errc::disk_full);
    EXPECT_TRUE(watch->burning()) << "what is not written down has not happened";
    sent.clear();
    EXPECT_TRUE(clear());
    EXPECT_FALSE(watch->burning());
    EXPECT_THAT(sent, ElementsAre("door door-close")) << "barriers stay up until somebody looks";
    EXPECT_THAT(notices(), ElementsAre(false, true));
    EXPECT_EQ(order(Action::barrier_close, "gate").status, Status::confirmed);
    const auto is_clear = [](const store::AuditRecord& record) {
        return record.action == "fire-clear" && record.actor == "zhang";
    };
    EXPECT_EQ(std::count_if(store.audit_table.begin(), store.audit_table.end(), is_clear), 1);
    kill();
    start();
    EXPECT_FALSE(watch->burning());
}

TEST_F(FireTest, BurnsAgainWithTheNextFireUnderOtherIds)
{
    input(true);
    input(false);
    EXPECT_TRUE(clear());
    sent.clear();
    input(true);
    EXPECT_EQ(sent.size(), 2u);
    EXPECT_EQ(std::set<std::string>(sent_ids.begin(), sent_ids.end()).size(), sent_ids.size());
}

TEST_F(FireTest, IsNotStartedAgainByARecordFromBeforeItWasCleared)
{
    const auto before = clock.wall();
    input(true);
    pass(1s);
    input(false);
    EXPECT_TRUE(clear());
    model::Event again;
    again.device = "board";
    again.body = model::InputChanged{3, true};
    again.occurred_at = before;
    again.device_time = before;
    watch->notice(again);
    EXPECT_FALSE(watch->burning());
    again.time_trusted = false;
    watch->notice(again);
    EXPECT_TRUE(watch->burning()) << "a clock that cannot be believed proves nothing";
}

TEST_F(FireTest, OpensPlainlyWhereHoldingIsNotKnown)
{
    answers["gate"] = {{Status::rejected, "unsupported"}};
    answers["door"] = {{Status::failed, "device_refused"}, {Status::failed, "device_refused"}};
    input(true);
    EXPECT_THAT(sent, UnorderedElementsAre("gate barrier-open hold", "door door-open hold",
                                           "gate barrier-open", "door door-open"));
    EXPECT_EQ(watch->outputs().at({"gate", 1}), "open");
    EXPECT_EQ(order(Action::barrier_open, "gate").status, Status::confirmed);
    EXPECT_EQ(sent.back(), "gate barrier-open") << "and goes on opening so";
    pass(1h);
    EXPECT_EQ(sent.size(), 5u) << "a device that says no is not asked for ever";
}

TEST_F(FireTest, OpensADeviceThatWasAwayWhenItComesBack)
{
    away = {"gate"};
    answers["gate"] = {{Status::failed, "unreachable"}};
    input(true);
    pass(10min);
    EXPECT_EQ(std::count(sent.begin(), sent.end(), "gate barrier-open hold"), 1);
    away.clear();
    pass(1s);
    EXPECT_EQ(std::count(sent.begin(), sent.end(), "gate barrier-open hold"), 2);
    EXPECT_EQ(watch->outputs().at({"gate", 1}), "held");
}

TEST_F(FireTest, NeverRepeatsAnOrderWhoseOutcomeIsUnknown)
{
    answers["gate"] = {{Status::unknown, "no_answer"}};
    input(true);
    pass(1h);
    EXPECT_EQ(std::count(sent.begin(), sent.end(), "gate barrier-open hold"), 1);
    kill();
    start();
    pass(1h);
    EXPECT_EQ(sent.size(), 2u);
}

TEST_F(FireTest, WaitsForTheOutputThatIsBusy)
{
    driver_time = 3s;
    (void)order(Action::barrier_open, "gate");
    input(true);
    pass(3s);
    pass(1s);
    pass(2s);
    EXPECT_EQ(std::count(sent.begin(), sent.end(), "gate barrier-open hold"), 1);
}

TEST_F(FireTest, OpensAlthoughTheStoreTakesNothing)
{
    store.fail_commits(Errc::disk_full, 8);
    input(true);
    pass(2s);
    EXPECT_THAT(sent, UnorderedElementsAre("gate barrier-open hold", "door door-open hold"));
    pass(10s);
    EXPECT_THAT(notices(), ElementsAre(false)) << "and is written down when that is possible again";
}

TEST_F(FireTest, OpensAfterARestartWhatWasNotSentBefore)
{
    input(true);
    kill();
    config.doors.push_back({"other-door", 2});
    start();
    EXPECT_THAT(sent, UnorderedElementsAre("gate barrier-open hold", "door door-open hold",
                                           "other-door door-open hold"));
}

TEST(SavedFire, IsReadBackAndRubbishIsNoFire)
{
    const base::WallTime at{std::chrono::milliseconds(1'767'225'600'000)};
    const auto [fire, cleared] =
        parse_fire(saved_fire(Fire{"01KDVZ0000000000000000TEST", at, "board/3"}, at - 1h));
    EXPECT_EQ(fire.id, "01KDVZ0000000000000000TEST");
    EXPECT_EQ(fire.since, at);
    EXPECT_EQ(fire.input, "board/3");
    EXPECT_EQ(cleared, at - 1h);
    EXPECT_TRUE(parse_fire(saved_fire(Fire{}, at)).first.id.empty());
    EXPECT_TRUE(parse_fire("").first.id.empty());
}

// Whatever happens in whatever order, no command id is sent twice, nothing closes while it burns (drive()
// looks), and a fire that was written down ends by clear() alone.
class FireProperty : public FireTest, public testing::WithParamInterface<int> {
protected:
    void step(base::Random& dice)
    {
        switch (dice.next() % 9) {
        case 0: return input(true);
        case 1: return input(false);
        case 2: return (void)order(Action::barrier_close, "gate");
        case 3: return (void)order(Action::door_close, "door", "same-" + std::to_string(dice.next() % 3));
        case 4: return (void)order(Action::barrier_open, "gate");
        case 5: return pass(std::chrono::milliseconds(dice.next() % 4000));
        case 6: return restart(dice);
        case 7: return spoil(dice);
        default: return (void)clear();
        }
    }
    void restart(base::Random& dice)
    {
        if (dice.next() % 3 != 0) return;
        const bool durable = !parse_fire(store.memory_table["gateway"]["fire"]).first.id.empty();
        kill();
        const bool still = !parse_fire(store.memory_table["gateway"]["fire"]).first.id.empty();
        start();
        EXPECT_EQ(watch->burning(), still);
        EXPECT_TRUE(still || !durable);
    }
    void spoil(base::Random& dice)
    {
        const std::string device = dice.next() % 2 == 0 ? "gate" : "door";
        if (dice.next() % 4 == 0) store.fail_commits(Errc::overloaded, 2);
        if (dice.next() % 2 == 0) away.insert(device);
        if (dice.next() % 2 == 0) away.clear();
        if (dice.next() % 2 == 0) answers[device].emplace_back(Status::failed, "unreachable");
        if (dice.next() % 4 == 0) answers[device].emplace_back(Status::unknown, "no_answer");
        driver_time = std::chrono::milliseconds(dice.next() % 3 * 700);
    }
};

TEST_P(FireProperty, NoIdIsSentTwiceAndNothingClosesWhileItBurns)
{
    base::Random dice(static_cast<std::uint64_t>(GetParam()) + 1);
    for (int i = 0; i < 120; ++i)
        step(dice);
    EXPECT_EQ(std::set<std::string>(sent_ids.begin(), sent_ids.end()).size(), sent_ids.size());
    EXPECT_FALSE(sent_ids.empty());
}

INSTANTIATE_TEST_SUITE_P(Seeds, FireProperty, testing::Range(0, 20));

} // namespace
} // namespace gatehouse::fire
