// What the device answers, request by request (fact sheet sections 1 and 4 to 6).
#include "tests/sim/onvif/device.hpp"

#include "gateway/base/time_text.hpp"

#include <fmt/format.h>

#include <cstdlib>

namespace gatehouse::sim::onvif {
namespace {

using namespace std::chrono_literals;

std::string envelope(const std::string& inside)
{
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
           "<env:Envelope xmlns:env=\"http://www.w3.org/2003/05/soap-envelope\" "
           "xmlns:tt=\"http://www.onvif.org/ver10/schema\" "
           "xmlns:tds=\"http://www.onvif.org/ver10/device/wsdl\" "
           "xmlns:trt=\"http://www.onvif.org/ver10/media/wsdl\" "
           "xmlns:tmd=\"http://www.onvif.org/ver10/deviceIO/wsdl\" "
           "xmlns:tev=\"http://www.onvif.org/ver10/events/wsdl\" "
           "xmlns:tdc=\"http://www.onvif.org/ver10/doorcontrol/wsdl\" "
           "xmlns:tac=\"http://www.onvif.org/ver10/accesscontrol/wsdl\" "
           "xmlns:wsnt=\"http://docs.oasis-open.org/wsn/b-2\" "
           "xmlns:wstop=\"http://docs.oasis-open.org/wsn/t-1\" "
           "xmlns:wsa=\"http://www.w3.org/2005/08/addressing\" "
           "xmlns:tns1=\"http://www.onvif.org/ver10/topics\" "
           "xmlns:ter=\"http://www.onvif.org/ver10/error\">\n"
           "<env:Body>" +
           inside + "</env:Body>\n</env:Envelope>\n";
}

std::string fault(const std::string& code, const std::string& text)
{
    return "<env:Fault><env:Code><env:Value>env:Sender</env:Value><env:Subcode><env:Value>" + code +
           "</env:Value></env:Subcode></env:Code><env:Reason><env:Text xml:lang=\"en\">" + text +
           "</env:Text></env:Reason></env:Fault>";
}

const char* const unknown_subscription = "wsrf-rw:ResourceUnknownFault";

std::string after_name(const std::string& text, const std::string& name)
{
    return between(text.substr(std::min(text.find(name), text.size())), ">", "<");
}

std::string in(const std::string& response, const std::string& inside)
{
    return '<' + response + "Response>" + inside + "</" + response + "Response>";
}

// As every device writes it: clients take nothing but a Z for UTC.
std::string utc(base::WallTime time)
{
    return replaced(base::format_time(time, std::chrono::minutes(0)), "+00:00", "Z");
}

// "PT20S" or "PT1M".
Span duration_of(const std::string& text)
{
    const auto number = std::atoi(text.c_str() + std::min<std::size_t>(text.size(), 2));
    return text.ends_with('M') ? std::chrono::minutes(number) : Span(std::chrono::seconds(number));
}

// What this device may ever tell (GetEventProperties).
const char* const topic_set =
    "<tev:TopicNamespaceLocation>http://www.onvif.org/onvif/ver10/topics/topicns.xml</"
    "tev:TopicNamespaceLocation>"
    "<wsnt:FixedTopicSet>true</wsnt:FixedTopicSet><wstop:TopicSet>"
    "<tns1:Device><Trigger><DigitalInput wstop:topic=\"true\"/></Trigger></tns1:Device>"
    "<tns1:RuleEngine><TamperDetector><Tamper wstop:topic=\"true\"/></TamperDetector>"
    "<CellMotionDetector><Motion wstop:topic=\"true\"/></CellMotionDetector></tns1:RuleEngine>"
    "<tns1:AccessControl><AccessGranted><Credential wstop:topic=\"true\"/></AccessGranted>"
    "<AccessDenied><Credential wstop:topic=\"true\"/></AccessDenied></tns1:AccessControl>"
    "<tns1:Door><State><DoorAlarm wstop:topic=\"true\"/></State></tns1:Door></wstop:TopicSet>"
    "<wsnt:TopicExpressionDialect>http://www.onvif.org/ver10/tev/topicExpression/ConcreteSet"
    "</wsnt:TopicExpressionDialect>"
    "<tev:MessageContentFilterDialect>http://www.onvif.org/ver10/tev/messageContentFilter/ItemFilter"
    "</tev:MessageContentFilterDialect>"
    "<tev:MessageContentSchemaLocation>http://www.onvif.org/onvif/ver10/schema/onvif.xsd"
    "</tev:MessageContentSchemaLocation>";

// A client builds its picture of a camera from these two (Profile S).
const char* const video_sources =
    "<trt:VideoSources "
    "token=\"source_1\"><tt:Framerate>25</tt:Framerate><tt:Resolution><tt:Width>1920</tt:Width>"
    "<tt:Height>1080</tt:Height></tt:Resolution></trt:VideoSources>";
const char* const profiles =
    "<trt:Profiles token=\"main\" fixed=\"true\"><tt:Name>main</tt:Name><tt:VideoSourceConfiguration "
    "token=\"source_1\"><tt:Name>source</tt:Name><tt:UseCount>1</tt:UseCount><tt:SourceToken>source_1"
    "</tt:SourceToken><tt:Bounds x=\"0\" y=\"0\" width=\"1920\" "
    "height=\"1080\"/></tt:VideoSourceConfiguration>"
    "<tt:VideoEncoderConfiguration token=\"main\"><tt:Name>main</tt:Name><tt:UseCount>1</tt:UseCount>"
    "<tt:Encoding>H264</tt:Encoding><tt:Resolution><tt:Width>1920</tt:Width><tt:Height>1080</tt:Height>"
    "</tt:Resolution><tt:Quality>5</tt:Quality></tt:VideoEncoderConfiguration></trt:Profiles>";

bool is_order(const std::string& name)
{
    return name == "SetRelayOutputState" || name == "AccessDoor" || name == "UnlockDoor" ||
           name == "LockDoor" || name == "BlockDoor";
}

} // namespace

asio::awaitable<Device::Answer> Device::answer(Request request, std::string name, std::string peer)
{
    Answer out;
    if (request.method == "GET") {
        out.reply.body = "\xff\xd8\xff\xd9";
        co_return out;
    }
    if (is_order(name)) co_return order(request, name, peer);
    if (name == "PullMessages" && habits_.pull_error) {
        out.reply.status = 500;
        co_return out;
    }
    std::string inside;
    if (name == "PullMessages") {
        constexpr int usual = 100;
        const auto limit = std::atoi(after_name(request.body, "MessageLimit").c_str());
        out = co_await pull(request.target, duration_of(after_name(request.body, "Timeout")),
                            static_cast<std::size_t>(limit > 0 ? limit : usual));
        inside = out.reply.status == 200 ? in("tev:PullMessages", out.reply.body)
                                         : fault(unknown_subscription, "no such subscription");
    } else {
        inside = result_of(request, name);
    }
    if (inside.starts_with("<env:Fault") && out.reply.status == 200) out.reply.status = 500;
    out.reply.body = envelope(inside);
    if (habits_.gb18030) out.reply.body = to_gb2312(out.reply.body);
    co_return out;
}

std::string Device::address(const std::string& path) const
{
    const auto host =
        config_.xaddr.empty() ? fmt::format("{}:{}", config_.host, server_.port()) : config_.xaddr;
    return "http://" + host + path;
}

std::string Device::services() const
{
    std::string list;
    const auto add = [&](const char* space, const char* path) {
        list += fmt::format("<tds:Service><tds:Namespace>http://www.onvif.org/ver10/{}</tds:Namespace>"
                            "<tds:XAddr>{}</tds:XAddr><tds:Version><tt:Major>2</tt:Major>"
                            "<tt:Minor>40</tt:Minor></tds:Version></tds:Service>",
                            space, address(path));
    };
    add("device/wsdl", "/onvif/device_service");
    add("events/wsdl", "/onvif/events");
    add("deviceIO/wsdl", "/onvif/io");
    if (config_.controller) {
        add("doorcontrol/wsdl", "/onvif/doors");
        add("accesscontrol/wsdl", "/onvif/access");
    } else {
        add("media/wsdl", "/onvif/media");
    }
    return list;
}

std::string Device::time_text() const
{
    const auto days = std::chrono::floor<std::chrono::days>(now());
    const std::chrono::year_month_day date{days};
    const std::chrono::hh_mm_ss time{std::chrono::floor<std::chrono::seconds>(now() - days)};
    return fmt::format(
        "<tds:SystemDateAndTime><tt:DateTimeType>Manual</tt:DateTimeType><tt:DaylightSavings>false"
        "</tt:DaylightSavings><tt:TimeZone><tt:TZ>CST-8:00:00</tt:TZ></tt:TimeZone><tt:UTCDateTime>"
        "<tt:Time><tt:Hour>{}</tt:Hour><tt:Minute>{}</tt:Minute><tt:Second>{}</tt:Second></tt:Time>"
        "<tt:Date><tt:Year>{}</tt:Year><tt:Month>{}</tt:Month><tt:Day>{}</tt:Day></tt:Date>"
        "</tt:UTCDateTime></tds:SystemDateAndTime>",
        time.hours().count(), time.minutes().count(), time.seconds().count(), static_cast<int>(date.year()),
        static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

std::string Device::result_of(const Request& request, const std::string& name)
{
    if (name == "GetSystemDateAndTime") return in("tds:GetSystemDateAndTime", time_text());
    if (name == "SetSystemDateAndTime") {
        moods_.clock_skew = Span(0);
        return "<tds:SetSystemDateAndTimeResponse/>";
    }
    if (name == "GetDeviceInformation")
        return in("tds:GetDeviceInformation",
                  "<tds:Manufacturer>Simulated</tds:Manufacturer><tds:Model>" +
                      std::string(config_.controller ? "Controller" : "Camera") +
                      "</tds:Model><tds:FirmwareVersion>1.0</tds:FirmwareVersion><tds:SerialNumber>SIM-" +
                      config_.id + "</tds:SerialNumber><tds:HardwareId>1</tds:HardwareId>");
    if (name == "GetServices") return in("tds:GetServices", services());
    if (name == "GetRelayOutputs") {
        std::string list;
        for (const auto& [token, active] : relays_)
            list += "<tds:RelayOutputs token=\"" + token +
                    "\"><tt:Properties><tt:Mode>Monostable</tt:Mode><tt:DelayTime>PT1S</tt:DelayTime>"
                    "</tt:Properties></tds:RelayOutputs>";
        return in("tds:GetRelayOutputs", list);
    }
    if (name == "GetDigitalInputs")
        return in("tmd:GetDigitalInputs", "<tmd:DigitalInputs token=\"input_1\"/>");
    if (config_.controller && (name.starts_with("GetDoor") || name.starts_with("GetAccessPoint")))
        return doors_of(name, after_name(request.body, ":Token>"));
    if (!config_.controller) {
        auto answer = media_of(name);
        if (!answer.empty()) return answer;
    }
    return events_of(request, name);
}

std::string Device::media_of(const std::string& name) const
{
    if (name == "GetProfiles") return in("trt:GetProfiles", profiles);
    if (name == "GetVideoSources") return in("trt:GetVideoSources", video_sources);
    if (name == "GetSnapshotUri")
        return in("trt:GetSnapshotUri",
                  "<trt:MediaUri><tt:Uri>" +
                      (config_.video.empty() ? address("/snapshot.jpg")
                                             : "http://" + config_.video + "/snapshot.jpg") +
                      "</tt:Uri></trt:MediaUri>");
    if (name == "GetStreamUri")
        return in("trt:GetStreamUri", "<trt:MediaUri><tt:Uri>rtsp://" +
                                          (config_.video.empty() ? config_.host + ":554" : config_.video) +
                                          "/main</tt:Uri></trt:MediaUri>");
    return {};
}

std::string Device::doors_of(const std::string& name, const std::string& token) const
{
    if (name == "GetDoorInfoList") {
        std::string list;
        for (const auto& [door, mode] : modes_)
            list +=
                fmt::format("<tdc:DoorInfo token=\"{0}\"><tdc:Name>{0}</tdc:Name><tdc:Capabilities "
                            "Access=\"true\" Lock=\"true\" Unlock=\"true\" Block=\"true\"/></tdc:DoorInfo>",
                            door);
        return in("tdc:GetDoorInfoList", list);
    }
    if (name == "GetAccessPointInfoList")
        return in(
            "tac:GetAccessPointInfoList",
            "<tac:AccessPointInfo token=\"point_1\"><tac:Name>in</tac:Name><tac:AreaTo>yard</tac:AreaTo>"
            "<tac:Entity>door_1</tac:Entity></tac:AccessPointInfo>");
    const auto door = modes_.find(token);
    if (name != "GetDoorState" || door == modes_.end()) return fault("ter:NotFound", "no such door");
    const bool locked = door->second == "Locked" || door->second == "Blocked";
    return in("tdc:GetDoorState",
              "<tdc:DoorState><tdc:DoorPhysicalState>Closed</tdc:DoorPhysicalState><tdc:LockPhysicalState>" +
                  std::string(locked ? "Locked" : "Unlocked") + "</tdc:LockPhysicalState><tdc:DoorMode>" +
                  door->second + "</tdc:DoorMode></tdc:DoorState>");
}

// What moves metal; how, says the mood for commands.
Device::Answer Device::order(const Request& request, const std::string& name, const std::string& peer)
{
    const bool relay = name == "SetRelayOutputState";
    const auto token = after_name(request.body, relay ? "RelayOutputToken" : ":Token>");
    const bool known = relay ? relays_.contains(token) : config_.controller && modes_.contains(token);
    const bool on = after_name(request.body, "LogicalState") == "active";
    Answer out;
    const bool moved = known && moods_.command != CommandMood::refuse;
    Oracle::Command told;
    told.device = config_.id;
    told.output = (relay ? "relay/" : "door/") + token.substr(token.find('_') + 1);
    told.action = relay ? (on ? "active" : "inactive") : name;
    told.moved = moved;
    told.peer = peer;
    told.path = request.path;
    oracle_.command(told);
    if (!moved) {
        out.reply.status = 500;
        out.reply.body = envelope(fault(known ? "ter:ActionNotSupported" : "ter:NotFound", "refused"));
        return out;
    }
    ++seen_.moves;
    const std::map<std::string, std::string> modes{{"AccessDoor", "Accessed"},
                                                   {"UnlockDoor", "Unlocked"},
                                                   {"LockDoor", "Locked"},
                                                   {"BlockDoor", "Blocked"}};
    if (relay)
        switch_relay(token, on);
    else
        modes_[token] = modes.at(name);
    if (relay ? on : name == "AccessDoor") group_.spawn("fall back " + config_.id, fall_back(token, relay));
    out.none = moods_.command == CommandMood::silent;
    if (moods_.command == CommandMood::late) out.after = late_answer;
    out.reply.body = envelope('<' + std::string(relay ? "tds:" : "tdc:") + name + "Response/>");
    return out;
}

void Device::switch_relay(const std::string& token, bool on)
{
    relays_[token] = on;
    set("relay", {"Device/Trigger/Relay", "<tt:SimpleItem Name=\"RelayToken\" Value=\"" + token + "\"/>",
                  std::string("<tt:SimpleItem Name=\"LogicalState\" Value=\"") +
                      (on ? "active" : "inactive") + "\"/>"});
}

// A pulse ends, and a door that was opened for somebody locks itself.
asio::awaitable<void> Device::fall_back(std::string token, bool relay)
{
    co_await pause(relay ? 1s : 3s);
    if (relay && relays_[token]) switch_relay(token, false);
    if (!relay && modes_[token] == "Accessed") modes_[token] = "Locked";
}

// ---- events ----

// Of WS-Notification in the answers to Create and Renew, of the event service in the answer to a pull.
std::string Device::lifetime(const char* space, base::MonoTime until) const
{
    const auto left = std::chrono::duration_cast<Span>(until - clock_.now());
    return fmt::format("<{0}:CurrentTime>{1}</{0}:CurrentTime><{0}:TerminationTime>{2}</{0}:TerminationTime>",
                       space, utc(now()), utc(now() + left));
}

std::string Device::subscribe()
{
    std::erase_if(subscriptions_, [&](const auto& entry) { return entry.second.until < clock_.now(); });
    if (subscriptions_.size() >= habits_.slots)
        return fault("ter:SubscribeCreationFailedFault", "all subscriptions are taken");
    const auto number = std::to_string(next_++);
    auto& made = subscriptions_[number];
    made.until = clock_.now() + habits_.granted;
    for (const auto& property : properties_)
        made.waiting.push_back({0, message_of(property, "Initialized")});
    return in("tev:CreatePullPointSubscription",
              "<tev:SubscriptionReference><wsa:Address>" + address("/onvif/subscription?Idx=" + number) +
                  "</wsa:Address></tev:SubscriptionReference>" + lifetime("wsnt", made.until));
}

std::string Device::events_of(const Request& request, const std::string& name)
{
    if (name == "CreatePullPointSubscription") return subscribe();
    if (name == "GetEventProperties") return in("tev:GetEventProperties", topic_set);
    const auto held = subscriptions_.find(request.query.substr(request.query.find('=') + 1));
    const bool ours = name == "Renew" || name == "Unsubscribe" || name == "SetSynchronizationPoint";
    if (!ours || (name == "Renew" && habits_.renew_fault))
        return fault("ter:ActionNotSupported", "not implemented");
    if (held == subscriptions_.end() || held->second.until < clock_.now())
        return fault(unknown_subscription, "no such subscription");
    if (name == "Unsubscribe") {
        subscriptions_.erase(held);
        return "<wsnt:UnsubscribeResponse/>";
    }
    if (name == "Renew") {
        held->second.until = clock_.now() + habits_.granted;
        return in("wsnt:Renew", lifetime("wsnt", held->second.until));
    }
    if (!habits_.hollow)
        for (const auto& property : properties_)
            held->second.waiting.push_back({0, message_of(property, "Initialized")});
    news_.notify();
    return "<tev:SetSynchronizationPointResponse/>";
}

// Stamped one after another, however fast they are ordered: nobody shows one card three times in a
// millisecond.
std::string Device::message_of(const Property& what, const std::string& operation)
{
    told_at_ = std::max(told_at_ + 1ms, clock_.wall());
    const auto attribute = operation.empty() ? "" : " PropertyOperation=\"" + operation + '"';
    return "<wsnt:NotificationMessage><wsnt:Topic "
           "Dialect=\"http://www.onvif.org/ver10/tev/topicExpression/ConcreteSet\">" +
           std::string(habits_.strange_prefix ? "odd:" : "tns1:") + what.topic +
           "</wsnt:Topic><wsnt:Message><tt:Message UtcTime=\"" + utc(told_at_ + moods_.clock_skew) + '"' +
           attribute + "><tt:Source>" + what.source + "</tt:Source><tt:Data>" + what.data +
           "</tt:Data></tt:Message></wsnt:Message></wsnt:NotificationMessage>";
}

} // namespace gatehouse::sim::onvif
