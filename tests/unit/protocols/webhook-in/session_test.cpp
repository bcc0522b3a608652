#include "gateway/base/task_group.hpp"
#include "protocols/webhook-in/driver.hpp"
#include "tests/fakes/counting_metrics.hpp"
#include "tests/fakes/fake_memory.hpp"
#include "tests/fakes/fake_webhook.hpp"
#include "tests/fakes/manual_clock.hpp"
#include "tests/fakes/memory_stream.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <gmock/gmock.h>

#include <set>

namespace gatehouse::webhook_in {

using namespace std::chrono_literals;
using model::LinkState;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const std::string door_mapping = R"(
reply = { content_type = "text/plain", body = "OK" }
body = { events = "/list" }
[[event]]
name = "beat"
becomes = "heartbeat"
when = { url = "/beat" }
fields = { sent = "/now", model = "/model" }
[[event]]
name = "passed"
becomes = "access"
when = { path = "/type", is = ["pass"] }
key = ["/id"]
fields = { granted = { value = "true" }, person = "/user", time = "/at" }
[[event]]
name = "button"
becomes = "input"
when = { path = "/type", is = ["button"] }
fields = { active = "/on" }
)";

// One driver, one device that posts, a sink that recognises repeats as the journal does.
class WebhookInSession : public testing::Test {
protected:
    void start(const std::string& keys = "")
    {
        config::DeviceConfig config;
        config.id = "dev-1";
        config.protocol = "webhook-in";
        config.kind = "face";
        config.address = "http://192.0.2.77";
        config.password = base::Secret(device.secret.empty() ? device.bearer : device.secret);
        driver =
            make_driver(config, config::Table::parse(keys + door_mapping, "test.toml", issues), context());
        for (const auto& issue : issues)
            if (!issue.path.starts_with("password")) ADD_FAILURE() << to_string(issue);
        tasks = std::make_unique<base::TaskGroup>(io.get_executor());
        tasks->spawn("driver", driver->run());
        settle();
    }

    device::DriverContext context()
    {
        device::DriverContext made{
            io.get_executor(), clock, random, connector, metrics, memory, {}, {}, {}, 480min,
            "192.0.2.1",       8090};
        made.sink = [this](model::Event event) { return take(std::move(event)); };
        made.early = [this](const model::Event& event) { early.push_back(event); };
        return made;
    }

    void TearDown() override
    {
        asio::post(io, [this] {
            if (tasks) tasks->cancel();
        });
        settle();
        EXPECT_TRUE(!tasks || tasks->size() == 0);
    }

    void settle()
    {
        io.restart();
        while (io.poll() > 0) {
        }
    }

    // Time goes on from one due moment to the next.
    void pass(std::chrono::milliseconds span)
    {
        settle();
        const auto end = clock.now() + span;
        while (const auto due = clock.next_due()) {
            if (*due > end) break;
            clock.advance(std::chrono::ceil<std::chrono::milliseconds>(*due - clock.now()));
            settle();
        }
        clock.advance(std::chrono::ceil<std::chrono::milliseconds>(end - clock.now()));
        settle();
    }

    asio::awaitable<base::Result<void>> take(model::Event event)
    {
        if (sink_takes > 0ms) co_await clock.sleep_for(sink_takes);
        if (sink_refuses > 0) {
            --sink_refuses;
            co_return sink_error;
        }
        if (!event.device_key.empty() && !keys_seen.insert(event.device_key).second) {
            ++repeats;
            co_return base::Result<void>();
        }
        events.push_back(std::move(event));
        co_return base::Result<void>();
    }

    template <class T>
    std::shared_ptr<std::optional<T>> ask(asio::awaitable<T> work)
    {
        auto answer = std::make_shared<std::optional<T>>();
        asio::co_spawn(io, std::move(work), [answer](std::exception_ptr failure, T value) {
            if (!failure) answer->emplace(std::move(value));
        });
        settle();
        return answer;
    }

    device::PushReply push(const device::PushRequest& request)
    {
        const auto answer = ask(driver->on_push(request));
        EXPECT_TRUE(answer->has_value());
        return answer->value_or(device::PushReply{});
    }

    device::PushReply push(const std::string& body, const std::string& path = "")
    {
        return push(device.post(body, path));
    }

    // The device's own time as it writes it.
    std::string now(std::chrono::milliseconds ago = 0ms) const
    {
        return std::to_string((clock.wall() + device.skew - ago).time_since_epoch().count());
    }

    std::string passed(int id, std::chrono::milliseconds ago = 0ms)
    {
        return R"({"list":[{"type":"pass","user":"8812","id":)" + std::to_string(id) + ",\"at\":" + now(ago) +
               "}]}";
    }

    template <class Body>
    std::vector<model::Event> of() const
    {
        std::vector<model::Event> found;
        for (const auto& event : events)
            if (std::holds_alternative<Body>(event.body)) found.push_back(event);
        return found;
    }

    std::vector<LinkState> links() const
    {
        std::vector<LinkState> states;
        for (const auto& event : of<model::DeviceLink>())
            states.push_back(std::get<model::DeviceLink>(event.body).state);
        return states;
    }

    std::map<std::string, device::TestStep> self_test()
    {
        std::map<std::string, device::TestStep> steps;
        const auto answer = ask(driver->self_test());
        for (auto& step : answer->value_or(std::vector<device::TestStep>{}))
            steps[step.name] = step;
        return steps;
    }

    std::uint64_t counted(const std::string& name, const std::string& reason)
    {
        return metrics.counter(name, "", {{"device", "dev-1"}, {"reason", reason}}).value();
    }

    asio::io_context io;
    fakes::ManualClock clock;
    base::Random random{7};
    fakes::MemoryConnector connector{io.get_executor()};
    fakes::CountingMetrics metrics;
    fakes::FakeMemory memory;
    fakes::FakeWebhook device{clock};
    config::Issues issues;
    std::vector<model::Event> events; // as journalled
    std::vector<model::Event> early;
    std::set<std::string> keys_seen;
    int repeats = 0;
    int sink_refuses = 0;
    base::Errc sink_error = base::Errc::overloaded;
    std::chrono::milliseconds sink_takes{0};
    std::unique_ptr<device::Driver> driver;
    std::unique_ptr<base::TaskGroup> tasks;
};

// ---- posts and their answers ----

TEST_F(WebhookInSession, TakesAPostAndAnswersAsTheDeviceWantsIt)
{
    start();
    const auto reply = push(passed(1));
    EXPECT_EQ(reply.status, 200u);
    EXPECT_EQ(reply.content_type, "text/plain");
    EXPECT_EQ(reply.body, "OK");
    const auto found = of<model::AccessAttempt>();
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(std::get<model::AccessAttempt>(found[0].body).person, "8812");
    EXPECT_EQ(found[0].device, "dev-1");
    EXPECT_EQ(found[0].device_key, "k/1");
    EXPECT_FALSE(found[0].history);
    EXPECT_TRUE(found[0].time_trusted);
    ASSERT_EQ(early.size(), 1u) << "the gate need not wait for the disk";
    EXPECT_EQ(early[0].device_key, "k/1");
}

TEST_F(WebhookInSession, AcknowledgesAfterTheDiskAndNeverBefore)
{
    start();
    sink_takes = 3s;
    const auto answer = ask(driver->on_push(device.post(passed(1))));
    EXPECT_FALSE(answer->has_value());
    pass(2s);
    EXPECT_FALSE(answer->has_value());
    pass(5s);
    ASSERT_TRUE(answer->has_value());
    EXPECT_EQ((*answer)->status, 200u);
}

TEST_F(WebhookInSession, LeavesTheEventWithTheDeviceWhileTheDiskIsFull)
{
    start();
    push("{\"now\":" + now() + "}", "/beat"); // the link is up
    sink_refuses = 1;
    sink_error = base::Errc::disk_full;
    const auto body = passed(1);
    EXPECT_EQ(push(body).status, 503u);
    EXPECT_THAT(of<model::AccessAttempt>(), IsEmpty());
    EXPECT_EQ(push(body).status, 200u) << "the same signed post, because the first was not kept";
    EXPECT_EQ(of<model::AccessAttempt>().size(), 1u);
}

TEST_F(WebhookInSession, DoesNotOfferAgainWhatTheJournalWillNeverTake)
{
    start();
    push("{}", "/beat");
    sink_refuses = 1;
    sink_error = base::Errc::bad_input;
    EXPECT_EQ(push(passed(1)).status, 200u);
}

TEST_F(WebhookInSession, LetsASignedPostThatComesAgainDoNothing)
{
    start();
    const auto request = device.post(R"({"list":{"type":"button","on":true}})");
    EXPECT_EQ(push(request).status, 200u);
    EXPECT_EQ(push(request).body, "OK");
    EXPECT_EQ(of<model::InputChanged>().size(), 1u);
    EXPECT_EQ(repeats, 0) << "the journal was not even asked";
}

TEST_F(WebhookInSession, LetsTheJournalKnowASignedPostAgainAfterARestart)
{
    start();
    const auto request = device.post(R"({"list":[{"type":"button","on":true},{"type":"button","on":true}]})");
    push(request);
    TearDown();
    start();
    EXPECT_EQ(push(request).status, 200u);
    EXPECT_EQ(of<model::InputChanged>().size(), 2u) << "two of one post are two";
    EXPECT_EQ(repeats, 2);
}

TEST_F(WebhookInSession, TurnsAwayWhoDoesNotKnowTheSecret)
{
    start();
    device.secret = "another secret";
    EXPECT_EQ(push(passed(1)).status, 401u);
    device.address = "192.0.2.99";
    device.secret = "a secret of both sides";
    EXPECT_EQ(push(passed(1)).status, 403u);
    EXPECT_THAT(events, IsEmpty());
    EXPECT_THAT(early, IsEmpty());
    EXPECT_EQ(counted("gatehouse_webhook_in_turned_away_total", "wrong_signature"), 1u);
    EXPECT_EQ(counted("gatehouse_webhook_in_turned_away_total", "foreign"), 1u);
    EXPECT_THAT(driver->status().why, HasSubstr("posts come and are turned away"));
    EXPECT_EQ(driver->status().link, LinkState::unknown);
}

TEST_F(WebhookInSession, TakesABearerTokenAndFurtherAddresses)
{
    device.secret.clear();
    device.bearer = "a token of the door";
    start("auth = \"bearer\"\npush_from = [\"192.0.2.78\"]\n");
    EXPECT_EQ(push(passed(1)).status, 200u);
    device.address = "192.0.2.78";
    EXPECT_EQ(push(passed(2)).status, 200u);
    device.bearer = "another";
    const auto reply = push(passed(3));
    EXPECT_EQ(reply.status, 401u);
    EXPECT_EQ(reply.www_authenticate, "Bearer");
    EXPECT_EQ(of<model::AccessAttempt>().size(), 2u);
}

TEST_F(WebhookInSession, ReadsWhatAGetSaysInItsQuery)
{
    device.secret.clear();
    device.bearer = "unused";
    start("auth = \"url\"\n");
    auto request = device.post("", "?token=unused&type=pass&id=7&user=8812");
    request.method = "GET";
    EXPECT_EQ(push(request).status, 200u);
    ASSERT_EQ(of<model::AccessAttempt>().size(), 1u);
    EXPECT_EQ(of<model::AccessAttempt>()[0].device_key, "k/7");
}

// ---- what is not understood ----

TEST_F(WebhookInSession, RefusesWhatItDoesNotUnderstandAndNotForEver)
{
    start();
    const std::string strange = R"({"list":[{"kind":"pass"}]})";
    std::vector<unsigned> answers;
    for (int i = 0; i < 5; ++i) {
        pass(1s); // each with a signature of its own
        push("{}", "/beat");
        answers.push_back(push(strange).status);
    }
    EXPECT_THAT(answers, ElementsAre(400u, 400u, 400u, 200u, 200u));
    EXPECT_EQ(counted("gatehouse_webhook_in_refused_total", "no_rule"), 5u);
    EXPECT_THAT(driver->status().facts.at("last refusal"), HasSubstr("/type is missing; there it has: kind"));
    EXPECT_EQ(push("no body at all").status, 400u);
    EXPECT_EQ(counted("gatehouse_webhook_in_refused_total", "no_body"), 1u);
    EXPECT_EQ(push(passed(1)).status, 200u);
    EXPECT_FALSE(driver->status().facts.contains("last refusal"));
}

TEST_F(WebhookInSession, LetsOneBadEventCostItselfAndNotTheOthers)
{
    start();
    EXPECT_EQ(push(R"({"list":[{"type":"x"},{"type":"pass","id":3},5,{"type":"button","on":"?"}]})").status,
              200u);
    EXPECT_EQ(of<model::AccessAttempt>().size(), 1u);
    EXPECT_EQ(counted("gatehouse_webhook_in_refused_total", "no_rule"), 2u);
    EXPECT_EQ(counted("gatehouse_webhook_in_refused_total", "not_understood"), 1u);
    EXPECT_EQ(driver->status().link, LinkState::up);
}

TEST_F(WebhookInSession, KeepsWhatItCanOfAPostAndWantsAllOfItAgain)
{
    start();
    push("{}", "/beat");
    sink_refuses = 1;
    const auto both = R"({"list":[{"type":"pass","user":"8812","id":1,"at":)" + now() +
                      R"(},{"type":"pass","user":"8813","id":2,"at":)" + now() + "}]}";
    EXPECT_EQ(push(both).status, 503u);
    EXPECT_EQ(of<model::AccessAttempt>().size(), 1u);
    pass(1s);
    EXPECT_EQ(push(both).status, 200u);
    EXPECT_EQ(of<model::AccessAttempt>().size(), 2u);
    EXPECT_EQ(repeats, 1);
}

// ---- liveness ----

TEST_F(WebhookInSession, CallsTheLinkSilentAfterSilenceAndUpWithTheNextPost)
{
    start("silent_after = \"1m\"\n");
    pass(50s);
    EXPECT_THAT(links(), IsEmpty());
    EXPECT_EQ(driver->status().link, LinkState::unknown);
    pass(20s);
    EXPECT_THAT(links(), ElementsAre(LinkState::silent));
    EXPECT_THAT(driver->status().why, HasSubstr("no post has come for 60 s"));
    push("{\"model\":\"X9\"}", "/beat");
    EXPECT_THAT(links(), ElementsAre(LinkState::silent, LinkState::up));
    EXPECT_EQ(driver->status().model, "X9");
    EXPECT_EQ(driver->status().why, "");
    for (int i = 0; i < 5; ++i) {
        pass(40s);
        push("{}", "/beat");
    }
    EXPECT_EQ(links().size(), 2u) << "heartbeats keep it up";
    pass(61s);
    EXPECT_THAT(links(), ElementsAre(LinkState::silent, LinkState::up, LinkState::silent));
}

TEST_F(WebhookInSession, SaysWhenThereIsSilenceBecausePostsAreTurnedAway)
{
    start("silent_after = \"1m\"\n");
    push("{}", "/beat");
    device.secret = "another secret";
    for (int i = 0; i < 5; ++i) {
        pass(20s);
        push("{}", "/beat");
    }
    EXPECT_THAT(links(), ElementsAre(LinkState::up, LinkState::silent));
    EXPECT_THAT(driver->status().why, HasSubstr("turned away: the signature in X-Signature does not fit"));
}

TEST_F(WebhookInSession, CanBeToldThatADeviceMayBeSilentForEver)
{
    start("silent_after = \"0s\"\n");
    pass(72h);
    EXPECT_THAT(links(), IsEmpty());
    push("{}", "/beat");
    pass(72h);
    EXPECT_THAT(links(), ElementsAre(LinkState::up));
}

// ---- time ----

TEST_F(WebhookInSession, OpensNothingForWhatTheDeviceStored)
{
    start();
    push("{\"now\":" + now() + "}", "/beat");
    push(passed(1, 2min));
    push(passed(2, 5s));
    const auto found = of<model::AccessAttempt>();
    ASSERT_EQ(found.size(), 2u);
    EXPECT_TRUE(found[0].history);
    EXPECT_TRUE(found[0].time_trusted);
    EXPECT_EQ(found[0].occurred_at, clock.wall() - 2min);
    EXPECT_FALSE(found[1].history);
    ASSERT_EQ(early.size(), 1u);
    EXPECT_EQ(early[0].device_key, "k/2");
}

TEST_F(WebhookInSession, CorrectsAClockThatIsWrongAndSaysSoOnce)
{
    device.skew = -2min; // within the window of signatures
    start();
    push("{\"now\":" + now() + "}", "/beat");
    push(passed(1));
    const auto found = of<model::AccessAttempt>();
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].occurred_at, clock.wall());
    EXPECT_FALSE(found[0].time_trusted);
    EXPECT_FALSE(found[0].history) << "it happened just now, whatever its clock says";
    ASSERT_EQ(of<model::DeviceClock>().size(), 1u);
    EXPECT_EQ(std::get<model::DeviceClock>(of<model::DeviceClock>()[0].body).offset_ms, -120'000);
    EXPECT_EQ(driver->status().clock_offset_ms, -120'000);
    EXPECT_FALSE(driver->status().clock_trusted);
}

TEST_F(WebhookInSession, TakesADeviceOf1970ForStoredUnlessToldThatArrivalCounts)
{
    device.secret.clear();
    device.bearer = "a token of the door";
    device.skew = -(clock.wall().time_since_epoch() - 100s);
    start("auth = \"bearer\"\n");
    push(passed(1));
    TearDown();
    start("auth = \"bearer\"\nlive = \"arrival\"\n");
    push(passed(2));
    const auto found = of<model::AccessAttempt>();
    ASSERT_EQ(found.size(), 2u);
    EXPECT_TRUE(found[0].history);
    EXPECT_FALSE(found[0].time_trusted);
    EXPECT_FALSE(found[1].history);
    EXPECT_FALSE(found[1].time_trusted);
}

TEST_F(WebhookInSession, OnlyRecordsSignedPostsOfADeviceOf1970)
{
    start("silent_after = \"1m\"\nlive = \"arrival\"\n");
    push("{\"now\":" + now() + "}", "/beat");
    device.skew = -(clock.wall().time_since_epoch() - 240h * 30);
    EXPECT_EQ(push(passed(1)).body, "OK") << "refused, it would never be told";
    const auto found = of<model::AccessAttempt>();
    ASSERT_EQ(found.size(), 1u);
    EXPECT_TRUE(found[0].history);
    EXPECT_FALSE(found[0].time_trusted);
    EXPECT_EQ(found[0].occurred_at, clock.wall());
    ASSERT_TRUE(found[0].device_time);
    EXPECT_EQ(found[0].device_time->time_since_epoch(), 240h * 30);
    EXPECT_THAT(early, IsEmpty());
    for (int i = 0; i < 5; ++i) {
        pass(20s);
        push("{\"now\":" + now() + "}", "/beat");
    }
    EXPECT_THAT(links(), ElementsAre(LinkState::up, LinkState::silent));
    EXPECT_THAT(driver->status().why, HasSubstr("only recorded"));
    EXPECT_THAT(driver->status().why, HasSubstr("set the device's clock"));
    EXPECT_EQ(driver->status().clock_offset_ms, 0) << "whose time it was is not known";
    EXPECT_FALSE(self_test()["clock"].passed);
    device.skew = 0s;
    push("{\"now\":" + now() + "}", "/beat");
    EXPECT_EQ(driver->status().link, LinkState::up);
    EXPECT_TRUE(self_test()["clock"].passed);
}

TEST_F(WebhookInSession, LetsAnOldPostThatSomebodyRepeatsDoNothing)
{
    start("silent_after = \"1m\"\nlive = \"arrival\"\n");
    const auto pass_1 = device.post(passed(1));
    const auto button = device.post(R"({"list":{"type":"button","on":true}})");
    push(pass_1);
    push(button);
    ASSERT_EQ(early.size(), 1u);
    pass(10min); // out of the window, and longer than it is remembered
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(push(pass_1).status, 200u);
        EXPECT_EQ(push(button).status, 200u);
    }
    EXPECT_EQ(repeats, 6);
    EXPECT_EQ(early.size(), 1u);
    EXPECT_EQ(driver->status().link, LinkState::silent) << "that is no sign of life";
}

TEST_F(WebhookInSession, CountsTheTimeOfTheSignatureWhenTheEventSaysNone)
{
    start();
    push("{\"now\":" + now() + "}", "/beat");
    auto request = device.post(R"({"list":{"type":"pass","id":1,"user":"8812"}})");
    pass(2min); // the device could not reach us, and sends the same again
    push(request);
    const auto found = of<model::AccessAttempt>();
    ASSERT_EQ(found.size(), 1u);
    EXPECT_TRUE(found[0].history);
    EXPECT_THAT(early, IsEmpty());
}

// ---- the installer's tools ----

TEST_F(WebhookInSession, TestsItselfWithOneRemedyForEachFailure)
{
    start();
    auto steps = self_test();
    EXPECT_FALSE(steps["posts arrive"].passed);
    EXPECT_THAT(steps["posts arrive"].remedy, HasSubstr("http://192.0.2.1:8090/push/dev-1"));
    EXPECT_TRUE(steps["credentials"].passed);
    EXPECT_FALSE(steps["mapping"].passed);

    device.secret = "another secret";
    push(passed(1));
    EXPECT_FALSE(self_test()["credentials"].passed);

    device.secret = "a secret of both sides";
    push(R"({"list":[{"kind":"pass"}]})");
    steps = self_test();
    EXPECT_TRUE(steps["posts arrive"].passed);
    EXPECT_TRUE(steps["credentials"].passed);
    EXPECT_THAT(steps["mapping"].detail, HasSubstr("there it has: kind"));
    push(passed(1));
    for (const auto& [name, step] : self_test())
        EXPECT_TRUE(step.passed) << name << ": " << step.detail;
}

TEST_F(WebhookInSession, KnowsAZoneMistakeByItsHalfHours)
{
    device.secret.clear();
    device.bearer = "a token of the door";
    start("auth = \"bearer\"\n");
    device.skew = 8h;
    push("{\"now\":" + now() + "}", "/beat");
    EXPECT_THAT(self_test()["clock"].remedy, HasSubstr("set zone or epoch"));
}

TEST_F(WebhookInSession, RecordsWhatComesSoThatAReplayTellsTheSameAndNobodyIsSeen)
{
    start();
    const auto recording = ask(driver->capture(60s));
    EXPECT_FALSE(*ask(driver->capture(60s))->operator->()); // one at a time
    push("{\"now\":" + now() + ",\"serial\":\"X1234\"}", "/beat");
    push(
        R"({"list":[{"type":"pass","id":7,"at":1686299994,"user":"8812","userName":"张三丰","phone":13800138000,)"
        R"("ok":true,"photo":"/9j/4AAQ)" +
        std::string(400, 'A') + "\"}]}");
    push("not understood 8812");
    pass(61s);
    ASSERT_TRUE(recording->has_value());
    const std::string text = recording->value().value();
    for (const auto* secret : {"8812", "张三丰", "13800138000", "X1234", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})
        EXPECT_THAT(text, Not(HasSubstr(secret))) << secret;
    EXPECT_THAT(text, HasSubstr("# POST /beat\n{\"now\":"));
    EXPECT_THAT(
        driver->replay(text),
        ElementsAre("body 1, event 1 (beat): a sign of life",
                    "body 2, event 1 (passed): access.granted, credential unknown, person of 4 bytes, no "
                    "card, door 0, reader 0, at 2023-06-09T16:39:54.000+08:00"));
}

TEST_F(WebhookInSession, TakesNoOrdersAndSaysWhatToDoInstead)
{
    start();
    model::Command command;
    command.action = model::Action::door_open;
    const auto outcome = ask(driver->execute(command))->value();
    EXPECT_EQ(outcome.status, model::Status::rejected);
    EXPECT_EQ(outcome.code, "unsupported");
    EXPECT_THAT(outcome.text, HasSubstr("relay board"));
}

} // namespace gatehouse::webhook_in
