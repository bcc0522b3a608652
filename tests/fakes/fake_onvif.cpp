#include "tests/fakes/fake_onvif.hpp"

#include "gateway/base/time_text.hpp"
#include "tests/fakes/memory_stream.hpp"
#include "tests/fakes/text.hpp"

#include <boost/uuid/detail/sha1.hpp>
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace gatehouse::fakes {
namespace {

using namespace std::chrono_literals;
using namespace asio::experimental::awaitable_operators;

std::string sha1(const std::string& text)
{
    boost::uuids::detail::sha1 hash;
    hash.process_bytes(text.data(), text.size());
    unsigned words[5];
    hash.get_digest(words);
    std::string out;
    for (const auto word : words)
        for (int shift = 24; shift >= 0; shift -= 8)
            out += static_cast<char>(word >> static_cast<unsigned>(shift) & 0xffU);
    return out;
}

// What stands in an element of that name, whatever its prefix.
std::string element(const std::string& text, const std::string& name)
{
    auto at = text.find(':' + name);
    if (at == std::string::npos) at = text.find('<' + name);
    if (at == std::string::npos) return {};
    const auto open = text.find('>', at);
    if (open == std::string::npos) return {};
    return text.substr(open + 1, text.find('<', open) - open - 1);
}

std::string name_in_body(const std::string& body)
{
    auto at = body.find(":Body>");
    if (at == std::string::npos) return {};
    at = body.find('<', at);
    const auto end = body.find_first_of(" >/", at + 1);
    const auto name = body.substr(at + 1, end - at - 1);
    return name.substr(name.find(':') + 1);
}

std::string items(const std::vector<std::string>& list)
{
    std::string out;
    for (const auto& item : list) {
        const auto equals = item.find('=');
        out += "<tt:SimpleItem Name=\"" + item.substr(0, equals) + "\" Value=\"" + item.substr(equals + 1) +
               "\"/>";
    }
    return out;
}

bool is_order(const std::string& name)
{
    return name == "SetRelayOutputState" || name == "AccessDoor" || name == "UnlockDoor" ||
           name == "LockDoor" || name == "BlockDoor";
}

} // namespace

FakeOnvif::FakeOnvif(asio::any_io_executor executor, base::Clock& clock)
    : executor_(executor), clock_(clock), news_(executor), tasks_(std::move(executor))
{
}

asio::awaitable<base::Result<std::unique_ptr<base::ByteStream>>> FakeOnvif::connect(base::Target)
{
    if (!present) co_return base::Errc::unreachable;
    ++connections;
    auto ends = connected(executor_, "192.0.2.41");
    StreamPtr ours = std::move(ends.second);
    connections_.push_back(ours);
    tasks_.spawn("fake device", serve(std::move(ours)));
    co_return std::move(ends.first);
}

void FakeOnvif::stop()
{
    cut();
    tasks_.cancel();
}

void FakeOnvif::cut()
{
    for (const auto& connection : connections_)
        if (const auto alive = connection.lock()) alive->close();
    connections_.clear();
}

asio::awaitable<void> FakeOnvif::serve(StreamPtr stream)
{
    std::string buffer;
    std::array<std::byte, 4096> chunk{};
    for (;;) {
        const auto end = buffer.find("\r\n\r\n");
        std::size_t length = 0;
        if (end != std::string::npos)
            length = static_cast<std::size_t>(
                std::atoi(between(buffer.substr(0, end + 2), "Content-Length: ", "\r\n").c_str()));
        if (end == std::string::npos || buffer.size() < end + 4 + length) {
            const auto size = co_await stream->read_some(chunk);
            if (!size) break;
            buffer.append(reinterpret_cast<const char*>(chunk.data()), *size);
            continue;
        }
        Request request;
        request.head = buffer.substr(0, end + 2);
        request.target = between(request.head, " ", " HTTP/");
        request.body = buffer.substr(end + 4, length);
        request.name = name_in_body(request.body);
        request.token = request.body.find("UsernameToken") != std::string::npos;
        request.digest = request.head.find("\r\nAuthorization: Digest ") != std::string::npos;
        buffer.erase(0, end + 4 + length);
        const bool go_on = co_await answer(stream, std::move(request));
        if (!go_on) break;
    }
    stream->close();
}

asio::awaitable<bool> FakeOnvif::answer(StreamPtr stream, Request request)
{
    requests.push_back(request);
    if (on_request) on_request(request);
    Reply reply;
    if (request.head.starts_with("GET ")) {
        reply = request.digest ? ok("") : refusal(request);
        if (request.digest) reply.body = "\xFF\xD8 JPEG";
    } else if (!admits(request)) {
        reply = refusal(request);
    } else if (request.name == "PullMessages" && pulls_hang) {
        co_return true;
    } else if (request.name == "PullMessages") {
        reply = co_await pull(request);
    } else {
        reply = reply_to(request);
    }
    if (loses_orders && is_order(request.name)) co_return true;
    const auto text = fmt::format("HTTP/1.1 {} X\r\n{}Content-Type: application/soap+xml\r\n"
                                  "Content-Length: {}\r\n\r\n{}",
                                  reply.status, reply.headers, reply.body.size(), reply.body);
    (void)co_await stream->write(
        std::as_bytes(std::span(text))); // a gateway that hung up is its own business
    co_return true;
}

// ---- log-in ----

bool FakeOnvif::admits(const Request& request) const
{
    const bool anybody = request.name == "GetSystemDateAndTime" && !time_needs_login;
    if (login == "open" || anybody) return true;
    const bool by_digest = request.digest && password == "secret";
    if (login == "digest") return by_digest && !request.token;
    if (login == "both") return by_digest && token_right(request);
    return token_right(request);
}

bool FakeOnvif::token_right(const Request& request) const
{
    if (!request.token) return false;
    const auto created = element(request.body, "Created");
    const auto nonce = element(request.body, "Nonce");
    const auto wanted = sha1(from_base64(nonce) + created + password);
    if (from_base64(element(request.body, "Password")) != wanted) return false;
    if (from_base64(nonce).size() > 20 || created.size() != 20) return false; // as a Hikvision model does
    if (token_window == 0s) return true;
    const auto time = base::parse_time(created, 0min);
    return time && std::chrono::abs(time->time - now()) <= token_window;
}

FakeOnvif::Reply FakeOnvif::refusal(const Request& request)
{
    const bool half = login == "both" && request.digest && password == "secret"; // the web server let it pass
    if (half || (refuses_by_fault && login == "token"))
        return fault(400, "ter:NotAuthorized", "Sender not Authorized");
    Reply reply;
    reply.status = 401;
    ++challenges_;
    if (login != "token")
        reply.headers =
            fmt::format("WWW-Authenticate: Digest realm=\"ONVIF\", nonce=\"4e6a{0}\", qop=\"auth\"\r\n"
                        "WWW-Authenticate: Digest realm=\"ONVIF\", nonce=\"4e6b{0}\", qop=\"auth\", "
                        "algorithm=SHA-256\r\n",
                        challenges_);
    return reply;
}

FakeOnvif::Reply FakeOnvif::ok(const std::string& body)
{
    Reply reply;
    // Other prefixes than anybody expects: names go by their namespace.
    reply.body = "<?xml version=\"1.0\"?><SOAP-ENV:Envelope "
                 "xmlns:SOAP-ENV=\"http://www.w3.org/2003/05/soap-envelope\" "
                 "xmlns:tt=\"http://www.onvif.org/ver10/schema\" "
                 "xmlns:d=\"http://www.onvif.org/ver10/device/wsdl\" "
                 "xmlns:m=\"http://www.onvif.org/ver10/media/wsdl\" "
                 "xmlns:io=\"http://www.onvif.org/ver10/deviceIO/wsdl\" "
                 "xmlns:e=\"http://www.onvif.org/ver10/events/wsdl\" "
                 "xmlns:b=\"http://docs.oasis-open.org/wsn/b-2\" "
                 "xmlns:w=\"http://www.w3.org/2005/08/addressing\" "
                 "xmlns:dc=\"http://www.onvif.org/ver10/doorcontrol/wsdl\" "
                 "xmlns:ac=\"http://www.onvif.org/ver10/accesscontrol/wsdl\" "
                 "xmlns:t=\"http://www.onvif.org/ver10/topics\" "
                 "xmlns:h=\"http://www.hikvision.com/2011/event/topics\">"
                 "<SOAP-ENV:Body>" +
                 body + "</SOAP-ENV:Body></SOAP-ENV:Envelope>";
    return reply;
}

FakeOnvif::Reply FakeOnvif::fault(int status, const std::string& code, const std::string& reason)
{
    auto reply = ok("<SOAP-ENV:Fault><SOAP-ENV:Code><SOAP-ENV:Value>SOAP-ENV:Sender</SOAP-ENV:Value>"
                    "<SOAP-ENV:Subcode><SOAP-ENV:Value>" +
                    code +
                    "</SOAP-ENV:Value></SOAP-ENV:Subcode></SOAP-ENV:Code><SOAP-ENV:Reason>"
                    "<SOAP-ENV:Text xml:lang=\"en\">" +
                    reason + "</SOAP-ENV:Text></SOAP-ENV:Reason></SOAP-ENV:Fault>");
    reply.status = status;
    return reply;
}

// ---- requests ----

FakeOnvif::Reply FakeOnvif::reply_to(const Request& request)
{
    if (is_order(request.name) && refuses_orders)
        return fault(500, "ter:ActionNotSupported", "this cannot be done");
    if (request.name.find("Door") != std::string::npos ||
        request.name.find("AccessPoint") != std::string::npos)
        return doors(request);
    if (request.name == "CreatePullPointSubscription" || request.name == "Renew" ||
        request.name == "Unsubscribe" || request.name == "SetSynchronizationPoint")
        return events(request);
    return device(request);
}

std::string FakeOnvif::services() const
{
    const auto one = [&](const char* space, const char* path) {
        return fmt::format("<d:Service><d:Namespace>{}</d:Namespace><d:XAddr>http://{}:0{}</d:XAddr>"
                           "<d:Version><tt:Major>2</tt:Major><tt:Minor>6</tt:Minor></d:Version></d:Service>",
                           space, told_host, path);
    };
    auto list = one("http://www.onvif.org/ver10/device/wsdl", "/onvif/device_service") +
                one("http://www.onvif.org/ver10/events/wsdl", "/onvif/Events") +
                one("http://www.onvif.org/ver10/media/wsdl", "/onvif/Media") +
                one("http://www.onvif.org/ver10/deviceIO/wsdl", "/onvif/DeviceIO");
    if (has_doors)
        list += one("http://www.onvif.org/ver10/doorcontrol/wsdl", "/onvif/Doors") +
                one("http://www.onvif.org/ver10/accesscontrol/wsdl", "/onvif/Access");
    return list;
}

FakeOnvif::Reply FakeOnvif::device(const Request& request)
{
    const auto& name = request.name;
    if (name == "GetSystemDateAndTime") {
        const auto days = std::chrono::floor<std::chrono::days>(now());
        const std::chrono::year_month_day date{days};
        const std::chrono::hh_mm_ss time{std::chrono::floor<std::chrono::seconds>(now() - days)};
        return ok(fmt::format(
            "<d:GetSystemDateAndTimeResponse><d:SystemDateAndTime><tt:DateTimeType>{}</tt:DateTimeType>"
            "<tt:DaylightSavings>false</tt:DaylightSavings><tt:TimeZone><tt:TZ>CST-8</tt:TZ></tt:TimeZone>"
            "<tt:UTCDateTime><tt:Time><tt:Hour>{}</tt:Hour><tt:Minute>{}</tt:Minute><tt:Second>{}</tt:Second>"
            "</tt:Time><tt:Date><tt:Year>{}</tt:Year><tt:Month>{}</tt:Month><tt:Day>{}</tt:Day></tt:Date>"
            "</tt:UTCDateTime></d:SystemDateAndTime></d:GetSystemDateAndTimeResponse>",
            clock_mode, time.hours().count(), time.minutes().count(), time.seconds().count(),
            static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
            static_cast<unsigned>(date.day())));
    }
    if (name == "SetSystemDateAndTime") {
        if (clock_settable) clock_skew = {};
        return ok("<d:SetSystemDateAndTimeResponse/>");
    }
    if (name == "GetDeviceInformation")
        return ok("<d:GetDeviceInformationResponse><d:Manufacturer>Acme</d:Manufacturer><d:Model>C1</d:Model>"
                  "<d:FirmwareVersion>1.2</d:FirmwareVersion><d:SerialNumber>" +
                  serial +
                  "</d:SerialNumber><d:HardwareId>1</d:HardwareId></d:GetDeviceInformationResponse>");
    if (name == "GetServices" && knows_services)
        return ok("<d:GetServicesResponse>" + services() + "</d:GetServicesResponse>");
    if (name == "GetCapabilities")
        return ok("<d:GetCapabilitiesResponse><d:Capabilities><tt:Events><tt:XAddr>http://" + told_host +
                  "/onvif/Events</tt:XAddr></tt:Events></d:Capabilities></d:GetCapabilitiesResponse>");
    if (name == "GetRelayOutputs") {
        std::string list;
        for (const auto& [token, active] : relays)
            list += fmt::format("<d:RelayOutputs token=\"{}\"><tt:Properties><tt:Mode>{}</tt:Mode>"
                                "<tt:DelayTime>PT1S</tt:DelayTime><tt:IdleState>open</tt:IdleState>"
                                "</tt:Properties></d:RelayOutputs>",
                                token, bistable ? "Bistable" : "Monostable");
        return ok("<d:GetRelayOutputsResponse>" + list + "</d:GetRelayOutputsResponse>");
    }
    if (name == "SetRelayOutputState") {
        const auto token = element(request.body, "RelayOutputToken");
        const bool active = element(request.body, "LogicalState") == "active";
        if (!ignores_orders) {
            relays[token] = active;
            tell("t:Device/Trigger/Relay", "Changed", {"RelayToken=" + token},
                 {std::string("LogicalState=") + (active ? "active" : "inactive")});
        }
        return ok("<d:SetRelayOutputStateResponse/>");
    }
    if (name == "GetDigitalInputs")
        return ok("<io:GetDigitalInputsResponse><io:DigitalInputs token=\"loop\"/>"
                  "<io:DigitalInputs token=\"fire\"/></io:GetDigitalInputsResponse>");
    if (name == "GetProfiles")
        return ok("<m:GetProfilesResponse><m:Profiles token=\"main\" fixed=\"true\"/>"
                  "<m:Profiles token=\"sub\"/></m:GetProfilesResponse>");
    if (name == "GetSnapshotUri")
        return ok("<m:GetSnapshotUriResponse><m:MediaUri><tt:Uri>http://admin:x@" + told_host +
                  "/snap?ch=1</tt:Uri></m:MediaUri></m:GetSnapshotUriResponse>");
    if (name == "GetStreamUri")
        return ok("<m:GetStreamUriResponse><m:MediaUri><tt:Uri>rtsp://" + told_host +
                  ":554/main</tt:Uri></m:MediaUri></m:GetStreamUriResponse>");
    return fault(500, "ter:ActionNotSupported", "unknown");
}

FakeOnvif::Reply FakeOnvif::doors(const Request& request)
{
    const auto& name = request.name;
    if (!has_doors) return fault(500, "ter:ActionNotSupported", "no doors");
    if (name == "GetDoorInfoList")
        return ok("<dc:GetDoorInfoListResponse><dc:DoorInfo token=\"door_a\"><dc:Name>A</dc:Name>"
                  "<dc:Capabilities Access=\"true\" Lock=\"true\" Unlock=\"true\" Block=\"true\"/>"
                  "</dc:DoorInfo><dc:DoorInfo token=\"door_b\"><dc:Name>B</dc:Name>"
                  "<dc:Capabilities Access=\"true\" Block=\"false\"/></dc:DoorInfo>"
                  "</dc:GetDoorInfoListResponse>");
    if (name == "GetAccessPointInfoList")
        return ok(
            "<ac:GetAccessPointInfoListResponse><ac:AccessPointInfo token=\"ap_in\"><ac:Name>in</ac:Name>"
            "<ac:AreaTo>yard</ac:AreaTo><ac:Entity>door_a</ac:Entity></ac:AccessPointInfo>"
            "<ac:AccessPointInfo token=\"ap_out\"><ac:Name>out</ac:Name><ac:AreaFrom>yard</ac:AreaFrom>"
            "<ac:Entity>door_a</ac:Entity></ac:AccessPointInfo></ac:GetAccessPointInfoListResponse>");
    if (name == "GetDoorState")
        return ok("<dc:GetDoorStateResponse><dc:DoorState><dc:DoorPhysicalState>Closed</dc:DoorPhysicalState>"
                  "<dc:LockPhysicalState>" +
                  std::string(door_mode == "Locked" || door_mode == "Blocked" ? "Locked" : "Unlocked") +
                  "</dc:LockPhysicalState><dc:DoorMode>" + door_mode +
                  "</dc:DoorMode></dc:DoorState></dc:GetDoorStateResponse>");
    const std::map<std::string, std::string> modes{{"AccessDoor", "Accessed"},
                                                   {"UnlockDoor", "Unlocked"},
                                                   {"LockDoor", "Locked"},
                                                   {"BlockDoor", "Blocked"}};
    if (!ignores_orders) door_mode = modes.at(name);
    return ok("<dc:" + name + "Response/>");
}

// ---- events ----

std::string FakeOnvif::times(base::WallTime until) const
{
    return "<b:CurrentTime>" + base::format_time(now(), 0min) + "</b:CurrentTime><b:TerminationTime>" +
           base::format_time(until, 0min) + "</b:TerminationTime>";
}

std::string FakeOnvif::subscription_of(const Request& request) const
{
    const auto number = wants_reference ? element(request.body, "SubscriptionId")
                                        : request.target.substr(request.target.find('=') + 1);
    return subscriptions_.contains(number) ? number : std::string();
}

FakeOnvif::Reply FakeOnvif::subscribe()
{
    std::erase_if(subscriptions_, [&](const auto& entry) { return entry.second.until < now(); });
    if (subscriptions_.size() >= slots)
        return fault(500, "ter:SubscribeCreationFailedFault", "no slot is free");
    const auto number = std::to_string(next_++);
    auto& made = subscriptions_[number];
    made.until = now() + granted;
    for (const auto& property : properties_)
        made.waiting.push_back(message(property, "Initialized"));
    std::string reference = "<w:Address>http://" + told_host + "/onvif/Subscription" +
                            (wants_reference ? "" : "?Idx=" + number) + "</w:Address>";
    if (wants_reference)
        reference += "<w:ReferenceParameters><x:SubscriptionId xmlns:x=\"http://x.example\">" + number +
                     "</x:SubscriptionId></w:ReferenceParameters>";
    return ok("<e:CreatePullPointSubscriptionResponse><e:SubscriptionReference>" + reference +
              "</e:SubscriptionReference>" + times(made.until) + "</e:CreatePullPointSubscriptionResponse>");
}

FakeOnvif::Reply FakeOnvif::events(const Request& request)
{
    if (request.name == "CreatePullPointSubscription") return subscribe();
    const auto number = subscription_of(request);
    if (number.empty()) return fault(400, "wsrf-rw:ResourceUnknownFault", "no such subscription");
    auto& held = subscriptions_[number];
    if (request.name == "Unsubscribe") {
        subscriptions_.erase(number);
        return ok("<b:UnsubscribeResponse/>");
    }
    if (request.name == "Renew") {
        if (!renews) return fault(500, "ter:ActionNotSupported", "not here");
        held.until = now() + granted;
        return ok("<b:RenewResponse>" + times(held.until) + "</b:RenewResponse>");
    }
    if (tells_states_when_asked && !subscription_dead)
        for (const auto& property : properties_)
            held.waiting.push_back(message(property, "Initialized"));
    news_.notify();
    return ok("<e:SetSynchronizationPointResponse/>");
}

asio::awaitable<FakeOnvif::Reply> FakeOnvif::pull(Request request)
{
    const auto deadline =
        clock_.now() + std::chrono::seconds(std::atoi(element(request.body, "Timeout").c_str() + 2));
    if (pull_status != 200) {
        Reply broken;
        broken.status = pull_status;
        co_return broken;
    }
    for (;;) {
        const auto number = subscription_of(request);
        if (number.empty() || subscriptions_[number].until < now())
            co_return fault(400, "wsrf-rw:ResourceUnknownFault", "no such subscription");
        const bool nothing = subscriptions_[number].waiting.empty() || subscription_dead;
        if (!nothing || impatient || clock_.now() >= deadline) break;
        co_await (news_.wait() || clock_.sleep_until(deadline));
    }
    auto& held = subscriptions_[subscription_of(request)];
    if (pulls_prolong) held.until = now() + granted;
    std::string list;
    while (!held.waiting.empty() && !subscription_dead) {
        list += held.waiting.front();
        held.waiting.pop_front();
    }
    co_return ok("<e:PullMessagesResponse>" + times(held.until) + list + "</e:PullMessagesResponse>");
}

std::string FakeOnvif::message(const Property& property, const std::string& operation) const
{
    return "<b:NotificationMessage><b:Topic "
           "Dialect=\"http://www.onvif.org/ver10/tev/topicExpression/ConcreteSet\">" +
           property.topic + "</b:Topic><b:Message><tt:Message UtcTime=\"" + base::format_time(now(), 0min) +
           "\"" + (operation.empty() ? "" : " PropertyOperation=\"" + operation + "\"") + "><tt:Source>" +
           items(property.source) + "</tt:Source><tt:Data>" + items(property.data) +
           "</tt:Data></tt:Message></b:Message></b:NotificationMessage>";
}

void FakeOnvif::tell(const std::string& topic, const std::string& operation,
                     const std::vector<std::string>& source, const std::vector<std::string>& data)
{
    const Property property{topic, source, data};
    for (auto& [number, held] : subscriptions_)
        held.waiting.push_back(message(property, operation));
    news_.notify();
}

void FakeOnvif::set_property(const std::string& topic, const std::vector<std::string>& source,
                             const std::vector<std::string>& data)
{
    std::erase_if(properties_, [&](const Property& property) {
        return property.topic == topic && property.source == source;
    });
    properties_.push_back({topic, source, data});
    tell(topic, "Changed", source, data);
}

void FakeOnvif::lose_subscriptions()
{
    subscriptions_.clear();
    news_.notify();
}

std::size_t FakeOnvif::asked(const std::string& name) const
{
    return static_cast<std::size_t>(std::count_if(
        requests.begin(), requests.end(), [&](const Request& request) { return request.name == name; }));
}

const FakeOnvif::Request* FakeOnvif::last(const std::string& name) const
{
    for (auto at = requests.rbegin(); at != requests.rend(); ++at)
        if (at->name == name) return &*at;
    return nullptr;
}

} // namespace gatehouse::fakes
