#include "protocols/onvif/messages.hpp"

#include "gateway/base/time_text.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <charconv>

namespace gatehouse::onvif {
namespace {

using std::chrono::seconds;

constexpr std::string_view pull_point = "http://www.onvif.org/ver10/events/wsdl/PullPointSubscription/";
constexpr std::string_view manager = "http://docs.oasis-open.org/wsn/bw-2/SubscriptionManager/";

std::optional<int> number(pugi::xml_node node, int min, int max)
{
    const auto digits = text(node);
    int value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc() || end != digits.data() + digits.size() || value < min || value > max)
        return std::nullopt;
    return value;
}

std::string attribute(pugi::xml_node node, const char* name)
{
    return std::string(ascii::trim(node.attribute(name).value()));
}

Message of_events(std::string_view service, std::string_view action, std::string_view name,
                  std::string_view content)
{
    auto message = request(service, name, content);
    message.action = action;
    return message;
}

template <class Visit>
void each(pugi::xml_node body, std::string_view element, Visit visit)
{
    std::size_t count = 0;
    for (const auto found : body.children())
        if (found.type() == pugi::node_element && local_name(found) == element && ++count <= list_max)
            visit(found);
}

bool capable(pugi::xml_node capabilities, const char* name)
{
    const auto said = capabilities.attribute(name);
    return !said || truth(said.value()).value_or(true);
}

} // namespace

Message request(std::string_view service, std::string_view name, std::string_view content)
{
    Message message;
    message.action = fmt::format("{}/{}", service, name);
    message.body =
        fmt::format("<w:{0} xmlns:w=\"{1}\" xmlns:tt=\"{2}\">{3}</w:{0}>", name, service, ns::tt, content);
    return message;
}

// ---- device ----

std::optional<DeviceTime> read_time(pugi::xml_node body)
{
    const auto time = below(body, ns::tds, "SystemDateAndTime");
    const auto utc = child(time, ns::tt, "UTCDateTime");
    const auto date = child(utc, ns::tt, "Date");
    const auto clock = child(utc, ns::tt, "Time");
    const auto year = number(child(date, ns::tt, "Year"), 1970, 2200);
    const auto month = number(child(date, ns::tt, "Month"), 1, 12);
    const auto day = number(child(date, ns::tt, "Day"), 1, 31);
    const auto hour = number(child(clock, ns::tt, "Hour"), 0, 24);
    const auto minute = number(child(clock, ns::tt, "Minute"), 0, 59);
    const auto second = number(child(clock, ns::tt, "Second"), 0, 61);
    if (!year || !month || !day || !hour || !minute || !second) return std::nullopt;
    const std::chrono::year_month_day when{std::chrono::year(*year),
                                           std::chrono::month(static_cast<unsigned>(*month)),
                                           std::chrono::day(static_cast<unsigned>(*day))};
    if (!when.ok()) return std::nullopt;
    DeviceTime found;
    found.utc = std::chrono::sys_days(when) + std::chrono::hours(*hour) + std::chrono::minutes(*minute) +
                seconds(*second);
    found.mode = text(child(time, ns::tt, "DateTimeType"));
    found.daylight = truth(text(child(time, ns::tt, "DaylightSavings"))).value_or(false);
    found.zone = text(child(child(time, ns::tt, "TimeZone"), ns::tt, "TZ"));
    return found;
}

Message set_time(base::WallTime utc, const DeviceTime& before)
{
    const auto days = std::chrono::floor<std::chrono::days>(utc);
    const std::chrono::year_month_day date{days};
    const std::chrono::hh_mm_ss clock{std::chrono::floor<seconds>(utc - days)};
    std::string content = fmt::format("<w:DateTimeType>Manual</w:DateTimeType><w:DaylightSavings>{}"
                                      "</w:DaylightSavings>",
                                      before.daylight);
    if (!before.zone.empty())
        content += "<w:TimeZone><tt:TZ>" + escaped(before.zone) + "</tt:TZ></w:TimeZone>";
    content += fmt::format("<w:UTCDateTime><tt:Time><tt:Hour>{}</tt:Hour><tt:Minute>{}</tt:Minute>"
                           "<tt:Second>{}</tt:Second></tt:Time><tt:Date><tt:Year>{}</tt:Year>"
                           "<tt:Month>{}</tt:Month><tt:Day>{}</tt:Day></tt:Date></w:UTCDateTime>",
                           clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                           static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                           static_cast<unsigned>(date.day()));
    return request(ns::tds, "SetSystemDateAndTime", content);
}

DeviceInformation read_information(pugi::xml_node body)
{
    DeviceInformation found;
    found.make = text(child(body, ns::tds, "Manufacturer"));
    found.model = text(child(body, ns::tds, "Model"));
    found.firmware = text(child(body, ns::tds, "FirmwareVersion"));
    found.serial = text(child(body, ns::tds, "SerialNumber"));
    return found;
}

Message get_services()
{
    return request(ns::tds, "GetServices", "<w:IncludeCapability>false</w:IncludeCapability>");
}

Message get_capabilities()
{
    return request(ns::tds, "GetCapabilities", "<w:Category>All</w:Category>");
}

Services read_services(pugi::xml_node body)
{
    Services services;
    each(body, "Service", [&](pugi::xml_node service) {
        services[text(child(service, ns::tds, "Namespace"))] = text(child(service, ns::tds, "XAddr"));
    });
    const auto old = child(body, ns::tds, "Capabilities");
    const auto add = [&](pugi::xml_node from, std::string_view name, std::string_view service) {
        const auto address = text(child(child(from, ns::tt, name), ns::tt, "XAddr"));
        if (!address.empty()) services[std::string(service)] = address;
    };
    add(old, "Device", ns::tds);
    add(old, "Events", ns::tev);
    add(old, "Media", ns::trt);
    add(child(old, ns::tt, "Extension"), "DeviceIO", ns::tmd);
    std::erase_if(services, [](const auto& entry) { return entry.first.empty() || entry.second.empty(); });
    return services;
}

std::vector<std::string> read_tokens(pugi::xml_node body, std::string_view element)
{
    std::vector<std::string> tokens;
    each(body, element, [&](pugi::xml_node found) {
        auto token = attribute(found, "token");
        if (!token.empty()) tokens.push_back(std::move(token));
    });
    return tokens;
}

std::vector<Relay> read_relays(pugi::xml_node body)
{
    std::vector<Relay> relays;
    each(body, "RelayOutputs", [&](pugi::xml_node found) {
        Relay relay;
        relay.token = attribute(found, "token");
        relay.bistable = text(child(child(found, ns::tt, "Properties"), ns::tt, "Mode")) == "Bistable";
        if (!relay.token.empty()) relays.push_back(std::move(relay));
    });
    return relays;
}

Message set_relay(std::string_view token, bool active)
{
    return request(
        ns::tds, "SetRelayOutputState",
        fmt::format("<w:RelayOutputToken>{}</w:RelayOutputToken><w:LogicalState>{}</w:LogicalState>",
                    escaped(token), active ? "active" : "inactive"));
}

// ---- media ----

Message get_snapshot_uri(bool media2, std::string_view profile)
{
    return request(media2 ? ns::tr2 : ns::trt, "GetSnapshotUri",
                   "<w:ProfileToken>" + escaped(profile) + "</w:ProfileToken>");
}

Message get_stream_uri(bool media2, std::string_view profile)
{
    const auto token = "<w:ProfileToken>" + escaped(profile) + "</w:ProfileToken>";
    if (media2) return request(ns::tr2, "GetStreamUri", "<w:Protocol>RTSP</w:Protocol>" + token);
    return request(ns::trt, "GetStreamUri",
                   "<w:StreamSetup><tt:Stream>RTP-Unicast</tt:Stream><tt:Transport><tt:Protocol>RTSP"
                   "</tt:Protocol></tt:Transport></w:StreamSetup>" +
                       token);
}

std::string read_uri(pugi::xml_node body)
{
    const auto media = child(body, ns::trt, "MediaUri");
    auto uri = media ? text(child(media, ns::tt, "Uri")) : text(child(body, ns::tr2, "Uri"));
    const auto host = uri.find("://");
    if (host == std::string::npos) return uri;
    const auto end = std::min(uri.find('/', host + 3), uri.size());
    const auto at = uri.rfind('@', end);
    if (at != std::string::npos && at > host) uri.erase(host + 3, at - host - 2);
    return uri;
}

// ---- doors ----

std::vector<AccessPoint> read_access_points(pugi::xml_node body)
{
    std::vector<AccessPoint> points;
    each(body, "AccessPointInfo", [&](pugi::xml_node found) {
        AccessPoint point;
        point.token = attribute(found, "token");
        point.door = text(child(found, ns::tac, "Entity"));
        point.from = !text(child(found, ns::tac, "AreaFrom")).empty();
        point.to = !text(child(found, ns::tac, "AreaTo")).empty();
        if (!point.token.empty()) points.push_back(std::move(point));
    });
    return points;
}

std::vector<Door> read_doors(pugi::xml_node body)
{
    std::vector<Door> doors;
    each(body, "DoorInfo", [&](pugi::xml_node found) {
        Door door;
        door.token = attribute(found, "token");
        door.name = text(child(found, ns::tdc, "Name"));
        const auto can = child(found, ns::tdc, "Capabilities");
        door.can_access = capable(can, "Access");
        door.can_lock = capable(can, "Lock");
        door.can_unlock = capable(can, "Unlock");
        door.can_block = capable(can, "Block");
        if (!door.token.empty()) doors.push_back(std::move(door));
    });
    return doors;
}

std::string read_next(pugi::xml_node body)
{
    for (const auto found : body.children())
        if (found.type() == pugi::node_element && local_name(found) == "NextStartReference")
            return text(found);
    return {};
}

Message list_request(std::string_view service, std::string_view name, std::string_view next)
{
    std::string content = "<w:Limit>100</w:Limit>";
    if (!next.empty()) content += "<w:StartReference>" + escaped(next) + "</w:StartReference>";
    return request(service, name, content);
}

DoorReport read_door(pugi::xml_node body)
{
    const auto state = child(body, ns::tdc, "DoorState");
    DoorReport found;
    found.contact = text(child(state, ns::tdc, "DoorPhysicalState"));
    found.lock = text(child(state, ns::tdc, "LockPhysicalState"));
    found.mode = text(child(state, ns::tdc, "DoorMode"));
    return found;
}

Message door_request(std::string_view name, std::string_view token)
{
    return request(ns::tdc, name, "<w:Token>" + escaped(token) + "</w:Token>");
}

// ---- events ----

Message create_pull_point(seconds lifetime)
{
    // No filter: many devices ignore or refuse it (sheet §5).
    return of_events(
        ns::tev, "http://www.onvif.org/ver10/events/wsdl/EventPortType/CreatePullPointSubscriptionRequest",
        "CreatePullPointSubscription",
        fmt::format("<w:InitialTerminationTime>PT{}S</w:InitialTerminationTime>", lifetime.count()));
}

std::optional<Subscription> read_subscription(pugi::xml_node body)
{
    const auto reference = child(body, ns::tev, "SubscriptionReference");
    Subscription found;
    found.address = text(child(reference, ns::wsa, "Address"));
    if (found.address.empty()) return std::nullopt;
    for (const auto parameter : child(reference, ns::wsa, "ReferenceParameters").children())
        if (parameter.type() == pugi::node_element) found.reference += transplanted(parameter);
    constexpr std::size_t reference_max = 8192;
    if (found.reference.size() > reference_max) found.reference.clear();
    found.lifetime = read_lifetime(body);
    return found;
}

std::optional<seconds> read_lifetime(pugi::xml_node body)
{
    using namespace std::chrono_literals;
    std::optional<base::WallTime> current;
    std::optional<base::WallTime> end;
    for (const auto found : body.children()) { // in the namespace of WS-N or of ONVIF, as the answer has it
        const auto parsed = base::parse_time(text(found), 0min);
        if (!parsed) continue;
        if (local_name(found) == "CurrentTime") current = parsed->time;
        if (local_name(found) == "TerminationTime") end = parsed->time;
    }
    if (!current || !end || *end <= *current) return std::nullopt;
    return std::chrono::duration_cast<seconds>(*end - *current);
}

Message pull(seconds timeout)
{
    return of_events(
        ns::tev, fmt::format("{}PullMessagesRequest", pull_point), "PullMessages",
        fmt::format("<w:Timeout>PT{}S</w:Timeout><w:MessageLimit>100</w:MessageLimit>", timeout.count()));
}

Message renew(seconds lifetime)
{
    return of_events(ns::wsnt, fmt::format("{}RenewRequest", manager), "Renew",
                     fmt::format("<w:TerminationTime>PT{}S</w:TerminationTime>", lifetime.count()));
}

Message unsubscribe()
{
    return of_events(ns::wsnt, fmt::format("{}UnsubscribeRequest", manager), "Unsubscribe", {});
}

Message synchronise()
{
    return of_events(ns::tev, fmt::format("{}SetSynchronizationPointRequest", pull_point),
                     "SetSynchronizationPoint", {});
}

} // namespace gatehouse::onvif
