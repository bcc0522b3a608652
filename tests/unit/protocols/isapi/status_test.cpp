#include "protocols/isapi/status.hpp"

#include "gateway/base/time_text.hpp"

#include <gtest/gtest.h>

namespace gatehouse::isapi {
namespace {

using namespace std::chrono_literals;

std::string status_xml(int code, std::string_view sub)
{
    return "<ResponseStatus version=\"2.0\" "
           "xmlns=\"http://www.isapi.org/ver20/XMLSchema\"><requestURL>/x</requestURL><statusCode>" +
           std::to_string(code) + "</statusCode><statusString>Said So</statusString><subStatusCode>" +
           std::string(sub) + "</subStatusCode></ResponseStatus>";
}

TEST(ResponseStatus, ReadsXmlAndJson)
{
    const auto xml = parse_response_status(status_xml(6, "badXmlContent"));
    ASSERT_TRUE(xml);
    EXPECT_EQ(xml->code, 6);
    EXPECT_EQ(xml->sub_code, "badXmlContent");
    const auto json = parse_response_status(
        R"({"statusCode":"4","statusString":"Invalid Operation","errorCode":1073741825,"errorMsg":"ok"})");
    ASSERT_TRUE(json);
    EXPECT_EQ(json->code, 4);
    EXPECT_EQ(json->error_code, 1073741825);
    EXPECT_FALSE(parse_response_status("<DeviceInfo/>"));
    EXPECT_FALSE(parse_response_status("<ResponseStatus/>"));
    EXPECT_FALSE(parse_response_status(""));
}

TEST(Judge, DecidesByStatusCodeNotByHttpStatus)
{
    EXPECT_EQ(judge(200, "application/xml", status_xml(1, "ok")).verdict, Verdict::ok);
    EXPECT_EQ(judge(200, "application/xml", status_xml(4, "invalidOperation")).verdict, Verdict::invalid);
    EXPECT_EQ(judge(403, "application/xml", status_xml(6, "badXmlContent")).verdict, Verdict::invalid);
    EXPECT_EQ(judge(400, "", status_xml(2, "deviceBusy")).verdict, Verdict::busy);
    EXPECT_EQ(judge(500, "", status_xml(3, "deviceError")).verdict, Verdict::device_error);
    EXPECT_EQ(judge(200, "", status_xml(7, "rebootRequired")).verdict, Verdict::reboot_required);
    EXPECT_NE(judge(200, "", status_xml(4, "deviceBusy")).text.find("Said So (deviceBusy)"),
              std::string::npos);
}

TEST(Judge, ExplainsTheVendorsCodesInBothLanguagesAndKeepsThem)
{
    const auto by_name = judge(403, "", status_xml(4, "lowPrivilege")).text;
    EXPECT_NE(by_name.find("give it the right"), std::string::npos);
    EXPECT_NE(by_name.find("授权"), std::string::npos);
    EXPECT_NE(by_name.find("(lowPrivilege)"), std::string::npos);
    const auto by_number = judge(400, "", R"({"statusCode":6,"errorCode":1610637336})");
    EXPECT_EQ(by_number.verdict, Verdict::sessions_full);
    EXPECT_EQ(judge(200, "", status_xml(4, "neverHeardOf")).verdict, Verdict::invalid);
}

TEST(Judge, AnOkLabelledAsAPageIsAnOk)
{
    EXPECT_EQ(judge(200, "text/html", status_xml(1, "ok")).verdict, Verdict::ok);
    EXPECT_EQ(judge(200, "text/html; charset=utf-8", "<?xml version=\"1.0\"?>" + status_xml(2, "deviceBusy"))
                  .verdict,
              Verdict::busy);
    EXPECT_EQ(judge(200, "text/html", "<DeviceInfo/>").verdict, Verdict::ok);
    EXPECT_EQ(judge(200, "text/html", "").verdict, Verdict::ok);
    EXPECT_EQ(judge(200, "text/html", "<?xml version=\"1.0\"?>\n<html xmlns=\"x\"></html>").verdict,
              Verdict::unknown_url);
}

TEST(Judge, TellsForbiddenFromUnknown)
{
    EXPECT_EQ(judge(403, "", status_xml(4, "notSupport")).verdict, Verdict::not_supported);
    EXPECT_EQ(judge(403, "", status_xml(4, "lowPrivilege")).verdict, Verdict::low_privilege);
    EXPECT_EQ(judge(403, "", "").verdict, Verdict::low_privilege);
    EXPECT_EQ(judge(404, "", "").verdict, Verdict::unknown_url);
    EXPECT_EQ(judge(200, "text/html", "anything").verdict, Verdict::unknown_url);
    EXPECT_EQ(judge(200, "", " <!DOCTYPE html><html></html>").verdict, Verdict::unknown_url);
    EXPECT_EQ(judge(401, "", status_xml(4, "invalidOperation")).verdict, Verdict::unauthorised);
    EXPECT_EQ(judge(200, "", "").verdict, Verdict::ok);
    EXPECT_EQ(judge(502, "", "").verdict, Verdict::other);
}

TEST(Judge, NeverPutsLineEndsOrMuchTextIntoItsSentence)
{
    const auto judgement =
        judge(200, "", R"({"statusCode":3,"statusString":"a\r\nb)" + std::string(5000, 'x') + "\"}");
    EXPECT_EQ(judgement.text.find('\n'), std::string::npos);
    EXPECT_LE(judgement.text.size(), 210u);
}

TEST(Judge, CutsWhatADeviceSaysBetweenCharacters)
{
    std::string words = "a";
    for (int i = 0; i < 200; ++i)
        words += "忙";
    const auto judgement = judge(200, "", "{\"statusCode\":3,\"statusString\":\"" + words + "\"}");
    EXPECT_TRUE(judgement.text.starts_with("a忙忙忙")) << judgement.text;
    EXPECT_LE(judgement.text.size(), 210u);
}

TEST(DeviceInfo, IsRead)
{
    const auto info = parse_device_info(
        "<DeviceInfo><deviceName>门口</deviceName><model>DS-1</model><serialNumber>DS-1X</serialNumber>"
        "<macAddress>A6-63-9E-F8-01-09</macAddress><firmwareVersion>V5.7.18</firmwareVersion>"
        "<firmwareReleasedDate>build "
        "240826</firmwareReleasedDate><deviceType>IPCamera</deviceType></DeviceInfo>");
    ASSERT_TRUE(info);
    EXPECT_EQ(info->model, "DS-1");
    EXPECT_EQ(info->mac, "a6:63:9e:f8:01:09");
    EXPECT_EQ(info->firmware, "V5.7.18 build 240826");
    EXPECT_EQ(parse_device_info(R"({"DeviceInfo":{"model":"DS-2"}})")->model, "DS-2");
    EXPECT_FALSE(parse_device_info("<html/>"));
}

TEST(UserCheck, TellsALockAndHowLong)
{
    const auto check = parse_user_check(
        "<userCheck><statusValue>401</statusValue><statusString>Unauthorized</statusString>"
        "<isActivated>true</isActivated><lockStatus>lock</lockStatus><unlockTime>1740</unlockTime>"
        "<retryLoginTime>0</retryLoginTime></userCheck>");
    ASSERT_TRUE(check);
    EXPECT_TRUE(check->locked);
    EXPECT_EQ(check->unlock_in, 1740s);
    EXPECT_EQ(check->tries_left, 0);
    EXPECT_EQ(check->activated, true);
    EXPECT_FALSE(parse_user_check("<userCheck><lockStatus>unlock</lockStatus></userCheck>")->locked);
}

TEST(DeviceTime, ReadsThePosixSignTheOtherWayRound)
{
    EXPECT_EQ(parse_posix_zone("CST-8:00:00"), 480min);
    EXPECT_EQ(parse_posix_zone("CST+5:30:00DST01:00:00,M3.2.0/02:00:00"), -330min);
    EXPECT_EQ(parse_posix_zone("UTC0"), 0min);
    EXPECT_FALSE(parse_posix_zone("CST"));
    EXPECT_FALSE(parse_posix_zone("CST-99"));
    EXPECT_EQ(posix_zone(480min), "CST-8:00:00");
    EXPECT_EQ(posix_zone(-330min), "CST+5:30:00");
}

TEST(DeviceTime, ReadsWithAndWithoutOffset)
{
    const auto with =
        parse_device_time("<Time><timeMode>NTP</timeMode><localTime>2026-03-01T08:00:00+08:00</localTime>"
                          "<timeZone>CST-8:00:00</timeZone></Time>",
                          0min);
    const auto without = parse_device_time(
        "<Time><localTime>2026-03-01T08:00:00</localTime><timeZone>CST-8:00:00</timeZone></Time>", 0min);
    ASSERT_TRUE(with && without);
    EXPECT_EQ(with->time, without->time);
    EXPECT_EQ(without->offset, 480min);
    EXPECT_EQ(with->mode, "NTP");
    EXPECT_FALSE(parse_device_time("<Time><localTime>soon</localTime></Time>", 0min));
}

TEST(DeviceTime, WritesWhatItReads)
{
    const auto now = base::parse_time("2026-03-01T00:00:00.500Z", 0min)->time;
    const auto body = device_time_body(now, 480min);
    EXPECT_NE(body.find("<localTime>2026-03-01T08:00:00+08:00</localTime><timeZone>CST-8:00:00</timeZone>"),
              std::string::npos);
    EXPECT_EQ(parse_device_time(body, 0min)->time, now - 500ms);
}

TEST(Capabilities, AreRead)
{
    const auto door = parse_door_capabilities("<RemoteControlDoor><doorNo min=\"1\" max=\"2\"/><cmd "
                                              "opt=\"open, alwaysOpen,resume\"/></RemoteControlDoor >");
    ASSERT_TRUE(door);
    EXPECT_EQ(door->doors_max, 2);
    EXPECT_TRUE(door->allows("alwaysOpen"));
    EXPECT_FALSE(door->allows("close"));
    EXPECT_TRUE(parse_door_capabilities("<RemoteControlDoor/>")->allows("close"));
    const auto outputs = parse_io_outputs(
        "<IOOutputPortList><IOOutputPort><id>2</id><name>COM2</name><IOUseType>electricLock</IOUseType>"
        "</IOOutputPort></IOOutputPortList>");
    ASSERT_TRUE(outputs);
    EXPECT_EQ(outputs->at(0).id, 2);
    EXPECT_EQ(outputs->at(0).use, "electricLock");
    EXPECT_EQ(*parse_io_state("<IOPortStatus><ioPortID>1</ioPortID><ioState>active</ioState></IOPortStatus>"),
              true);
    EXPECT_EQ(*parse_gate_state("<BarrierGate><barrierGateStatus>2</barrierGateStatus></BarrierGate>"),
              GateState::open);
    EXPECT_EQ(*parse_gate_state("<barrierGateStatus>1</barrierGateStatus>"), GateState::closed);
    EXPECT_FALSE(parse_gate_state("<BarrierGate><barrierGateStatus>9</barrierGateStatus></BarrierGate>"));
    const auto ports = parse_admin_accesses(
        "<AdminAccessProtocolList><AdminAccessProtocol><protocol>RTSP</protocol><portNo>10554</portNo>"
        "<enabled>true</enabled></AdminAccessProtocol></AdminAccessProtocolList>");
    ASSERT_TRUE(ports);
    EXPECT_EQ(ports->at(0).port, 10554);
}

TEST(Commands, AreWritten)
{
    EXPECT_NE(barrier_body("open").find("<BarrierGate><ctrlMode>open</ctrlMode></BarrierGate>"),
              std::string::npos);
    EXPECT_NE(door_body("alwaysOpen").find("<RemoteControlDoor><cmd>alwaysOpen</cmd></RemoteControlDoor>"),
              std::string::npos);
    EXPECT_NE(output_body(true).find("<IOPortData><outputState>high</outputState></IOPortData>"),
              std::string::npos);
}

} // namespace
} // namespace gatehouse::isapi
