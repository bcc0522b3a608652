#include "tests/fakes/manual_clock.hpp"
#include "tests/unit/vision/worker/http_answers.hpp"
#include "vision/jpeg/encode.hpp"
#include "vision/worker/snapshot_feed.hpp"

#include <gtest/gtest.h>

namespace gatehouse::vision {
namespace {

using namespace std::chrono_literals;

std::string ok(const std::string& body)
{
    return "HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\nConnection: close\r\n\r\n" + body;
}

std::string jpeg_of(cv::Size size)
{
    return jpeg::encode(cv::Mat(size, CV_8UC3, cv::Scalar(40, 90, 200)), 80).value();
}

struct SnapshotFeedTest : testing::Test {
    fakes::ManualClock clock;
    std::atomic<bool> stop{false};
    std::mutex decoding;
    std::vector<std::chrono::nanoseconds> pauses;

    SnapshotFeed feed(const std::string& url, const std::string& username = {},
                      const std::string& password = {})
    {
        FeedContext context{.clock = clock,
                            .stop = stop,
                            .pause =
                                [this](std::chrono::nanoseconds span) {
                                    pauses.push_back(span);
                                    clock.advance(std::chrono::ceil<std::chrono::milliseconds>(span));
                                },
                            .decoding = decoding};
        return SnapshotFeed(
            std::move(context),
            {.url = *parse_stream_url(url), .username = username, .password = base::Secret(password)});
    }
};

TEST_F(SnapshotFeedTest, FetchesAPictureEveryTwoSecondsAndFasterWhenFollowed)
{
    const HttpAnswers camera({ok(jpeg_of({320, 240}))});
    auto snapshots = feed(camera.url("/snapshot"));
    ASSERT_TRUE(snapshots.open());
    const auto first = snapshots.read();
    ASSERT_TRUE(first);
    EXPECT_TRUE(first->key);
    const auto picture = snapshots.look(*first);
    ASSERT_TRUE(picture);
    EXPECT_EQ((*picture)->width(), 320);
    ASSERT_TRUE(snapshots.read());
    EXPECT_EQ(pauses, std::vector<std::chrono::nanoseconds>{2s});
    ASSERT_TRUE(snapshots.follow(*first));
    ASSERT_TRUE(snapshots.read());
    ASSERT_TRUE(snapshots.read());
    EXPECT_EQ(pauses.back(), 200ms);
}

TEST_F(SnapshotFeedTest, LogsInWithDigestAndNeverSendsThePasswordItself)
{
    const HttpAnswers camera(
        {"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Digest realm=\"cam\", nonce=\"n1\", "
         "qop=\"auth\"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
         ok(jpeg_of({64, 48}))});
    auto snapshots = feed(camera.url("/snapshot"), "viewer", "p@ss:word");
    ASSERT_TRUE(snapshots.open());
    ASSERT_TRUE(snapshots.read());
    const auto requests = camera.requests();
    ASSERT_EQ(requests.size(), 2U);
    EXPECT_NE(requests[1].find("Digest username=\"viewer\""), std::string::npos);
    for (const auto& request : requests)
        EXPECT_EQ(request.find("p@ss"), std::string::npos);
}

TEST_F(SnapshotFeedTest, SaysWhyThereIsNoPicture)
{
    const HttpAnswers refuses(
        {"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Digest realm=\"cam\", nonce=\"n1\", "
         "qop=\"auth\"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"});
    auto wrong = feed(refuses.url("/snapshot"), "viewer", "wrong");
    ASSERT_TRUE(wrong.open());
    EXPECT_EQ(wrong.read().error(), base::Errc::unauthorised);
    EXPECT_EQ(wrong.trouble().reason, "unauthorised");

    const HttpAnswers knows_nothing(
        {"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"});
    auto lost = feed(knows_nothing.url("/snapshot"));
    ASSERT_TRUE(lost.open());
    EXPECT_EQ(lost.read().error(), base::Errc::not_found);

    auto nobody = feed("http://127.0.0.1:9/snapshot");
    ASSERT_TRUE(nobody.open());
    EXPECT_EQ(nobody.read().error(), base::Errc::unreachable);
    EXPECT_EQ(nobody.trouble().reason, "refused");
}

TEST_F(SnapshotFeedTest, DoesNotFollowTheCameraToAnotherAddress)
{
    const HttpAnswers elsewhere({ok(jpeg_of({64, 48}))});
    const HttpAnswers camera({"HTTP/1.1 302 Found\r\nLocation: " + elsewhere.url("/x") +
                              "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"});
    auto snapshots = feed(camera.url("/snapshot"));
    ASSERT_TRUE(snapshots.open());
    EXPECT_EQ(snapshots.read().error(), base::Errc::untrusted);
    EXPECT_TRUE(elsewhere.requests().empty());
}

TEST_F(SnapshotFeedTest, ReadsNoMoreThanAPictureCanBe)
{
    const HttpAnswers camera({ok(std::string(std::size_t{9} << 20, 'x'))});
    auto snapshots = feed(camera.url("/snapshot"));
    ASSERT_TRUE(snapshots.open());
    EXPECT_EQ(snapshots.read().error(), base::Errc::damaged);
}

TEST_F(SnapshotFeedTest, CallsAPictureDamagedThatIsCutOffOrNone)
{
    const auto whole = jpeg_of({640, 480});
    const HttpAnswers camera({ok(whole.substr(0, whole.size() / 2)), ok("<html>busy</html>")});
    auto snapshots = feed(camera.url("/snapshot"));
    ASSERT_TRUE(snapshots.open());
    for (int i = 0; i < 2; ++i) {
        const auto unit = snapshots.read();
        ASSERT_TRUE(unit);
        EXPECT_FALSE(snapshots.look(*unit));
    }
}

} // namespace
} // namespace gatehouse::vision
