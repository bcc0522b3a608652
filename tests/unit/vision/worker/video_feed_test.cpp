#include "tests/unit/vision/worker/simulated_camera.hpp"
#include "vision/worker/libraries.hpp"
#include "vision/worker/video_feed.hpp"

#include <gtest/gtest.h>

namespace gatehouse::vision {
namespace {

using namespace std::chrono_literals;

// The machine's time; once told to hurry, every look at it is a second later than the one before.
class HurriedClock final : public base::Clock {
public:
    [[nodiscard]] base::MonoTime now() const override
    {
        if (hurried) ahead_ += 1s;
        return real_.now() + ahead_;
    }
    [[nodiscard]] base::WallTime wall() const override { return real_.wall(); }
    asio::awaitable<void> sleep_until(base::MonoTime when) override { return real_.sleep_until(when); }
    bool hurried = false;

private:
    base::SystemClock real_;
    mutable std::chrono::seconds ahead_{0};
};

struct VideoFeedTest : testing::Test {
    VideoFeedTest() { tame_libraries(); }
    HurriedClock clock;
    std::atomic<bool> stop{false};
    std::mutex decoding;

    VideoFeed feed(const std::string& url, const std::string& password = "p@ss:w")
    {
        FeedContext context{.clock = clock, .stop = stop, .pause = [](auto) {}, .decoding = decoding};
        return VideoFeed(
            std::move(context),
            {.url = *parse_stream_url(url), .username = "viewer", .password = base::Secret(password)});
    }
    // The next key unit of a feed that is open; it comes within a GOP.
    static Unit key_of(VideoFeed& feed)
    {
        for (int i = 0; i < 100; ++i) {
            auto unit = feed.read();
            if (!unit) throw std::runtime_error("the feed ended: " + feed.trouble().why);
            if (unit->key) return *unit;
        }
        throw std::runtime_error("no key picture among a hundred units");
    }
};

TEST_F(VideoFeedTest, LogsInAndDecodesAKeyPictureByItself)
{
    const SimulatedCamera camera;
    auto video = feed(camera.url("/main"));
    const auto shape = video.open();
    ASSERT_TRUE(shape) << video.trouble().why;
    EXPECT_EQ(shape->codec, "h264");
    const auto picture = video.look(key_of(video));
    ASSERT_TRUE(picture);
    EXPECT_EQ((*picture)->width(), 320);
    EXPECT_EQ((*picture)->height(), 192);
    const auto bgr = (*picture)->bgr(160);
    ASSERT_TRUE(bgr);
    EXPECT_EQ(bgr->cols, 160);
    const auto part = (*picture)->bgr({101, 51, 64, 32}, 0);
    ASSERT_TRUE(part);
    EXPECT_EQ(part->cols, 64);
    const auto whole = (*picture)->bgr(0);
    EXPECT_LT(cv::norm(*part, (*whole)(cv::Rect(100, 50, 64, 32)), cv::NORM_L1) / (64 * 32 * 3), 3);
}

TEST_F(VideoFeedTest, FollowsEveryPictureFromAKeyPictureOn)
{
    const SimulatedCamera camera;
    auto video = feed(camera.url("/main"));
    ASSERT_TRUE(video.open());
    auto unit = key_of(video);
    int pictures = 0;
    for (int i = 0; i < 10; ++i) {
        const auto seen = video.follow(unit);
        ASSERT_TRUE(seen);
        pictures += *seen ? 1 : 0;
        unit = video.read().value();
    }
    EXPECT_GE(pictures, 9);
}

TEST_F(VideoFeedTest, ReadsHevcAndMotionJpeg)
{
    for (const std::string codec : {"h265", "mjpeg"}) {
        const SimulatedCamera camera("codec=\"" + codec + "\"\n");
        auto video = feed(camera.url("/main"));
        const auto shape = video.open();
        ASSERT_TRUE(shape) << codec << ": " << video.trouble().why;
        EXPECT_EQ(shape->codec, codec == "h265" ? "hevc" : "mjpeg");
        const auto picture = video.look(key_of(video));
        ASSERT_TRUE(picture) << codec;
        EXPECT_EQ((*picture)->width(), 320) << codec;
    }
}

TEST_F(VideoFeedTest, SaysWhichCodecItDoesNotRead)
{
    const SimulatedCamera camera("codec=\"svac\"\n");
    auto video = feed(camera.url("/main"));
    ASSERT_FALSE(video.open());
    EXPECT_EQ(video.trouble().reason, "codec");
}

TEST_F(VideoFeedTest, SaysWhyItIsNotLetIn)
{
    const SimulatedCamera camera;
    auto wrong = feed(camera.url("/main"), "wrong");
    EXPECT_EQ(wrong.open().error(), base::Errc::unauthorised);
    EXPECT_EQ(wrong.trouble().reason, "unauthorised");
    auto lost = feed(camera.url("/no-such-stream"));
    EXPECT_EQ(lost.open().error(), base::Errc::not_found);
    auto nobody = feed("rtsp://127.0.0.1:9/main");
    EXPECT_EQ(nobody.open().error(), base::Errc::unreachable);
    EXPECT_EQ(nobody.trouble().reason, "refused");
    auto unknown = feed("rtsp://no-such-host.invalid/main");
    EXPECT_EQ(unknown.open().error(), base::Errc::unreachable);
}

TEST_F(VideoFeedTest, GivesUpACameraThatFallsSilentOrDoesNotAnswer)
{
    SimulatedCamera camera;
    auto video = feed(camera.url("/main"));
    ASSERT_TRUE(video.open());
    ASSERT_TRUE(video.read());
    camera.tell("mute c on");
    clock.hurried = true;
    base::error_code error;
    for (int i = 0; i < 100 && !error; ++i) // what was under way still comes
        if (const auto unit = video.read(); !unit) error = unit.error();
    EXPECT_EQ(error, base::Errc::timed_out);
    camera.tell("half_open c on");
    auto again = feed(camera.url("/main"));
    EXPECT_EQ(again.open().error(), base::Errc::timed_out);
}

TEST_F(VideoFeedTest, StopsAtOnceWhenItIsToldTo)
{
    const SimulatedCamera camera;
    auto video = feed(camera.url("/main"));
    ASSERT_TRUE(video.open());
    stop = true;
    base::error_code error;
    for (int i = 0; i < 100 && !error; ++i)
        if (const auto unit = video.read(); !unit) error = unit.error();
    EXPECT_TRUE(error);
}

TEST_F(VideoFeedTest, NeverTakesATornPictureForAWholeOne)
{
    SimulatedCamera camera;
    camera.tell("tear c on");
    auto video = feed(camera.url("/main"));
    ASSERT_TRUE(video.open());
    for (int i = 0; i < 3; ++i)
        EXPECT_FALSE(video.look(key_of(video)));
}

TEST_F(VideoFeedTest, SurvivesRubbishInTheStreamAndReadsTheNextOne)
{
    SimulatedCamera camera;
    for (const std::string word : {"garbage c", "truncate c"})
        for (int connection = 0; connection < 2; ++connection) { // what is spoilt may be the next one's
            auto video = feed(camera.url("/main"));
            if (!video.open()) continue;
            camera.tell(word);
            for (int i = 0; i < 30; ++i)
                if (const auto unit = video.read()) (void)video.follow(*unit);
        }
    bool seen = false;
    for (int connection = 0; connection < 3 && !seen; ++connection) {
        auto video = feed(camera.url("/main"));
        if (!video.open()) continue;
        for (auto unit = video.read(); unit && !seen; unit = video.read())
            seen = unit->key && video.look(*unit);
    }
    EXPECT_TRUE(seen);
}

} // namespace
} // namespace gatehouse::vision
