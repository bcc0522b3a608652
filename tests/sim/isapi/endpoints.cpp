#include "tests/sim/isapi/endpoints.hpp"

#include "gateway/base/time_text.hpp"
#include "tests/sim/isapi/device.hpp"
#include "tests/sim/text.hpp"
#include "tests/sim/views.hpp"

#include <fmt/format.h>
#include <pugixml.hpp>

#include <array>
#include <charconv>
#include <functional>

namespace gatehouse::sim::isapi {
namespace {

constexpr std::string_view xml_declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n";
constexpr std::string_view space = "version=\"2.0\" xmlns=\"http://www.hikvision.com/ver20/XMLSchema\"";

Reply xml(std::string body)
{
    Reply reply;
    reply.body = std::string(xml_declaration) + std::move(body);
    return reply;
}

Reply unknown_url()
{
    Reply reply;
    reply.status = 404;
    reply.type = "text/html";
    reply.body = "<!DOCTYPE html><html><head><title>Document Error: Not Found</title></head>"
                 "<body><h2>Access Error: 404 -- Not Found</h2></body></html>\r\n";
    return reply;
}

// The text of the first element with this local name, at any depth.
std::string element(const std::string& body, std::string_view name)
{
    pugi::xml_document document;
    if (!document.load_buffer(body.data(), body.size())) return {};
    const auto found = document.find_node([&](const pugi::xml_node& node) {
        std::string_view full = node.name();
        if (const auto colon = full.find(':'); colon != std::string_view::npos) full.remove_prefix(colon + 1);
        return full == name;
    });
    return found.text().get();
}

bool well_formed(const std::string& body)
{
    pugi::xml_document document;
    return static_cast<bool>(document.load_buffer(body.data(), body.size()));
}

// The number between `before` and `after` in the path; nothing when the path has another form.
std::optional<int> number_in(std::string_view path, std::string_view before, std::string_view after)
{
    if (path.size() <= before.size() + after.size()) return std::nullopt;
    if (path.substr(0, before.size()) != before || path.substr(path.size() - after.size()) != after)
        return std::nullopt;
    const auto digits = path.substr(before.size(), path.size() - before.size() - after.size());
    int number = 0;
    if (std::from_chars(digits.data(), digits.data() + digits.size(), number).ptr !=
        digits.data() + digits.size())
        return std::nullopt;
    return number;
}

struct Identity {
    const char* model;
    const char* type;
};

Identity identity_of(Kind kind)
{
    switch (kind) {
    case Kind::plate: return {"DS-TCG405-E", "IPCamera"};
    case Kind::face: return {"DS-K1T341AM", "ACS"};
    case Kind::camera: return {"DS-2CD2386G2-IU", "IPCamera"};
    case Kind::barrier: return {"DS-TMG520", "ACS"};
    }
    return {"", ""};
}

Reply device_info(Device& device)
{
    const auto [model, type] = identity_of(device.config.kind);
    const auto mac = replaced(device.payloads.mac(), ":", "");
    return xml(fmt::format(
        "<DeviceInfo {}>\r\n<deviceName>{}</deviceName>\r\n<deviceID>{}</deviceID>\r\n"
        "<model>{}</model>\r\n<serialNumber>{}{}</serialNumber>\r\n<macAddress>{}</macAddress>\r\n"
        "<firmwareVersion>V5.7.18</firmwareVersion>\r\n"
        "<firmwareReleasedDate>build 240826</firmwareReleasedDate>\r\n"
        "<deviceType>{}</deviceType>\r\n<telecontrolID>88</telecontrolID>\r\n</DeviceInfo>\r\n",
        space, device.config.id, mac, model, model, mac, device.payloads.mac(), type));
}

Reply capabilities(Device& device)
{
    return xml(fmt::format(
        "<DeviceCap {}>\r\n<SysCap><isSupportHolidy>false</isSupportHolidy>"
        "<IOCap><IOInputPortNums>1</IOInputPortNums><IOOutputPortNums>{}</IOOutputPortNums></IOCap>"
        "</SysCap>\r\n<EventCap><isSupportHTTPHostNotification>true"
        "</isSupportHTTPHostNotification></EventCap>\r\n<isSupportAccessControlCap>{}"
        "</isSupportAccessControlCap>\r\n</DeviceCap>\r\n",
        space, device.config.outputs, device.config.kind == Kind::face));
}

Reply door_capabilities(Device& device)
{
    return xml(fmt::format("<RemoteControlDoor {}>\r\n<doorNo min=\"1\" max=\"{}\"/>\r\n<cmd opt=\"{}\"/>\r\n"
                           "</RemoteControlDoor>\r\n",
                           space, device.config.outputs,
                           device.switches.door_limited ? "open,alwaysOpen,resume"
                                                        : "open,close,alwaysOpen,alwaysClose,resume"));
}

Reply http_hosts(Device& device, const Request& request)
{
    constexpr std::string_view base = "/ISAPI/Event/notification/httpHosts";
    if (number_in(request.path, std::string(base) + "/", "/test")) {
        device.emit({device.config.kind == Kind::face ? Type::doorbell : Type::motion, "", 1, true});
        return status_reply(request, 1);
    }
    std::optional<std::size_t> slot;
    if (const auto id = number_in(request.path, std::string(base) + "/", ""); id && *id >= 1) slot = *id - 1;
    if (request.path != base && (!slot || *slot >= Hosts::size)) return unknown_url();
    if (request.method == "GET") return xml(slot ? device.hosts.one_xml(*slot) : device.hosts.list_xml());
    if (request.method != "PUT") return status_reply(request, 4, "methodNotAllowed");
    const int code = device.hosts.put(request.body, slot);
    if (code == 1) device.follow_hosts();
    return status_reply(request, code, code == 1 ? "ok" : "badXmlContent");
}

// Which of the four barrier URLs the path is, and for which output.
std::optional<std::pair<std::size_t, int>> barrier_url(std::string_view path)
{
    if (const auto n = number_in(path, "/ISAPI/Parking/channels/", "/barrierGate")) return std::pair(0UL, *n);
    if (const auto n = number_in(path, "/ISAPI/Traffic/channels/", "/barrierControl"))
        return std::pair(1UL, *n);
    constexpr std::string_view third = "/entranceAndExit/barrierGate/";
    if (const auto at = path.find(third); at != std::string_view::npos)
        if (const auto n = number_in(path.substr(at), third, "/control")) return std::pair(2UL, *n);
    if (path == "/ISAPI/ITC/Entrance/barrierGateCtrl") return std::pair(3UL, 1);
    return std::nullopt;
}

Reply barrier(Device& device, const Request& request, const std::string& peer, int number)
{
    if (request.method != "PUT") return status_reply(request, 4, "methodNotAllowed");
    if (!well_formed(request.body)) return status_reply(request, 5, "badXmlFormat");
    if (number < 1 || static_cast<std::size_t>(number) > device.config.outputs)
        return status_reply(request, 6, "badParameters");
    const int code = device.outputs.barrier(number, element(request.body, "ctrlMode"), {peer, request.path});
    return status_reply(request, code, code == 6 ? "badXmlContent" : "");
}

Reply door(Device& device, const Request& request, const std::string& peer, int number)
{
    if (request.method != "PUT") return status_reply(request, 4, "methodNotAllowed");
    if (!well_formed(request.body)) return status_reply(request, 5, "badXmlFormat");
    // 65535 is "all doors" in the vendor's guide; nobody should need it here.
    if (number < 1 || static_cast<std::size_t>(number) > device.config.outputs)
        return status_reply(request, 6, "badParameters");
    const int code = device.outputs.door(number, element(request.body, "cmd"), {peer, request.path});
    return status_reply(request, code, code == 6 ? "badXmlContent" : "");
}

std::string output_list(Device& device)
{
    std::string list = fmt::format("<IOOutputPortList {}>\r\n", space);
    for (std::size_t n = 1; n <= device.config.outputs; ++n)
        list += fmt::format("<IOOutputPort {}><id>{}</id><name>COM{}</name></IOOutputPort>\r\n", space, n, n);
    return list + "</IOOutputPortList>\r\n";
}

std::optional<Reply> io_ports(Device& device, const Request& request, const std::string& peer)
{
    constexpr std::string_view base = "/ISAPI/System/IO/outputs";
    constexpr std::string_view prefix = "/ISAPI/System/IO/outputs/";
    if (request.path == base) return xml(output_list(device));
    if (const auto n = number_in(request.path, prefix, "/status"))
        return xml(fmt::format("<IOPortStatus {}><ioPortID>{}</ioPortID><ioPortType>output</ioPortType>"
                               "<ioState>{}</ioState></IOPortStatus>\r\n",
                               space, *n, device.outputs.relay_active(*n) ? "active" : "inactive"));
    if (const auto n = number_in(request.path, prefix, "/trigger")) {
        const int code = device.outputs.relay(*n, element(request.body, "outputState"), {peer, request.path});
        return status_reply(request, code);
    }
    return std::nullopt;
}

Reply system_time(Device& device, const Request& request)
{
    const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    if (request.method == "PUT") {
        const auto zone = std::chrono::duration_cast<std::chrono::minutes>(device.switches.zone);
        const auto wanted = base::parse_time(element(request.body, "localTime"), zone);
        if (!wanted) return status_reply(request, 6, "badXmlContent");
        device.switches.clock_skew = wanted->time - now;
        return status_reply(request, 1);
    }
    const auto hours = std::chrono::floor<std::chrono::hours>(device.switches.zone).count();
    // POSIX sign: east of Greenwich is negative.
    return xml(fmt::format("<Time {}>\r\n<timeMode>manual</timeMode>\r\n<localTime>{}</localTime>\r\n"
                           "<timeZone>CST{}{}:00:00</timeZone>\r\n</Time>\r\n",
                           space, Payloads::device_time(now, device.switches, false), hours >= 0 ? "-" : "+",
                           hours >= 0 ? hours : -hours));
}

Picture seen_now(const Device& device)
{
    const auto at = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()) +
                    device.switches.zone;
    if (device.config.kind == Kind::face) return door_view("", false, at);
    return device.config.kind == Kind::camera ? yard_view(true, at) : gate_view("", at);
}

Reply snapshot(Device& device)
{
    constexpr std::size_t usual = 40'000;
    const auto size = device.switches.picture_bytes;
    Reply reply;
    reply.type = "image/jpeg";
    reply.body = device.switches.scenes ? *seen_now(device) : *picture(size == 0 ? usual : size);
    return reply;
}

Reply access_protocols(Device& device)
{
    return xml(
        fmt::format("<AdminAccessProtocolList {}>\r\n<AdminAccessProtocol><id>1</id><enabled>true</enabled>"
                    "<protocol>HTTP</protocol><portNo>{}</portNo></AdminAccessProtocol>\r\n"
                    "<AdminAccessProtocol><id>4</id><enabled>true</enabled><protocol>RTSP</protocol>"
                    "<portNo>554</portNo></AdminAccessProtocol>\r\n</AdminAccessProtocolList>\r\n",
                    space, device.port()));
}

Reply triggers()
{
    return xml(fmt::format("<EventTriggerList {}>\r\n<EventTrigger><id>IO-1</id><eventType>IO</eventType>"
                           "<EventTriggerNotificationList><EventTriggerNotification><id>center</id>"
                           "<notificationMethod>center</notificationMethod></EventTriggerNotification>"
                           "</EventTriggerNotificationList></EventTrigger>\r\n</EventTriggerList>\r\n",
                           space));
}

} // namespace

Reply status_reply(const Request& request, int code, std::string_view sub_status)
{
    constexpr std::array<std::pair<const char*, const char*>, 9> texts{
        {{"", ""},
         {"OK", "ok"},
         {"Device Busy", "deviceBusy"},
         {"Device Error", "deviceError"},
         {"Invalid Operation", "invalidOperation"},
         {"Invalid XML Format", "badXmlFormat"},
         {"Invalid XML Content", "badXmlContent"},
         {"Reboot Required", "rebootRequired"},
         {"More Detail", "moreDetail"}}};
    const auto& [text, sub] = texts.at(static_cast<std::size_t>(code));
    const std::string sub_text = sub_status.empty() ? std::string(sub) : std::string(sub_status);
    Reply reply;
    reply.status = code >= 4 && code <= 6 ? 400 : 200;
    if (request.query.find("format=json") != std::string::npos) {
        reply.type = "application/json";
        reply.body = fmt::format("{{\r\n\t\"statusCode\":\t{},\r\n\t\"statusString\":\t\"{}\",\r\n"
                                 "\t\"subStatusCode\":\t\"{}\"\r\n}}\r\n",
                                 code, text, sub_text);
        return reply;
    }
    reply.body =
        fmt::format("{}<ResponseStatus {}>\r\n<requestURL>{}</requestURL>\r\n<statusCode>{}</statusCode>\r\n"
                    "<statusString>{}</statusString>\r\n<subStatusCode>{}</subStatusCode>\r\n"
                    "</ResponseStatus>\r\n",
                    xml_declaration, space, replaced(request.path, "&", "&amp;"), code, text, sub_text);
    return reply;
}

Reply answer_request(Device& device, const Request& request, const std::string& peer)
{
    const std::string_view path = request.path;
    const bool access = device.config.kind == Kind::face;
    if (path == "/ISAPI/System/deviceInfo") return device_info(device);
    if (path == "/ISAPI/Security/userCheck")
        return xml(
            device.guard.user_check(peer.substr(0, peer.rfind(':')), true).substr(xml_declaration.size()));
    if (path == "/ISAPI/Security/adminAccesses") return access_protocols(device);
    if (path == "/ISAPI/System/capabilities") return capabilities(device);
    if (path == "/ISAPI/System/time") return system_time(device, request);
    if (path == "/ISAPI/Event/triggers") return triggers();
    if (path.starts_with("/ISAPI/Event/notification/httpHosts")) return http_hosts(device, request);
    if (path.starts_with("/ISAPI/Streaming/channels/") && path.ends_with("/picture")) return snapshot(device);
    if (path == "/ISAPI/System/reboot" && request.method == "PUT") {
        const Reply reply = status_reply(request, 1);
        device.reboot(std::chrono::seconds(2));
        return reply;
    }
    if (auto reply = io_ports(device, request, peer)) return *reply;
    if (auto reply = device.lists.answer(request, access)) return *reply;
    if (!access) {
        if (const auto url = barrier_url(path); url && url->first == device.switches.barrier_path)
            return barrier(device, request, peer, url->second);
        if (const auto n = number_in(path, "/ISAPI/Parking/channels/", "/barrierGate/barrierGateStatus"))
            return xml(fmt::format("<BarrierGateStatus {0}><barrierGateStatus>{1}</barrierGateStatus>"
                                   "</BarrierGateStatus>\r\n",
                                   space, device.outputs.barrier_position(*n)));
        if (path == device.switches.plates_path) return list_plates(device, request);
        if (path.starts_with("/doc/ui/images/plate/")) return plate_picture(device, request);
    } else {
        if (path == "/ISAPI/AccessControl/capabilities")
            return xml(
                fmt::format("<AccessControl {}><isSupportRemoteControlDoor>true</isSupportRemoteControlDoor>"
                            "</AccessControl>\r\n",
                            space));
        if (path == "/ISAPI/AccessControl/RemoteControl/door/capabilities") return door_capabilities(device);
        if (const auto n = number_in(path, "/ISAPI/AccessControl/RemoteControl/door/", ""))
            return door(device, request, peer, *n);
        if (path == "/ISAPI/AccessControl/AcsEvent") return search_acs_events(device, request);
    }
    return unknown_url();
}

} // namespace gatehouse::sim::isapi
