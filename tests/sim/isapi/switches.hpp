#pragma once
#include "tests/sim/text.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::sim::isapi {

// What a real device gets wrong, one member a habit (sources: the fact sheet's sections 4, 5, 7 and 10). Set
// in the estate file under the device, or while running by "set DEVICE NAME VALUE".
struct Switches {
    // alertStream
    Span heartbeat{10'000};            // videoloss/inactive; zero: none
    std::string boundary = "boundary"; // empty: the header names none and the parts have no dash line
    std::size_t split = 0;             // bytes a write; zero: whole parts
    bool chunked = false;              // HTTP chunks that do not match the parts
    bool part_length = true;           // Content-Length in the parts
    bool never_inactive = false;       // active events just stop
    bool empty_post_count = false;     // <activePostCount/>
    bool mute = false;                 // link alive, log grows, nothing is told
    bool line_feed_only = false;       // lines of the framing end with LF alone
    bool blank_line = true;            // between the headers of a part and its document
    bool crowded_parts = false;        // a heartbeat and the event in one part
    bool retransmit = false;           // what nobody heard is told to the next listener, marked as late
    std::size_t streams_max = 0; // listeners at once; the next is refused: deployExceedMax. Zero: no limit

    // Connections
    bool half_open = false; // accepts, reads nothing, says nothing
    Span answer_delay{0};
    std::string auth = "digest"; // digest | md5 | sha256 | none
    Span nonce_life{300'000};
    std::size_t lock_after = 5; // failed log-ins; zero: never
    Span lock_for{1'800'000};

    // Clock
    Span clock_skew{0};       // device clock minus true time
    Span zone{8 * 3'600'000}; // the zone its local time is in
    std::string zone_stamp;   // printed instead of the true offset; "none": without offset

    // Payload
    std::size_t pictures = 1;
    std::size_t picture_bytes = 0; // zero: no picture part
    bool scenes = false;           // where there are pictures they show what was read, whatever their size
    std::size_t event_bytes = 0;   // pads the event text up to this size
    bool empty_picture = false;    // picture part of length 0
    bool reorder_parts = false;    // pictures before the event
    bool same_uuid_twice = false;  // first without pictures and with hasMoreData, then complete
    bool bare = false;             // the event alone as the body, no multipart
    bool truncate = false;         // text cut off in the middle
    bool gb2312 = false;
    bool bad_json = false;
    bool no_plate = false; // reads nothing: licensePlate "unknown"
    bool no_uuid = false;
    bool plate_tag = false;    // old firmware: plateNumber instead of licensePlate, float confidence
    bool device_opens = false; // barrierGateCtrlType 1: it opens by itself, for every plate

    // Push
    bool push_raw =
        false; // the event's bytes on the connection, no HTTP around them; taken once the peer closes
    bool retry = true;
    Span retry_delay{1000};
    Span answer_timeout{10'000};
    bool forget_hosts_on_reboot = false;
    std::size_t pending_max = 10'000; // unacknowledged records a host; then traffic waits, or
    bool overflow_drops = false;      // the oldest is dropped

    // Commands
    std::string barrier = "ok";   // ok | locked (says OK, does nothing) | busy | error
    std::size_t barrier_path = 0; // which of the four URLs this firmware knows
    bool barrier_wired = true;    // position contact connected
    Span barrier_travel{1000};
    Span barrier_auto_close{0}; // zero: stays open
    std::string door = "ok";
    bool door_limited = false; // door station: open, alwaysOpen, resume only
    Span door_relock{3000};
    std::string plates_path = "/ISAPI/Traffic/channels/1/vehicleDetect/plates"; // capitals vary with firmware
};

// Why the value does not fit, or nothing when it was set.
[[nodiscard]] std::optional<std::string> set_switch(Switches& switches, std::string_view name,
                                                    std::string_view value);
[[nodiscard]] bool is_switch(std::string_view name);

} // namespace gatehouse::sim::isapi
