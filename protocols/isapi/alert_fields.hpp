#pragma once
#include "protocols/isapi/alert.hpp"
#include "protocols/isapi/document.hpp"
#include "protocols/wire/name_table.hpp"

// Which field of a document goes where. Only what is named here is ever read: profiling fields that vendors
// add (mask, glasses, age, sex, emotion, temperature; P-12) have no place to go.
namespace gatehouse::isapi {

void put(std::string& to, std::string_view text);        // the first text that is not empty stays
void put(std::optional<int>& to, std::string_view text); // out of range or no number: left as it was
void put(std::optional<std::uint64_t>& to, std::string_view text);
void put(std::optional<double>& to, std::string_view text);
// The numbers between commas or blanks, for the characters of a plate; -1 for what is none.
inline constexpr std::size_t characters_max = 16;
void append_numbers(std::vector<double>& to, std::string_view text);

// Where the text of a name goes.
template <class To>
struct Field {
    std::string_view name;
    void (*put)(To& to, std::string_view text) = nullptr;
};

template <auto member, class To>
void into(To& to, std::string_view text)
{
    put(to.*member, text);
}

inline constexpr wire::NameTable access_fields(std::to_array<Field<AccessEvent>>({
    {"majorEventType", into<&AccessEvent::major>},
    {"major", into<&AccessEvent::major>},
    {"subEventType", into<&AccessEvent::minor>},
    {"minor", into<&AccessEvent::minor>},
    {"serialNo", into<&AccessEvent::serial_no>},
    {"doorNo", into<&AccessEvent::door_no>},
    {"cardReaderNo", into<&AccessEvent::reader_no>},
    {"employeeNoString",
     [](AccessEvent& to, std::string_view text) {
         if (!text.empty()) to.person = text;
     }},
    {"employeeNo", into<&AccessEvent::person>},
    {"cardNo", into<&AccessEvent::card_no>},
    {"userType", into<&AccessEvent::user_type>},
    {"currentVerifyMode", into<&AccessEvent::verify_mode>},
    {"QRCodeInfo", [](AccessEvent& to, std::string_view text) { to.code_shown = !text.empty(); }},
    {"currentEvent", [](AccessEvent& to, std::string_view text) { to.current = truth(text); }},
    {"picturesNumber", into<&AccessEvent::pictures>},
    {"pictureURL", into<&AccessEvent::picture_url>},
}));

template <class Node>
void read_access(const Node& node, AccessEvent& out)
{
    node.each([&](std::string_view name, const Node& child) {
        if (const auto* field = access_fields.find(name)) field->put(out, child.text());
    });
}

inline constexpr wire::NameTable picture_fields(std::to_array<Field<PictureNotice>>({
    {"fileName", into<&PictureNotice::file_name>},
    {"type", into<&PictureNotice::type>},
    {"pId", into<&PictureNotice::pid>},
    {"absTime", into<&PictureNotice::abs_time>},
    {"dataType", [](PictureNotice& to,
                    std::string_view text) { to.by_url = text == "1" || ascii::same_word(text, "url"); }},
}));

template <class Node>
void read_picture_notice(const Node& node, PlateEvent& out)
{
    PictureNotice notice;
    bool scalar = false;
    node.each([&](std::string_view name, const Node& child) {
        if (name == "pictureInfo") return read_picture_notice(child, out);
        scalar = true;
        if (const auto* field = picture_fields.find(name)) field->put(notice, child.text());
    });
    constexpr std::size_t pictures_max = 16;
    if (scalar && out.pictures.size() < pictures_max) out.pictures.push_back(std::move(notice));
}

inline constexpr wire::NameTable plate_fields(std::to_array<Field<PlateEvent>>({
    {"licensePlate", into<&PlateEvent::plate>},
    {"plateNumber", into<&PlateEvent::plate>},
    {"plate", into<&PlateEvent::plate>},
    {"plateColor", into<&PlateEvent::plate_color>},
    {"confidenceLevel", into<&PlateEvent::confidence>},
    {"plateCharBelieve", [](PlateEvent& to, std::string_view text) { append_numbers(to.characters, text); }},
    {"direction", into<&PlateEvent::direction>},
    {"line", into<&PlateEvent::lane_no>},
    {"laneNo", into<&PlateEvent::lane_no>},
    {"vehicleType", into<&PlateEvent::vehicle_type>},
    {"listType", into<&PlateEvent::list_type>},
    {"vehicleListName", into<&PlateEvent::list_type>},
    {"barrierGateCtrlType", into<&PlateEvent::barrier_action>},
    {"alarmDataType", [](PlateEvent& to, std::string_view text) { to.history = text == "1"; }},
    {"captureTime", into<&PlateEvent::capture_time>},
    {"picName", into<&PlateEvent::picture_name>},
}));

template <class Node>
void read_plate(const Node& node, PlateEvent& out)
{
    node.each([&](std::string_view name, const Node& child) {
        if (const auto* field = plate_fields.find(name)) return field->put(out, child.text());
        if (name == "pictureInfoList")
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

inline constexpr wire::NameTable alert_fields(std::to_array<Field<Alert>>({
    {"eventType", into<&Alert::type>},
    {"eventState", into<&Alert::state>},
    {"dateTime", into<&Alert::date_time>},
    {"dynChannelID", into<&Alert::channel>},
    {"macAddress", into<&Alert::mac>},
    {"shortSerialNumber", into<&Alert::serial>},
    {"serialNumber", into<&Alert::serial>},
    {"deviceUUID", into<&Alert::serial>},
    {"activePostCount", into<&Alert::post_count>},
    {"UUID", into<&Alert::uuid>},
    {"uuid", into<&Alert::uuid>},
    {"picNum", into<&Alert::pictures_announced>},
    {"detectionPicturesNumber", into<&Alert::pictures_announced>},
    {"hasMoreData", [](Alert& to, std::string_view text) { to.more_to_come = truth(text).value_or(false); }},
    {"isDataRetransmission",
     [](Alert& to, std::string_view text) { to.retransmission = truth(text).value_or(false); }},
    {"inputIOPortID", into<&Alert::input>},
    {"dynInputIOPortID", into<&Alert::input>},
}));

template <class Node>
void read_alert(const Node& node, Alert& out)
{
    std::optional<int> fixed_channel;
    node.each([&](std::string_view name, const Node& child) {
        if (const auto* field = alert_fields.find(name)) return field->put(out, child.text());
        if (name == "channelID")
            put(fixed_channel, child.text());
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
