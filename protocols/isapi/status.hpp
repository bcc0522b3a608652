#pragma once
#include "gateway/base/clock.hpp"
#include "gateway/base/errc.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::isapi {

// ResponseStatus, XML or JSON (sheet §3).
struct ResponseStatus {
    int code = 0; // 1 OK .. 8; 0: not said
    std::string text;
    std::string sub_code; // notSupport, lowPrivilege, badXmlContent ...
    std::optional<std::int64_t> error_code;
    std::string error_text;
};
// Errors: bad_input when it is something else.
[[nodiscard]] base::Result<ResponseStatus> parse_response_status(std::string_view document);

// What an answer to a request means. Decided by statusCode first, the HTTP status only where there is none.
enum class Verdict {
    ok,
    busy,            // 2: try later
    device_error,    // 3
    invalid,         // 4, 5, 6: the request was wrong for this device
    reboot_required, // 7: done, works after a reboot
    not_supported,   // 403 notSupport: the URL exists, not for this model
    low_privilege,   // 403 lowPrivilege
    sessions_full,   // no log-in session or event stream is left
    unauthorised,    // 401
    unknown_url,     // 404, or a page for browsers
    other,           // anything else
};
[[nodiscard]] std::string_view to_string(Verdict verdict);

struct Judgement {
    Verdict verdict = Verdict::other;
    std::string
        text; // what vendor_codes says of it, and statusString / subStatusCode, these cut to 200 bytes
    [[nodiscard]] bool ok() const { return verdict == Verdict::ok; }
};
[[nodiscard]] Judgement judge(unsigned http_status, std::string_view content_type, std::string_view body);

// GET /ISAPI/System/deviceInfo
struct DeviceInfo {
    std::string name;
    std::string model;
    std::string serial;
    std::string mac;      // lower case with colons
    std::string firmware; // "V5.7.18 build 240826"
    std::string type;     // IPCamera | NVR | ACS ...
};
[[nodiscard]] base::Result<DeviceInfo> parse_device_info(std::string_view document);

// GET /ISAPI/Security/userCheck
struct UserCheck {
    int status = 0; // statusValue: 200 or 401
    std::string text;
    std::optional<bool> activated;
    bool locked = false;
    std::chrono::seconds unlock_in{0};
    std::optional<int> tries_left; // retryLoginTime
};
[[nodiscard]] base::Result<UserCheck> parse_user_check(std::string_view document);

// GET/PUT /ISAPI/System/time
struct DeviceTime {
    std::string mode;                           // manual | NTP | ...
    std::string local_text;                     // localTime as written
    std::string zone_text;                      // "CST-8:00:00"
    base::WallTime time{};                      // localTime in UTC
    std::optional<std::chrono::minutes> offset; // from localTime, else from timeZone
};
// Errors: bad_input, also when localTime cannot be read.
[[nodiscard]] base::Result<DeviceTime> parse_device_time(std::string_view document,
                                                         std::chrono::minutes assumed);
// Body of PUT /ISAPI/System/time: timeMode manual, localTime with offset, POSIX time zone (China is
// CST-8:00:00); without `zone` that of the offset.
[[nodiscard]] std::string device_time_body(base::WallTime now, std::chrono::minutes utc_offset,
                                           std::string_view zone = {});
// "CST-8:00:00" -> +480 minutes: the POSIX sign is the other way round. DST rules behind it are ignored.
[[nodiscard]] std::optional<std::chrono::minutes> parse_posix_zone(std::string_view text);
[[nodiscard]] std::string posix_zone(std::chrono::minutes utc_offset);

// GET …/barrierGateStatus: 0 no signal, 1 closed, 2 open (sheet §9, C).
enum class GateState { no_signal, closed, open };
[[nodiscard]] base::Result<GateState> parse_gate_state(std::string_view document);

// GET …/RemoteControl/door/capabilities
struct DoorCapabilities {
    int doors_min = 1;
    int doors_max = 1;
    std::vector<std::string> commands; // open, close, alwaysOpen ... ; empty: not said
    [[nodiscard]] bool allows(std::string_view command) const; // true when nothing was said
};
[[nodiscard]] base::Result<DoorCapabilities> parse_door_capabilities(std::string_view document);

// GET /ISAPI/AccessControl/AcsWorkStatus?format=json, one entry a door.
struct DoorWork {
    enum class Mode { unknown, normal, remain_open, remain_closed };
    enum class Contact { unknown, closed, open };
    Mode mode = Mode::unknown;
    Contact contact = Contact::unknown;
};
[[nodiscard]] base::Result<std::vector<DoorWork>> parse_door_work(std::string_view document);

// GET /ISAPI/System/status: how long ago the device started.
[[nodiscard]] base::Result<std::chrono::seconds> parse_up_time(std::string_view document);

// GET /ISAPI/Event/triggers: the events that are not sent to the surveillance centre, each named once; those
// do not reach us (sheet §5).
[[nodiscard]] base::Result<std::vector<std::string>> parse_unlinked_events(std::string_view document);

// GET /ISAPI/System/IO/outputs
struct IoOutput {
    int id = 0;
    std::string name;
    std::string use; // electricLock ...
};
[[nodiscard]] base::Result<std::vector<IoOutput>> parse_io_outputs(std::string_view document);
// GET …/outputs/<n>/status: true when ioState is active.
[[nodiscard]] base::Result<bool> parse_io_state(std::string_view document);

// GET /ISAPI/Security/adminAccesses
struct PortOf {
    std::string protocol; // HTTP, HTTPS, RTSP, DEV_MANAGE ...
    int port = 0;
    bool enabled = true;
};
[[nodiscard]] base::Result<std::vector<PortOf>> parse_admin_accesses(std::string_view document);

// Bodies of the commands of §9.
[[nodiscard]] std::string barrier_body(std::string_view mode); // open | close | lock | unlock
[[nodiscard]] std::string
door_body(std::string_view command); // open | close | alwaysOpen | alwaysClose | resume
[[nodiscard]] std::string output_body(bool high);

} // namespace gatehouse::isapi
