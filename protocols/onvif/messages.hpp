#pragma once
#include "gateway/base/clock.hpp"
#include "protocols/onvif/soap.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// The requests a gateway needs (sheet §4 to §6) and what stands in their answers. Pure and total: a field
// that is not there, or says something strange, is empty.
namespace gatehouse::onvif {

inline constexpr std::size_t list_max = 256; // entries of one list that a device names

// <w:NAME xmlns:w="SERVICE">CONTENT</w:NAME>, and the action that goes with it.
[[nodiscard]] Message request(std::string_view service, std::string_view name, std::string_view content = {});

// ---- device ----
struct DeviceTime {
    base::WallTime utc{};
    std::string mode; // Manual | NTP
    bool daylight = false;
    std::string zone; // POSIX: CST-8
};
[[nodiscard]] std::optional<DeviceTime> read_time(pugi::xml_node body);
// Keeps the device's zone.
[[nodiscard]] Message set_time(base::WallTime utc, const DeviceTime& before);

struct DeviceInformation {
    std::string make;
    std::string model;
    std::string firmware;
    std::string serial;
};
[[nodiscard]] DeviceInformation read_information(pugi::xml_node body);

// Where each service is, by the URI of its namespace; of GetServices or GetCapabilities.
using Services = std::map<std::string, std::string, std::less<>>;
[[nodiscard]] Services read_services(pugi::xml_node body);
[[nodiscard]] Message get_services();
[[nodiscard]] Message get_capabilities();

// The tokens of every element of that name: RelayOutputs, DigitalInputs, Profiles.
[[nodiscard]] std::vector<std::string> read_tokens(pugi::xml_node body, std::string_view element);

struct Relay {
    std::string token;
    bool bistable = false; // stays as it is set; otherwise it falls back by itself
};
[[nodiscard]] std::vector<Relay> read_relays(pugi::xml_node body);
[[nodiscard]] Message set_relay(std::string_view token, bool active);

// ---- media ----
[[nodiscard]] Message get_snapshot_uri(bool media2, std::string_view profile);
[[nodiscard]] Message get_stream_uri(bool media2, std::string_view profile);
// Without user name and password, should it hold them.
[[nodiscard]] std::string read_uri(pugi::xml_node body);

// ---- doors ----
struct AccessPoint {
    std::string token;
    std::string door;  // token
    bool from = false; // names the area that it leads from
    bool to = false;   // names the area that it leads to
};
[[nodiscard]] std::vector<AccessPoint> read_access_points(pugi::xml_node body);

struct Door {
    std::string token;
    std::string name;
    bool can_access = true;
    bool can_lock = true;
    bool can_unlock = true;
    bool can_block = true;
};
[[nodiscard]] std::vector<Door> read_doors(pugi::xml_node body);
// What a list in pieces continues with; empty: it is complete.
[[nodiscard]] std::string read_next(pugi::xml_node body);
[[nodiscard]] Message list_request(std::string_view service, std::string_view name, std::string_view next);

struct DoorReport {
    std::string contact; // Open | Closed ...
    std::string lock;    // Locked | Unlocked ...
    std::string mode;    // Accessed | Locked ...
};
[[nodiscard]] DoorReport read_door(pugi::xml_node body);
[[nodiscard]] Message door_request(std::string_view name, std::string_view token);

// ---- events ----
struct Subscription {
    std::string address;
    std::string reference; // ReferenceParameters, ready to be headers
    std::optional<std::chrono::seconds> lifetime;
};
[[nodiscard]] Message create_pull_point(std::chrono::seconds lifetime);
[[nodiscard]] std::optional<Subscription> read_subscription(pugi::xml_node body);
// TerminationTime - CurrentTime, whatever the device's clock; nothing when one is missing or it is not ahead.
[[nodiscard]] std::optional<std::chrono::seconds> read_lifetime(pugi::xml_node body);
[[nodiscard]] Message pull(std::chrono::seconds timeout);
[[nodiscard]] Message renew(std::chrono::seconds lifetime);
[[nodiscard]] Message unsubscribe();
[[nodiscard]] Message synchronise();

} // namespace gatehouse::onvif
