#include "protocols/isapi/status.hpp"

#include "gateway/base/time_text.hpp"
#include "protocols/isapi/alert_fields.hpp"
#include "protocols/isapi/json_document.hpp"
#include "protocols/isapi/xml_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace gatehouse::isapi {
namespace {

// Reads a document whose root has that name into `out`; false when it is another one.
template <class Out>
bool read_root(std::string_view document, std::string_view root, Out& out, auto&& field)
{
    const auto start = document_start(document);
    const auto read = [&](const auto& node) {
        node.each(
            [&](std::string_view name, const auto& child) { field(out, name, std::string(child.text())); });
    };
    if (start.starts_with('{')) {
        JsonDocument json;
        json.load(start);
        if (json.flaw != DocumentFlaw::none) return false;
        const auto inner = json.root().child(root);
        if (inner) read(*inner);
        return inner.has_value();
    }
    XmlDocument xml;
    xml.load(start);
    if (xml.flaw != DocumentFlaw::none || !ascii::same_word(xml.root_name(), root)) return false;
    read(XmlNode(xml.root()));
    return true;
}

// "44-A6-42-..." and "44:a6:42:..." alike.
std::string mac_text(std::string_view raw)
{
    auto mac = ascii::lower(raw);
    std::replace(mac.begin(), mac.end(), '-', ':');
    return mac;
}

std::vector<std::string> words(std::string_view list)
{
    std::vector<std::string> out;
    while (!list.empty() && out.size() < 64) {
        const auto comma = list.find(',');
        if (const auto word = ascii::trim(list.substr(0, comma)); !word.empty()) out.emplace_back(word);
        list = comma == std::string_view::npos ? std::string_view() : list.substr(comma + 1);
    }
    return out;
}

std::string two(long long value)
{
    return (value < 10 ? "0" : "") + std::to_string(value);
}

std::string xml_body(std::string_view root, std::string_view field, std::string_view value)
{
    std::string out("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<");
    out.append(root).append("><").append(field).append(">").append(xml_text(value));
    return out.append("</").append(field).append("></").append(root).append(">\n");
}

} // namespace

base::Result<DeviceInfo> parse_device_info(std::string_view document)
{
    DeviceInfo out;
    std::string build;
    const bool found = read_root(document, "DeviceInfo", out,
                                 [&](DeviceInfo& info, std::string_view name, std::string text) {
                                     if (name == "deviceName")
                                         info.name = std::move(text);
                                     else if (name == "model")
                                         info.model = std::move(text);
                                     else if (name == "serialNumber")
                                         info.serial = std::move(text);
                                     else if (name == "macAddress")
                                         info.mac = mac_text(text);
                                     else if (name == "firmwareVersion")
                                         info.firmware = std::move(text);
                                     else if (name == "firmwareReleasedDate")
                                         build = std::move(text);
                                     else if (name == "deviceType")
                                         info.type = std::move(text);
                                 });
    if (!found) return base::Errc::bad_input;
    if (!build.empty() && out.firmware.find("build") == std::string::npos) out.firmware += " " + build;
    return out;
}

base::Result<UserCheck> parse_user_check(std::string_view document)
{
    UserCheck out;
    const auto field = [](UserCheck& check, std::string_view name, const std::string& text) {
        const auto number = [&] {
            return std::clamp<std::int64_t>(whole_number(text).value_or(0), 0, 1'000'000);
        };
        if (name == "statusValue")
            check.status = static_cast<int>(number());
        else if (name == "statusString")
            check.text = text;
        else if (name == "isActivated")
            check.activated = truth(text);
        else if (name == "lockStatus")
            check.locked = ascii::same_word(text, "lock") || ascii::same_word(text, "locked");
        else if (name == "unlockTime")
            check.unlock_in = std::chrono::seconds(number());
        else if (name == "retryLoginTime")
            check.tries_left = static_cast<int>(number());
    };
    if (!read_root(document, "userCheck", out, field)) return base::Errc::bad_input;
    return out;
}

std::optional<std::chrono::minutes> parse_posix_zone(std::string_view text)
{
    // Name, then hh[:mm[:ss]] with the sign of POSIX: hours to add to local time to reach UTC.
    text = ascii::trim(text);
    const auto name = text.find_first_of("+-0123456789");
    if (name == std::string_view::npos) return std::nullopt;
    text.remove_prefix(name);
    const int sign = text.front() == '-' ? 1 : -1;
    if (text.front() == '-' || text.front() == '+') text.remove_prefix(1);
    const auto number = [&]() -> std::optional<int> {
        int value = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (error != std::errc{} || value < 0) return std::nullopt;
        text.remove_prefix(static_cast<std::size_t>(end - text.data()));
        return value;
    };
    const auto hours = number();
    if (!hours || *hours > 14) return std::nullopt;
    int minutes = 0;
    if (text.starts_with(':')) {
        text.remove_prefix(1);
        minutes = number().value_or(60);
        if (minutes > 59) return std::nullopt;
    }
    return std::chrono::minutes(sign * (*hours * 60 + minutes));
}

std::string posix_zone(std::chrono::minutes utc_offset)
{
    const auto span = utc_offset < std::chrono::minutes(0) ? -utc_offset : utc_offset;
    return std::string(utc_offset < std::chrono::minutes(0) ? "CST+" : "CST-") +
           std::to_string(span.count() / 60) + ":" + two(span.count() % 60) + ":00";
}

base::Result<DeviceTime> parse_device_time(std::string_view document, std::chrono::minutes assumed)
{
    DeviceTime out;
    const auto field = [](DeviceTime& time, std::string_view name, std::string text) {
        if (name == "timeMode")
            time.mode = std::move(text);
        else if (name == "localTime")
            time.local_text = std::move(text);
        else if (name == "timeZone")
            time.zone_text = std::move(text);
    };
    if (!read_root(document, "Time", out, field)) return base::Errc::bad_input;
    const auto zone = parse_posix_zone(out.zone_text);
    const auto time = base::parse_time(out.local_text, zone.value_or(assumed));
    if (!time) return base::Errc::bad_input;
    out.time = time->time;
    out.offset = time->offset ? time->offset : zone;
    return out;
}

std::string device_time_body(base::WallTime now, std::chrono::minutes utc_offset, std::string_view zone)
{
    auto local = base::format_time(now, utc_offset);
    local.erase(19, 4); // devices refuse fractions of a second
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Time><timeMode>manual</timeMode><localTime>" +
           local + "</localTime><timeZone>" + (zone.empty() ? posix_zone(utc_offset) : xml_text(zone)) +
           "</timeZone></Time>\n";
}

base::Result<GateState> parse_gate_state(std::string_view document)
{
    XmlDocument xml;
    xml.load(document);
    if (xml.flaw != DocumentFlaw::none) return base::Errc::bad_input;
    std::string text = text_of(xml.root(), "barrierGateStatus");
    if (text.empty()) text = text_of(xml.root(), "gateStatus");
    const auto code = whole_number(text);
    if (code && *code >= 0 && *code <= 2) return static_cast<GateState>(*code);
    return base::Errc::bad_input;
}

bool DoorCapabilities::allows(std::string_view command) const
{
    return commands.empty() || std::find(commands.begin(), commands.end(), command) != commands.end();
}

base::Result<DoorCapabilities> parse_door_capabilities(std::string_view document)
{
    XmlDocument xml;
    xml.load(document);
    if (xml.flaw != DocumentFlaw::none || xml.root_name() != "RemoteControlDoor")
        return base::Errc::bad_input;
    DoorCapabilities out;
    const auto door = child_of(xml.root(), "doorNo");
    out.doors_min = std::clamp(door.attribute("min").as_int(1), 0, 1024);
    out.doors_max = std::clamp(door.attribute("max").as_int(out.doors_min), out.doors_min, 1024);
    out.commands = words(child_of(xml.root(), "cmd").attribute("opt").value());
    return out;
}

base::Result<std::vector<DoorWork>> parse_door_work(std::string_view document)
{
    std::vector<DoorWork> out;
    std::array<std::size_t, 2> next{}; // a list comes as so many fields of its name
    const auto at = [](std::vector<DoorWork>& doors, std::size_t index) -> DoorWork& {
        constexpr std::size_t doors_max = 64;
        doors.resize(std::max(doors.size(), std::min(index + 1, doors_max)));
        return doors[std::min(index, doors_max - 1)];
    };
    const auto field = [&](std::vector<DoorWork>& doors, std::string_view name, const std::string& text) {
        const auto code = whole_number(text).value_or(-1);
        if (name == "doorStatus")
            at(doors, next[0]++).mode = code == 2   ? DoorWork::Mode::remain_open
                                        : code == 3 ? DoorWork::Mode::remain_closed
                                        : code == 4 ? DoorWork::Mode::normal
                                                    : DoorWork::Mode::unknown;
        else if (name == "magneticStatus")
            at(doors, next[1]++).contact = code == 0   ? DoorWork::Contact::closed
                                           : code == 1 ? DoorWork::Contact::open
                                                       : DoorWork::Contact::unknown;
    };
    if (!read_root(document, "AcsWorkStatus", out, field)) return base::Errc::bad_input;
    return out;
}

base::Result<std::chrono::seconds> parse_up_time(std::string_view document)
{
    std::optional<std::int64_t> seconds;
    const auto field = [](std::optional<std::int64_t>& out, std::string_view name, const std::string& text) {
        if (name == "deviceUpTime") out = whole_number(text);
    };
    if (!read_root(document, "DeviceStatus", seconds, field)) return base::Errc::bad_input;
    if (!seconds || *seconds < 0 || *seconds > 1'000'000'000) return base::Errc::bad_input;
    return std::chrono::seconds(*seconds);
}

base::Result<std::vector<std::string>> parse_unlinked_events(std::string_view document)
{
    XmlDocument xml;
    xml.load(document);
    if (xml.flaw != DocumentFlaw::none) return base::Errc::bad_input;
    // Some wrap the list in EventNotification.
    const auto list =
        xml.tree.find_node([](pugi::xml_node node) { return local_name(node.name()) == "EventTriggerList"; });
    if (!list) return base::Errc::bad_input;
    std::vector<std::string> out;
    for (const auto trigger : list.children()) {
        const auto centre = trigger.find_node([](pugi::xml_node node) {
            return local_name(node.name()) == "notificationMethod" &&
                   ascii::same_word(XmlNode(node).text(), "center");
        });
        const auto type = XmlNode(child_of(trigger, "eventType")).text();
        const bool told = std::find(out.begin(), out.end(), type) != out.end();
        if (!centre && !type.empty() && !told && out.size() < 64) out.emplace_back(type);
    }
    return out;
}

base::Result<std::vector<IoOutput>> parse_io_outputs(std::string_view document)
{
    XmlDocument xml;
    xml.load(document);
    if (xml.flaw != DocumentFlaw::none || xml.root_name() != "IOOutputPortList") return base::Errc::bad_input;
    std::vector<IoOutput> out;
    for (const auto node : xml.root().children()) {
        if (local_name(node.name()) != "IOOutputPort" || out.size() == 256) continue;
        IoOutput output;
        output.id = child_of(node, "id").text().as_int();
        output.name = XmlNode(child_of(node, "name")).text();
        output.use = XmlNode(child_of(node, "IOUseType")).text();
        out.push_back(std::move(output));
    }
    return out;
}

base::Result<bool> parse_io_state(std::string_view document)
{
    XmlDocument xml;
    xml.load(document);
    if (xml.flaw != DocumentFlaw::none) return base::Errc::bad_input;
    const auto state = text_of(xml.root(), "ioState");
    if (ascii::same_word(state, "active")) return true;
    if (ascii::same_word(state, "inactive")) return false;
    return base::Errc::bad_input;
}

base::Result<std::vector<PortOf>> parse_admin_accesses(std::string_view document)
{
    XmlDocument xml;
    xml.load(document);
    if (xml.flaw != DocumentFlaw::none || xml.root_name() != "AdminAccessProtocolList")
        return base::Errc::bad_input;
    std::vector<PortOf> out;
    for (const auto node : xml.root().children()) {
        if (local_name(node.name()) != "AdminAccessProtocol" || out.size() == 64) continue;
        PortOf port;
        port.protocol = XmlNode(child_of(node, "protocol")).text();
        port.port = std::clamp(child_of(node, "portNo").text().as_int(), 0, 65535);
        port.enabled = truth(XmlNode(child_of(node, "enabled")).text()).value_or(true);
        out.push_back(std::move(port));
    }
    return out;
}

std::string barrier_body(std::string_view mode)
{
    return xml_body("BarrierGate", "ctrlMode", mode);
}

std::string door_body(std::string_view command)
{
    return xml_body("RemoteControlDoor", "cmd", command);
}

std::string output_body(bool high)
{
    return xml_body("IOPortData", "outputState", high ? "high" : "low");
}

} // namespace gatehouse::isapi
