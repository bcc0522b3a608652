#include "tests/unit/protocols/isapi/session_fixture.hpp"

namespace gatehouse::isapi {

TEST_F(IsapiSession, APushIsAcknowledgedOnceItIsOnDisk)
{
    start("face", "mode = \"push\"");
    const auto reply = push(device.access({7, clock.wall()}), "application/json");
    ASSERT_TRUE(reply->has_value());
    EXPECT_EQ((*reply)->status, 200u);
    EXPECT_EQ(of<model::AccessAttempt>().size(), 1u);
    EXPECT_EQ(early.size(), 1u);
}

TEST_F(IsapiSession, APushThatCannotBeKeptStaysWithTheDevice)
{
    start("face", "mode = \"push\"");
    sink_refuses = 1;
    sink_error = base::Errc::disk_full;
    EXPECT_EQ((*push(device.access({7, clock.wall()}), "application/json"))->status, 503u);
    EXPECT_EQ((*push(device.access({7, clock.wall()}), "application/json"))->status, 200u);
    EXPECT_EQ(of<model::AccessAttempt>().size(), 1u);
    EXPECT_EQ(early.size(), 1u); // announced once
}

TEST_F(IsapiSession, ARefusedConditionIsNotLostWhenItIsPushedAgain)
{
    start("camera", "mode = \"push\"");
    sink_refuses = 1;
    EXPECT_EQ((*push(device.condition("tamperdetection")))->status, 503u);
    EXPECT_EQ((*push(device.condition("tamperdetection")))->status, 200u);
    EXPECT_EQ(of<model::Tamper>().size(), 1u);
}

// A device sends its second post only after the answer to the first, on the same connection.
TEST_F(IsapiSession, TwoPostsOneAfterTheOtherBecomeOneEventWithItsPictures)
{
    start("plate", "mode = \"push\"");
    const auto first = push(device.plate("uuid-9", "沪A12345", 0, true));
    ASSERT_TRUE(first->has_value());
    EXPECT_EQ((*first)->status, 200u);
    EXPECT_NE(memory.values["push/held"].find("uuid-9"), std::string::npos) << "acknowledged, so on disk";
    EXPECT_EQ(of<model::VehiclePassage>().size(), 0u);
    EXPECT_EQ(early.size(), 1u);
    pass(300ms);
    const auto second =
        push("--b\r\nContent-Disposition: form-data; name=\"anpr.xml\"\r\nContent-Type: text/xml\r\n\r\n" +
                 device.plate("uuid-9", "沪A12345", 1) +
                 "\r\n--b\r\nContent-Disposition: form-data; name=\"detectionPicture.jpg\"; "
                 "filename=\"detectionPicture.jpg\"\r\nContent-Type: image/jpeg\r\nContent-Length: "
                 "9\r\n\r\n\xff\xd8scene\xff\xd9\r\n--b--\r\n",
             "multipart/form-data; boundary=b");
    ASSERT_TRUE(second->has_value());
    EXPECT_EQ((*second)->status, 200u);
    pass(3s);
    EXPECT_EQ(memory.values["push/held"], "");
    ASSERT_EQ(of<model::VehiclePassage>().size(), 1u);
    EXPECT_EQ(of<model::VehiclePassage>()[0].pictures.size(), 1u);
    EXPECT_EQ(repeats, 0);
    EXPECT_EQ(early.size(), 1u);
}

TEST_F(IsapiSession, AFirstPostWithoutItsSecondIsKeptAfterTwoSeconds)
{
    start("plate", "mode = \"push\"");
    push(device.plate("uuid-9", "沪A12345", 0, true));
    sink_refuses = 1; // the device was told that it is kept: from then on we try again
    pass(1900ms);
    EXPECT_EQ(of<model::VehiclePassage>().size(), 0u);
    pass(1s);
    EXPECT_EQ(of<model::VehiclePassage>().size(), 1u);
    EXPECT_EQ(memory.values["push/held"], "");
}

TEST_F(IsapiSession, AFirstPostAcknowledgedBeforeARestartIsKeptAndOpensNothing)
{
    start("plate", "mode = \"push\"");
    EXPECT_EQ((*push(device.plate("uuid-8", "沪A12344", 0, true)))->status, 200u);
    EXPECT_EQ((*push(device.plate("uuid-9", "沪A12345", 0, true)))->status, 200u);
    stop();
    EXPECT_EQ(of<model::VehiclePassage>().size(), 0u);
    early.clear();
    start("plate", "mode = \"push\"");
    pass(3s);
    ASSERT_EQ(of<model::VehiclePassage>().size(), 2u);
    EXPECT_EQ(of<model::VehiclePassage>()[0].device_key, "anpr/uuid-8");
    EXPECT_TRUE(of<model::VehiclePassage>()[0].history);
    EXPECT_TRUE(early.empty());
    EXPECT_EQ(memory.values["push/held"], "");
}

TEST_F(IsapiSession, GarbageIsRefusedButNotForEver)
{
    start("camera", "mode = \"push\"");
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ((*push("no event at all"))->status, 400u);
    EXPECT_EQ((*push("no event at all"))->status, 200u);
    EXPECT_EQ((*push(device.heartbeat()))->status, 200u);
    EXPECT_EQ(events.size(), 1u); // the link
}

TEST_F(IsapiSession, APostFromAnotherAddressOpensNothing)
{
    start("plate", "mode = \"push\"");
    EXPECT_EQ((*push(device.plate("uuid-1", "沪A12345", 0), "application/xml", "192.0.2.99"))->status, 403u);
    EXPECT_TRUE(early.empty());
    EXPECT_TRUE(of<model::VehiclePassage>().empty());
}

TEST_F(IsapiSession, BehindANameOnlyTheAddressWeReachedTheDeviceAtMayPost)
{
    address = "http://gate.example";
    start("plate", "mode = \"push\"");
    EXPECT_EQ((*push(device.plate("uuid-1", "沪A12345", 0), "application/xml", "192.0.2.99"))->status, 403u);
    EXPECT_EQ((*push(device.plate("uuid-1", "沪A12345", 0), "application/xml", "192.0.2.22"))->status, 200u);
    EXPECT_EQ(of<model::VehiclePassage>().size(), 1u);
}

TEST_F(IsapiSession, BehindANameThatWasNeverReachedNobodyMayPostWithoutPushFrom)
{
    device.present = false;
    address = "http://gate.example";
    start("plate", "mode = \"push\"\npush_from = [\"192.0.2.30\"]");
    EXPECT_EQ((*push(device.plate("uuid-1", "沪A12345", 0), "application/xml", "192.0.2.22"))->status, 403u);
    EXPECT_EQ((*push(device.plate("uuid-1", "沪A12345", 0), "application/xml", "192.0.2.30"))->status, 200u);
}

TEST_F(IsapiSession, ADeviceThatOnlyPostsIsWatchedByACheapQuestion)
{
    start("camera", "mode = \"push\"");
    EXPECT_EQ(driver->status().link, model::LinkState::up);
    pass(2min);
    EXPECT_EQ(device.asked("GET", "/ISAPI/Event/notification/alertStream"), 0u);
    device.present = false;
    device.cut();
    pass(40s);
    EXPECT_EQ(driver->status().link, model::LinkState::down);
}

} // namespace gatehouse::isapi
