#include "gateway/alert/alerts.hpp"

#include "gateway/base/task_group.hpp"
#include "gateway/rules/catalogue.hpp"
#include "tests/fakes/counting_metrics.hpp"
#include "tests/fakes/fake_store.hpp"
#include "tests/fakes/manual_clock.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>

namespace gatehouse::alert {
namespace {

using namespace std::chrono_literals;
using base::Errc;
using model::Alert;
using State = model::Alert::State;

// The engine over a store in memory; start() and crash() play the process.
class AlertsTest : public testing::Test {
protected:
    ~AlertsTest() override { crash(); }

    void start(std::vector<config::RuleConfig> rules = {})
    {
        Alerts::Ports ports{.executor = io.get_executor(),
                            .clock = clock,
                            .ids = ids,
                            .metrics = metrics,
                            .store = store,
                            .clock_synced = {}};
        alerts.emplace(std::move(ports), made(rules), options);
        tasks.emplace(io.get_executor());
        tasks->spawn("alerts", [](Alerts& a) -> asio::awaitable<void> {
            const auto loaded = co_await a.load();
            EXPECT_TRUE(loaded);
            co_await a.run();
        }(*alerts));
        settle();
    }
    Alerts::Rules made(const std::vector<config::RuleConfig>& rules)
    {
        const rules::Site site{.place = [](const std::string& device, const std::string&) { return device; }};
        return rules::make_rules(rules, site, metrics);
    }
    // What was not committed is gone.
    void crash()
    {
        if (!tasks) return;
        tasks->cancel();
        settle();
        tasks.reset();
        alerts.reset();
    }
    void settle()
    {
        for (int i = 0; i < 50; ++i) {
            io.restart();
            if (io.poll() == 0) return;
        }
    }
    void pass(std::chrono::milliseconds span)
    {
        for (; span > 0ms; span -= 1s) {
            clock.advance(1s);
            settle();
        }
    }
    void append(model::Body body, std::string device = "gate-1", std::string lane = "")
    {
        model::Event event;
        event.id = "EVENT" + std::to_string(++number);
        event.device = std::move(device);
        event.lane = std::move(lane);
        event.received_at = event.occurred_at = clock.wall();
        event.body = std::move(body);
        store::Change change;
        change.events.push_back(std::move(event));
        asio::co_spawn(io, store.commit(std::move(change)), [](std::exception_ptr, auto) {});
        settle();
    }
    void force_door(std::string device = "door-1")
    {
        append(model::DoorState{1, model::DoorPosition::forced_open}, std::move(device));
    }
    void close_door(std::string device = "door-1")
    {
        append(model::DoorState{1, model::DoorPosition::closed}, std::move(device));
    }
    void hold_door() { append(model::DoorState{1, model::DoorPosition::held_open}, "door-1"); }

    base::Result<Alert> run(asio::awaitable<base::Result<Alert>> work)
    {
        base::Result<Alert> result = Errc::failed;
        asio::co_spawn(io, std::move(work),
                       [&result](std::exception_ptr, base::Result<Alert> r) { result = std::move(r); });
        settle();
        return result;
    }
    base::Result<Alert> carry_out(Order order) { return run(alerts->carry_out(std::move(order))); }
    base::Result<Alert> acknowledge(std::string id, std::string actor = "guard-3")
    {
        Order order;
        order.id = std::move(id);
        order.verb = "ack";
        order.actor = std::move(actor);
        order.note = "on my way";
        return carry_out(std::move(order));
    }
    base::Result<Alert> close(std::string id, std::string result = "real")
    {
        Order order;
        order.id = std::move(id);
        order.verb = "close";
        order.actor = "guard-3";
        order.result = std::move(result);
        order.note = "seen";
        return carry_out(std::move(order));
    }
    // The transitions in the journal: "kind/state".
    [[nodiscard]] std::vector<std::string> steps() const
    {
        std::vector<std::string> found;
        for (const auto& entry : store.journal)
            if (const auto* changed = std::get_if<model::AlertChanged>(&entry->event.body))
                found.push_back(changed->alert.kind + "/" +
                                std::string(model::to_string(changed->alert.state)));
        return found;
    }
    [[nodiscard]] Alert only() const
    {
        const auto all = alerts->alerts();
        EXPECT_EQ(all.size(), 1u);
        return all.empty() ? Alert() : all.front();
    }
    using Steps = std::vector<std::string>;

    asio::io_context io{1};
    fakes::ManualClock clock;
    base::Random random{3};
    model::UlidSource ids{clock, random};
    fakes::CountingMetrics metrics;
    fakes::FakeStore store{io.get_executor()};
    Alerts::Options options;
    std::optional<Alerts> alerts;
    std::optional<base::TaskGroup> tasks;
    int number = 0;
};

TEST_F(AlertsTest, RaisesAnAlertWithItsEvidenceAndDeadlinesInOneCommit)
{
    start();
    const int before = store.commits();
    force_door();
    EXPECT_EQ(store.commits(), before + 2) << "the event and the alert";
    const auto alert = only();
    EXPECT_EQ(alert.kind, "door_forced");
    EXPECT_EQ(alert.device, "door-1");
    EXPECT_EQ(alert.evidence, std::vector<std::string>{"EVENT1"});
    EXPECT_EQ(alert.due_ack, alert.raised_at + 5min);
    EXPECT_EQ(alert.due_clear, alert.raised_at + 1h);
    EXPECT_TRUE(model::is_ulid(alert.id));
    ASSERT_EQ(steps(), Steps{"door_forced/raised"});
    const auto& event = store.journal.back()->event;
    EXPECT_EQ(event.device, "door-1");
    EXPECT_EQ(event.device_key, alert.id + "/1");
    EXPECT_TRUE(model::is_ulid(event.id));
    EXPECT_EQ(store.alert_table.at(alert.id).state, State::raised);
    EXPECT_EQ(store.cursor("rules", model::Priority::event), 1);
}

TEST_F(AlertsTest, NamesItsEntriesSoThatIdsSortAsTheyWereMade)
{
    start();
    const auto before = ids.next();
    force_door();
    const auto alert = store.journal.back()->event.id;
    EXPECT_LT(before, alert);
    EXPECT_LT(alert, ids.next()) << "also within one millisecond";
}

TEST_F(AlertsTest, CountsARepeatAndDoesNotSendItAgain)
{
    start();
    force_door();
    force_door();
    force_door();
    EXPECT_EQ(steps(), Steps{"door_forced/raised"});
    EXPECT_EQ(only().count, 3);
    EXPECT_EQ(store.alert_table.begin()->second.count, 1);
    pass(11s);
    EXPECT_EQ(store.alert_table.begin()->second.count, 3);
    const int settled = store.commits();
    pass(60s);
    EXPECT_EQ(store.commits(), settled);
}

TEST_F(AlertsTest, LeavesAnUrgentAlertClearedUntilAPersonClosesIt)
{
    start();
    force_door();
    close_door();
    EXPECT_EQ(only().state, State::cleared);
    clock.advance(72h);
    settle();
    EXPECT_EQ(only().state, State::escalated) << "nobody has seen it";
    EXPECT_TRUE(close(only().id));
    EXPECT_EQ(steps(), (Steps{"door_forced/raised", "door_forced/cleared", "door_forced/escalated",
                              "door_forced/closed"}));
    EXPECT_TRUE(alerts->alerts().empty());
}

TEST_F(AlertsTest, ClosesALesserAlertByItselfADayAfterItCleared)
{
    start();
    hold_door();
    close_door();
    pass(10s);
    clock.advance(23h);
    settle();
    EXPECT_EQ(only().state, State::cleared);
    clock.advance(1h);
    settle();
    EXPECT_EQ(steps().back(), "door_held_open/closed");
    EXPECT_TRUE(alerts->alerts().empty());
}

TEST_F(AlertsTest, TakesUpTheSameAlertWhenTheConditionComesBackAlsoAfterARestart)
{
    start();
    force_door();
    const auto id = only().id;
    close_door();
    force_door();
    ASSERT_TRUE(close(id));
    crash();
    clock.advance(23h);
    start();
    force_door();
    EXPECT_EQ(steps(), (Steps{"door_forced/raised", "door_forced/cleared", "door_forced/reopened",
                              "door_forced/closed", "door_forced/reopened"}));
    EXPECT_EQ(only().id, id);
    EXPECT_EQ(only().count, 3);
}

TEST_F(AlertsTest, MakesANewAlertOfWhatComesBackADayAfterItWasClosed)
{
    start();
    force_door();
    const auto id = only().id;
    close_door();
    ASSERT_TRUE(close(id));
    clock.advance(24h);
    settle();
    force_door();
    EXPECT_EQ(steps().back(), "door_forced/raised");
    EXPECT_NE(only().id, id);
}

TEST_F(AlertsTest, WritesEveryTransitionDownInTheCommitOfItsAlert)
{
    start();
    force_door();
    const auto id = only().id;
    const int before = store.commits();
    ASSERT_TRUE(acknowledge(id));
    EXPECT_EQ(store.commits(), before + 1);
    ASSERT_EQ(store.alert_step_table.size(), 2u);
    const auto& first = store.alert_step_table.at({id, 1});
    EXPECT_FALSE(first.from);
    EXPECT_EQ(first.to, State::raised);
    EXPECT_EQ(first.role, "system");
    const auto& second = store.alert_step_table.at({id, 2});
    EXPECT_EQ(second.from, State::raised);
    EXPECT_EQ(second.to, State::acknowledged);
    EXPECT_EQ(second.actor, "guard-3");
    EXPECT_EQ(second.role, "manager");
    EXPECT_EQ(second.note, "on my way");
    const auto& published = std::get<model::AlertChanged>(store.journal.back()->event.body).step;
    EXPECT_EQ(published.seq, 2);
    EXPECT_EQ(published.from, State::raised);
}

TEST_F(AlertsTest, KeepsASilenceOverARestartAndRaisesWhatStillLastsAtItsEnd)
{
    start();
    model::Silence wanted;
    wanted.kind = "door_forced";
    wanted.author = "li";
    wanted.reason = "locksmith";
    wanted.until = clock.wall() + 1h;
    base::Result<model::Silence> made = Errc::failed;
    asio::co_spawn(io, alerts->silence(wanted),
                   [&made](std::exception_ptr, base::Result<model::Silence> r) { made = std::move(r); });
    settle();
    ASSERT_TRUE(made);
    EXPECT_EQ(store.audit_table.back().action, "alert-silence");
    crash();
    start();
    force_door();
    EXPECT_EQ(steps(), Steps{"door_forced/suppressed"});
    EXPECT_TRUE(alerts->alerts().empty());
    crash();
    start();
    clock.advance(1h);
    settle();
    EXPECT_EQ(steps(), (Steps{"door_forced/suppressed", "door_forced/raised"}));
}

TEST_F(AlertsTest, NotesWhoHasBeenReachedAsLongAsNobodyHasAnswered)
{
    start();
    force_door();
    const auto id = only().id;
    const auto reached = run(alerts->note_dispatched(id, "guards", "门岗群"));
    ASSERT_TRUE(reached);
    EXPECT_EQ(reached->state, State::dispatched);
    EXPECT_EQ(store.alert_step_table.at({id, 2}).channel, "guards");
    ASSERT_TRUE(acknowledge(id));
    EXPECT_EQ(run(alerts->note_dispatched(id, "guards", "门岗群")).error(), Errc::conflict);
}

TEST_F(AlertsTest, HandsTheShiftOverWithTheNumberOfWhatIsOpen)
{
    start();
    force_door();
    base::Result<model::Handover> made = Errc::failed;
    asio::co_spawn(io, alerts->hand_over("li", "钥匙在抽屉"),
                   [&made](std::exception_ptr, base::Result<model::Handover> r) { made = std::move(r); });
    settle();
    ASSERT_TRUE(made);
    ASSERT_EQ(store.handover_table.size(), 1u);
    EXPECT_EQ(store.handover_table[0].open_alerts, 1);
    EXPECT_EQ(store.handover_table[0].text, "钥匙在抽屉");
}

TEST_F(AlertsTest, FollowsAcknowledgeAndCloseAndRefusesEveryOtherStep)
{
    start();
    force_door();
    const auto id = only().id;
    EXPECT_EQ(acknowledge(id, "").error(), Errc::bad_input);
    const auto acknowledged = acknowledge(id);
    ASSERT_TRUE(acknowledged);
    EXPECT_EQ(acknowledged->state, State::acknowledged);
    EXPECT_EQ(acknowledged->actor, "guard-3");
    EXPECT_EQ(acknowledge(id).error(), Errc::conflict);
    EXPECT_EQ(close(id, "whatever").error(), Errc::bad_input);
    ASSERT_TRUE(close(id, "false"));
    EXPECT_EQ(close(id).error(), Errc::conflict);
    EXPECT_EQ(acknowledge(id).error(), Errc::conflict);
    EXPECT_EQ(acknowledge("01KDVZ3M7Q0000000000000000").error(), Errc::not_found);
    EXPECT_EQ(steps(), (Steps{"door_forced/raised", "door_forced/acknowledged", "door_forced/closed"}));
    EXPECT_EQ(store.alert_table.at(id).result, "false");
}

TEST_F(AlertsTest, AuditsWhatWasDoneAndWhatWasRefused)
{
    start();
    force_door();
    const auto id = only().id;
    ASSERT_TRUE(acknowledge(id));
    ASSERT_FALSE(acknowledge(id));
    ASSERT_EQ(store.audit_table.size(), 2u);
    EXPECT_EQ(store.audit_table[0].action, "alert-ack");
    EXPECT_EQ(store.audit_table[0].actor, "guard-3");
    EXPECT_EQ(store.audit_table[0].target, id);
    EXPECT_EQ(store.audit_table[0].result, "done");
    EXPECT_THAT(store.audit_table[1].result, testing::StartsWith("refused"));
}

TEST_F(AlertsTest, CountsRepeatsOfAnAcknowledgedAlert)
{
    start();
    force_door();
    ASSERT_TRUE(acknowledge(only().id));
    force_door();
    EXPECT_EQ(only().state, State::acknowledged);
    EXPECT_EQ(only().count, 2);
    EXPECT_EQ(steps().size(), 2u);
}

TEST_F(AlertsTest, KeepsEveryStateOverARestart)
{
    start();
    force_door("raised");
    force_door("acked");
    force_door("cleared");
    close_door("cleared");
    for (const auto& alert : alerts->alerts())
        if (alert.device == "acked") {
            ASSERT_TRUE(acknowledge(alert.id));
        }
    const auto before = steps();
    crash();
    start();
    EXPECT_EQ(steps(), before);
    std::map<std::string, State> states;
    for (const auto& alert : alerts->alerts())
        states[alert.device] = alert.state;
    const std::map<std::string, State> expected{
        {"raised", State::raised}, {"acked", State::acknowledged}, {"cleared", State::cleared}};
    EXPECT_EQ(states, expected);
    force_door("raised");
    close_door("acked");
    EXPECT_EQ(steps().size(), before.size() + 1) << "the repeat counts, the end clears";
    EXPECT_EQ(steps().back(), "door_forced/cleared");
}

TEST_F(AlertsTest, LetsARunningTimeRunOnOverARestart)
{
    start();
    append(model::BarrierMoved{1, model::BarrierPosition::open});
    pass(40s);
    crash();
    clock.advance(15s);
    start();
    EXPECT_TRUE(steps().empty());
    pass(10s);
    EXPECT_EQ(steps(), Steps{"barrier_left_open/raised"});
}

TEST_F(AlertsTest, SaysTheNewestReasonForWhichAnUpstreamIsDown)
{
    start();
    append(model::SystemNotice{"upstream", false, "centre: connection lost"}, "gateway");
    pass(2min);
    append(model::SystemNotice{"upstream", false, "centre: another client uses the same client id, gh-1"},
           "gateway");
    pass(3min);
    EXPECT_EQ(only().text, "上级平台centre连接中断：another client uses the same client id, gh-1");
}

TEST_F(AlertsTest, ReadsWhatWasJournalledWhileItWasAway)
{
    start();
    crash();
    force_door();
    start();
    EXPECT_EQ(steps(), Steps{"door_forced/raised"});
}

TEST_F(AlertsTest, ProducesNothingTwiceWhenACommitFailsAndThePageIsReadAgain)
{
    start();
    append(model::BarrierMoved{1, model::BarrierPosition::open});
    pass(59s);
    store.fail_commits(Errc::disk_full, 3);
    pass(1s);
    EXPECT_TRUE(steps().empty());
    EXPECT_TRUE(alerts->alerts().empty()) << "what is not on disk has not happened";
    pass(5s);
    EXPECT_EQ(steps(), Steps{"barrier_left_open/raised"});
    EXPECT_EQ(only().count, 1);
    EXPECT_EQ(metrics.counter("gatehouse_alert_commit_failures_total", "").value(), 3u);
}

TEST_F(AlertsTest, NamesTheSameAlertAfterACrashBeforeTheCommit)
{
    start();
    force_door();
    const auto id = only().id;
    crash();
    // The crash took the commit back: the journal has the cause, nothing else is on disk.
    store.alert_table.clear();
    store.memory_table.clear();
    for (auto& [reader, position] : store.cursor_table)
        position = 0;
    start();
    EXPECT_EQ(steps(), Steps{"door_forced/raised"}) << "the journal refuses the entry it already has";
    EXPECT_EQ(only().id, id);
    EXPECT_EQ(only().count, 1);
}

TEST_F(AlertsTest, FindsTheSameOnceWhenAnyPrefixOfTheJournalIsReadAgain)
{
    start();
    base::Random choice(11);
    for (int i = 0; i < 40; ++i) {
        const auto door = "door-" + std::to_string(choice.next() % 2);
        if (choice.next() % 2 == 0)
            force_door(door);
        else
            close_door(door);
        if (choice.next() % 4 == 0) append(model::Tamper{"case", choice.next() % 2 == 0}, door);
        const auto before = steps();
        const auto kept = store.alert_table;
        crash();
        // All that came of the journal is taken back; the journal itself holds what it took.
        store.alert_table.clear();
        store.alert_step_table.clear();
        store.memory_table.clear();
        for (auto& [reader, position] : store.cursor_table)
            position = 0;
        start();
        ASSERT_EQ(steps(), before) << "after " << i;
        ASSERT_EQ(store.alert_table.size(), kept.size());
        for (const auto& [id, alert] : store.alert_table)
            EXPECT_EQ(alert.state, kept.at(id).state);
    }
}

TEST_F(AlertsTest, LosesNoAcknowledgementWhenItsCommitFails)
{
    start();
    force_door();
    store.fail_commits(Errc::disk_full);
    EXPECT_EQ(acknowledge(only().id).error(), Errc::disk_full);
    EXPECT_EQ(only().state, State::raised);
    EXPECT_TRUE(acknowledge(only().id));
}

TEST_F(AlertsTest, KeepsAcknowledgementsAndRunningTimesOverAReload)
{
    start();
    force_door();
    ASSERT_TRUE(acknowledge(only().id));
    append(model::BarrierMoved{1, model::BarrierPosition::open});
    pass(30s);
    config::RuleConfig longer;
    longer.name = "barrier-left-open";
    longer.after = 90s;
    alerts->reload(made({longer}));
    pass(40s);
    EXPECT_EQ(only().state, State::acknowledged);
    pass(20s);
    EXPECT_EQ(steps().back(), "barrier_left_open/raised");
}

TEST_F(AlertsTest, StaysSilentForARuleThatIsSwitchedOff)
{
    config::RuleConfig off;
    off.name = "door-forced";
    off.enabled = false;
    start({off});
    force_door();
    EXPECT_TRUE(steps().empty());
}

TEST_F(AlertsTest, PutsAStormIntoOneAlertAndLeavesRoomForTheUrgent)
{
    options.limits.open_max = 5;
    start();
    for (int i = 0; i < 20; ++i)
        append(model::DoorState{1, model::DoorPosition::held_open}, "d" + std::to_string(i));
    ASSERT_EQ(alerts->alerts().size(), 6u);
    for (const auto& alert : alerts->alerts()) {
        if (alert.kind == "alert_storm") {
            EXPECT_EQ(alert.count, 15);
        }
    }
    force_door();
    EXPECT_EQ(steps().back(), "door_forced/raised");
    for (int i = 0; i < 20; ++i)
        append(model::DoorState{1, model::DoorPosition::closed}, "d" + std::to_string(i));
    pass(2s);
    EXPECT_THAT(steps(), testing::Contains("alert_storm/cleared"));
}

TEST_F(AlertsTest, DoesNotFeedOnItsOwnEntries)
{
    start();
    force_door();
    const auto entries = store.last_seq();
    pass(5min - 2s); // then it is escalated
    EXPECT_EQ(store.last_seq(), entries);
    EXPECT_EQ(store.cursor("rules", model::Priority::alert), entries) << "its own entries are passed too";
}

TEST_F(AlertsTest, WritesTheCursorSeldomOverEntriesThatMeanNothing)
{
    start();
    const int before = store.commits();
    for (int i = 0; i < 50; ++i)
        append(model::VehiclePassage{});
    EXPECT_EQ(store.commits(), before + 50) << "only the events themselves";
    pass(6s);
    EXPECT_EQ(store.cursor("rules", model::Priority::event), 50);
}

TEST_F(AlertsTest, ReadsABacklogInPagesWithoutCallingWhatEndedInIt)
{
    options.page = 4;
    start();
    crash();
    append(model::BarrierMoved{1, model::BarrierPosition::open});
    for (int i = 0; i < 30; ++i)
        append(model::VehiclePassage{});
    clock.advance(50s);
    append(model::BarrierMoved{1, model::BarrierPosition::closed});
    clock.advance(1h);
    start();
    EXPECT_TRUE(steps().empty()) << "it was up for 50 seconds, however late we read of it";
    EXPECT_EQ(store.cursor("rules", model::Priority::event), 32);
}

TEST_F(AlertsTest, DoesNotReadAnOldJournalAgainWhenItsCursorWasLost)
{
    force_door();
    start();
    EXPECT_TRUE(steps().empty());
    force_door("door-2");
    EXPECT_EQ(steps(), Steps{"door_forced/raised"});
}

TEST_F(AlertsTest, CallsOnceForAPlainCameraThatIsGone)
{
    start();
    const auto link = [this](model::LinkState state) { append(model::DeviceLink{state, ""}, "cam-1"); };
    const auto lost = [this](bool ok) { append(model::DeviceHealth{"picture_lost", ok, ""}, "cam-1"); };
    link(model::LinkState::up);
    link(model::LinkState::down);
    pass(30s);
    lost(false);
    pass(60s);
    EXPECT_EQ(steps(), (Steps{"camera_lost/raised", "device_offline/suppressed"}));
    link(model::LinkState::up);
    pass(10s);
    lost(true);
    pass(2s);
    EXPECT_EQ(steps(), (Steps{"camera_lost/raised", "device_offline/suppressed", "camera_lost/cleared",
                              "device_offline/closed"}));
}

TEST_F(AlertsTest, CallsForTheLinkOfACameraWhosePictureNobodyJudges)
{
    start();
    append(model::DeviceLink{model::LinkState::down, ""}, "cam-1");
    pass(61s);
    EXPECT_EQ(steps(), Steps{"device_offline/raised"});
}

TEST_F(AlertsTest, CallsForThePictureOfACameraWhoseConversationGoesOn)
{
    start();
    append(model::DeviceLink{model::LinkState::up, ""}, "cam-1");
    append(model::DeviceHealth{"picture_lost", false, ""}, "cam-1");
    pass(120s);
    EXPECT_EQ(steps(), Steps{"camera_lost/raised"});
}

TEST_F(AlertsTest, CallsOnceForAWorkerThatIsAwayAndThenForTheCameraThatDiedMeanwhile)
{
    start();
    const auto link = [this](model::LinkState state) { append(model::DeviceLink{state, ""}, "cam-1"); };
    link(model::LinkState::up);
    append(model::SystemNotice{"vision", false, "it was ended by signal 9"}, "gateway");
    for (int times = 0; times < 5; ++times) {
        link(model::LinkState::unknown);
        pass(20s);
        link(model::LinkState::up);
    }
    link(model::LinkState::unknown);
    pass(60s);
    EXPECT_EQ(steps(), Steps{"vision_down/raised"});
    link(model::LinkState::down);
    pass(61s);
    EXPECT_EQ(steps().back(), "device_offline/raised");
}

TEST_F(AlertsTest, ExplainsByTheWorkerOnlyWhatPlainCamerasDidNotRead)
{
    start();
    config::SiteConfig site;
    site.devices.resize(2);
    site.devices[0].id = "cam-1";
    site.devices[0].kind = "camera";
    site.devices[1].id = "lpr-1";
    site.devices[1].kind = "plate";
    site.lanes.resize(2);
    site.lanes[0].id = "west-in";
    site.lanes[0].readers = {"cam-1"};
    site.lanes[1].id = "east-in";
    site.lanes[1].readers = {"lpr-1"};
    alerts->use(site);
    append(model::SystemNotice{"vision", false, ""}, "gateway");
    model::Passage tailgated;
    tailgated.vehicle = true;
    tailgated.flags = {"tailgating"};
    append(tailgated, "gateway", "west-in");
    append(tailgated, "gateway", "east-in");
    pass(2s);
    EXPECT_EQ(steps(), (Steps{"vision_down/raised", "tailgating/suppressed", "tailgating/raised"}));
}

} // namespace
} // namespace gatehouse::alert
