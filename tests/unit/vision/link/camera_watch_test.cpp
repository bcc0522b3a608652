#include "vision/link/camera_watch.hpp"

#include "gateway/base/task_group.hpp"
#include "tests/fakes/counting_metrics.hpp"
#include "tests/fakes/fake_memory.hpp"
#include "tests/fakes/manual_clock.hpp"
#include "tests/fakes/memory_stream.hpp"
#include "tests/fakes/said_eyes.hpp"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

namespace gatehouse::vision {
namespace {

using namespace std::chrono_literals;
using model::LinkState;

class VisionCameraWatch : public testing::Test {
protected:
    ~VisionCameraWatch() override { stop(); }

    void start()
    {
        watch = std::make_unique<CameraWatch>("cam-1", context);
        Watch wanted;
        wanted.camera = "cam-1";
        wanted.zones = {{.number = 2, .name = "消防通道", .polygon = {}, .minutes = 3}};
        watch->begin(std::move(wanted));
        tasks = std::make_unique<base::TaskGroup>(io.get_executor());
        tasks->spawn("watch", note());
        settle();
    }
    void stop()
    {
        if (!tasks) return;
        tasks->cancel();
        settle();
        tasks.reset();
        watch->end();
        watch.reset();
    }
    asio::awaitable<void> note()
    {
        for (;;) {
            auto one = co_await watch->next();
            if (auto* link = std::get_if<model::DeviceLink>(&one))
                links.push_back(std::move(*link));
            else
                events.push_back(std::get<model::Event>(std::move(one)));
        }
    }
    asio::awaitable<void> note_one()
    {
        auto one = co_await watch->next();
        events.push_back(std::get<model::Event>(std::move(one)));
    }
    void settle()
    {
        io.restart();
        io.poll();
    }
    void advance(std::chrono::milliseconds span)
    {
        clock.advance(span);
        settle();
    }
    void say(News news)
    {
        eyes.say(std::move(news));
        settle();
    }
    void stream(LinkState state, std::string why = {})
    {
        Stream said;
        said.camera = "cam-1";
        said.state = state;
        said.why = std::move(why);
        said.codec = "h264";
        say(std::move(said));
    }
    void find(std::string what, bool active, int zone = 0)
    {
        Finding finding;
        finding.camera = "cam-1";
        finding.what = std::move(what);
        finding.active = active;
        finding.zone = zone;
        finding.present_picture = "present";
        finding.reference_picture = "reference";
        say(std::move(finding));
    }
    // The worker is killed, and another one sees the stream again.
    void exchange_worker()
    {
        say(WorkerState{false, "it was ended by signal 9"});
        advance(2s);
        say(WorkerState{true, ""});
        stream(LinkState::up);
    }
    [[nodiscard]] const model::DeviceHealth& health(std::size_t number) const
    {
        return std::get<model::DeviceHealth>(events.at(number).body);
    }

    asio::io_context io;
    fakes::ManualClock clock;
    base::Random random{7};
    fakes::CountingMetrics metrics;
    fakes::FakeMemory memory;
    fakes::MemoryConnector connector{io.get_executor()};
    fakes::SaidEyes eyes;
    std::vector<model::Event> early;
    device::DriverContext context{.executor = io.get_executor(),
                                  .clock = clock,
                                  .random = random,
                                  .connector = connector,
                                  .metrics = metrics,
                                  .memory = memory,
                                  .sink = {},
                                  .early = [this](const model::Event& event) { early.push_back(event); },
                                  .listener_host = {},
                                  .eyes = &eyes};
    std::unique_ptr<CameraWatch> watch;
    std::unique_ptr<base::TaskGroup> tasks;
    std::vector<model::Event> events;
    std::vector<model::DeviceLink> links;
};

TEST_F(VisionCameraWatch, TheLinkIsTheStream)
{
    start();
    stream(LinkState::up);
    stream(LinkState::down, "the camera refuses the connection");
    ASSERT_EQ(links.size(), 2U);
    EXPECT_EQ(links[0].state, LinkState::up);
    EXPECT_EQ(links[1].state, LinkState::down);
    EXPECT_EQ(links[1].why, "the camera refuses the connection");
}

TEST_F(VisionCameraWatch, ACameraIsHeardWhileItsStreamGoesOnAndNotBefore)
{
    start();
    EXPECT_FALSE(watch->last_heard());
    stream(LinkState::up);
    const auto first = clock.wall();
    EXPECT_EQ(watch->last_heard(), first);
    CameraFigures figures;
    figures.packets = 250;
    advance(10s);
    say(figures);
    EXPECT_EQ(watch->last_heard(), first + 10s);
    advance(10s);
    say(figures); // nothing came
    stream(LinkState::down, "timed out");
    EXPECT_EQ(watch->last_heard(), first + 10s);
}

TEST_F(VisionCameraWatch, WithoutEyesTheLinkIsDownAndSaysWhy)
{
    context.eyes = nullptr;
    start();
    ASSERT_EQ(links.size(), 1U);
    EXPECT_EQ(links[0].state, LinkState::down);
    EXPECT_EQ(links[0].why, "there is no vision worker here");
}

TEST_F(VisionCameraWatch, AReadIsToldEarlyAndThenWithTheSameKeyAndItsPictures)
{
    start();
    PlateRead read;
    read.seen_at = clock.wall() - 300ms;
    read.plate = {"沪A12345", "blue", 0.93, {0.99, 0.93}};
    read.scene_picture = "scene";
    read.plate_picture = "plate";
    say(read);
    ASSERT_EQ(early.size(), 1U);
    ASSERT_EQ(events.size(), 1U);
    EXPECT_FALSE(early[0].device_key.empty());
    EXPECT_EQ(early[0].device_key, events[0].device_key);
    EXPECT_EQ(events[0].occurred_at, clock.wall() - 300ms);
    EXPECT_EQ(std::get<model::VehiclePassage>(events[0].body).plate.characters, read.plate.characters);
    ASSERT_EQ(events[0].pictures.size(), 2U);
    EXPECT_EQ(events[0].pictures[1].kind, "plate");
    EXPECT_EQ(*events[0].pictures[1].bytes, "plate");
}

TEST_F(VisionCameraWatch, TwoReadsOfOneMomentHaveDifferentKeys)
{
    start();
    say(PlateRead{"cam-1", clock.wall(), {}, 1, 0, "", ""});
    say(PlateRead{"cam-1", clock.wall(), {}, 1, 0, "", ""});
    ASSERT_EQ(events.size(), 2U);
    EXPECT_NE(events[0].device_key, events[1].device_key);
}

TEST_F(VisionCameraWatch, AFindingIsAFaultOfTheDeviceWithThePictureOfNowAndTheNormalOne)
{
    start();
    find("blurred", true);
    find("blurred", false);
    ASSERT_EQ(events.size(), 2U);
    EXPECT_EQ(health(0).what, "picture_blurred");
    EXPECT_FALSE(health(0).ok);
    ASSERT_EQ(events[0].pictures.size(), 2U);
    EXPECT_EQ(events[0].pictures[0].kind, "scene");
    EXPECT_EQ(events[0].pictures[1].kind, "reference");
    EXPECT_TRUE(health(1).ok);
}

TEST_F(VisionCameraWatch, AnOccupiedZoneIsADetectionWithItsNumberAndName)
{
    start();
    find("occupied", true, 2);
    ASSERT_EQ(events.size(), 1U);
    const auto& seen = std::get<model::Detection>(events[0].body);
    EXPECT_EQ(seen.what, "occupied");
    EXPECT_EQ(seen.region, 2);
    EXPECT_EQ(seen.name, "消防通道");
    EXPECT_TRUE(seen.active);
}

TEST_F(VisionCameraWatch, WhatIsSaidAgainIsNotToldAgain)
{
    start();
    find("blurred", true);
    find("blurred", true);
    find("moved", false);
    EXPECT_EQ(events.size(), 1U);
}

TEST_F(VisionCameraWatch, APictureThatIsTooLargeIsLeftOut)
{
    start();
    PlateRead read;
    read.scene_picture = std::string((2U << 20) + 1, 'x');
    say(read);
    ASSERT_EQ(events.size(), 1U);
    EXPECT_TRUE(events[0].pictures.empty());
}

TEST_F(VisionCameraWatch, AWorkerThatComesBackSoonCallsNobody)
{
    start();
    stream(LinkState::up);
    exchange_worker();
    advance(60s);
    for (const auto& link : links)
        EXPECT_EQ(link.state, LinkState::up);
}

TEST_F(VisionCameraWatch, WhileTheWorkerStaysAwayTheLinkIsNotKnown)
{
    start();
    stream(LinkState::up);
    say(WorkerState{false, "it was ended by signal 9"});
    advance(14s);
    EXPECT_EQ(links.size(), 1U);
    advance(2s);
    ASSERT_EQ(links.size(), 2U);
    EXPECT_EQ(links[1].state, LinkState::unknown);
    EXPECT_NE(links[1].why.find("signal 9"), std::string::npos);
    advance(60s);
    EXPECT_EQ(links.size(), 2U);
    say(WorkerState{false, "it hangs: no answer to a ping"});
    EXPECT_EQ(links.back().state, LinkState::unknown);
    EXPECT_NE(links.back().why.find("hangs"), std::string::npos) << "the newest reason";
}

TEST_F(VisionCameraWatch, AWorkerThatEndsAgainAndAgainIsNoLossOfACamera)
{
    start();
    for (int times = 0; times < 6; ++times) {
        stream(LinkState::up);
        say(WorkerState{false, "it was ended by signal 9"});
        advance(20s);
        say(WorkerState{true, ""});
    }
    for (const auto& link : links)
        EXPECT_TRUE(link.state == LinkState::up || link.state == LinkState::unknown);
}

TEST_F(VisionCameraWatch, ADeadCameraIsLostOnceHoweverOftenTheWorkerEnds)
{
    start();
    stream(LinkState::up);
    stream(LinkState::down, "the camera refuses the connection");
    for (int times = 0; times < 4; ++times) {
        say(WorkerState{false, "it was ended by signal 9"});
        advance(20s);
        say(WorkerState{true, ""});
        stream(LinkState::down, "the camera refuses the connection");
    }
    for (std::size_t n = 1; n < links.size(); ++n)
        EXPECT_EQ(links[n].state, LinkState::down);
}

TEST_F(VisionCameraWatch, ACameraThatDiedWhileTheWorkerWasAwayIsDownOnceThereIsOne)
{
    start();
    stream(LinkState::up);
    say(WorkerState{false, "it was ended by signal 9"});
    advance(20s);
    say(WorkerState{true, ""});
    stream(LinkState::down, "the camera refuses the connection");
    EXPECT_EQ(links.back().state, LinkState::down);
}

TEST_F(VisionCameraWatch, ACameraThatDoesNotAnswerTheNextWorkerKeepsTheReasonOfTheLast)
{
    start();
    stream(LinkState::up);
    say(WorkerState{false, "it was ended by signal 9"});
    advance(5s);
    say(WorkerState{true, ""});
    advance(11s);
    EXPECT_EQ(links.back().state, LinkState::unknown);
    EXPECT_NE(links.back().why.find("signal 9"), std::string::npos);
}

TEST_F(VisionCameraWatch, BeforeTheFirstWorkerNobodyLooksYet)
{
    start();
    say(WorkerState{false, ""});
    advance(16s);
    ASSERT_EQ(links.size(), 1U);
    EXPECT_EQ(links[0].why, "nobody looks at its pictures yet");
}

TEST_F(VisionCameraWatch, WhatANewWorkerDoesNotSeeAnyMoreHasEnded)
{
    start();
    stream(LinkState::up);
    find("blurred", true);
    find("moved", true);
    exchange_worker();
    find("moved", true);
    advance(6min);
    ASSERT_EQ(events.size(), 3U);
    EXPECT_EQ(health(2).what, "picture_blurred");
    EXPECT_TRUE(health(2).ok);
}

TEST_F(VisionCameraWatch, WhatWasActiveBeforeARestartOfTheDaemonEndsToo)
{
    start();
    stream(LinkState::up);
    find("occupied", true, 3);
    stop();
    events.clear();
    start();
    stream(LinkState::up);
    advance(61min);
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(std::get<model::Detection>(events[0].body).region, 3);
    EXPECT_FALSE(std::get<model::Detection>(events[0].body).active);
}

TEST_F(VisionCameraWatch, AnOccupiedZoneThatANewWorkerTakesForTheSceneStaysForAnHour)
{
    start();
    stream(LinkState::up);
    find("occupied", true, 3);
    exchange_worker();
    advance(59min);
    EXPECT_EQ(events.size(), 1U);
    advance(2min);
    EXPECT_EQ(events.size(), 2U);
}

TEST_F(VisionCameraWatch, ACarThatWasToldIsNotToldAgainByTheNextWorker)
{
    start();
    stream(LinkState::up);
    const auto read = [this](std::string text) {
        PlateRead said;
        said.camera = "cam-1";
        said.plate.text = std::move(text);
        say(std::move(said));
    };
    read("沪A12345");
    exchange_worker();
    read("沪A12345");
    EXPECT_EQ(early.size(), 1U) << "the barrier is up for it already";
    EXPECT_EQ(events.size(), 1U);
    read("沪B00001");
    EXPECT_EQ(early.size(), 2U) << "the car behind";
    advance(61s);
    read("沪A12345");
    EXPECT_EQ(early.size(), 3U) << "it came back";
}

TEST_F(VisionCameraWatch, NoStateIsGivenUpForALinkThatComesAndGoes)
{
    start();
    tasks->cancel();
    settle();
    find("blurred", true);
    for (int times = 0; times < 100; ++times)
        stream(times % 2 == 0 ? LinkState::down : LinkState::up);
    tasks = std::make_unique<base::TaskGroup>(io.get_executor());
    tasks->spawn("watch", note());
    settle();
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(links.back().state, LinkState::up);
}

TEST_F(VisionCameraWatch, NothingEndsWhileThereIsNoPicture)
{
    start();
    stream(LinkState::up);
    find("blurred", true);
    say(WorkerState{false, "gone"});
    advance(1h);
    say(WorkerState{true, ""});
    stream(LinkState::down, "refused");
    advance(1h);
    EXPECT_EQ(events.size(), 1U);
}

TEST_F(VisionCameraWatch, TheOldestIsGivenUpWhenTheJournalTakesNothing)
{
    watch = std::make_unique<CameraWatch>("cam-1", context);
    watch->begin(Watch{});
    for (int number = 0; number < 70; ++number)
        eyes.say(PlateRead{"cam-1", clock.wall(), {std::to_string(number), "", -1, {}}, 1, 0, "", ""});
    EXPECT_EQ(metrics.counter("gatehouse_vision_events_dropped_total", "", {{"device", "cam-1"}}).value(),
              6U);
    tasks = std::make_unique<base::TaskGroup>(io.get_executor());
    tasks->spawn("watch", note());
    settle();
    ASSERT_EQ(events.size(), 64U);
    EXPECT_EQ(std::get<model::VehiclePassage>(events[0].body).plate.text, "6");
}

// The daemon was killed between the two: the state is told by the next one instead of never.
TEST_F(VisionCameraWatch, AStateIsKeptAsToldOnlyAfterItsEventIsOnDisk)
{
    watch = std::make_unique<CameraWatch>("cam-1", context);
    Watch wanted;
    wanted.camera = "cam-1";
    watch->begin(std::move(wanted));
    find("blurred", true);
    tasks = std::make_unique<base::TaskGroup>(io.get_executor());
    tasks->spawn("one event", note_one());
    settle();
    ASSERT_EQ(events.size(), 1U);
    stop(); // before anybody said that it is on disk
    start();
    find("blurred", true);
    EXPECT_EQ(events.size(), 2U);
    stop();
    start();
    find("blurred", true);
    EXPECT_EQ(events.size(), 2U);
}

} // namespace
} // namespace gatehouse::vision
