#pragma once
#include "gateway/model/event.hpp"
#include "protocols/isapi/alert.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::isapi {

enum class RefusalReason {
    none,
    unknown_type,  // an eventType nobody knows here
    statistics,    // counters and measurements, no event
    face_snapshot, // faces are not wanted (P-12)
    operation_log, // AccessControllerEvent major 3
    routine_code,  // a code of no interest to a gate
    custom_code,   // installer-defined code
    unknown_code,  // major/minor not in the table
    incomplete,    // lacks what makes it an event: the codes, the plate block, the related type
};
inline constexpr std::size_t refusal_reasons = 9;
[[nodiscard]] std::string_view to_string(RefusalReason reason); // fixed word, fit for a metric label

struct Refusal {
    RefusalReason reason = RefusalReason::none;
    std::string text; // one plain sentence
};

struct MapContext {
    std::string device;                   // device id
    std::chrono::minutes utc_offset{480}; // assumed where the device gives no offset
    bool history = false;                 // from a search: whatever the row says
};

struct PictureWanted {
    std::string file_name;
    std::string pid;
    std::string kind; // scene | plate | face | vehicle
};

// What an alert came to. event: `event` is filled but for device_key (see record_key) and pictures.
// heartbeat: a sign of life and nothing else. refused: counted by `refusal.reason`; serial_no is still given,
// so that the numbering shows no gap.
struct Mapped {
    enum class Outcome { event, heartbeat, refused };
    Outcome outcome = Outcome::refused;
    Refusal refusal;
    model::Event event;

    std::string
        key; // what makes the record unique at its device, without epoch; empty: live and never repeated
    bool key_counts = false; // the key holds serialNo, which restarts after a factory reset: epoch wanted
    std::optional<std::uint64_t> serial_no;

    // Offset the device itself wrote behind its time. Terminals stamp local time as +00:00 (sheet §10): the
    // session compares event.device_time with arrival and corrects whole hours.
    std::optional<std::chrono::minutes> offset_given;

    int pictures_expected = 0; // binary pictures that follow; fewer may come
    bool more_to_come = false; // an incomplete first post: a complete one with the same key follows
    std::vector<PictureWanted> pictures_wanted;
    std::string picture_url; // picture kept by the device, to be fetched; a path or an URL, unchecked

    // Active events are repeated about once a second and often never become inactive: "fielddetection/1/0"
    // names what is going on. Empty: a record of its own, never merged.
    std::string lifecycle;
    bool active = true;
    bool continues = false; // eventType duration: prolongs `lifecycle`, never begins it

    bool reversing = false;     // the vehicle moves away from the camera's usual direction
    bool device_opened = false; // the device says it raised the barrier itself
    // Plate and capture time, also where the key is a UUID: finds the same passage in a poll, which has no
    // UUID.
    std::string passage_key;
};

// Total. io-free. Called by the session for every alert and every row of a search.
[[nodiscard]] Mapped map(const Alert& alert, const MapContext& context);

// What event.device_key should be: "e<epoch>/acs/<serialNo>", "anpr/<UUID>" ... ; empty when there is no key.
[[nodiscard]] std::string record_key(unsigned epoch, const Mapped& mapped);

// Kind of a picture by the name the device gave it; "scene" when nothing fits.
[[nodiscard]] std::string_view picture_kind(std::string_view name, const Mapped& mapped);

} // namespace gatehouse::isapi
