#pragma once
#include "gateway/base/byte_stream.hpp"
#include "gateway/config/site.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace gatehouse::dahua {

using std::chrono::milliseconds;

enum class Kind { face, plate, barrier, camera };

// What one [[device]] with protocol = "dahua" says, with the defaults an installer need not touch.
// sample.toml explains every key.
struct Config {
    std::string id;
    Kind kind = Kind::camera;
    base::Target target; // from the address: host, port, TLS
    std::string username;
    base::Secret password;
    bool allow_basic = false;

    bool events_stream = true;       // hold eventManager open
    bool snap_stream = false;        // hold snapManager open
    bool accept = true;              // take what the device posts to us
    int channel = 1;                 // of pictures and the barrier; requests count from 1
    int outputs = 1;                 // barriers or doors that are connected, numbered from 1
    int door_base = 1;               // what the device calls its first door in a request: 1, or 0 on some
    std::string remote_user = "101"; // in whose name doors are opened
    std::vector<std::string> push_from;
    milliseconds verdict_wait{0}; // a post waits so long for our own decision; 0: it does not

    milliseconds heartbeat{5'000};
    milliseconds request_max{10'000};
    milliseconds picture_wait{2'000}; // for announced pictures, and for the others of one car
    milliseconds state_every{60'000}; // doors are read, not only derived from edges; 0: never

    bool backfill = true;
    milliseconds backfill_every{60'000};
    milliseconds backfill_first{3'600'000}; // how far back the first contact reaches
    milliseconds unproven_max{30'000};      // a record that does not come live within this makes it silent

    bool correct_clock = false;
    bool take_over_clock = false;
    milliseconds clock_every{600'000};
    milliseconds clock_offset_max{5'000};

    // A stream that said nothing for so long is dead (sheet §8).
    [[nodiscard]] milliseconds silence_max() const { return 3 * heartbeat + std::chrono::seconds(5); }
    [[nodiscard]] bool streams() const { return events_stream || snap_stream; }
    [[nodiscard]] bool has_record_log() const { return backfill && kind == Kind::face; }
    [[nodiscard]] bool has_barrier() const { return kind == Kind::plate || kind == Kind::barrier; }
    [[nodiscard]] bool has_doors() const { return kind == Kind::face; }
};

// Reads the keys of one device. Wrong values are reported through the table and yield the default.
[[nodiscard]] Config read_config(const config::DeviceConfig& device, config::Table& table);

} // namespace gatehouse::dahua
