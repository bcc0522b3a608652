#include "gateway/notify/dispatcher.hpp"

#include "tests/fakes/counting_metrics.hpp"
#include "tests/fakes/fake_store.hpp"
#include "tests/fakes/manual_clock.hpp"

#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gatehouse::notify {
namespace {

using namespace std::chrono_literals;
using Kind = Verdict::Kind;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// A robot that notes what it is told and answers as the test says.
class NotedChannel final : public Channel {
public:
    [[nodiscard]] const Manner& manner() const override { return manner_; }
    asio::awaitable<Verdict> send(Notification notification) override
    {
        sent.push_back(std::move(notification));
        if (on_send) on_send();
        if (answers.empty()) co_return Verdict{Kind::sent};
        auto verdict = answers.front();
        answers.pop_front();
        co_return verdict;
    }
    [[nodiscard]] std::vector<std::string> headlines() const
    {
        std::vector<std::string> all;
        for (const auto& message : sent)
            all.push_back(message.headline());
        return all;
    }

    std::vector<Notification> sent;
    std::deque<Verdict> answers; // then: sent
    std::function<void()> on_send;

private:
    Manner manner_{.rates = {{18, 60s}}, .retries = {5s, 30s, 120s}};
};

class NotifyDispatcher : public testing::Test {
protected:
    NotifyDispatcher()
    {
        config.name = "guards";
        config.protocol = "dingtalk";
        config.roles = {"guard"};
    }
    ~NotifyDispatcher() override { stop(); }

    void start()
    {
        Dispatcher::Ports ports{
            .executor = io.get_executor(),
            .clock = clock,
            .random = random,
            .metrics = metrics,
            .store = store,
            .channel = channel,
            .rosters = [this]() -> const std::vector<config::RosterConfig>& { return rosters; },
            .on_health = [this](bool ok, const std::string& why) { health.push_back(ok ? "ok" : why); },
            .on_delivered = [this](const std::string& alert,
                                   const std::string& whom) { delivered.push_back(alert + " to " + whom); }};
        dispatcher = std::make_unique<Dispatcher>(config, std::move(ports));
        group = std::make_unique<base::TaskGroup>(io.get_executor());
        group->spawn("dispatcher", dispatcher->run());
        settle();
    }
    void stop()
    {
        if (!group) return;
        group->cancel();
        settle();
        ASSERT_EQ(group->size(), 0U);
        group.reset();
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
    asio::awaitable<void> commit(store::Change change)
    {
        const auto done = co_await store.commit(std::move(change));
        EXPECT_TRUE(done);
    }
    void journal(const std::string& alert, int severity,
                 model::Alert::State state = model::Alert::State::raised, const std::string& assigned = "")
    {
        model::AlertChanged body;
        body.alert.id = alert;
        body.alert.kind = "door_forced";
        body.alert.severity = severity;
        body.alert.state = state;
        body.alert.assigned = assigned;
        body.alert.text = "门" + alert;
        body.alert.raised_at = body.alert.changed_at = clock.wall();
        model::Event event;
        event.id = "event" + std::to_string(++made);
        event.device = "gate-1";
        event.device_key = event.id;
        event.received_at = clock.wall();
        event.body = std::move(body);
        store::Change change;
        change.events.push_back(std::move(event));
        writers.spawn("journal", commit(std::move(change)));
        settle();
    }
    [[nodiscard]] std::int64_t cursor() const
    {
        return store.cursor("notify/guards", model::Priority::alert);
    }

    asio::io_context io;
    fakes::ManualClock clock; // 08:00 of a Thursday in Shanghai
    base::Random random{1};
    fakes::CountingMetrics metrics;
    fakes::FakeStore store{io.get_executor()};
    NotedChannel channel;
    config::NotifyConfig config;
    std::vector<config::RosterConfig> rosters;
    std::vector<std::string> health;
    std::vector<std::string> delivered;
    std::unique_ptr<Dispatcher> dispatcher;
    std::unique_ptr<base::TaskGroup> group;
    base::TaskGroup writers{io.get_executor()};
    int made = 0;
};

TEST_F(NotifyDispatcher, TellsAtOnceWhatIsForThisChannelAndNothingElse)
{
    start();
    journal("A", 2);
    journal("B", 4); // for maintenance
    journal("A", 2, model::Alert::State::acknowledged);
    journal("A", 2, model::Alert::State::cleared);
    EXPECT_THAT(channel.headlines(), ElementsAre("[告警] 门A", "[恢复] 门A"));
    EXPECT_THAT(delivered, ElementsAre("A to guard"));
    pass(1h);
    EXPECT_EQ(cursor(), 4);
}

TEST_F(NotifyDispatcher, CallsWhomAnEscalationNames)
{
    config.roles = {"duty"};
    start();
    journal("A", 2);
    journal("A", 2, model::Alert::State::escalated, "manager");
    EXPECT_TRUE(channel.headlines().empty());
    journal("A", 2, model::Alert::State::escalated, "duty");
    EXPECT_EQ(channel.headlines().size(), 1U);
    EXPECT_TRUE(delivered.empty()) << "it is escalated, not dispatched";
}

TEST_F(NotifyDispatcher, DoesNotTellANewChannelOfWhatIsLongPast)
{
    journal("A", 2);
    start();
    journal("B", 2);
    EXPECT_THAT(channel.headlines(), ElementsAre("[告警] 门B"));
}

TEST_F(NotifyDispatcher, TellsAfterARestartWhatWasNotToldYetAndOnlyThat)
{
    start();
    channel.answers = {{Kind::retry, "busy"}};
    journal("A", 2);
    journal("B", 2); // overtakes
    EXPECT_THAT(channel.headlines(), ElementsAre("[告警] 门A", "[告警] 门B"));
    EXPECT_EQ(cursor(), 0);
    stop();
    channel.sent.clear();
    journal("C", 2);
    start();
    EXPECT_THAT(channel.headlines(), ElementsAre("[告警] 门A", "[告警] 门C"));
    EXPECT_EQ(cursor(), 3);
}

TEST_F(NotifyDispatcher, CallsWhoIsOnDutyByNameOnlyForWhatSomebodyMustSeeTo)
{
    config::RosterConfig shift{
        .role = "guard", .weekdays = {}, .hours = {7h, 19h}, .people = {{"王", "138", ""}}};
    shift.weekdays.fill(true);
    rosters = {shift};
    start();
    journal("A", 2);
    journal("A", 2, model::Alert::State::cleared);
    ASSERT_EQ(channel.sent.size(), 2U);
    EXPECT_EQ(channel.sent[0].mention.size(), 1U);
    EXPECT_THAT(channel.sent[1].mention, IsEmpty());
}

TEST_F(NotifyDispatcher, ATestIsSentOnceAndSaysHowItWent)
{
    start();
    std::vector<base::Result<Verdict>> heard;
    const auto ask = [&] {
        asio::co_spawn(
            io, dispatcher->send_test("admin-1"),
            [&](std::exception_ptr, base::Result<Verdict> answer) { heard.push_back(std::move(answer)); });
        settle();
    };
    channel.answers = {{Kind::unreachable, "refused"}};
    ask();
    ASSERT_EQ(heard.size(), 1U);
    EXPECT_EQ(heard[0]->kind, Kind::unreachable);
    EXPECT_EQ(heard[0]->reason, "refused");
    ask();
    EXPECT_EQ(heard.back().error(), base::Errc::busy) << "not every second";
    clock.advance(10s);
    channel.answers.clear();
    ask();
    EXPECT_EQ(heard.back()->kind, Kind::sent);
    EXPECT_THAT(channel.headlines(),
                ElementsAre("[测试] 这是一条测试消息，不用处理", "[测试] 这是一条测试消息，不用处理"));
    EXPECT_EQ(dispatcher->stats().sent, 1U);
    EXPECT_TRUE(dispatcher->stats().last_sent);
}

TEST_F(NotifyDispatcher, ATestForWhichNobodyWaitsAnyMoreIsNotSent)
{
    start();
    stop();
    std::vector<base::Result<Verdict>> heard;
    asio::co_spawn(
        io, dispatcher->send_test("admin-1"),
        [&](std::exception_ptr, base::Result<Verdict> answer) { heard.push_back(std::move(answer)); });
    settle();
    pass(60s);
    ASSERT_EQ(heard.size(), 1U);
    EXPECT_EQ(heard[0]->kind, Kind::retry);
    group = std::make_unique<base::TaskGroup>(io.get_executor());
    group->spawn("dispatcher", dispatcher->run());
    settle();
    EXPECT_THAT(channel.headlines(), IsEmpty());
}

TEST_F(NotifyDispatcher, StopsWhenTheTokenIsRevokedSaysSoAndKeepsWhatIsToBeTold)
{
    start();
    channel.answers = {{Kind::stopped, "errcode 300005: the robot does not exist any more"}};
    journal("A", 2);
    journal("B", 2);
    pass(1h);
    EXPECT_EQ(channel.sent.size(), 1U);
    EXPECT_TRUE(dispatcher->stopped());
    EXPECT_EQ(dispatcher->stats().state, "stopped");
    EXPECT_THAT(health, ElementsAre(HasSubstr("does not exist any more")));
    EXPECT_EQ(cursor(), 0);
    stop();
    start();
    pass(5s);
    EXPECT_EQ(channel.sent.size(), 2U); // both, in a digest: it is an hour ago
    EXPECT_EQ(channel.sent.back().mark, "汇总");
    EXPECT_EQ(health.back(), "ok");
}

TEST_F(NotifyDispatcher, SaysAfterFiveMinutesThatNobodyIsThereAndWhenSomebodyIs)
{
    start();
    for (int i = 0; i < 100; ++i)
        channel.answers.push_back({Kind::unreachable, i % 2 == 0 ? "refused" : "no answer"});
    journal("A", 2);
    for (int i = 0; i < 240; ++i)
        pass(1s);
    EXPECT_THAT(health, IsEmpty());
    EXPECT_EQ(dispatcher->stats().state, "unreachable");
    for (int i = 0; i < 200; ++i)
        pass(1s);
    EXPECT_THAT(health, ElementsAre(HasSubstr("cannot be reached")));
    channel.answers.clear();
    pass(1min);
    EXPECT_EQ(health.back(), "ok");
    EXPECT_EQ(cursor(), 1);
}

TEST_F(NotifyDispatcher, FilesWhatThePeerWillNeverTake)
{
    start();
    channel.answers = {{Kind::refused, "errcode 40035"}};
    journal("A", 2);
    ASSERT_EQ(store.dead_letter_table.size(), 1U);
    EXPECT_EQ(store.dead_letter_table[0].reader, "notify/guards");
    EXPECT_EQ(store.dead_letter_table[0].seq, 1);
    EXPECT_THAT(health, ElementsAre("a message was given up: errcode 40035"));
    EXPECT_EQ(cursor(), 1);
    EXPECT_EQ(dispatcher->stats().dead_letters, 1U);
}

TEST_F(NotifyDispatcher, GoesOnTellingWhenTheStoreTakesNothing)
{
    start();
    channel.on_send = [this] { store.fail_commits(base::Errc::disk_full, 1); };
    journal("A", 2);
    journal("B", 2);
    EXPECT_EQ(channel.sent.size(), 2U);
    EXPECT_EQ(cursor(), 0);
    channel.on_send = {};
    pass(1h);
    EXPECT_EQ(cursor(), 2);
}

TEST_F(NotifyDispatcher, WritesItsPlaceEveryHourAlsoWhenNothingIsForIt)
{
    start();
    for (int i = 0; i < 3; ++i)
        journal("B" + std::to_string(i), 4);
    pass(1h);
    EXPECT_EQ(cursor(), 3);
    EXPECT_EQ(store.cursor("notify/guards", model::Priority::event), 3);
}

} // namespace
} // namespace gatehouse::notify
