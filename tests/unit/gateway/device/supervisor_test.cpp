#include "gateway/device/supervisor.hpp"

#include "tests/fakes/counting_metrics.hpp"
#include "tests/fakes/fake_store.hpp"
#include "tests/fakes/manual_clock.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>

#include <stdexcept>

namespace gatehouse::device {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

// What a test tells a driver to do, and what it saw of it.
struct Script {
    int made = 0;
    int alive = 0;
    int faults = 0; // runs that throw before one that goes on
    bool make_throws = false;
    bool call_throws = false;
    bool says_goodbye = false; // catches its cancellation, as a driver does that logs out
    std::string claims;        // a target that it takes for its own
    DeviceStatus status;
    Memory* memory = nullptr;
    WriteNotice written;
};

class FakeDriver final : public Driver {
public:
    FakeDriver(Script& script, base::Clock& clock) : script_(script), clock_(clock)
    {
        ++script_.made;
        ++script_.alive;
    }
    ~FakeDriver() override { --script_.alive; }

    asio::awaitable<void> run() override
    {
        if (script_.faults > 0) {
            --script_.faults;
            throw std::runtime_error("codec went mad");
        }
        try {
            co_await clock_.sleep_for(std::chrono::hours(10'000));
        } catch (const boost::system::system_error&) {
            if (!script_.says_goodbye) throw;
        }
        co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
        throw std::runtime_error("goodbye was not answered");
    }
    asio::awaitable<model::Outcome> execute(model::Command command) override
    {
        co_await clock_.sleep_for(1s);
        if (script_.call_throws) throw std::runtime_error("no such output");
        model::Outcome outcome;
        outcome.status = model::Status::confirmed;
        outcome.text = command.device;
        co_return outcome;
    }
    asio::awaitable<PushReply> on_push(PushRequest request) override
    {
        if (script_.call_throws) throw std::runtime_error("bad push");
        PushReply reply;
        reply.body = request.body;
        co_return reply;
    }
    [[nodiscard]] bool claims(const PushRequest& request) const override
    {
        return !script_.claims.empty() && request.target == script_.claims;
    }
    asio::awaitable<std::vector<TestStep>> self_test() override { co_return std::vector<TestStep>(2); }
    [[nodiscard]] DeviceStatus status() const override { return script_.status; }

private:
    Script& script_;
    base::Clock& clock_;
};

class NoConnector final : public base::Connector {
public:
    asio::awaitable<base::Result<std::unique_ptr<base::ByteStream>>> connect(base::Target) override
    {
        co_return base::Errc::unreachable;
    }
};

class SupervisorTest : public testing::Test {
protected:
    SupervisorTest()
    {
        Supervisor::Ports ports{
            .executor = io.get_executor(),
            .clock = clock,
            .random = random,
            .connector = connector,
            .metrics = metrics,
            .store = store,
            .sink_for = [this](std::string) { return sink(); },
            .early_for = {},
            .taken = {},
            .make = [this](const config::DeviceConfig& device, config::Table,
                           DriverContext context) { return make(device, context); },
            .on_change = [this](const std::string& device,
                                const DeviceStatus& status) { changes.emplace_back(device, status.link); }};
        Supervisor::Options options;
        options.match_push_source = true;
        supervisor.emplace(std::move(ports), options);
    }
    ~SupervisorTest() override
    {
        run(supervisor->stop());
        pass(6s, 100ms);
    }

    EventSink sink()
    {
        return [this](model::Event event) -> asio::awaitable<base::Result<void>> {
            events.push_back(std::move(event));
            co_return base::Result<void>();
        };
    }
    std::unique_ptr<Driver> make(const config::DeviceConfig& device, DriverContext& context)
    {
        auto& script = scripts[device.id];
        script.memory = &context.memory;
        script.written = context.written;
        if (script.make_throws) throw std::runtime_error("bad section");
        if (device.protocol == "unknown") return nullptr;
        return std::make_unique<FakeDriver>(script, context.clock);
    }
    static config::DeviceConfig device(std::string id, std::string fingerprint = "1")
    {
        config::DeviceConfig made;
        made.id = std::move(id);
        made.protocol = "fake";
        made.address = "http://user@192.0.2.21:8000/x";
        made.fingerprint = std::move(fingerprint);
        return made;
    }
    void apply(std::vector<config::DeviceConfig> devices)
    {
        std::map<std::string, config::Table> tables;
        for (const auto& d : devices)
            tables.emplace(d.id, config::Table::parse("", "test", issues));
        run(supervisor->apply(std::move(devices), std::move(tables)));
        pass(200ms, 20ms);
    }
    template <class T>
    std::shared_ptr<std::optional<T>> run(asio::awaitable<T> work)
    {
        auto result = std::make_shared<std::optional<T>>();
        asio::co_spawn(io, std::move(work), [result](std::exception_ptr failure, T value) {
            if (!failure) *result = std::move(value);
        });
        settle();
        return result;
    }
    void run(asio::awaitable<void> work)
    {
        asio::co_spawn(io, std::move(work), [](std::exception_ptr failure) { EXPECT_FALSE(failure); });
        settle();
    }
    void settle()
    {
        io.restart();
        io.poll();
    }
    void pass(std::chrono::milliseconds span, std::chrono::milliseconds step = 1s)
    {
        for (; span > 0ms; span -= step) {
            clock.advance(step);
            settle();
        }
    }
    model::Outcome execute(std::string id, model::Action action = model::Action::ping)
    {
        model::Command command;
        command.action = action;
        command.device = std::move(id);
        const auto outcome = run(supervisor->execute(command));
        pass(2s);
        return outcome->value();
    }
    template <class T>
    T answer(asio::awaitable<T> work)
    {
        const auto result = run(std::move(work));
        return result->value();
    }
    // What was told of the devices' health under this name.
    [[nodiscard]] std::vector<model::DeviceHealth> health(const std::string& what) const
    {
        std::vector<model::DeviceHealth> told;
        for (const auto& event : events)
            if (const auto* body = std::get_if<model::DeviceHealth>(&event.body); body && body->what == what)
                told.push_back(*body);
        return told;
    }
    PushReply push(std::string id, std::string remote = "192.0.2.21")
    {
        PushRequest request;
        request.remote = std::move(remote);
        request.body = "hello";
        return run(supervisor->push(std::move(id), request))->value();
    }

    asio::io_context io{1};
    fakes::ManualClock clock;
    base::Random random{7};
    NoConnector connector;
    fakes::CountingMetrics metrics;
    fakes::FakeStore store{io.get_executor()};
    config::Issues issues;
    std::map<std::string, Script> scripts;
    std::vector<model::Event> events;
    std::vector<std::pair<std::string, model::LinkState>> changes;
    std::optional<Supervisor> supervisor;
};

TEST_F(SupervisorTest, RestartsADriverThatThrowsAndLeavesTheOthersAlone)
{
    scripts["bad"].faults = 2;
    apply({device("bad"), device("good")});
    pass(10s);
    EXPECT_EQ(scripts["bad"].made, 3);
    EXPECT_EQ(scripts["bad"].alive, 1);
    EXPECT_EQ(scripts["good"].made, 1);
    EXPECT_TRUE(events.empty());
    EXPECT_EQ(metrics.counter("gatehouse_device_restarts_total", "", {{"device", "bad"}}).value(), 2u);
}

TEST_F(SupervisorTest, ShowsADeviceAsFailedWhenTheBudgetIsSpentAndTriesAgainEveryTenMinutes)
{
    scripts["bad"].faults = 1000;
    apply({device("bad")});
    pass(3min);
    EXPECT_EQ(scripts["bad"].made, 6);
    ASSERT_EQ(events.size(), 1u);
    const auto& health = std::get<model::DeviceHealth>(events[0].body);
    EXPECT_EQ(events[0].device, "bad");
    EXPECT_EQ(health.what, "driver");
    EXPECT_FALSE(health.ok);
    EXPECT_THAT(supervisor->status("bad")->why, HasSubstr("codec went mad"));
    pass(10min);
    EXPECT_GT(scripts["bad"].made, 6);
    EXPECT_EQ(events.size(), 1u) << "one report a failure, not one an attempt";
}

TEST_F(SupervisorTest, ReportsAFailedDeviceAsCuredOnceItHasRunForAMinute)
{
    scripts["bad"].faults = 6;
    apply({device("bad")});
    pass(3min);
    ASSERT_EQ(events.size(), 1u);
    pass(12min);
    ASSERT_EQ(events.size(), 2u);
    EXPECT_TRUE(std::get<model::DeviceHealth>(events[1].body).ok);
    EXPECT_EQ(scripts["bad"].alive, 1);
}

TEST_F(SupervisorTest, CountsADriverThatCannotBeMadeAsFailed)
{
    scripts["bad"].make_throws = true;
    auto other = device("other");
    other.protocol = "unknown";
    apply({device("bad"), other});
    pass(10s);
    EXPECT_THAT(supervisor->status("bad")->why, HasSubstr("bad section"));
    EXPECT_THAT(supervisor->status("other")->why, HasSubstr("unknown"));
}

TEST_F(SupervisorTest, RestartsOnlyWhatAReloadChanged)
{
    apply({device("same"), device("changed"), device("gone")});
    auto off = device("off");
    off.enabled = false;
    apply({device("same"), device("changed", "2"), device("fresh"), off});
    EXPECT_EQ(scripts["same"].made, 1);
    EXPECT_EQ(scripts["changed"].made, 2);
    EXPECT_EQ(scripts["changed"].alive, 1);
    EXPECT_EQ(scripts["gone"].alive, 0);
    EXPECT_EQ(scripts["fresh"].made, 1);
    EXPECT_EQ(scripts["off"].made, 0);
    EXPECT_FALSE(supervisor->status("gone"));
    EXPECT_EQ(supervisor->all().size(), 3u);
}

TEST_F(SupervisorTest, GivesADriverItsMemoryAndKeepsWhatItWritesInTheStore)
{
    store.memory_table["dev"]["position"] = "41";
    apply({device("dev")});
    auto& memory = *scripts["dev"].memory;
    EXPECT_EQ(memory.find("position"), "41");
    run(memory.put("position", "42"));
    EXPECT_EQ(memory.find("position"), "42");
    EXPECT_EQ(store.memory_table["dev"]["position"], "42");
    store.fail_commits(base::Errc::disk_full);
    const auto refused = run(memory.put("position", "43"));
    EXPECT_EQ(memory.find("position"), "42");
}

TEST_F(SupervisorTest, RejectsACommandForAnUnknownDevice)
{
    const auto outcome = execute("nobody");
    EXPECT_EQ(outcome.status, model::Status::rejected);
    EXPECT_EQ(outcome.code, "device_unknown");
}

TEST_F(SupervisorTest, CarriesACommandToTheDriverAlthoughTheLinkIsDown)
{
    apply({device("dev")});
    scripts["dev"].status.link = model::LinkState::down;
    EXPECT_EQ(execute("dev").status, model::Status::confirmed);
}

TEST_F(SupervisorTest, LeavesUnknownWhatMovedWhenTheDriverThrowsInACommand)
{
    apply({device("dev")});
    scripts["dev"].call_throws = true;
    EXPECT_EQ(execute("dev", model::Action::device_sync).status, model::Status::failed);
    const auto outcome = execute("dev", model::Action::barrier_open);
    EXPECT_EQ(outcome.status, model::Status::unknown);
    EXPECT_EQ(outcome.code, "device_failed");
    EXPECT_EQ(scripts["dev"].alive, 1);
}

TEST_F(SupervisorTest, KeepsTheDriverUntilACommandInProgressHasEnded)
{
    apply({device("dev")});
    model::Command command;
    command.device = "dev";
    const auto outcome = run(supervisor->execute(command));
    run(supervisor->apply({}, {}));
    pass(200ms, 20ms);
    EXPECT_FALSE(supervisor->status("dev"));
    EXPECT_EQ(scripts["dev"].alive, 1);
    pass(2s);
    ASSERT_TRUE(*outcome);
    EXPECT_EQ((*outcome)->status, model::Status::confirmed);
    EXPECT_EQ(scripts["dev"].alive, 0);
}

TEST_F(SupervisorTest, AnswersPushesByDeviceAndSourceAddress)
{
    apply({device("dev")});
    EXPECT_EQ(push("nobody").status, 404u);
    EXPECT_EQ(push("dev", "192.0.2.99").status, 403u);
    EXPECT_EQ(push("dev", "::ffff:192.0.2.21").status, 200u);
    EXPECT_EQ(push("dev").body, "hello");
    scripts["dev"].call_throws = true;
    EXPECT_EQ(push("dev").status, 500u);
    EXPECT_EQ(metrics.counter("gatehouse_push_unknown_total", "").value(), 1u);
    EXPECT_EQ(metrics.counter("gatehouse_push_refused_total", "").value(), 1u);
}

TEST_F(SupervisorTest, FindsTheOneDeviceThatClaimsAFixedPath)
{
    scripts["one"].claims = "/iclock/cdata?SN=1";
    scripts["two"].claims = "/iclock/cdata?SN=2";
    apply({device("one"), device("two"), device("three")});
    PushRequest request;
    request.remote = "192.0.2.21";
    request.target = "/iclock/cdata?SN=2";
    EXPECT_EQ(supervisor->claimant(request), "two");
    request.target = "/iclock/cdata?SN=3";
    EXPECT_EQ(supervisor->claimant(request), "");
    request.target = "/iclock/cdata?SN=1";
    request.remote = "192.0.2.99"; // not where that device lives
    EXPECT_EQ(supervisor->claimant(request), "");
}

TEST_F(SupervisorTest, GivesARequestThatTwoDevicesClaimToNeither)
{
    scripts["one"].claims = scripts["two"].claims = "/iclock/cdata?SN=1";
    apply({device("one"), device("two")});
    PushRequest request;
    request.remote = "192.0.2.21";
    request.target = "/iclock/cdata?SN=1";
    EXPECT_EQ(supervisor->claimant(request), "");
    EXPECT_EQ(metrics.counter("gatehouse_push_contested_total", "").value(), 1u);
}

TEST_F(SupervisorTest, AsksAPushingDeviceToComeBackWhileItsDriverIsRestarted)
{
    scripts["dev"].faults = 1000;
    apply({device("dev")});
    EXPECT_EQ(push("dev").status, 503u);
    PushRequest request;
    request.remote = "192.0.2.21";
    request.target = "/iclock/cdata?SN=1";
    EXPECT_EQ(supervisor->claimant(request), "dev");
}

TEST_F(SupervisorTest, PassesSelfTestCaptureAndReplayThrough)
{
    apply({device("dev")});
    EXPECT_EQ(run(supervisor->self_test("dev"))->value()->size(), 2u);
    EXPECT_EQ(run(supervisor->self_test("nobody"))->value().error(), base::Errc::not_found);
    EXPECT_EQ(run(supervisor->capture("dev", 1s))->value().error(), base::Errc::unsupported);
    EXPECT_EQ(run(supervisor->replay("dev", "x", io.get_executor()))->value()->size(), 1u);
}

TEST_F(SupervisorTest, PutsWhatADriverWritesToItsDeviceIntoTheAudit)
{
    apply({device("dev")});
    DeviceWrite write{"httpHosts 2", "0.0.0.0:80/ -> 192.0.2.1:8090/push/dev", "ok"};
    run(scripts["dev"].written(std::move(write)));
    ASSERT_EQ(store.audit_table.size(), 1u);
    const auto& record = store.audit_table[0];
    EXPECT_EQ(record.action, "device-write");
    EXPECT_EQ(record.target, "dev httpHosts 2");
    EXPECT_EQ(record.detail, "0.0.0.0:80/ -> 192.0.2.1:8090/push/dev");
    EXPECT_EQ(record.result, "ok");
}

TEST_F(SupervisorTest, TellsThatAnotherDeviceAnswersUnderAKnownIdUntilItWasReplaced)
{
    scripts["gate"].status.serial = "A1";
    apply({device("gate")});
    pass(3s, 500ms);
    EXPECT_TRUE(health("identity").empty());
    EXPECT_EQ(answer(supervisor->replace("gate", "li")).error(), base::Errc::conflict);

    scripts["gate"].status.serial = "B2";
    pass(3s, 500ms);
    ASSERT_EQ(health("identity").size(), 1u);
    EXPECT_FALSE(health("identity")[0].ok);
    EXPECT_THAT(health("identity")[0].detail, HasSubstr("B2 answers where A1 was"));

    const auto serial = answer(supervisor->replace("gate", "li"));
    ASSERT_TRUE(serial);
    EXPECT_EQ(*serial, "B2");
    pass(3s, 500ms);
    ASSERT_EQ(health("identity").size(), 2u);
    EXPECT_TRUE(health("identity")[1].ok);
    ASSERT_FALSE(store.audit_table.empty());
    EXPECT_EQ(store.audit_table.back().detail, "A1 -> B2");
}

TEST_F(SupervisorTest, TellsThatTheKnownDeviceIsBack)
{
    scripts["gate"].status.serial = "A1";
    apply({device("gate")});
    pass(3s, 500ms);
    scripts["gate"].status.serial = "B2";
    pass(3s, 500ms);
    scripts["gate"].status.serial = "A1";
    pass(3s, 500ms);
    ASSERT_EQ(health("identity").size(), 2u);
    EXPECT_TRUE(health("identity")[1].ok);
}

TEST_F(SupervisorTest, TellsALinkChangeOnce)
{
    apply({device("dev")});
    changes.clear();
    scripts["dev"].status.link = model::LinkState::up;
    pass(5s);
    scripts["dev"].status.link = model::LinkState::silent;
    pass(5s);
    using Change = std::pair<std::string, model::LinkState>;
    EXPECT_EQ(changes,
              (std::vector<Change>{{"dev", model::LinkState::up}, {"dev", model::LinkState::silent}}));
}

TEST_F(SupervisorTest, StopsEveryDriver)
{
    apply({device("a"), device("b")});
    run(supervisor->stop());
    pass(200ms, 20ms);
    EXPECT_EQ(scripts["a"].alive + scripts["b"].alive, 0);
    EXPECT_TRUE(supervisor->all().empty());
}

TEST_F(SupervisorTest, DoesNotRestartADriverThatFailsWhileItSaysGoodbye)
{
    scripts["a"].says_goodbye = true;
    apply({device("a")});
    run(supervisor->stop());
    pass(70s, 1s);
    EXPECT_EQ(scripts["a"].made, 1);
    EXPECT_EQ(scripts["a"].alive, 0);
}

TEST_F(SupervisorTest, ACutDeviceIsAwayForAWhileAndComesBackByItself)
{
    apply({device("dev")});
    EXPECT_EQ(supervisor->cut("nobody", 30s).error(), base::Errc::not_found);
    ASSERT_TRUE(supervisor->cut("dev", 30s));
    pass(2s);
    EXPECT_EQ(scripts["dev"].alive, 0);
    EXPECT_EQ(supervisor->status("dev")->link, model::LinkState::down);
    EXPECT_THAT(supervisor->status("dev")->why, HasSubstr("cut for a test"));
    PushRequest post;
    post.remote = "192.0.2.21";
    EXPECT_EQ(answer(supervisor->push("dev", post)).status, 503U) << "the device would not keep it";
    pass(27s);
    EXPECT_EQ(scripts["dev"].alive, 0);
    pass(2s);
    EXPECT_EQ(scripts["dev"].alive, 1);
    EXPECT_EQ(scripts["dev"].made, 2);
}

TEST_F(SupervisorTest, ACutDoesNotOutliveItsDevice)
{
    apply({device("dev")});
    ASSERT_TRUE(supervisor->cut("dev", 30s));
    apply({device("other")});
    pass(60s);
    EXPECT_EQ(scripts["dev"].alive, 0);
    EXPECT_EQ(scripts["dev"].made, 1);
}

} // namespace
} // namespace gatehouse::device
