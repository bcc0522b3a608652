#include "vision/worker/stream_url.hpp"

#include <gtest/gtest.h>

namespace gatehouse::vision {
namespace {

TEST(StreamUrl, KnowsHostPortAndPath)
{
    const auto url = parse_stream_url("rtsp://192.0.2.7:8554/Streaming/Channels/101?transport=tcp");
    ASSERT_TRUE(url);
    EXPECT_EQ(url->host, "192.0.2.7");
    EXPECT_EQ(url->port, 8554);
    EXPECT_EQ(url->path, "/Streaming/Channels/101?transport=tcp");
}

TEST(StreamUrl, TakesTheUsualPortAndPathWhereNoneIsNamed)
{
    EXPECT_EQ(parse_stream_url("rtsp://camera")->port, 554);
    EXPECT_EQ(parse_stream_url("http://camera")->port, 80);
    EXPECT_EQ(parse_stream_url("https://camera")->port, 443);
    EXPECT_EQ(parse_stream_url("rtsp://camera")->path, "/");
}

TEST(StreamUrl, ReadsAnIpV6LiteralAndWritesItBack)
{
    const auto url = parse_stream_url("rtsp://[2001:db8::7]:8554/a");
    ASSERT_TRUE(url);
    EXPECT_EQ(url->host, "2001:db8::7");
    EXPECT_EQ(login_url(*url, "", base::Secret()), "rtsp://[2001:db8::7]:8554/a");
}

TEST(StreamUrl, RefusesWhatIsNoUrlOfACamera)
{
    for (const auto* text :
         {"", "rtsp://", "rtsp:///path", "file:///etc/passwd", "concat:a|b", "udp://239.1.1.1:1",
          "rtsp://camera:0/", "rtsp://camera:70000/", "rtsp://camera:8x/", "rtsp://[::1/",
          "rtsp://camera/a b", "rtsp://camera/a\r\nX: y", "rtsp://admin:secret@camera/"})
        EXPECT_FALSE(parse_stream_url(text)) << text;
    EXPECT_FALSE(parse_stream_url("rtsp://camera/" + std::string(2'048, 'a')));
}

TEST(StreamUrl, PutsALogInWithAnyCharacterIntoTheUrlForLibav)
{
    const auto url = parse_stream_url("rtsp://camera/a");
    EXPECT_EQ(login_url(*url, "ad:min", base::Secret("p@ss/w:ö#?")),
              "rtsp://ad%3Amin:p%40ss%2Fw%3A%C3%B6%23%3F@camera:554/a");
    EXPECT_EQ(login_url(*url, "", base::Secret("left out")), "rtsp://camera:554/a");
}

TEST(StreamUrl, ShowsNeitherLogInNorPathInALog)
{
    const auto url = parse_stream_url("rtsp://camera/user=admin&password=secret&channel=1");
    EXPECT_EQ(shown(*url), "rtsp://camera:554");
}

} // namespace
} // namespace gatehouse::vision
