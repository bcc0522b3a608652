#include "tests/unit/protocols/isapi/session_fixture.hpp"

// The life of conditions that a device repeats until they are over.
namespace gatehouse::isapi {

namespace {

std::string stored(std::string document)
{
    const std::string end = "</EventNotificationAlert>";
    document.insert(document.rfind(end), "<isDataRetransmission>true</isDataRetransmission>");
    return document;
}

std::vector<bool> states(const std::vector<model::Event>& events)
{
    std::vector<bool> out;
    for (const auto& event : events)
        out.push_back(std::get<model::Tamper>(event.body).active);
    return out;
}

} // namespace

TEST_F(IsapiSession, StoredAlarmsOfAnOutageAreKeptOneByOneAndNoneIsEndedNow)
{
    start("camera");
    for (int i = 0; i < 3; ++i) {
        device.send_document(stored(device.condition("shelteralarm")));
        pass(1s);
    }
    pass(20s);
    ASSERT_EQ(of<model::Tamper>().size(), 3u);
    for (const auto& event : of<model::Tamper>()) {
        EXPECT_TRUE(event.history);
        EXPECT_TRUE(std::get<model::Tamper>(event.body).active);
    }
}

TEST_F(IsapiSession, ARefusedEndIsNotLostWhenItIsPushedAgain)
{
    start("camera", "mode = \"push\"");
    EXPECT_EQ((*push(device.condition("tamperdetection")))->status, 200u);
    sink_refuses = 1;
    EXPECT_EQ((*push(device.condition("tamperdetection", false)))->status, 503u);
    EXPECT_EQ((*push(device.condition("tamperdetection", false)))->status, 200u);
    EXPECT_EQ(states(of<model::Tamper>()), (std::vector{true, false}));
}

TEST_F(IsapiSession, ARepetitionIsAcknowledgedOnlyWhenItsFirstIsOnDisk)
{
    start("camera", "mode = \"push\"");
    sink_takes = 1s;
    const auto first = push(device.condition("tamperdetection"));
    const auto again = push(device.condition("tamperdetection"));
    EXPECT_FALSE(first->has_value());
    EXPECT_FALSE(again->has_value());
    sink_refuses = 1;
    pass(1s);
    ASSERT_TRUE(first->has_value() && again->has_value());
    EXPECT_EQ((*first)->status, 503u);
    EXPECT_EQ((*again)->status, 503u);
}

TEST_F(IsapiSession, APulledCableEndsNoTamper)
{
    start("camera");
    device.send_document(device.condition("shelteralarm"));
    settle();
    fakes::FakeIsapi::Reply silence;
    silence.ignore = true;
    device.replies["GET /ISAPI/System/deviceInfo"] = silence;
    pass(50s);
    EXPECT_EQ(links().back(), model::LinkState::up); // nobody has noticed yet
    EXPECT_EQ(of<model::Tamper>().size(), 1u);
    pass(5min);
    EXPECT_EQ(links().back(), model::LinkState::down);
    EXPECT_EQ(of<model::Tamper>().size(), 1u);
    device.replies.clear();
    while (device.streams() == 0 || links().back() != model::LinkState::up)
        pass(1s);
    for (int i = 0; i < 10; ++i) {
        device.send_document(device.condition("shelteralarm"));
        pass(1s);
    }
    EXPECT_EQ(of<model::Tamper>().size(), 1u) << "it went on all the time";
    pass(8s);
    EXPECT_EQ(states(of<model::Tamper>()), (std::vector{true, false}));
}

TEST_F(IsapiSession, TheEndOfATamperIsToldAlsoAfterARestartOfOurs)
{
    start("camera");
    device.send_document(device.condition("shelteralarm"));
    device.send_document(device.condition("fielddetection")); // no alert waits for its end
    settle();
    stop();
    pass(1h);
    start("camera");
    pass(10s);
    EXPECT_EQ(states(of<model::Tamper>()), (std::vector{true, false}));
    EXPECT_EQ(of<model::Detection>().size(), 1u);
    EXPECT_EQ(memory.values["conditions"], "");
}

TEST_F(IsapiSession, AnEndWhoseBeginWeMissedIsReportedOnceWhereAnAlertMayWait)
{
    start("camera", "mode = \"push\"");
    for (int i = 0; i < 3; ++i)
        for (const auto type : {"shelteralarm", "IO", "diskfull", "VMD"})
            EXPECT_EQ((*push(device.condition(type, false)))->status, 200u);
    EXPECT_EQ(of<model::Tamper>().size(), 1u);
    EXPECT_EQ(of<model::InputChanged>().size(), 1u);
    ASSERT_EQ(of<model::DeviceHealth>().size(), 1u);
    EXPECT_TRUE(std::get<model::DeviceHealth>(of<model::DeviceHealth>()[0].body).ok);
    EXPECT_EQ(of<model::Detection>().size(), 0u);
}

TEST_F(IsapiSession, ADeviceFaultThatIsNoLongerRepeatedIsOver)
{
    start("camera");
    device.send_document(device.condition("videoloss"));
    pass(10s);
    const auto faults = of<model::DeviceHealth>();
    ASSERT_EQ(faults.size(), 2u);
    EXPECT_FALSE(std::get<model::DeviceHealth>(faults[0].body).ok);
    EXPECT_TRUE(std::get<model::DeviceHealth>(faults[1].body).ok);
}

} // namespace gatehouse::isapi
