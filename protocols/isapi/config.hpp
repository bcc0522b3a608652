#pragma once
#include "gateway/base/byte_stream.hpp"
#include "gateway/config/site.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace gatehouse::isapi {

using std::chrono::milliseconds;

enum class Kind { face, plate, barrier, camera };

// What one [[device]] with protocol = "isapi" says, with the defaults an installer need not touch.
// sample.toml explains every key.
struct Config {
    std::string id;
    Kind kind = Kind::camera;
    base::Target target; // from the address: host, port, TLS
    std::string username;
    base::Secret password;

    bool pull = true;   // hold an alertStream open
    bool accept = true; // take what the device posts to us
    int channel = 1;
    int outputs = 1;          // barriers or doors that are connected, numbered from 1
    bool allow_basic = false; // Basic sends the password in clear: only after explicit consent

    milliseconds silence_max{60'000}; // no byte for so long: the stream is dead
    milliseconds request_max{10'000}; // one request from connect to the last byte of its answer
    milliseconds picture_wait{2'000}; // for pictures and second posts that were announced
    milliseconds clear_after{5'000};  // an active event that is no longer repeated is over
    milliseconds state_every{60'000}; // door and barrier are read, not only derived from edges; 0: never

    bool backfill = true;
    milliseconds backfill_every{60'000};    // the record log is compared with what the stream brought
    milliseconds backfill_first{3'600'000}; // how far back the first contact reaches
    milliseconds backfill_overlap{120'000};
    milliseconds unproven_max{30'000}; // a record the stream does not bring within this makes it silent

    bool correct_clock = false;   // clock = "correct-daily" or "take-over"
    bool take_over_clock = false; // clock = "take-over": also from a time server
    milliseconds clock_every{600'000};
    milliseconds clock_offset_max{5'000}; // beyond: time_trusted = false

    bool arm_listening = false;         // listening = "arm": we may configure a free httpHosts slot
    std::string push_target;            // /push/{device-id}
    std::vector<std::string> push_from; // further addresses its posts may come from; "*": any

    [[nodiscard]] bool has_record_log() const { return kind == Kind::face || kind == Kind::plate; }
    [[nodiscard]] bool has_barrier() const { return kind == Kind::plate || kind == Kind::barrier; }
    [[nodiscard]] bool has_doors() const { return kind == Kind::face; }
};

// Reads the keys of one device. Wrong values are reported through the table and yield the default.
[[nodiscard]] Config read_config(const config::DeviceConfig& device, config::Table& table);

} // namespace gatehouse::isapi
