#pragma once
#include "gateway/base/clock.hpp"
#include "gateway/model/alert.hpp"
#include "gateway/model/command.hpp"
#include "gateway/model/decision.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace gatehouse::model {

using base::WallTime;

enum class Direction { unknown, in, out };

// How far an event's time can be trusted (envelope attribute clockquality): our clock synchronised, our clock
// not synchronised, or the device's own clock uncorrected.
enum class ClockQuality { synced, unsynced, device };

// A picture that came with an event. `bytes` is there until the journal has stored it; sha256 and size from
// then on.
struct Picture {
    std::string kind; // scene | plate | face | vehicle | reference
    std::shared_ptr<const std::string> bytes;
    std::string sha256; // lower-case hex
    std::uint64_t size = 0;
};

struct Plate {
    std::string text;       // canonical: upper case, no blanks or dots; empty when no plate was read
    std::string color;      // blue | green | yellow | white | black | unknown
    double confidence = -1; // 0..1, negative when the device gave none
    // The same for each character of text; empty when the device gave none. The weakest counts, not the mean.
    std::vector<double> characters{};
};

// ---- what can happen; one struct a kind, every field optional for the devices that leave it out ----

// A vehicle at a reader. passed: let through (or seen leaving); otherwise refused.
struct VehiclePassage {
    bool passed = true;
    Plate plate;
    std::string vehicle_type;
    std::string vehicle_color;
    std::string device_list; // the list the device itself found it on: allow | deny | temporary | empty
    int lane_no = 0;         // the device's own lane number, 0 unknown
};

// A person at a reader.
struct AccessAttempt {
    bool granted = false;
    std::string credential; // face | card | code | password | fingerprint | button | remote | unknown
    std::string person;     // local person id (employee number); empty for a stranger
    std::string card;       // card number as the device gave it; personal data
    std::string user_type;  // normal | visitor | block_list | empty
    std::string reason; // why denied: no_permission | schedule | expired | unknown_credential | anti_passback
                        // | interlock | block_list | not_recognised | wrong_password | other
    int door = 0;
    int reader = 0;
};

enum class BarrierPosition { unknown, closed, open };

struct BarrierMoved {
    int output = 1;
    BarrierPosition position = BarrierPosition::unknown;
};

struct BarrierFault {
    int output = 1;
    std::string
        fault; // blocked | boom_off | wiring | tailgating | reverse | forced | climbed | time_out | intrusion
    bool active = true;
};

enum class DoorPosition {
    unknown,
    opened,
    closed,
    unlocked,
    locked,
    forced_open,
    held_open,
    remain_open,
    remain_closed,
    normal
};

struct DoorState {
    int door = 1;
    DoorPosition position = DoorPosition::unknown;
};

// Somebody covers, opens or shakes a device.
struct Tamper {
    std::string part; // lens | case | reader | zone | scene
    bool active = true;
};

// A person asks for help without the offender noticing.
struct Duress {
    int door = 0;
    std::string person;
};

// A contact or alarm input.
struct InputChanged {
    int input = 0;
    bool active = false;
    std::string role{}; // what the lane's configuration says it is: loop_entry | loop_safety | empty
};

// What a camera's analytics saw: motion, intrusion, line_crossing, region_entrance, region_exit, doorbell,
// unattended; and what our own worker saw: presence, occupied (region: the zone's number; name: what the
// installer called it).
struct Detection {
    std::string what;
    std::string target; // human | vehicle | others | empty
    int channel = 0;
    int region = 0;
    bool active = true;
    std::string name{}; // of the region, where it has one
};

enum class LinkState { unknown, up, silent, down };

// The link to a device: our own observation. silent: connected, but events no longer prove themselves (pains
// 1).
struct DeviceLink {
    LinkState state = LinkState::unknown;
    std::string why;
};

// A fault that the device reports of itself: storage, network, power, video, reader, login_lock, firmware;
// and what we see of it: mac, picture_STATE (vision/health), plate_differs.
struct DeviceHealth {
    std::string what;
    bool ok = true;
    std::string detail;
};

// The device's clock against ours. offset_ms: device minus gateway.
struct DeviceClock {
    std::int64_t offset_ms = 0;
    bool trusted = true;
    bool corrected = false;
};

// Something the gateway says of itself: started | stopping | store_damaged | write_torn | sequence_skipped |
// disk | clock | upstream | notify | fire | certificate | config | picture_lost | audit_head |
// audit_broken | vehicle_waiting | lock_out | vision.
struct SystemNotice {
    std::string what;
    bool ok = true;
    std::string detail;
};

// What is known to be missing: records lost in a device between two numbers, or deleted here before delivery.
struct Gap {
    std::string scope; // device id, "journal", or "sink/NAME" for what an upstream refused for good
    std::int64_t first = 0;
    std::int64_t last = 0;
    std::int64_t count = 0;
    WallTime from{};
    WallTime to{};
    std::string why;
};

// The end of a command.
struct CommandDone {
    Command command;
    Outcome outcome;
};

// One transition of an alert; the alert as it is after it.
struct AlertChanged {
    Alert alert;
    AlertStep step;
};

// How far a movement through a lane has come. The last three are how it ends.
enum class PassageState { approached, decided, opened, passed, backed_off, timed_out };

// One movement through a lane, put together from its parts: one vehicle, or one person at a door. Told once,
// when it has ended (pains 37).
struct Passage {
    struct Part {
        std::string id;      // of the event
        std::string role;    // read | command | barrier | loop | door | fault | echo
        Plate plate{};       // of a vehicle's read: what voted for the final one
        bool listed = false; // that plate was on a list that lets in
    };
    // Defined once, as those of Command and Alert.
    Passage();
    Passage(const Passage& other);
    Passage(Passage&& other) noexcept;
    Passage& operator=(const Passage& other);
    Passage& operator=(Passage&& other) noexcept;
    ~Passage();

    bool vehicle = true; // false: a person
    PassageState state = PassageState::approached;
    Plate plate;            // vehicle: the read that won the vote; empty: none was read
    std::string credential; // person: as in AccessAttempt
    std::string person;     // person: local id; empty for a stranger
    WallTime started_at{};
    WallTime ended_at{};
    std::string command;   // id of the order that opened; empty: none of ours
    std::string opened_by; // access | device | the origin of a person's order | hand | empty: nobody
    std::string proof;     // what showed that it passed: loop | barrier | door | empty: nothing did
    // tailgating | convoy | wrong_direction | manual | no_read | anti_passback | echo | forced | held
    std::vector<std::string> flags;
    std::vector<Part> parts; // in the order of the journal; bounded by who makes it

    [[nodiscard]] bool has(std::string_view flag) const;
    void mark(std::string_view flag);
    void unmark(std::string_view flag);
};

using Body = std::variant<VehiclePassage, AccessAttempt, BarrierMoved, BarrierFault, DoorState, Tamper,
                          Duress, InputChanged, Detection, DeviceLink, DeviceHealth, DeviceClock,
                          SystemNotice, Gap, CommandDone, AlertChanged, Passage>;

// One thing that happened. Drivers fill device_key, device_record, the times, history, pictures and body;
// intake fills the rest, and the times that a driver left empty. Immutable once journalled.
struct Event {
    Event();
    Event(const Event& other);
    Event(Event&& other) noexcept;
    Event& operator=(const Event& other);
    Event& operator=(Event&& other) noexcept;
    ~Event();

    std::string id;     // ULID we assign; the key upstream deduplicates on
    std::string device; // id from the configuration, never an address or a name; "gateway" for our own
    std::string
        device_key; // what makes the record unique at its device; empty: never repeats (our id is taken)
    std::string device_record; // the device's own record number or identifier, unchanged (contract §4)
    std::string lane;          // lane id from the configuration, empty when the device serves none
    Direction direction = Direction::unknown;
    WallTime occurred_at{}; // device clock corrected by its measured offset; our clock when none was measured
    WallTime received_at{}; // our clock
    std::optional<WallTime> device_time; // what the device said, uncorrected
    bool time_trusted = true; // false: the device's clock is out of policy or not measured (pains 16)
    ClockQuality clock_quality = ClockQuality::synced;
    bool history = false; // came from the device's store, not live: never opens anything
    std::vector<Picture> pictures;
    std::optional<Decision> decision;
    Body body;
};

// Delivery classes, each with its own cursor at every reader: a backlog never delays an alert.
enum class Priority { alert = 0, event = 1 };

// Where a body belongs: topic class, type and schema of protocols/mqtt-upstream.md §1-2.
struct EventKind {
    std::string_view topic_class; // access | vehicle | door | barrier | device | system | alert
    std::string_view verb;        // passed, granted, moved ...
    std::string_view schema;      // minor version of the data schema, e.g. "1.0"
    Priority priority = Priority::event;
};

[[nodiscard]] EventKind kind_of(const Body& body);
// "vehicle.passed": the middle of "cn.gatehouse.vehicle.passed.v1" and the type column of the journal.
[[nodiscard]] std::string type_of(const Body& body);

// One journalled event: what cursors, rules, sinks and the API read.
struct Entry {
    std::int64_t seq = 0; // per gateway, never reset, no number used twice
    std::string type;     // type_of(body)
    Priority priority = Priority::event;
    std::string boot_id;
    std::string data; // canonical JSON of the envelope's data member
    Event event;      // without picture bytes
};
using EntryPtr = std::shared_ptr<const Entry>;

} // namespace gatehouse::model
