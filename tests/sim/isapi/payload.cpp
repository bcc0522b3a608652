#include "tests/sim/isapi/payload.hpp"

#include "gateway/base/time_text.hpp"
#include "tests/sim/text.hpp"
#include "tests/sim/views.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

namespace gatehouse::sim::isapi {
namespace {

using Slot = Template::Slot;

constexpr std::string_view xml_head = R"(<?xml version="1.0" encoding="UTF-8"?>
<EventNotificationAlert version="2.0" xmlns="http://www.hikvision.com/ver20/XMLSchema">
<ipAddress>@ip@</ipAddress>
<portNo>80</portNo>
<protocol>HTTP</protocol>
<macAddress>@mac@</macAddress>
<channelID>1</channelID>
<dateTime>@time@</dateTime>
)";

constexpr std::string_view alarm_source = R"(<activePostCount>@count@</activePostCount>
<eventType>@type@</eventType>
<eventState>@state@</eventState>
<eventDescription>@type@ alarm</eventDescription>
<channelName>Camera 01</channelName>
@extra@</EventNotificationAlert>
)";

// Fields in the order and with the misspellings of the fact sheet, section 8.
constexpr std::string_view plate_source = R"(<activePostCount>@count@</activePostCount>
<eventType>ANPR</eventType>
<eventState>active</eventState>
<eventDescription>ANPR</eventDescription>
<channelName>@id@</channelName>
<deviceID>1</deviceID>
<ANPR>
<country>0</country>
<licensePlate>@text@</licensePlate>
<line>@port@</line>
<direction>forward</direction>
<confidenceLevel>97</confidenceLevel>
<plateType>92TypeCivil</plateType>
<plateColor>@colour@</plateColor>
<licenseBright>168</licenseBright>
<plateCharBelieve>@believe@</plateCharBelieve>
<vehicleType>vehicle</vehicleType>
<detectDir>8</detectDir>
<relaLaneDirectionType>0</relaLaneDirectionType>
<detectType>2</detectType>
<barrierGateCtrlType>@opens@</barrierGateCtrlType>
<alarmDataType>0</alarmDataType>
<dwIllegalTime>0</dwIllegalTime>
<vehicleInfo>
<index>@serial@</index>
<vehicleType>1</vehicleType>
<colorDepth>1</colorDepth>
<color>white</color>
<speed>11</speed>
<length>0</length>
<vehicleLogoRecog>0</vehicleLogoRecog>
<vehileSubLogoRecog>0</vehileSubLogoRecog>
<vehileModel>0</vehileModel>
</vehicleInfo>
<pictureInfoList>
<pictureInfo>
<fileName>licensePlatePicture.jpg</fileName>
<type>licensePlatePicture</type>
<dataType>0</dataType>
<absTime>@abs@</absTime>
<pId>@abs@0001</pId>
</pictureInfo>
<pictureInfo>
<fileName>detectionPicture.jpg</fileName>
<type>detectionPicture</type>
<dataType>0</dataType>
<absTime>@abs@</absTime>
<pId>@abs@0002</pId>
<plateRect><X>420</X><Y>610</Y><width>110</width><height>42</height></plateRect>
</pictureInfo>
</pictureInfoList>
<listType>temporary</listType>
<originalLicensePlate>@text@</originalLicensePlate>
<CRIndex>@serial@</CRIndex>
</ANPR>
<UUID>@key@</UUID>
<picNum>@pictures@</picNum>
<isDataRetransmission>false</isDataRetransmission>
<deviceUUID>@id@</deviceUUID>
</EventNotificationAlert>
)";

constexpr std::string_view json_head = R"({
	"ipAddress":	"@ip@",
	"portNo":	80,
	"protocol":	"HTTP",
	"macAddress":	"@mac@",
	"channelID":	1,
	"dateTime":	"@time@",
	"activePostCount":	@count@,
	"eventType":	"AccessControllerEvent",
	"eventState":	"active",
	"eventDescription":	"Access Controller Event",
	"AccessControllerEvent":	{
		"deviceName":	"Access Controller",
		"majorEventType":	@major@,
		"subEventType":	@minor@,
)";

constexpr std::string_view person_source = R"(		"@credential@":	"@text@",
		"cardReaderKind":	1,
		"cardReaderNo":	1,
		"doorNo":	@port@,
		"verifyNo":	@serial@,
		"serialNo":	@key@,
		"currentVerifyMode":	"cardOrFaceOrFp",
		"currentEvent":	true,
		"frontSerialNo":	@front@,
		"attendanceStatus":	"undefined",
		"label":	"",
		"userType":	"normal",
		"mask":	"no",
		"picturesNumber":	@pictures@,
		"purePwdVerifyEnable":	true
	}
}
)";

constexpr std::string_view door_source = R"(		"doorNo":	@port@,
		"serialNo":	@key@,
		"currentEvent":	true,
		"frontSerialNo":	@front@,
		"label":	"",
		"purePwdVerifyEnable":	true
	}
}
)";

std::string_view camera_name(Type type)
{
    switch (type) {
    case Type::io: return "IO";
    case Type::motion: return "VMD";
    case Type::intrusion: return "fielddetection";
    case Type::tamper: return "shelteralarm";
    case Type::diskerror: return "diskerror";
    default: return "videoloss";
    }
}

std::string joined(std::string_view head, std::string_view tail)
{
    return std::string(head) + std::string(tail);
}

// The device's constants; what changes with each event stays a slot.
std::string settled(std::string text, const DeviceConfig& config, const std::string& mac)
{
    text = replaced(std::move(text), "@ip@", config.host);
    text = replaced(std::move(text), "@mac@", mac);
    return replaced(std::move(text), "@id@", config.id);
}

std::string mac_of(const std::string& id)
{
    std::uint64_t hash = 1469598103934665603ULL;
    for (const char c : id)
        hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    return fmt::format("44:a6:42:{:02x}:{:02x}:{:02x}", (hash >> 16U) & 255U, (hash >> 8U) & 255U,
                       hash & 255U);
}

// Fills the event up with a harmless field, so that a bench can choose its weight.
void pad(std::string& text, std::size_t size, bool json)
{
    constexpr std::size_t frame = 40;
    if (text.size() + frame >= size) return;
    const std::string filler(size - text.size() - frame, 'x');
    const auto at = json ? text.rfind("\t\"eventState\"") : text.rfind("</EventNotificationAlert>");
    if (at == std::string::npos) return;
    text.insert(at, json ? "\t\"padding\":\t\"" + filler + "\",\n" : "<padding>" + filler + "</padding>\n");
}

void spoil(std::string& text, bool json, const Switches& switches, bool cut_off)
{
    if (json && switches.bad_json) text = replaced(std::move(text), "\"doorNo\":", "\"doorNo\"");
    if (!json && switches.gb2312)
        text = to_gb2312(replaced(std::move(text), "encoding=\"UTF-8\"", "encoding=\"GB2312\""));
    if (switches.truncate || cut_off) text.resize(text.size() * 3 / 5);
}

// The words for "not live" of plates, of terminals, and of all others.
std::string marked_late(std::string text)
{
    constexpr std::string_view live = "<isDataRetransmission>false<";
    if (text.find(live) != std::string::npos)
        return replaced(std::move(text), live, "<isDataRetransmission>true<");
    text = replaced(std::move(text), "\"currentEvent\":\ttrue", "\"currentEvent\":\tfalse");
    return replaced(std::move(text), "</EventNotificationAlert>",
                    "<isDataRetransmission>true</isDataRetransmission>\n</EventNotificationAlert>");
}

std::string old_tags(std::string text)
{
    text = replaced(std::move(text), "<licensePlate>", "<plateNumber>");
    text = replaced(std::move(text), "</licensePlate>", "</plateNumber>");
    return replaced(std::move(text), "<confidenceLevel>97<", "<confidenceLevel>97.250000<");
}

} // namespace

Template::Template(std::string_view source)
{
    static const std::map<std::string_view, Slot> slots{
        {"time", Slot::time},     {"abs", Slot::absolute_time}, {"key", Slot::key},
        {"text", Slot::text},     {"count", Slot::count},       {"port", Slot::port},
        {"major", Slot::major},   {"minor", Slot::minor},       {"state", Slot::state},
        {"serial", Slot::serial}, {"believe", Slot::believe}};
    std::string literal;
    while (!source.empty()) {
        const auto open = std::min(source.find('@'), source.size());
        literal.append(source.substr(0, open));
        source.remove_prefix(open);
        if (source.empty()) break;
        const auto close = source.find('@', 1);
        const auto slot =
            close == std::string_view::npos ? slots.end() : slots.find(source.substr(1, close - 1));
        if (slot == slots.end()) { // a slot filled later, by replaced()
            literal += '@';
            source.remove_prefix(1);
            continue;
        }
        pieces_.emplace_back(std::move(literal));
        literal.clear();
        pieces_.emplace_back(slot->second);
        source.remove_prefix(close + 1);
    }
    pieces_.emplace_back(std::move(literal));
}

void Template::fill(std::string& out, const Record& record, const Values& values) const
{
    for (const auto& piece : pieces_) {
        if (const auto* literal = std::get_if<std::string>(&piece)) {
            out += *literal;
            continue;
        }
        switch (std::get<Slot>(piece)) {
        case Slot::time: out += values.time; break;
        case Slot::absolute_time: out += values.absolute_time; break;
        case Slot::key: out += record.key; break;
        case Slot::text: out += record.text; break;
        case Slot::believe: out += record.believe; break;
        case Slot::count: out += values.count; break;
        case Slot::port: out += fmt::format_int(record.port).c_str(); break;
        case Slot::major: out += fmt::format_int(values.major).c_str(); break;
        case Slot::minor: out += fmt::format_int(values.minor).c_str(); break;
        case Slot::state: out += values.state; break;
        case Slot::serial: out += fmt::format_int(record.serial).c_str(); break;
        }
    }
}

Payloads::Payloads(const DeviceConfig& config)
    : mac_(mac_of(config.id)), plate_(settled(joined(xml_head, plate_source), config, mac_)),
      person_(settled(joined(json_head, person_source), config, mac_)),
      door_(settled(joined(json_head, door_source), config, mac_)),
      alarm_(settled(replaced(joined(xml_head, alarm_source), "@extra@", ""), config, mac_)),
      io_(settled(
          replaced(joined(xml_head, alarm_source), "@extra@", "<inputIOPortID>@port@</inputIOPortID>\n"),
          config, mac_)),
      region_(
          settled(replaced(joined(xml_head, alarm_source), "@extra@",
                           "<DetectionRegionList><DetectionRegionEntry><regionID>@port@</regionID>"
                           "<sensitivityLevel>50</sensitivityLevel><detectionTarget>human</detectionTarget>"
                           "</DetectionRegionEntry></DetectionRegionList>\n"),
                  config, mac_))
{
}

Payload Payloads::render(const Record& record, const Switches& switches) const
{
    Template::Values values;
    values.time = device_time(record.at, switches, record.type == Type::plate);
    values.count = switches.empty_post_count ? "" : std::to_string(record.post_count);
    values.state = record.active ? "active" : "inactive";
    Payload payload;
    const auto code = record.keyed || record.type != Type::tamper ? acs_code(record.type) : std::nullopt;
    if (record.type == Type::plate) {
        values.absolute_time = absolute_time(record.at, switches);
        plate_.fill(payload.text, record, values);
        payload.pictures = true;
        const bool with = switches.picture_bytes > 0 || switches.empty_picture;
        payload.text =
            replaced(std::move(payload.text), "@pictures@", with ? std::to_string(switches.pictures) : "0");
        payload.text =
            replaced(std::move(payload.text), "@colour@", is_electric(record.text) ? "green" : "blue");
        payload.text = replaced(std::move(payload.text), "@opens@", switches.device_opens ? "1" : "0");
        if (switches.plate_tag) payload.text = old_tags(std::move(payload.text));
        if (switches.no_uuid)
            payload.text = replaced(std::move(payload.text), "<UUID>" + record.key + "</UUID>\n", "");
    } else if (code) {
        payload.json = true;
        if (values.count.empty()) values.count = "\"\"";
        values.major = code->first;
        values.minor = code->second;
        const bool person = record.type == Type::face || record.type == Type::stranger ||
                            record.type == Type::card || record.type == Type::card_unknown;
        (person ? person_ : door_).fill(payload.text, record, values);
        const bool card = record.type == Type::card || record.type == Type::card_unknown;
        payload.pictures = record.type == Type::face || record.type == Type::stranger;
        payload.text =
            replaced(std::move(payload.text), "@credential@", card ? "cardNo" : "employeeNoString");
        payload.text = replaced(std::move(payload.text), "@front@", std::to_string(record.serial - 1));
        payload.text = replaced(std::move(payload.text), "@pictures@", payload.pictures ? "1" : "0");
    } else {
        const Template& source = record.type == Type::io          ? io_
                                 : record.type == Type::intrusion ? region_
                                                                  : alarm_;
        source.fill(payload.text, record, values);
        payload.text = replaced(std::move(payload.text), "@type@", camera_name(record.type));
    }
    if (payload.pictures) payload.drawn = draw(record, switches);
    if (record.late) payload.text = marked_late(std::move(payload.text));
    pad(payload.text, switches.event_bytes, payload.json);
    spoil(payload.text, payload.json, switches, record.cut_off);
    return payload;
}

std::string Payloads::heartbeat(const Switches& switches) const
{
    Record record;
    record.type = Type::videoloss;
    record.at = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    record.active = false;
    record.post_count = 0;
    return render(record, switches).text;
}

std::string Payloads::device_time(base::WallTime at, const Switches& switches, bool milliseconds)
{
    const auto zone = std::chrono::duration_cast<std::chrono::minutes>(switches.zone);
    std::string text = base::format_time(at + switches.clock_skew, zone);
    constexpr std::size_t fraction_at = 19;
    constexpr std::size_t zone_at = 23;
    std::string out = text.substr(0, milliseconds ? zone_at : fraction_at);
    if (switches.zone_stamp.empty())
        out += text.substr(zone_at);
    else if (switches.zone_stamp != "none")
        out += switches.zone_stamp;
    return out;
}

std::string Payloads::absolute_time(base::WallTime at, const Switches& switches)
{
    std::string out;
    for (const char c : device_time(at, switches, true).substr(0, 23))
        if (c >= '0' && c <= '9') out += c;
    return out;
}

std::string announcing_more(std::string text)
{
    return replaced(std::move(text), "<picNum>", "<hasMoreData>true</hasMoreData>\n<picNum>");
}

std::vector<Picture> draw(const Record& record, const Switches& switches)
{
    if (!switches.scenes) return {};
    const auto at = record.at + switches.zone;
    if (record.type == Type::plate) return {plate_view(record.text), gate_view(record.text, at)};
    return {door_view(record.text, true, at)};
}

Picture picture_of(const Payload& payload, std::size_t number, const Switches& switches)
{
    if (payload.drawn.empty()) return picture(switches.picture_bytes);
    return payload.drawn[std::min(number, payload.drawn.size() - 1)];
}

Picture picture(std::size_t size)
{
    static std::map<std::size_t, Picture> made;
    auto& slot = made[size];
    if (slot) return slot;
    using namespace std::string_literals;
    // 64 x 64 grey: all quantisers 1, one code for "difference 0" and one for "end of block", so the scan is
    // zeros.
    const std::string tables =
        "\xff\xdb\x00\x43\x00"s + std::string(64, '\1') +
        "\xff\xc0\x00\x0b\x08\x00\x40\x00\x40\x01\x01\x11\x00"s + "\xff\xc4\x00\x14\x00\x01"s +
        std::string(15, '\0') + "\x00"s + "\xff\xc4\x00\x14\x10\x01"s + std::string(15, '\0') + "\x00"s +
        "\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00"s + std::string(16, '\0') + "\xff\xd9"s;
    std::string out = "\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"s;
    constexpr std::size_t comment_max = 60'000;
    while (out.size() + tables.size() + 4 < size) {
        const auto body = std::min(size - out.size() - tables.size() - 4, comment_max);
        const auto length = body + 2;
        out += "\xff\xfe"s;
        out += static_cast<char>(length >> 8U);
        out += static_cast<char>(length & 255U);
        for (std::size_t i = 0; i < body; ++i)
            out += static_cast<char>('a' + (i * 7 + body) % 26);
    }
    slot = std::make_shared<const std::string>(out + tables);
    return slot;
}

} // namespace gatehouse::sim::isapi
