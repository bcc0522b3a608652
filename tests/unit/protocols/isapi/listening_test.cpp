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
