#include "vision/link/remote_eyes.hpp"

#include "gateway/base/task_group.hpp"
#include "tests/fakes/counting_metrics.hpp"
#include "tests/fakes/manual_clock.hpp"
#include "tests/unit/vision/link/fake_worker.hpp"

#include <boost/asio/io_context.hpp>

namespace gatehouse::vision {
namespace {

using namespace std::chrono_literals;

class Shelf final : public ReferenceShelf {
public:
    asio::awaitable<std::string> recall(std::string camera) override { co_return kept[camera]; }
    asio::awaitable<void> keep(std::string camera, std::string learnt) override
    {
        begun.push_back(learnt);
        if (gate) co_await gate->wait();
        kept[camera] = std::move(learnt);
    }
    asio::awaitable<void> drop(std::string camera) override
    {
        kept.erase(camera);
        co_return;
    }
    std::map<std::string, std::string> kept;
    std::vector<std::string> begun;
    std::optional<base::Wakeup> gate; // a disk that takes its time
};

class VisionRemoteEyes : public testing::Test {
protected:
    VisionRemoteEyes()
    {
        RemoteEyes::Ports ports{
            .executor = io.get_executor(),
            .clock = clock,
            .random = random,
            .metrics = metrics,
            .spawn = workers.spawner(),
            .shelf = &shelf,
            .tell = [this](bool ok, const std::string& why) { told.emplace_back(ok, why); }};
        eyes = std::make_unique<RemoteEyes>(std::move(ports), RemoteEyes::Options{});
        tasks.spawn("eyes", eyes->run());
        settle();
    }
    ~VisionRemoteEyes() override
    {
        tasks.cancel();
        settle();
    }

    void settle()
    {
        io.restart();
        io.poll();
    }
    void advance(std::chrono::milliseconds span)
    {
        while (span > 0ms) {
            const auto step = std::min<std::chrono::milliseconds>(span, 100ms);
            clock.advance(step);
            settle();
            span -= step;
        }
    }
    // The same with a worker that answers every ping.
    void live(std::chrono::milliseconds span)
    {
        for (; span > 0ms; span -= 1s) {
            advance(1s);
            for (const auto& message : workers.heard())
                if (const auto* ping = std::get_if<Ping>(&message)) workers.say(Pong{ping->id});
            settle();
        }
    }

    std::unique_ptr<Watching> watch(std::string camera = "cam-1")
    {
        Watch wanted;
        wanted.camera = std::move(camera);
        auto watching =
            eyes->watch(std::move(wanted), [this](News said) { news.push_back(std::move(said)); });
        settle();
        return watching;
    }
    void ready()
    {
        workers.say(Ready{"0.1.0", {}});
        settle();
    }
    void ask(Question question = Question::snapshot, std::string picture = {})
    {
        tasks.spawn("ask", hold_answer(question, std::move(picture)));
        settle();
    }
    void relearn(std::string camera = "cam-1")
    {
        tasks.spawn("relearn", hold_relearnt(*eyes, std::move(camera)));
        settle();
    }
    asio::awaitable<void> hold_relearnt(RemoteEyes& asked, std::string camera)
    {
        relearnt = co_await asked.relearn(std::move(camera));
    }
    asio::awaitable<void> hold_answer(Question question, std::string picture)
    {
        answered = co_await eyes->ask(question, R"({"camera":"cam-1"})", std::move(picture), 10s);
    }

    template <class T>
    std::vector<T> heard()
    {
        std::vector<T> found;
        for (auto& message : workers.heard())
            if (auto* one = std::get_if<T>(&message)) found.push_back(std::move(*one));
        return found;
    }
    [[nodiscard]] bool last_worker_state() const
    {
        for (auto at = news.rbegin(); at != news.rend(); ++at)
            if (const auto* state = std::get_if<WorkerState>(&*at)) return state->up;
        return false;
    }

    asio::io_context io;
    fakes::ManualClock clock;
    base::Random random{7};
    fakes::CountingMetrics metrics;
    Shelf shelf;
    FakeWorkers workers{io.get_executor()};
    std::vector<std::pair<bool, std::string>> told;
    std::vector<News> news;
    std::optional<base::Result<Answer>> answered;
    std::optional<base::Result<void>> relearnt;
    std::unique_ptr<RemoteEyes> eyes;
    base::TaskGroup tasks{io.get_executor()};
};

TEST_F(VisionRemoteEyes, StartsNoWorkerUntilSomebodyNeedsOne)
{
    advance(10min);
    EXPECT_EQ(workers.spawned, 0);
    EXPECT_EQ(eyes->status().state, EyesStatus::State::off);
    const auto watching = watch();
    EXPECT_EQ(workers.spawned, 1);
    EXPECT_EQ(eyes->status().state, EyesStatus::State::starting);
}

TEST_F(VisionRemoteEyes, TellsAReadyWorkerWhatIsWatchedAndItsObserverThatThereIsOne)
{
    const auto watching = watch();
    EXPECT_TRUE(heard<Watch>().empty());
    EXPECT_FALSE(last_worker_state());
    ready();
    const auto watched = heard<Watch>();
    ASSERT_EQ(watched.size(), 1U);
    EXPECT_EQ(watched[0].camera, "cam-1");
    EXPECT_TRUE(last_worker_state());
    EXPECT_EQ(eyes->status().state, EyesStatus::State::up);
}

TEST_F(VisionRemoteEyes, PassesOnWhatTheWorkerSaysOfACameraToItsObserverAlone)
{
    const auto watching = watch();
    ready();
    news.clear();
    workers.say(PlateRead{"cam-2", {}, {}, 1, 0, "", ""});
    workers.say(PlateRead{"cam-1", {}, {"沪A12345", "blue", 0.9, {}}, 3, 120, "scene", ""});
    settle();
    ASSERT_EQ(news.size(), 1U);
    EXPECT_EQ(std::get<PlateRead>(news[0]).plate.text, "沪A12345");
}

TEST_F(VisionRemoteEyes, ForgetsACameraWhenItsHandleGoes)
{
    auto watching = watch();
    ready();
    heard<Watch>();
    watching.reset();
    settle();
    ASSERT_EQ(heard<Forget>().size(), 1U);
}

TEST_F(VisionRemoteEyes, ASecondWatchOfACameraOutlivesTheFirst)
{
    auto first = watch();
    const auto second = watch();
    ready();
    first.reset();
    settle();
    EXPECT_TRUE(heard<Forget>().empty());
    EXPECT_EQ(eyes->status().cameras, 1U);
}

TEST_F(VisionRemoteEyes, StartsAWorkerThatEndedAgainAndGivesItWhatWasLearntBefore)
{
    const auto watching = watch();
    ready();
    workers.say(References{"cam-1", "learnt"});
    settle();
    workers.fate->ended = "it was ended by signal 11";
    workers.peer->hang_up();
    settle();
    EXPECT_FALSE(last_worker_state());
    EXPECT_EQ(eyes->status().state, EyesStatus::State::away);
    EXPECT_EQ(eyes->status().why, "it was ended by signal 11");
    advance(1s);
    ASSERT_EQ(workers.spawned, 2);
    ready();
    const auto watched = heard<Watch>();
    ASSERT_EQ(watched.size(), 1U);
    EXPECT_EQ(watched[0].references, "learnt");
    EXPECT_TRUE(last_worker_state());
    EXPECT_EQ(eyes->status().restarts, 1U);
}

TEST_F(VisionRemoteEyes, KillsAWorkerThatAnswersNoPing)
{
    const auto watching = watch();
    ready();
    live(2min);
    EXPECT_EQ(workers.spawned, 1);
    const auto fate = workers.fate;
    advance(30s);
    EXPECT_TRUE(fate->killed);
    EXPECT_GE(workers.spawned, 2);
}

TEST_F(VisionRemoteEyes, KillsAWorkerThatIsNotReadyInTime)
{
    const auto watching = watch();
    const auto fate = workers.fate;
    advance(59s);
    EXPECT_FALSE(fate->killed);
    advance(6s);
    EXPECT_TRUE(fate->killed);
}

TEST_F(VisionRemoteEyes, KillsAWorkerThatGrowsTooLarge)
{
    const auto watching = watch();
    ready();
    const auto fate = workers.fate;
    fate->resident_bytes = 641ULL << 20;
    advance(5s);
    EXPECT_TRUE(fate->killed);
    EXPECT_NE(eyes->status().why.find("641 MiB"), std::string::npos) << eyes->status().why;
}

TEST_F(VisionRemoteEyes, EndsAWorkerWhoseBytesAreNoMessages)
{
    const auto watching = watch();
    ready();
    const auto fate = workers.fate;
    workers.peer->send("this is no frame at all");
    settle();
    EXPECT_TRUE(fate->killed);
    EXPECT_EQ(eyes->status().state, EyesStatus::State::away);
}

TEST_F(VisionRemoteEyes, TellsOnceThatTheWorkerStaysAwayAndOnceThatItIsWellAgain)
{
    workers.refusal = make_error_code(boost::system::errc::no_such_file_or_directory);
    const auto watching = watch();
    advance(1min);
    ASSERT_EQ(told.size(), 1U);
    EXPECT_FALSE(told[0].first);
    EXPECT_NE(told[0].second.find("cannot be started"), std::string::npos);
    const int tries = workers.spawned;
    EXPECT_GT(tries, 5);
    EXPECT_LT(tries, 60);
    workers.refusal.reset();
    advance(6s);
    ready();
    live(5min);
    ASSERT_EQ(told.size(), 2U);
    EXPECT_TRUE(told[1].first);
}

TEST_F(VisionRemoteEyes, TellsOfAWorkerThatEndsAgainAndAgainAMinuteAfterItBegan)
{
    const auto watching = watch();
    for (int times = 0; times < 8; ++times) {
        ready();
        live(70s);
        workers.peer->hang_up();
        advance(6s);
    }
    ASSERT_EQ(told.size(), 1U);
    EXPECT_FALSE(told[0].first);
}

TEST_F(VisionRemoteEyes, TellsThatNoPlateCanBeReadWhereSomebodyWantsThem)
{
    const auto health = watch();
    workers.say(
        Ready{"0.1.0", {{"plate_reader", "plate_reader.onnx", "", false, "plate_reader.onnx is damaged"}}});
    live(5min);
    ASSERT_EQ(told.size(), 1U);
    EXPECT_TRUE(told[0].first) << "nobody reads plates here";
    Watch wanted;
    wanted.camera = "cam-2";
    wanted.wants.plates = true;
    const auto plates = eyes->watch(std::move(wanted), [](News) {});
    live(5min);
    ASSERT_EQ(told.size(), 2U);
    EXPECT_FALSE(told[1].first);
    EXPECT_EQ(told[1].second, "no plate can be read: plate_reader.onnx is damaged");
}

TEST_F(VisionRemoteEyes, KeepsOneThingLearntOfACameraAtATimeAndTheNewestNext)
{
    shelf.gate.emplace(io.get_executor());
    const auto watching = watch();
    ready();
    for (const auto* blob : {"first", "second", "third"})
        workers.say(References{"cam-1", blob});
    settle();
    EXPECT_EQ(shelf.begun, std::vector<std::string>{"first"});
    shelf.gate->notify();
    settle();
    EXPECT_EQ(shelf.begun, (std::vector<std::string>{"first", "third"}));
    shelf.gate->notify();
    settle();
    EXPECT_EQ(shelf.kept["cam-1"], "third");
}

TEST_F(VisionRemoteEyes, AnEndNowAndThenIsNotTold)
{
    const auto watching = watch();
    for (int times = 0; times < 3; ++times) {
        ready();
        live(20min);
        workers.peer->hang_up();
        advance(6s);
    }
    for (const auto& [ok, why] : told)
        EXPECT_TRUE(ok) << why;
}

TEST_F(VisionRemoteEyes, AsksAndGetsTheAnswer)
{
    ask();
    EXPECT_EQ(workers.spawned, 1);
    ready();
    const auto asked = heard<Ask>();
    ASSERT_EQ(asked.size(), 1U);
    EXPECT_EQ(asked[0].question, Question::snapshot);
    workers.say(Answer{asked[0].id, "", "", R"({"width":640})", "jpeg"});
    settle();
    ASSERT_TRUE(answered);
    ASSERT_TRUE(*answered);
    EXPECT_EQ((*answered)->picture, "jpeg");
}

TEST_F(VisionRemoteEyes, ARefusalIsAnErrorOfTheSameName)
{
    ask();
    ready();
    workers.say(Answer{heard<Ask>().at(0).id, "not_found", "", "", ""});
    settle();
    ASSERT_TRUE(answered);
    EXPECT_EQ(answered->error(), base::Errc::not_found);
}

TEST_F(VisionRemoteEyes, AQuestionOverWhichTheWorkerEndsIsNotAskedAgain)
{
    ask(Question::plate_check, "a picture");
    ready();
    ASSERT_EQ(heard<Ask>().size(), 1U);
    workers.peer->hang_up();
    settle();
    ASSERT_TRUE(answered);
    EXPECT_EQ(answered->error(), base::Errc::unavailable);
    advance(5s);
    const auto watching = watch();
    ready();
    EXPECT_TRUE(heard<Ask>().empty());
}

TEST_F(VisionRemoteEyes, AQuestionWithoutAnAnswerTimesOutAndALateOneHarmsNobody)
{
    const auto watching = watch();
    ready();
    ask();
    const auto id = heard<Ask>().at(0).id;
    live(11s);
    ASSERT_TRUE(answered);
    EXPECT_EQ(answered->error(), base::Errc::timed_out);
    workers.say(Answer{id, "", "", "{}", ""});
    settle();
    EXPECT_EQ(workers.spawned, 1);
}

TEST_F(VisionRemoteEyes, RefusesMoreQuestionsThanMayWait)
{
    for (int times = 0; times < 8; ++times)
        ask();
    EXPECT_FALSE(answered);
    ask();
    ASSERT_TRUE(answered);
    EXPECT_EQ(answered->error(), base::Errc::busy);
}

TEST_F(VisionRemoteEyes, APictureBeyondTheFrameIsRefused)
{
    const auto watching = watch();
    ready();
    ask(Question::plate_check, std::string(frame_size_max, 'x'));
    ASSERT_TRUE(answered);
    EXPECT_EQ(answered->error(), base::Errc::too_large);
}

TEST_F(VisionRemoteEyes, KeepsNothingOfACameraThatIsNotWatched)
{
    const auto watching = watch();
    ready();
    workers.say(References{"cam-2", "learnt"});
    settle();
    EXPECT_TRUE(shelf.kept["cam-2"].empty());
}

TEST_F(VisionRemoteEyes, TriggersOnlyWhatIsWatched)
{
    const auto watching = watch();
    ready();
    eyes->trigger("cam-2", 5s);
    eyes->trigger("cam-1", 5s);
    settle();
    const auto triggers = heard<Trigger>();
    ASSERT_EQ(triggers.size(), 1U);
    EXPECT_EQ(triggers[0].span_ms, 5000);
}

TEST_F(VisionRemoteEyes, ACameraThatIsAimedAnewIsLearntAnewAndNothingIsKeptOfWhatItSawBefore)
{
    const auto watching = watch();
    ready();
    workers.say(References{"cam-1", "learnt"});
    settle();
    relearn();
    ASSERT_TRUE(relearnt);
    EXPECT_TRUE(*relearnt);
    const auto asked = heard<Relearn>();
    ASSERT_EQ(asked.size(), 1U);
    EXPECT_EQ(asked[0].camera, "cam-1");
    EXPECT_FALSE(shelf.kept.contains("cam-1"));
}

TEST_F(VisionRemoteEyes, NothingIsLearntAnewOfACameraThatIsNotWatchedOrWithoutAWorker)
{
    shelf.kept["cam-1"] = "learnt";
    relearn();
    ASSERT_TRUE(relearnt);
    EXPECT_EQ(relearnt->error(), base::Errc::not_found);
    const auto watching = watch();
    relearn();
    EXPECT_EQ(relearnt->error(), base::Errc::unavailable);
    EXPECT_EQ(shelf.kept["cam-1"], "learnt");
}

TEST_F(VisionRemoteEyes, SendsAWorkerHomeThatNobodyNeedsAnyMore)
{
    auto watching = watch();
    ready();
    live(3min);
    watching.reset();
    const auto fate = workers.fate;
    live(100s);
    EXPECT_FALSE(fate->killed);
    live(30s);
    EXPECT_TRUE(fate->killed);
    EXPECT_EQ(eyes->status().state, EyesStatus::State::off);
    EXPECT_EQ(eyes->status().restarts, 0U);
    watching = watch();
    EXPECT_EQ(workers.spawned, 2);
}

TEST_F(VisionRemoteEyes, CountsWhatEachWorkerFigures)
{
    const auto watching = watch();
    ready();
    const auto dropped = [&] {
        return metrics.counter("gatehouse_vision_frames_dropped_total", "", {{"device", "cam-1"}}).value();
    };
    Figures figures;
    figures.cameras = {{"cam-1", 100, 50, 7, 0, 0, 0}};
    workers.say(figures);
    settle();
    EXPECT_EQ(dropped(), 7U);
    workers.peer->hang_up();
    advance(2s);
    ready();
    figures.cameras[0].dropped = 2;
    workers.say(figures);
    settle();
    EXPECT_EQ(dropped(), 9U);
}

TEST_F(VisionRemoteEyes, AWorkerThatDoesNotReadFillsABoundedQueue)
{
    RemoteEyes::Options small;
    small.queue_max = 20; // shorter than any message
    RemoteEyes::Ports ports{.executor = io.get_executor(),
                            .clock = clock,
                            .random = random,
                            .metrics = metrics,
                            .spawn = workers.spawner(),
                            .shelf = nullptr,
                            .tell = {}};
    RemoteEyes tight(std::move(ports), small);
    tasks.spawn("tight", tight.run());
    Watch wanted;
    wanted.camera = "cam-1";
    const auto watching = tight.watch(std::move(wanted), [](const News&) {});
    settle();
    ready();
    for (int times = 0; times < 10; ++times)
        tight.trigger("cam-1", 1s); // nothing is written before the io_context runs again
    EXPECT_GT(metrics.counter("gatehouse_vision_messages_dropped_total", "").value(), 0U);
    tasks.spawn("relearn", hold_relearnt(tight, "cam-1"));
    settle();
    EXPECT_EQ(heard<Relearn>().size(), 1U) << "nobody says it a second time";
    tasks.cancel();
    settle();
}

} // namespace
} // namespace gatehouse::vision
