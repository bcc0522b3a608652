#pragma once
#include "protocols/isapi/alert.hpp"
#include "protocols/isapi/document.hpp"

// Which field of a document goes where. Only what is named here is ever read: profiling fields that vendors
// add (mask, glasses, age, sex, emotion, temperature; P-12) have no place to go.
namespace gatehouse::isapi {

void put(std::string& to, std::string text);             // the first text that is not empty stays
void put(std::optional<int>& to, std::string_view text); // out of range or no number: left as it was
void put(std::optional<std::uint64_t>& to, std::string_view text);
void put(std::optional<double>& to, std::string_view text);
// The numbers between commas or blanks, for the characters of a plate; -1 for what is none.
inline constexpr std::size_t characters_max = 16;
void append_numbers(std::vector<double>& to, std::string_view text);

template <class Node>
void read_access(const Node& node, AccessEvent& out)
{
    node.each([&](std::string_view name, const Node& child) {
        if (name == "majorEventType" || name == "major")
            put(out.major, child.text());
        else if (name == "subEventType" || name == "minor")
            put(out.minor, child.text());
        else if (name == "serialNo")
            put(out.serial_no, child.text());
        else if (name == "doorNo")
            put(out.door_no, child.text());
        else if (name == "cardReaderNo")
            put(out.reader_no, child.text());
        else if (name == "employeeNoString")
            out.person = child.text().empty() ? out.person : child.text();
        else if (name == "employeeNo")
            put(out.person, child.text());
        else if (name == "cardNo")
            put(out.card_no, child.text());
        else if (name == "userType")
            put(out.user_type, child.text());
        else if (name == "currentVerifyMode")
            put(out.verify_mode, child.text());
        else if (name == "QRCodeInfo")
            out.code_shown = !child.text().empty();
        else if (name == "currentEvent")
            out.current = truth(child.text());
        else if (name == "picturesNumber")
            put(out.pictures, child.text());
        else if (name == "pictureURL")
            put(out.picture_url, child.text());
    });
}

template <class Node>
void read_picture_notice(const Node& node, PlateEvent& out)
{
    PictureNotice notice;
    bool scalar = false;
    node.each([&](std::string_view name, const Node& child) {
        if (name == "pictureInfo") return read_picture_notice(child, out);
        scalar = true;
        if (name == "fileName")
            put(notice.file_name, child.text());
        else if (name == "type")
            put(notice.type, child.text());
        else if (name == "pId")
            put(notice.pid, child.text());
        else if (name == "absTime")
            put(notice.abs_time, child.text());
        else if (name == "dataType")
            notice.by_url = child.text() == "1" || ascii::same_word(child.text(), "url");
    });
    constexpr std::size_t pictures_max = 16;
    if (scalar && out.pictures.size() < pictures_max) out.pictures.push_back(std::move(notice));
}

template <class Node>
void read_plate(const Node& node, PlateEvent& out)
{
    node.each([&](std::string_view name, const Node& child) {
        if (name == "licensePlate" || name == "plateNumber" || name == "plate")
            put(out.plate, child.text());
        else if (name == "plateColor")
            put(out.plate_color, child.text());
        else if (name == "confidenceLevel")
            put(out.confidence, child.text());
        else if (name == "plateCharBelieve")
            append_numbers(out.characters, child.text());
        else if (name == "direction")
            put(out.direction, child.text());
        else if (name == "line" || name == "laneNo")
            put(out.lane_no, child.text());
        else if (name == "vehicleType")
            put(out.vehicle_type, child.text());
        else if (name == "listType" || name == "vehicleListName")
            put(out.list_type, child.text());
        else if (name == "barrierGateCtrlType")
            put(out.barrier_action, child.text());
        else if (name == "alarmDataType")
            out.history = child.text() == "1";
        else if (name == "captureTime")
            put(out.capture_time, child.text());
        else if (name == "picName")
            put(out.picture_name, child.text());
        else if (name == "pictureInfoList")
            read_picture_notice(child, out);
        else if (name == "vehicleInfo")
            child.each([&](std::string_view inner, const Node& value) {
                if (inner == "color") put(out.vehicle_color, value.text());
            });
    });
}

template <class Node>
void read_region(const Node& node, Alert& out)
{
    DetectionRegion region;
    bool scalar = false;
    node.each([&](std::string_view name, const Node& child) {
        if (name == "DetectionRegionEntry") return read_region(child, out);
        scalar = true;
        if (name == "regionID")
            region.id = static_cast<int>(whole_number(child.text()).value_or(0) & 0xFFFF);
        else if (name == "detectionTarget")
            region.target = child.text();
    });
    constexpr std::size_t regions_max = 32;
    if (scalar && out.regions.size() < regions_max) out.regions.push_back(std::move(region));
}

// DurationList/Duration/relationEvent, with or without the steps between.
template <class Node>
void read_duration(const Node& node, Alert& out)
{
    node.each([&](std::string_view name, const Node& child) {
        if (name == "Duration")
            read_duration(child, out);
        else if (name == "relationEvent")
            put(out.related_type, child.text());
    });
}

template <class Node>
void read_alert(const Node& node, Alert& out)
{
    std::optional<int> fixed_channel;
    const auto flag = [](const Node& child) { return truth(child.text()).value_or(false); };
    node.each([&](std::string_view name, const Node& child) {
        if (name == "eventType")
            put(out.type, child.text());
        else if (name == "eventState")
            put(out.state, child.text());
        else if (name == "dateTime")
            put(out.date_time, child.text());
        else if (name == "dynChannelID")
            put(out.channel, child.text());
        else if (name == "channelID")
            put(fixed_channel, child.text());
        else if (name == "macAddress")
            put(out.mac, child.text());
        else if (name == "shortSerialNumber" || name == "serialNumber" || name == "deviceUUID")
            put(out.serial, child.text());
        else if (name == "activePostCount")
            put(out.post_count, child.text());
        else if (name == "UUID" || name == "uuid")
            put(out.uuid, child.text());
        else if (name == "picNum" || name == "detectionPicturesNumber")
            put(out.pictures_announced, child.text());
        else if (name == "hasMoreData")
            out.more_to_come = flag(child);
        else if (name == "isDataRetransmission")
            out.retransmission = flag(child);
        else if (name == "inputIOPortID" || name == "dynInputIOPortID")
            put(out.input, child.text());
        else if (name == "DetectionRegionList")
            read_region(child, out);
        else if (name == "DurationList")
            read_duration(child, out);
        else if (name == "AccessControllerEvent")
            read_access(child, out.access ? *out.access : out.access.emplace());
        else if (name == "ANPR")
            read_plate(child, out.plate ? *out.plate : out.plate.emplace());
        else if (name == "licensePlate" || name == "plateNumber")
            put((out.plate ? *out.plate : out.plate.emplace()).plate, child.text());
    });
    if (!out.channel) out.channel = fixed_channel;
}

} // namespace gatehouse::isapi
