#include "tests/unit/vision/worker/daemon_end.hpp"
#include "tests/unit/vision/worker/simulated_camera.hpp"
#include "vision/worker/inbox.hpp"
#include "vision/worker/libraries.hpp"
#include "vision/worker/scene_picture.hpp"
#include "vision/worker/worker.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gatehouse::vision {
namespace {

// A whole worker but for its process: without networks, its limits and its sandbox, on threads of this one.
// This is the daemon's end of its socket.
class WorkerTest : public testing::Test {
public:
    WorkerTest() : outbox_(daemon_.theirs()), worker_(clock_, Abilities(), outbox_)
    {
        tame_libraries();
        writes_ = std::thread([this] { outbox_.run(); });
        looks_ = std::thread([this] { worker_.run(); });
        reads_ = std::thread([this] {
            read_inbox(daemon_.theirs(), [this](ToWorker message) { worker_.take(std::move(message)); });
        });
    }
    ~WorkerTest() override
    {
        daemon_.hang_up();
        reads_.join();
        outbox_.close();
        worker_.stop();
        writes_.join();
        looks_.join();
    }

    void say(const ToWorker& message) { daemon_.say(message); }
    template <class M>
    M hear(const std::function<bool(const M&)>& fits = [](const M&) { return true; })
    {
        return daemon_.hear<M>(fits);
    }
    static Watch watch(const SimulatedCamera& camera)
    {
        Watch watch;
        watch.camera = "c";
        watch.sources = {{"main", camera.url("/main")}, {"sub", camera.url("/sub")}};
        watch.username = "viewer";
        watch.password = base::Secret("p@ss:w");
        return watch;
    }
    static Ask ask(std::uint64_t id, Question question, std::string order, std::string picture = {})
    {
        return {.id = id, .question = question, .order = std::move(order), .picture = std::move(picture)};
    }

    DaemonEnd daemon_;

private:
    base::SystemClock clock_;
    Outbox outbox_;
    Worker worker_;
    std::thread writes_;
    std::thread looks_;
    std::thread reads_;
};

TEST_F(WorkerTest, SaysThatItIsReadyAndAnswersAPing)
{
    (void)hear<Ready>();
    say(Ping{.id = 7});
    EXPECT_EQ(hear<Pong>().id, 7U);
}

TEST_F(WorkerTest, WatchesACameraAndForgetsIt)
{
    const SimulatedCamera camera;
    say(watch(camera));
    const auto up = hear<Stream>();
    EXPECT_EQ(up.camera, "c");
    EXPECT_EQ(up.state, model::LinkState::up);
    EXPECT_EQ(up.source, "sub");
    EXPECT_EQ(up.width, 160);
    say(Forget{.camera = "c"});
    say(ask(1, Question::snapshot, R"({"camera":"c"})"));
    EXPECT_EQ(hear<Answer>().refusal, "not_found");
}

TEST_F(WorkerTest, ForgetsWhatACameraSawWhenItIsToldToLearnAnewAndGoesOnWatching)
{
    const SimulatedCamera camera;
    say(watch(camera));
    (void)hear<Stream>();
    say(Relearn{.camera = "no such camera"});
    say(Relearn{.camera = "c"});
    const auto kept = hear<References>();
    EXPECT_EQ(kept.camera, "c");
    EXPECT_LT(kept.blob.size(), 100U) << "nothing is learnt yet";
    say(ask(1, Question::snapshot, R"({"camera":"c"})"));
    EXPECT_EQ(hear<Answer>().refusal, "");
}

TEST_F(WorkerTest, GivesAPictureOfNowInTheSizeThatIsAskedFor)
{
    const SimulatedCamera camera;
    say(watch(camera));
    (void)hear<Stream>();
    say(ask(1, Question::snapshot, R"({"camera":"c","width_max":200})"));
    const auto answer = hear<Answer>();
    EXPECT_EQ(answer.refusal, "");
    const auto result = boost::json::parse(answer.result).as_object();
    EXPECT_EQ(result.at("width"), 200); // of the main stream's 320
    EXPECT_EQ(result.at("height"), 120);
    EXPECT_TRUE(answer.picture.starts_with("\xff\xd8"));
}

TEST_F(WorkerTest, TellsAnInstallerWhatItSeesOfACamera)
{
    const SimulatedCamera camera;
    say(watch(camera));
    (void)hear<Stream>();
    say(ask(2, Question::probe, R"({"camera":"c"})"));
    const auto answer = hear<Answer>();
    ASSERT_EQ(answer.refusal, "");
    const auto result = boost::json::parse(answer.result).as_object();
    EXPECT_EQ(result.at("state"), "up");
    EXPECT_EQ(result.at("codec"), "h264");
    EXPECT_GT(answer.picture.size(), 1'000U);
}

TEST_F(WorkerTest, LooksAtACameraAsItIsToldLast)
{
    const SimulatedCamera camera;
    say(watch(camera));
    (void)hear<Stream>();
    auto with_plates = watch(camera);
    with_plates.wants.plates = true;
    say(with_plates);
    EXPECT_EQ(hear<Stream>([](const Stream& s) { return s.source == "main"; }).width, 320);
}

TEST_F(WorkerTest, RefusesWhatItCannotAnswerWithASentence)
{
    say(ask(1, Question::plate_check, "{}", "no picture"));
    const auto no_picture = hear<Answer>();
    EXPECT_EQ(no_picture.refusal, "bad_input");
    EXPECT_FALSE(no_picture.why.empty());
    const auto jpeg = detail_picture(cv::Mat(48, 64, CV_8UC3, cv::Scalar::all(90)));
    say(ask(2, Question::plate_check, "{}", jpeg));
    EXPECT_EQ(hear<Answer>().refusal, "unavailable");
    say(ask(3, Question::enrolment_check, "{}", jpeg));
    EXPECT_EQ(hear<Answer>().refusal, "unavailable");
    say(ask(4, Question::evidence, "no order", jpeg));
    EXPECT_EQ(hear<Answer>().refusal, "bad_input");
    say(ask(5, Question::snapshot, "{}"));
    EXPECT_EQ(hear<Answer>().refusal, "not_found");
}

TEST_F(WorkerTest, AnswersEveryQuestionOnceHoweverManyAreAsked)
{
    const auto jpeg = detail_picture(cv::Mat(1'080, 1'920, CV_8UC3, cv::Scalar::all(90)));
    constexpr std::uint64_t count = 60;
    std::thread asks([&] {
        for (std::uint64_t id = 1; id <= count; ++id)
            say(ask(id, Question::plate_check, "{}", jpeg));
    });
    std::map<std::uint64_t, std::string> refusals;
    for (std::uint64_t i = 0; i < count; ++i) {
        const auto answer = hear<Answer>();
        EXPECT_TRUE(refusals.emplace(answer.id, answer.refusal).second);
    }
    asks.join();
    EXPECT_EQ(refusals.size(), count);
}

TEST_F(WorkerTest, PassesOverAMessageThatItDoesNotKnow)
{
    Frame unknown;
    unknown.type = 60;
    unknown.json = "{}";
    daemon_.say_bytes(encode_frame(unknown).value());
    say(Ping{.id = 1});
    EXPECT_EQ(hear<Pong>().id, 1U);
}

TEST_F(WorkerTest, SaysWhyACameraGivesNoPictures)
{
    SimulatedCamera camera;
    auto wrong = watch(camera);
    wrong.password = base::Secret("wrong");
    say(wrong);
    EXPECT_EQ(hear<Stream>().reason, "unauthorised");
    auto unknown = watch(camera);
    unknown.sources = {{"main", "ftp://camera/"}};
    say(unknown);
    EXPECT_EQ(hear<Stream>().reason, "no_source");
    camera.tell("codec c svac");
    say(watch(camera));
    EXPECT_EQ(hear<Stream>().reason, "codec");
}

TEST_F(WorkerTest, SaysOfACameraTooManyThatItIsNotWatched)
{
    for (int i = 0; i <= 64; ++i) {
        Watch nowhere;
        nowhere.camera = fmt::format("c{}", i);
        say(nowhere);
    }
    const auto last = hear<Stream>([](const Stream& s) { return s.camera == "c64"; });
    EXPECT_EQ(last.state, model::LinkState::down);
    EXPECT_THAT(last.why, testing::HasSubstr("64 cameras at most"));
}

TEST_F(WorkerTest, ComesBackToACameraThatWasAway)
{
    SimulatedCamera camera;
    say(watch(camera));
    (void)hear<Stream>();
    camera.tell("reboot c 1s");
    (void)hear<Stream>([](const Stream& s) { return s.state == model::LinkState::down; });
    EXPECT_EQ(hear<Stream>([](const Stream& s) { return s.state == model::LinkState::up; }).source, "sub");
}

} // namespace
} // namespace gatehouse::vision
