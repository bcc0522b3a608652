// ONVIF: the answer to PullMessages (sheet §5).
#include "protocols/onvif/notification.hpp"
#include "protocols/onvif/soap.hpp"
#include "tests/bench/codecs/codec.hpp"

#include <fmt/format.h>

namespace gatehouse::bench {
namespace {

struct Told {
    std::string_view topic, source, token, name, value;
};

std::string message(const Told& told)
{
    return fmt::format(
        R"(<wsnt:NotificationMessage><wsnt:Topic Dialect="http://www.onvif.org/ver10/tev/topicExpression/ConcreteSet">{}</wsnt:Topic>)"
        R"(<wsnt:Message><tt:Message UtcTime="2026-11-26T00:15:02Z" PropertyOperation="Changed"><tt:Source>)"
        R"(<tt:SimpleItem Name="{}" Value="{}"/></tt:Source><tt:Data><tt:SimpleItem Name="{}" Value="{}"/></tt:Data>)"
        R"(</tt:Message></wsnt:Message></wsnt:NotificationMessage>)",
        told.topic, told.source, told.token, told.name, told.value);
}

// An answer with this many notifications; none is what a quiet device answers.
std::string answer(std::size_t messages)
{
    constexpr Told told[] = {
        {"tns1:Device/Trigger/DigitalInput", "InputToken", "DIGIT_INPUT_000", "LogicalState", "true"},
        {"tns1:VideoSource/MotionAlarm", "Source", "VideoSource_1", "State", "true"},
        {"tns1:Door/State/DoorPhysicalState", "DoorToken", "door_1", "State", "Open"},
        {"tns1:RuleEngine/TamperDetector/Tamper", "VideoSourceConfigurationToken", "VideoSource_1",
         "IsTamper", "false"},
    };
    std::string body;
    for (std::size_t i = 0; i < messages; ++i)
        body += message(told[i % std::size(told)]);
    return R"(<?xml version="1.0" encoding="UTF-8"?>
<env:Envelope xmlns:env="http://www.w3.org/2003/05/soap-envelope" xmlns:soapenc="http://www.w3.org/2003/05/soap-encoding" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:tt="http://www.onvif.org/ver10/schema" xmlns:tds="http://www.onvif.org/ver10/device/wsdl" xmlns:trt="http://www.onvif.org/ver10/media/wsdl" xmlns:tev="http://www.onvif.org/ver10/events/wsdl" xmlns:tns1="http://www.onvif.org/ver10/topics" xmlns:wsnt="http://docs.oasis-open.org/wsn/b-2" xmlns:wsa5="http://www.w3.org/2005/08/addressing" xmlns:ter="http://www.onvif.org/ver10/error"><env:Header><wsa5:MessageID>urn:uuid:5b1c0e9e-6a9c-11ef-8f4e-020000000041</wsa5:MessageID><wsa5:Action>http://www.onvif.org/ver10/events/wsdl/PullPointSubscription/PullMessagesResponse</wsa5:Action></env:Header><env:Body><tev:PullMessagesResponse><tev:CurrentTime>2026-11-26T00:15:02Z</tev:CurrentTime><tev:TerminationTime>2026-11-26T00:16:02Z</tev:TerminationTime>)" +
           body + "</tev:PullMessagesResponse></env:Body></env:Envelope>";
}

Codec pulled(std::string name, std::size_t messages)
{
    const std::vector<std::string> answers(10, answer(messages));
    auto codec = one_by_one(std::move(name), answers, [messages](std::string_view bytes) {
        onvif::Reply reply;
        reply.load(bytes);
        if (reply.fault || !reply.readable()) return false;
        const auto found = onvif::read_notifications(reply.body);
        return found.flawed == 0 && found.messages.size() == messages;
    });
    against_xml(codec, answers);
    return codec;
}

} // namespace

std::vector<Codec> onvif_codecs()
{
    return {pulled("onvif, a pull with 4 notifications", 4),
            pulled("onvif, a pull with 100 notifications", 100)};
}

} // namespace gatehouse::bench
