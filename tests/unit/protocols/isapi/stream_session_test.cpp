#include "tests/unit/protocols/isapi/session_fixture.hpp"

namespace gatehouse::isapi {

using model::LinkState;

TEST_F(IsapiSession, PullsAnEventFromTheStreamIntoTheSink)
{
    start("face");
    ASSERT_EQ(device.streams(), 1u);
    EXPECT_EQ(driver->status().link, LinkState::up);
    EXPECT_EQ(driver->status().model, "DS-K1T341AM");
    device.happen(100, "42");
    settle();
    const auto attempts = of<model::AccessAttempt>();
    ASSERT_EQ(attempts.size(), 1u);
    EXPECT_EQ(std::get<model::AccessAttempt>(attempts[0].body).person, "42");
    EXPECT_EQ(attempts[0].device, "dev-1");
    EXPECT_EQ(attempts[0].device_key, "e0/acs/100");
    EXPECT_EQ(attempts[0].device_record, "100");
    ASSERT_EQ(early.size(), 1u);
    EXPECT_EQ(early[0].device_key, attempts[0].device_key);
}

TEST_F(IsapiSession, FindsADeviceThatAppearsLongAfterTheStart)
{
    device.present = false;
    start("face");
    pass(10min);
    ASSERT_EQ(links(), std::vector{LinkState::down});
    EXPECT_NE(driver->status().why, "");
    device.present = true;
    pass(31s);
    EXPECT_EQ(links(), (std::vector{LinkState::down, LinkState::up}));
    device.happen(1);
    settle();
    EXPECT_EQ(of<model::AccessAttempt>().size(), 1u);
}

TEST_F(IsapiSession, ADeviceThatIsGoneIsDownAfterAMinuteWithoutAByte)
{
    start("camera");
    device.present = false;
    pass(59s);
    EXPECT_EQ(links(), std::vector{LinkState::up});
    pass(1500ms);
    ASSERT_EQ(links().size(), 2u);
    EXPECT_EQ(links()[1], LinkState::down);
    device.present = true;
    pass(35s);
    EXPECT_EQ(links().back(), LinkState::up);
}

TEST_F(IsapiSession, AQuietModelWithoutHeartbeatIsAskedAndStaysUp)
{
    start("camera");
    pass(10min);
    EXPECT_EQ(links(), std::vector{LinkState::up});
    EXPECT_EQ(device.streams(), 1u) << "recorders allow few";
    device.send_document(device.condition("fielddetection"));
    settle();
    EXPECT_EQ(of<model::Detection>().size(), 1u);
}

TEST_F(IsapiSession, WhatWaitsForPicturesWhenWeStopIsOfferedOnce)
{
    start("plate");
    device.send_document(device.plate("uuid-1", "沪A12345", 2));
    device.send_document(device.plate("uuid-2", "沪A12346", 0, true));
    settle();
    ASSERT_EQ(early.size(), 2u);
    EXPECT_EQ(of<model::VehiclePassage>().size(), 1u); // a document ends the pictures of the one before
    device.send_document(device.plate("uuid-3", "沪A12347", 1));
    settle();
    stop();
    EXPECT_EQ(of<model::VehiclePassage>().size(), 3u);
}

TEST_F(IsapiSession, HeartbeatsKeepTheStreamOpen)
{
    start("camera");
    for (int i = 0; i < 20; ++i) {
        pass(10s);
        device.send_document(device.heartbeat());
        settle();
    }
    EXPECT_EQ(links(), std::vector{LinkState::up});
    EXPECT_EQ(events.size(), 1u);
}

TEST_F(IsapiSession, RubbishIsCountedAndDoesNotEndTheLink)
{
    start("face");
    device.send_document("<EventNotificationAlert><eventType></EventNotificationAlert>");
    device.send("--boundary\r\nContent-Type: application/json\r\n\r\n{\"broken\": }\r\n");
    device.happen(5);
    settle();
    EXPECT_EQ(links(), std::vector{LinkState::up});
    EXPECT_EQ(of<model::AccessAttempt>().size(), 1u);
}

TEST_F(IsapiSession, ReportsACutStreamAtOnceAndComesBack)
{
    start("face");
    device.cut();
    settle();
    EXPECT_EQ(links(), (std::vector{LinkState::up, LinkState::down}));
    pass(31s);
    EXPECT_EQ(links().back(), LinkState::up);
}

TEST_F(IsapiSession, AnActiveEventIsReportedOnceAndClearedByFiveSecondsOfSilence)
{
    start("camera");
    for (int i = 0; i < 10; ++i) {
        device.send_document(device.condition("fielddetection"));
        pass(1s);
    }
    ASSERT_EQ(of<model::Detection>().size(), 1u);
    pass(4s);
    ASSERT_EQ(of<model::Detection>().size(), 1u);
    pass(4s);
    const auto seen = of<model::Detection>();
    ASSERT_EQ(seen.size(), 2u);
    EXPECT_TRUE(std::get<model::Detection>(seen[0].body).active);
    EXPECT_FALSE(std::get<model::Detection>(seen[1].body).active);
}

TEST_F(IsapiSession, PicturesJoinTheEventBeforeThem)
{
    start("plate");
    device.send_document(device.plate("uuid-1", "沪A12345", 2));
    settle();
    EXPECT_EQ(of<model::VehiclePassage>().size(), 0u);
    ASSERT_EQ(early.size(), 1u); // the gate does not wait for pictures
    device.send_picture("licensePlatePicture.jpg", "\xff\xd8plate\xff\xd9");
    device.send_picture("detectionPicture.jpg", "\xff\xd8scene\xff\xd9");
    settle();
    const auto passages = of<model::VehiclePassage>();
    ASSERT_EQ(passages.size(), 1u);
    ASSERT_EQ(passages[0].pictures.size(), 2u);
    EXPECT_EQ(passages[0].pictures[0].kind, "plate");
    EXPECT_EQ(early[0].device_key, passages[0].device_key);
}

TEST_F(IsapiSession, AnnouncedPicturesAreAwaitedForTwoSecondsOnly)
{
    start("plate");
    device.send_document(device.plate("uuid-1", "沪A12345", 2));
    device.send_picture("licensePlatePicture.jpg", "\xff\xd8plate\xff\xd9");
    pass(1900ms);
    EXPECT_EQ(of<model::VehiclePassage>().size(), 0u);
    pass(200ms);
    ASSERT_EQ(of<model::VehiclePassage>().size(), 1u);
    EXPECT_EQ(of<model::VehiclePassage>()[0].pictures.size(), 1u);
}

TEST_F(IsapiSession, TwoReportsWithOneUuidBecomeOneEvent)
{
    start("plate");
    device.send_document(device.plate("uuid-1", "沪A12345", 0, true));
    pass(500ms);
    device.send_document(device.plate("uuid-1", "沪A12345", 1));
    device.send_picture("detectionPicture.jpg", "\xff\xd8scene\xff\xd9");
    pass(5s);
    ASSERT_EQ(of<model::VehiclePassage>().size(), 1u);
    EXPECT_EQ(of<model::VehiclePassage>()[0].pictures.size(), 1u);
    EXPECT_EQ(repeats, 0);
    EXPECT_EQ(early.size(), 1u);
}

TEST_F(IsapiSession, AnEventTheJournalCannotTakeIsKeptUntilItCan)
{
    start("face");
    sink_refuses = 3;
    device.happen(1);
    device.happen(2);
    pass(30s);
    ASSERT_EQ(of<model::AccessAttempt>().size(), 2u);
}

TEST_F(IsapiSession, AWrongPasswordIsTriedThreeTimesInHalfAnHourAtMost)
{
    device.password_right = false;
    start("face");
    pass(30s);
    const auto with = [this] {
        return std::count_if(device.requests.begin(), device.requests.end(),
                             [](const auto& r) { return r.with_credentials; });
    };
    EXPECT_EQ(with(), 1);
    pass(30min);
    EXPECT_LE(with(), 3); // five failures in 30 minutes lock us out
    EXPECT_EQ(driver->status().link, LinkState::down);
    EXPECT_NE(driver->status().why.find("password"), std::string::npos);
}

TEST_F(IsapiSession, APasswordThatIsChangedWhileTheLinkIsUpIsTriedThreeTimesAtMostByAllParts)
{
    start("barrier");
    pass_alive(9min + 30s); // then clock, log and states come due together
    device.password_right = false;
    device.requests.clear();
    pass_alive(25min);
    const auto wrong = std::count_if(device.requests.begin(), device.requests.end(),
                                     [](const auto& request) { return request.with_credentials; });
    EXPECT_GE(wrong, 1);
    EXPECT_LE(wrong, 3);
}

TEST_F(IsapiSession, SaysThatTheDeviceHasLockedUsOut)
{
    device.password_right = false;
    device.locked = true;
    start("face");
    pass(3min);
    EXPECT_NE(driver->status().why.find("locked us out"), std::string::npos);
    const auto before = std::count_if(device.requests.begin(), device.requests.end(),
                                      [](const auto& r) { return r.with_credentials; });
    EXPECT_EQ(before, 0) << "the lock is asked for before the password is tried";
    pass(20min);
    EXPECT_EQ(command(model::Action::barrier_open).code, "unauthorised");
    EXPECT_EQ(std::count_if(device.requests.begin(), device.requests.end(),
                            [](const auto& r) { return r.with_credentials; }),
              0);
    device.password_right = true;
    device.locked = false;
    pass(31min);
    EXPECT_EQ(driver->status().link, LinkState::up);
}

TEST_F(IsapiSession, AFullDeviceIsLeftAloneAndSaysWhoMayHoldItsStreams)
{
    constexpr auto stream = "/ISAPI/Event/notification/alertStream";
    device.replies[std::string("GET ") + stream] = answering(
        "<ResponseStatus><statusValue>503</statusValue><subStatusCode>deployExceedMax</subStatusCode>"
        "</ResponseStatus>");
    start("camera", "mode = \"stream\"");
    EXPECT_EQ(driver->status().link, LinkState::down);
    EXPECT_NE(driver->status().why.find("every event stream of the device is taken"), std::string::npos);
    EXPECT_NE(driver->status().why.find("布防连接数已满"), std::string::npos);
    pass(4min);
    EXPECT_EQ(device.asked("GET", stream), 1u);
    EXPECT_NE(driver->status().why.find("the next log-in waits"), std::string::npos);
    device.replies.clear();
    pass(2min);
    EXPECT_EQ(driver->status().link, LinkState::up);
}

TEST_F(IsapiSession, ADeviceThatDropsEveryConversationIsNotLoggedInToWithoutEnd)
{
    start("camera");
    for (int i = 0; i < 60; ++i) {
        device.cut();
        pass(5s);
    }
    EXPECT_LE(device.asked("GET", "/ISAPI/Event/notification/alertStream"), 6u);
    EXPECT_GE(device.asked("GET", "/ISAPI/Event/notification/alertStream"), 4u);
}

} // namespace gatehouse::isapi
