#pragma once
#include "gateway/config/access.hpp"
#include "gateway/config/day_span.hpp"
#include "gateway/config/table.hpp"
#include "gateway/model/event.hpp"

#include <array>
#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::config {

using std::chrono::milliseconds;

// How far a device's own lists are kept in step with ours.
enum class ListPolicy {
    off,  // never written
    ours, // what we have written is kept as it should be; what others have entered stays
    all   // it holds what our lists say and nothing else
};

struct DeviceConfig {
    std::string id;
    std::string name;
    std::string protocol; // folder name under protocols/
    std::string kind;     // face | plate | barrier | camera | controller
    std::string address;  // URL
    std::string username;
    base::Secret password;
    bool enabled = true;
    ListPolicy lists = ListPolicy::off;
    std::string fingerprint; // equal: nothing to restart
};

// The host of a device's address: with or without scheme, user, port and path; an IPv6 literal without
// brackets.
[[nodiscard]] std::string host_of(std::string_view address);

// A contact of a device, such as a loop: "DEVICE/INPUT", with the number that its InputChanged carry.
struct InputPlace {
    std::string device; // empty: none
    int input = 0;
};

struct LaneConfig {
    std::string id;
    std::string name;
    bool vehicle = true;
    model::Direction direction = model::Direction::unknown; // unknown: both
    std::vector<std::string> readers;                       // device ids
    std::string barrier_device;                             // from barrier = "DEVICE/OUTPUT"; empty: none
    int barrier_output = 1;
    InputPlace loop_entry;    // a vehicle before the barrier
    InputPlace loop_safety;   // a vehicle under it
    std::string opposite;     // the lane beside it whose camera sees our vehicles from behind; empty: none
    bool decide_here = false; // decide = "gateway"
    milliseconds open_within{10'000}; // a read older than this opens nothing
    bool open_when_unrecorded = true; // open although the intent cannot be journalled (disk full, overload)
    std::string fingerprint;
};

// "DEVICE/OUTPUT" in the file.
struct DeviceOutput {
    std::string device;
    int output = 1;
};

// What tells of a fire: "DEVICE/INPUT", or "DEVICE/fire" for a device that tells of fire by itself.
struct FireInput {
    std::string device;
    std::optional<int> input; // nothing: its own word for fire
};
[[nodiscard]] std::string to_string(const FireInput& input);

// What opens and stays open when one of the inputs is on.
struct FireConfig {
    std::vector<FireInput> inputs; // none: no fire is watched for
    std::vector<DeviceOutput> barriers;
    std::vector<DeviceOutput> doors;
};

struct UpstreamConfig {
    std::string name;
    std::string protocol;
    std::string fingerprint;
};

struct RuleConfig {
    std::string name;
    bool enabled = true;
    std::optional<milliseconds> after;
    std::optional<int> severity;
    std::optional<int> count; // how many of them make an alert, within that span
    std::optional<milliseconds> within;
};

// When nobody is called for what is being worked at. Empty lists: any.
struct MaintenanceConfig {
    std::string name;
    std::vector<std::string> devices;
    std::vector<std::string> lanes;
    std::vector<std::string> kinds;            // of alerts: device_offline ...
    std::optional<std::chrono::sys_days> date; // on this day alone
    unsigned weekdays = 0x7f;                  // else on these: bit 0 Monday .. bit 6 Sunday
    std::chrono::minutes from{0};              // since midnight, by the site's clock
    std::chrono::minutes to{24 * 60};          // not after `from`: over midnight
};

// A resident who lives alone and has asked to be missed. Nobody else is ever watched.
struct WelfareConfig {
    std::string id;      // what an alert is about, in place of a device
    std::string person;  // local person id, as terminals tell it; in no text and no log
    std::string name;    // what the alert says: a flat or a pseudonym, as the resident chose
    std::string consent; // when and how the resident consented
    milliseconds after{std::chrono::hours(24)};
    bool quiet_when_out = true; // seen leaving: quiet until seen coming
};

struct RetentionConfig { // domain.md §5 with its bounds
    int records_days = 180;
    int pictures_days = 30;
    int visitors_days = 30; // after a visit's end: entries of the list `visitor`
    int alerts_days = 730;
    int audit_days = 365;
    std::int64_t max_bytes = 0; // 0: no limit but the disk
    std::int64_t disk_reserve_bytes = 512LL * 1024 * 1024;
};

struct ListenConfig {
    std::string address; // host of "host:port"
    std::uint16_t port = 0;
};

// How the console is served beyond loopback: api.tls = "self-signed" or
// { certificate = "PATH", key = "PATH" }.
struct TlsConfig {
    bool self_signed = false;
    std::string certificate; // PEM file
    std::string key;         // PEM file
    [[nodiscard]] bool enabled() const { return self_signed || !certificate.empty(); }
    friend bool operator==(const TlsConfig&, const TlsConfig&) = default;
};

// How long a log-in to the console lasts: api.session_idle without anybody there, api.session_max in any
// case.
struct SessionConfig {
    std::chrono::milliseconds idle = std::chrono::minutes(15);
    std::chrono::milliseconds max = std::chrono::hours(12);
};

// Whom an alert is for (staff-notify.md §6): the words of `roles` and `role`.
[[nodiscard]] const std::vector<std::string>& staff_roles();

// A staff channel. An empty list means all of them.
struct NotifyConfig {
    std::string name;
    std::string protocol;           // folder name under protocols/
    std::vector<std::string> roles; // whose channel it is
    std::vector<int> severities;
    std::vector<std::string> kinds;
    std::vector<std::string> states;           // raised | escalated | cleared
    std::optional<DaySpan> quiet;              // nothing of severity 3 and 4 meanwhile
    milliseconds digest_every{15 * 60 * 1000}; // how long severity 4 is gathered
    std::string fingerprint;
};

// Somebody on duty, and how a chat calls him. Never part of a message's text but for the mobile that DingTalk
// wants there.
struct DutyPerson {
    std::string name;
    std::string mobile;
    std::string user; // the chat's own user id
    friend bool operator==(const DutyPerson&, const DutyPerson&) = default;
};

// A shift of the duty roster: who answers for a role, on which days and between which hours of the site.
struct RosterConfig {
    std::string role;
    std::array<bool, 7> weekdays{}; // from Monday: the days on which the shift begins
    DaySpan hours;
    std::vector<DutyPerson> people;
};

// The worker that looks at pictures. Empty paths: where it was installed.
struct VisionConfig {
    std::string worker; // executable
    std::string models; // folder
    std::int64_t memory_max_bytes = 640LL * 1024 * 1024;
    bool check_plates = false; // compare what cameras read with their pictures
    friend bool operator==(const VisionConfig&, const VisionConfig&) = default;
};

// The whole configuration with the parts that concern more than one room. Drivers and sinks read their own
// table again through `tables`, so no central file knows a vendor.
struct SiteConfig {
    std::string file;
    std::string site_id;
    std::string site_name;
    int parking_spaces = 0; // of the estate; 0: not told
    std::string timezone = "Asia/Shanghai";
    std::chrono::minutes utc_offset{480};
    std::string gateway_id = "gw1";
    std::string data_dir = "/var/lib/gatehouse";
    std::string control_socket = "/run/gatehouse/control.sock";
    std::string log_level = "info";
    ListenConfig api{"127.0.0.1", 8080};
    TlsConfig api_tls;
    SessionConfig api_sessions;
    std::vector<std::string> api_names; // by which browsers may call the console, beside addresses
    ListenConfig listener{"127.0.0.1", 8090};
    RetentionConfig retention;
    VisionConfig vision;
    std::vector<DeviceConfig> devices;
    std::vector<LaneConfig> lanes;
    AccessConfig access;
    std::vector<UpstreamConfig> upstreams;
    FireConfig fire;
    std::vector<RuleConfig> rules;
    std::vector<MaintenanceConfig> maintenance;
    bool report_by_filed = false; // report.denominator = "filed"
    std::vector<WelfareConfig> welfare;
    std::vector<NotifyConfig> notifies;
    std::vector<RosterConfig> rosters;
    std::map<std::string, Table> device_tables;   // by device id: what the driver reads
    std::map<std::string, Table> upstream_tables; // by upstream name: what the sink reads
    std::map<std::string, Table> notify_tables;   // by channel name: what the channel reads
};

// A name that a [[rule]] may have, and its keys beyond name, enabled and severity: after, count, within.
struct RuleKeys {
    std::string name;
    std::vector<std::string> keys;
};

// What a configuration may name beyond what this room knows. A protocol's check is called for each
// [[device]], [[upstream]] or [[notify]] that names it, with the table whose common keys have been read: it
// checks and parses the protocol's own keys and reports issues through the table.
struct Vocabulary {
    // Known protocol names, in order, for messages; and the check of each.
    std::map<std::string, std::function<void(const DeviceConfig&, Table&)>> devices;
    std::map<std::string, std::function<void(const UpstreamConfig&, Table&)>> upstreams;
    std::map<std::string, std::function<void(const NotifyConfig&, Table&)>> notifies;
    std::vector<RuleKeys> rules;
};

// Reads and checks a whole file. The result is usable only when `issues` has no errors. Issues come in the
// order of the file.
[[nodiscard]] SiteConfig read_site(const std::string& text, const std::string& file,
                                   const Vocabulary& vocabulary, Issues& issues);

} // namespace gatehouse::config
