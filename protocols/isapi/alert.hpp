#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::isapi {

// AccessControllerEvent, or one row of an AcsEvent search (sheet §6, §7). Profiling fields (mask,
// temperature, glasses, age ...) are not read at all.
struct AccessEvent {
    std::optional<int> major;
    std::optional<int> minor;
    std::optional<std::uint64_t> serial_no;
    std::optional<int> door_no;
    std::optional<int> reader_no; // 1 in, 2 out
    std::string person;           // employeeNoString, else employeeNo
    std::string card_no;
    std::string user_type;       // normal | visitor | blackList
    std::string verify_mode;     // what is allowed at that reader, not what was used
    bool code_shown = false;     // QRCodeInfo was there
    std::optional<bool> current; // false: replayed from the device's store
    std::optional<int> pictures;
    std::string picture_url;
};

// What an announced picture of a plate event is called.
struct PictureNotice {
    std::string file_name;
    std::string type; // detectionPicture, licensePlatePicture ...
    std::string pid;
    std::string abs_time; // yyyyMMddHHmmssSSS, device local time
    bool by_url = false;  // dataType 1: not sent along
};

// The ANPR block, with the blocks beside it (sheet §8).
struct PlateEvent {
    std::string plate; // as the device wrote it
    std::string plate_color;
    std::optional<double> confidence; // 0..100
    std::vector<double> characters;   // plateCharBelieve: of each character, 0..100
    std::string direction;            // forward | reverse | unknown
    std::optional<int> lane_no;
    std::string vehicle_type;
    std::string vehicle_color;
    std::string list_type;             // white | black | temporary, as given
    std::optional<int> barrier_action; // barrierGateCtrlType: 0 none, 1 open
    bool history = false;              // alarmDataType 1
    std::string capture_time;          // of a polled plate: 20240428T1300000000
    std::string picture_name;          // of a polled plate
    std::vector<PictureNotice> pictures;
};

struct DetectionRegion {
    int id = 0;
    std::string target; // human | vehicle | others
};

// One EventNotificationAlert, from XML or JSON: what is common, and the block that came with it.
struct Alert {
    std::string type;  // eventType, as sent
    std::string state; // active | inactive | empty
    std::string date_time;
    std::optional<int> channel; // dynChannelID, else channelID
    std::string mac;
    std::string serial; // shortSerialNumber, serialNumber or deviceUUID; may be empty
    std::optional<std::uint64_t> post_count;
    std::string uuid;
    std::optional<int> pictures_announced; // picNum, detectionPicturesNumber
    bool more_to_come = false;             // hasMoreData
    bool retransmission = false;           // isDataRetransmission
    std::string related_type;              // DurationList/Duration/relationEvent
    std::optional<int> input;              // inputIOPortID, dynInputIOPortID
    std::vector<DetectionRegion> regions;
    std::optional<AccessEvent> access;
    std::optional<PlateEvent> plate;
};

enum class ParseFlaw {
    none,
    empty,
    too_large,
    too_deep,
    malformed,
    not_an_alert,
    isup_message,
    no_event_type
};
inline constexpr std::size_t parse_flaw_kinds = 8;
[[nodiscard]] std::string_view to_string(ParseFlaw flaw); // fixed word, fit for a metric label

// An alert, or why the document is none. Exactly one of the two.
struct ParsedAlert {
    std::optional<Alert> alert;
    ParseFlaw flaw = ParseFlaw::none;
    std::string
        text; // one plain sentence when refused; nothing of the document in it but its root element's name
};

// Reads one document as Multipart gave it. XML with any namespace, JSON with or without a wrapper; UTF-8, or
// GB18030 declared or detected. Total: never throws; bounded by 2 MiB and a depth of 32.
[[nodiscard]] ParsedAlert parse_alert(std::string_view document);

} // namespace gatehouse::isapi
