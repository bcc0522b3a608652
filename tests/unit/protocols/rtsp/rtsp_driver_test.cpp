#include "protocols/rtsp/rtsp_driver.hpp"

#include "protocols/rtsp/driver.hpp"
#include "tests/fakes/counting_metrics.hpp"
#include "tests/fakes/fake_memory.hpp"
#include "tests/fakes/manual_clock.hpp"
#include "tests/fakes/memory_stream.hpp"
#include "tests/fakes/said_eyes.hpp"

#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gatehouse::rtsp {
namespace {

using namespace std::chrono_literals;
using model::LinkState;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr auto whole = R"(
address = "rtsp://192.0.2.71/stream1"
sub = "rtsp://192.0.2.71/stream2"
snapshot = "http://192.0.2.71/snapshot.jpg"
vision = ["plates"]
)";

config::DeviceConfig camera(std::string address = "rtsp://192.0.2.71/stream1")
{
    config::DeviceConfig device;
    device.id = "cam-1";
    device.kind = "camera";
    device.address = std::move(address);
    device.username = "viewer";
    device.password = base::Secret("1042");
    return device;
}

class RtspConfig : public testing::Test {
protected:
    Config read(const std::string& text, const config::DeviceConfig& device = camera())
    {
        issues.clear();
        auto table = config::Table::parse(text, "gatehouse.toml", issues);
        table.expect("address"); // what every device has is read before
        auto config = read_config(device, table);
        table.finish();
        return config;
    }
    [[nodiscard]] std::string complaints() const
    {
        std::string all;
        for (const auto& issue : issues)
            all += config::to_string(issue) + '\n';
        return all;
    }
    config::Issues issues;
};

TEST_F(RtspConfig, GivesTheWorkerEverySourceInOrderAndTheLogInApart)
{
    const auto watch = read(whole).watch(480min);
    EXPECT_EQ(complaints(), "");
    ASSERT_EQ(watch.sources.size(), 3U);
    EXPECT_EQ(watch.sources[0].kind, "main");
    EXPECT_EQ(watch.sources[1].url, "rtsp://192.0.2.71/stream2");
    EXPECT_EQ(watch.sources[2].kind, "snapshot");
    EXPECT_EQ(watch.username, "viewer");
    EXPECT_EQ(watch.password.expose(), "1042");
    EXPECT_TRUE(watch.wants.plates);
    EXPECT_FALSE(watch.wants.health);
    EXPECT_EQ(watch.utc_offset_minutes, 480);
}

TEST_F(RtspConfig, WatchesTheHealthOfACameraThatSaysNothing)
{
    EXPECT_TRUE(read("").camera.wants.health);
    EXPECT_EQ(complaints(), "");
}

TEST_F(RtspConfig, RefusesAddressesThatAreNoneAndPasswordsInThem)
{
    (void)read("", camera("http://192.0.2.71/"));
    EXPECT_THAT(complaints(), HasSubstr("rtsp://192.0.2.71:554/stream1"));
    (void)read("", camera("rtsp://viewer:1042@192.0.2.71/stream1"));
    EXPECT_THAT(complaints(), HasSubstr("username and password"));
    EXPECT_THAT(complaints(), testing::Not(HasSubstr("1042")));
    (void)read("sub = \"stream2\"");
    EXPECT_THAT(complaints(), HasSubstr("sub"));
    auto reader = camera();
    reader.kind = "plate";
    (void)read("", reader);
    EXPECT_THAT(complaints(), HasSubstr("kind"));
}

class RtspDriverTest : public testing::Test {
protected:
    ~RtspDriverTest() override { stop(); }

    void start()
    {
        Config config;
        config.id = "cam-1";
        config.main = "rtsp://192.0.2.71/stream1";
        device::DriverContext context{.executor = io.get_executor(),
                                      .clock = clock,
                                      .random = random,
                                      .connector = connector,
                                      .metrics = metrics,
                                      .memory = memory,
                                      .sink = [this](model::Event event) { return keep(std::move(event)); },
                                      .early = {},
                                      .listener_host = {},
                                      .eyes = &eyes};
        driver = std::make_unique<RtspDriver>(std::move(config), std::move(context));
        tasks = std::make_unique<base::TaskGroup>(io.get_executor());
        tasks->spawn("driver", driver->run());
        settle();
    }
    void stop()
    {
        if (!tasks) return;
        tasks->cancel();
        settle();
        EXPECT_EQ(tasks->size(), 0U);
        tasks.reset();
    }
    asio::awaitable<base::Result<void>> keep(model::Event event)
    {
        if (refusals > 0) {
            --refusals;
            co_return base::Errc::overloaded;
        }
        events.push_back(std::move(event));
        co_return base::Result<void>();
    }
    void settle()
    {
        io.restart();
        io.poll();
    }
    void say(vision::News news)
    {
        eyes.say(std::move(news));
        settle();
    }
    void stream(LinkState state, std::string reason = {}, std::string why = {})
    {
        vision::Stream said;
        said.state = state;
        said.reason = std::move(reason);
        said.why = std::move(why);
        said.source = "main";
        said.codec = "h264";
        say(std::move(said));
    }
    model::Outcome execute(model::Action action)
    {
        model::Command order;
        order.id = "order-1";
        order.action = action;
        model::Outcome outcome;
        tasks->spawn("order", hold(driver->execute(std::move(order)), outcome));
        settle();
        return outcome;
    }
    static asio::awaitable<void> hold(asio::awaitable<model::Outcome> work, model::Outcome& into)
    {
        into = co_await std::move(work);
    }
    // Which steps failed; "-" when none did.
    std::string failed_steps()
    {
        std::vector<device::TestStep> steps;
        tasks->spawn("test", hold_steps(steps));
        for (int times = 0; times < 40 && steps.empty(); ++times) {
            settle();
            clock.advance(500ms);
        }
        settle();
        std::string failed;
        for (const auto& step : steps)
            if (!step.passed) failed += step.name;
        return steps.empty() ? "nothing" : failed.empty() ? "-" : failed;
    }
    asio::awaitable<void> hold_steps(std::vector<device::TestStep>& into)
    {
        auto steps = co_await driver->self_test();
        into = std::move(steps);
    }

    asio::io_context io;
    fakes::ManualClock clock;
    base::Random random{7};
    fakes::CountingMetrics metrics;
    fakes::FakeMemory memory;
    fakes::MemoryConnector connector{io.get_executor()};
    fakes::SaidEyes eyes;
    int refusals = 0;
    std::vector<model::Event> events;
    std::unique_ptr<RtspDriver> driver;
    std::unique_ptr<base::TaskGroup> tasks;
};

TEST_F(RtspDriverTest, IsUpWhileItsStreamComesAndEndsWatchingWithItself)
{
    start();
    ASSERT_TRUE(eyes.watched);
    stream(LinkState::up);
    EXPECT_EQ(driver->status().link, LinkState::up);
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(std::get<model::DeviceLink>(events[0].body).state, LinkState::up);
    stop();
    EXPECT_FALSE(eyes.say);
}

TEST_F(RtspDriverTest, ShowsTheNewestReasonOfALinkThatIsDownAndIsLostOnce)
{
    start();
    stream(LinkState::up);
    stream(LinkState::down, "unreachable", "no answer");
    EXPECT_EQ(driver->status().why, "no answer");
    stream(LinkState::down, "unauthorised", "the log-in was refused");
    EXPECT_EQ(driver->status().why, "the log-in was refused");
    EXPECT_EQ(driver->status().facts.at("video"), "the log-in was refused");
    EXPECT_EQ(events.size(), 2U) << "a loss more would look like a loose plug";
}

TEST_F(RtspDriverTest, OffersAReadAgainUntilTheJournalTakesIt)
{
    start();
    refusals = 3;
    say(vision::PlateRead{"cam-1", clock.wall(), {"沪A12345", "blue", 0.9, {}}, 3, 120, "scene", "plate"});
    EXPECT_TRUE(events.empty());
    for (int times = 0; times < 10; ++times) {
        clock.advance(1s);
        settle();
    }
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(std::get<model::VehiclePassage>(events[0].body).plate.text, "沪A12345");
}

TEST_F(RtspDriverTest, ASnapshotIsThePictureOfNow)
{
    start();
    eyes.answer = vision::Answer{1, "", "", "{}", "\xFF\xD8 a picture"};
    const auto outcome = execute(model::Action::snapshot);
    EXPECT_EQ(outcome.status, model::Status::confirmed);
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].device_key, "snapshot/order-1");
    EXPECT_EQ(*events[0].pictures.at(0).bytes, "\xFF\xD8 a picture");
    EXPECT_THAT(eyes.asked.at(0).second, HasSubstr("\"cam-1\""));
}

TEST_F(RtspDriverTest, WithoutAPictureASnapshotFailsAndNothingElseIsCarriedOut)
{
    start();
    EXPECT_EQ(execute(model::Action::snapshot).code, "no_picture");
    EXPECT_EQ(execute(model::Action::barrier_open).code, "unsupported");
}

TEST_F(RtspDriverTest, TheSelfTestNamesWhatIsWrong)
{
    start();
    EXPECT_EQ(failed_steps(), "worker");
    stream(LinkState::down, "unreachable", "no answer");
    EXPECT_EQ(failed_steps(), "reachable");
    stream(LinkState::down, "unauthorised", "the log-in was refused");
    EXPECT_EQ(failed_steps(), "log-in");
    stream(LinkState::down, "not_found", "404");
    EXPECT_EQ(failed_steps(), "path");
    stream(LinkState::silent, "codec", "mpeg1 cannot be read");
    EXPECT_EQ(failed_steps(), "codec");
    stream(LinkState::up);
    eyes.answer = base::Errc::not_found;
    EXPECT_EQ(failed_steps(), "picture");
    eyes.answer = vision::Answer{1, "", "", R"({"mean":4,"contrast":2,"active":["blurred"]})", ""};
    EXPECT_EQ(failed_steps(), "lightsharp");
    eyes.answer = vision::Answer{1, "", "", R"({"mean":90,"contrast":40,"active":[]})", ""};
    EXPECT_EQ(failed_steps(), "-");
}

} // namespace
} // namespace gatehouse::rtsp
