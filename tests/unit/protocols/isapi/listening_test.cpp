#include "tests/unit/protocols/isapi/session_fixture.hpp"

namespace gatehouse::isapi {

using model::Action;
using model::Status;

namespace {
constexpr const char* hosts = "/ISAPI/Event/notification/httpHosts";
}

TEST_F(IsapiSession, ListeningTakesAFreeEntryAndLeavesTheOthers)
{
    device.http_hosts = fakes::FakeIsapi::hosts({"10.0.0.5", "0.0.0.0"});
    start("face", "listening = \"arm\"");
    EXPECT_EQ(device.asked("PUT", hosts), 1u);
    EXPECT_NE(device.http_hosts.find("10.0.0.5"), std::string::npos);
    EXPECT_NE(device.http_hosts.find("192.0.2.1"), std::string::npos);
    EXPECT_NE(device.http_hosts.find("/push/dev-1"), std::string::npos);
    ASSERT_EQ(of<model::DeviceHealth>().size(), 1u);
    EXPECT_EQ(std::get<model::DeviceHealth>(of<model::DeviceHealth>()[0].body).what, "listening");
    device.cut();
    pass(31s);
    EXPECT_EQ(device.asked("PUT", hosts), 1u); // still ours
}

TEST_F(IsapiSession, ListeningIsArmedAgainAfterTheDeviceForgotIt)
{
    start("face", "listening = \"arm\"");
    device.http_hosts = fakes::FakeIsapi::hosts({"0.0.0.0", "0.0.0.0"});
    device.cut();
    pass(31s);
    EXPECT_EQ(device.asked("PUT", hosts), 2u);
}

TEST_F(IsapiSession, AfterARestartOurEntryIsWrittenAgainAndTriedAlthoughItLooksRight)
{
    constexpr auto test = "/ISAPI/Event/notification/httpHosts/1/test";
    const auto up_for = [this](int seconds) {
        device.replies["GET /ISAPI/System/status"] = answering(
            "<DeviceStatus><deviceUpTime>" + std::to_string(seconds) + "</deviceUpTime></DeviceStatus>");
    };
    device.replies[std::string("POST ") + test] =
        answering("<ResponseStatus><statusCode>1</statusCode></ResponseStatus>");
    up_for(5000);
    start("face", "listening = \"arm\"");
    device.cut();
    up_for(5020);
    pass(20s);
    EXPECT_EQ(device.asked("PUT", hosts), 1u) << "a lost connection is no restart";
    device.cut();
    up_for(10);
    pass(31s);
    EXPECT_EQ(device.asked("PUT", hosts), 2u);
    EXPECT_EQ(device.asked("POST", test), 1u);
}

TEST_F(IsapiSession, WhatIsWrittenToTheDeviceIsShownBeforeAndAuditedAfter)
{
    device.http_hosts = fakes::FakeIsapi::hosts({"10.0.0.5", "0.0.0.0"});
    std::string shown;
    device.on_request = [&](const auto& request) {
        if (request.method == "PUT") shown = driver->status().facts["listening change"];
    };
    start("face", "listening = \"arm\"");
    ASSERT_EQ(writes.size(), 1u);
    EXPECT_EQ(writes[0].what, "httpHosts 2");
    EXPECT_EQ(writes[0].detail, "0.0.0.0:80/ -> 192.0.2.1:8090/push/dev-1");
    EXPECT_EQ(writes[0].result, "ok");
    EXPECT_EQ(shown, "entry 2: " + writes[0].detail);
}

TEST_F(IsapiSession, EventsThatTheDeviceDoesNotSendAreNamed)
{
    device.replies["GET /ISAPI/Event/triggers"] = answering(
        "<EventTriggerList><EventTrigger><id>VMD-1</id><eventType>VMD</eventType></EventTrigger>"
        "<EventTrigger><id>IO-1</id><eventType>IO</eventType><EventTriggerNotificationList>"
        "<EventTriggerNotification><notificationMethod>center</notificationMethod></EventTriggerNotification>"
        "</EventTriggerNotificationList></EventTrigger></EventTriggerList>");
    start("camera");
    const auto steps = ask(driver->self_test());
    pass(1s);
    ASSERT_TRUE(steps->has_value());
    const auto step = std::find_if((*steps)->begin(), (*steps)->end(),
                                   [](const auto& found) { return found.name == "push entry"; });
    ASSERT_NE(step, (*steps)->end());
    EXPECT_NE(step->detail.find("is not ticked: VMD"), std::string::npos) << step->detail;
}

TEST_F(IsapiSession, ListeningNeverTakesAUsedEntry)
{
    device.http_hosts = fakes::FakeIsapi::hosts({"10.0.0.5", "10.0.0.6"});
    start("face", "listening = \"arm\"");
    EXPECT_EQ(device.asked("PUT", hosts), 0u);
    ASSERT_EQ(of<model::DeviceHealth>().size(), 1u);
    EXPECT_FALSE(std::get<model::DeviceHealth>(of<model::DeviceHealth>()[0].body).ok);
}

TEST_F(IsapiSession, ListeningIsUndone)
{
    const auto before = device.http_hosts = fakes::FakeIsapi::hosts({"10.0.0.5", "0.0.0.0"});
    start("face", "listening = \"arm\"");
    EXPECT_EQ(command(Action::disarm).status, Status::confirmed);
    EXPECT_EQ(device.http_hosts.find("192.0.2.1"), std::string::npos);
    EXPECT_NE(device.http_hosts.find("10.0.0.5"), std::string::npos);
    EXPECT_EQ(command(Action::disarm).status, Status::failed);
}

TEST_F(IsapiSession, ADeviceThatSaysOkAndForgetsIsFoundOut)
{
    device.hosts_keep = false;
    start("face", "listening = \"arm\"");
    ASSERT_EQ(of<model::DeviceHealth>().size(), 1u);
    EXPECT_FALSE(std::get<model::DeviceHealth>(of<model::DeviceHealth>()[0].body).ok);
}

TEST_F(IsapiSession, NothingIsWrittenToADeviceThatWasNotToBeArmed)
{
    start("face");
    pass(3min);
    EXPECT_TRUE(std::none_of(device.requests.begin(), device.requests.end(),
                             [](const auto& r) { return r.method == "PUT"; }));
}

} // namespace gatehouse::isapi
