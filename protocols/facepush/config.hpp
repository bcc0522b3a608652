#pragma once
#include "gateway/base/byte_stream.hpp"
#include "gateway/base/secret.hpp"
#include "gateway/config/site.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace gatehouse::facepush {

using std::chrono::milliseconds;

enum class Family { uface, haiqing_http, haiqing, yld, hiot };

// What one [[device]] with protocol = "facepush" says, with the defaults an installer need not touch.
// sample.toml explains every key.
struct Config {
    std::string id;
    Family family = Family::uface;
    base::Target target;  // the terminal; of the MQTT families, the site's broker
    std::string username; // at the broker, or of haiqing-http
    base::Secret password;
    std::string serial; // deviceKey, device id or sn; empty: learned (family A only)

    bool reverse = false;   // the terminal fetches its orders; we never connect to it
    bool tdx_reply = false; // answers as TDX clones want them
    std::vector<std::string> push_from;
    bool arm_listening = false;
    bool pictures = true;
    milliseconds picture_wait{2'000}; // for a snapshot to be fetched from the terminal

    milliseconds request_max{10'000};
    milliseconds poll_every{30'000};
    milliseconds heartbeat_every{60'000}; // what the terminal is set to
    milliseconds live_max{60'000};        // a record older than this opens nothing

    bool backfill = true;
    milliseconds backfill_every{300'000};
    milliseconds backfill_first{0};
    milliseconds unproven_max{60'000}; // a record in the terminal's log that did not come live by then

    bool correct_clock = false;
    milliseconds clock_offset_max{5'000};
    bool acknowledge = false; // family B: the terminal repeats records until PushAck
};

// Reads the keys of one device. Wrong values are reported through the table and yield the default.
[[nodiscard]] Config read_config(const config::DeviceConfig& device, config::Table& table);

} // namespace gatehouse::facepush
