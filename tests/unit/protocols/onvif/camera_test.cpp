#include "protocols/onvif/camera.hpp"

#include "tests/unit/protocols/onvif/session_fixture.hpp"

#include <gmock/gmock.h>

namespace gatehouse::onvif {
namespace {

using testing::IsEmpty;

class OnvifCamera : public OnvifSession {};

TEST_F(OnvifCamera, IsLookedAtWhereItTellsItsStreamsButAtTheHostOfTheConfiguration)
{
    device.told_host = "10.0.0.9";
    start("vision = [\"health\", \"plates\"]");
    pass(1s);
    ASSERT_TRUE(eyes.watched);
    ASSERT_GE(eyes.watched->sources.size(), 2U);
    EXPECT_EQ(eyes.watched->sources.front().kind, "main");
    EXPECT_EQ(eyes.watched->sources.front().url, "rtsp://192.0.2.41:554/main");
    EXPECT_EQ(eyes.watched->sources.back().url, "http://192.0.2.41/snap?ch=1");
    EXPECT_EQ(eyes.watched->username, "gatehouse");
    EXPECT_TRUE(eyes.watched->wants.plates);
}

TEST_F(OnvifCamera, IsNotLookedAtUnlessTheConfigurationSaysSo)
{
    start();
    pass(1s);
    EXPECT_FALSE(eyes.watched);
}

TEST_F(OnvifCamera, WhatIsSeenIsItsEventAndItsStreamIsNotItsLink)
{
    start("vision = [\"plates\"]");
    pass(1s);
    ASSERT_TRUE(eyes.say);
    vision::Stream gone;
    gone.state = model::LinkState::down;
    gone.why = "the stream ended";
    eyes.say(gone);
    eyes.say(vision::PlateRead{"dev-1", clock.wall(), {"沪A12345", "blue", 0.9, {}}, 3, 120, "", ""});
    pass(1s);
    ASSERT_EQ(bodies<model::VehiclePassage>().size(), 1U);
    EXPECT_EQ(bodies<model::VehiclePassage>()[0].plate.text, "沪A12345");
    EXPECT_EQ(driver->status().link, model::LinkState::up);
    EXPECT_EQ(driver->status().facts.at("video"), "the stream ended");
}

TEST_F(OnvifCamera, TheSameAddressesAfterAReconnectDoNotBeginAnew)
{
    start("vision = [\"health\"]");
    pass(1s);
    ASSERT_TRUE(eyes.watched);
    eyes.watched.reset();
    inside([this] { device.stop(); });
    pass(60s);
    EXPECT_FALSE(eyes.watched);
}

TEST(OnvifAddress, KeepsPortPathAndQueryAndGivesUpHostAndLogIn)
{
    EXPECT_EQ(address_at("192.0.2.41", "rtsp://admin:x@10.0.0.9:8554/a?b=1", {"rtsp"}),
              "rtsp://192.0.2.41:8554/a?b=1");
    for (const auto* told : {"", "no address", "http://10.0.0.9/", "rtsp:/"})
        EXPECT_THAT(address_at("192.0.2.41", told, {"rtsp"}), IsEmpty()) << told;
}

} // namespace
} // namespace gatehouse::onvif
