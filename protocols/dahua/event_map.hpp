#pragma once
#include "gateway/model/event.hpp"
#include "protocols/dahua/notice.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::dahua {

enum class RefusalReason {
    none,
    unknown_code, // a code nobody knows here
    face,         // faces are not wanted (P-12)
    routine,      // of no interest to a gate
    violation,    // a traffic offence, no passage
    no_vehicle,   // a bicycle or a pedestrian raised a plate event
    incomplete,   // lacks what makes it an event
};
[[nodiscard]] std::string_view to_string(RefusalReason reason); // fixed word, fit for a metric label

struct Refusal {
    RefusalReason reason = RefusalReason::none;
    std::string text; // one plain sentence
};

// What a time stamp counts from (sheet §3): RealUTC is true, UTC may be local time read as an epoch, the
// rest is the device's local time.
enum class StampKind { real_utc, utc, local };

// Where one picture lies in the JPEGs that follow joined.
struct PictureCut {
    std::string kind; // scene | plate | face | vehicle
    std::size_t offset = 0;
    std::size_t length = 0;
};

struct MapContext {
    std::string device;                   // device id
    std::chrono::minutes utc_offset{480}; // of the site
    bool history = false;                 // from the device's records
};

// What a notice came to. event: `event` is filled but for pictures and the corrected times.
struct Mapped {
    enum class Outcome { event, refused };
    Outcome outcome = Outcome::refused;
    Refusal refusal;
    model::Event event; // with device_key, where the record can come twice
    StampKind stamp = StampKind::local;

    // Names what goes on until its Stop: "VideoBlind/0". Empty: a record of its own.
    std::string lifecycle;
    bool active = true;
    bool clock_changed = false; // the device says that its clock was set

    std::string group; // pictures of one car share it; empty: no group
    int group_size = 1;
    int group_index = 1; // from 1
    std::vector<PictureCut> cuts;
    std::optional<std::uint64_t> record; // RecNo of a plate

    bool device_opened = false; // it says that it opened the barrier itself
    bool asks = false;          // it waits for our verdict (sheet §6a)
};

// Total. io-free. Called for every notice of streams and posts.
[[nodiscard]] Mapped map(const Notice& notice, const MapContext& context);
// A row of AccessControlCardRec; the same key as when it came live.
[[nodiscard]] Mapped map_record(const json::object& row, const MapContext& context);
// A TollgateInfo of ITSAPI (sheet §6b).
[[nodiscard]] Mapped map_tollgate(const json::object& body, const MapContext& context);
// An AlarmInfo of ITSAPI.
[[nodiscard]] Mapped map_alarm(const json::object& body, const MapContext& context);

// "2026-08-11 11:48:28", local time without zone, also with '/' or single digits and fractions.
[[nodiscard]] std::optional<base::WallTime> local_time(std::string_view text);

} // namespace gatehouse::dahua
