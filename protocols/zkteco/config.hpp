#pragma once
#include "gateway/config/site.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace gatehouse::zkteco {

using std::chrono::milliseconds;

// Which of the two languages on the same paths a device speaks (sheet §1).
enum class Dialect { unknown, attendance, access };

// How a firmware wants to be told its time zone (sheet §2); a wrong guess shifts its clock by hours.
enum class ZoneForm { none, hours, minutes, offset };

// What one [[device]] with protocol = "zkteco" says, with the defaults an installer need not touch.
// sample.toml explains every key.
struct Config {
    std::string id;
    std::string host;                   // of the address: where its requests come from
    std::vector<std::string> push_from; // and from where else; "*": anywhere
    std::string serial;
    Dialect dialect = Dialect::unknown; // unknown: learned from its hello
    int doors = 1;

    milliseconds poll_every{5'000};    // how often it asks for commands
    milliseconds command_max{15'000};  // from a command's hand-over to its result
    milliseconds live_max{60'000};     // an older event is history
    milliseconds unproven_max{60'000}; // records in its log that never came make the link silent
    bool punch_direction = false;      // whether the status of a punch says in or out
    bool old_verify = true;            // how attendance devices number the ways to identify
    bool require_token = true;         // access devices

    bool correct_clock = false;
    milliseconds clock_offset_max{5'000}; // beyond: time_trusted = false
    ZoneForm zone_form = ZoneForm::none;
    bool number_in_utc = true; // the access dialect's own count of seconds
    int open_seconds = 5;      // of one opening
};

// Reads the keys of one device. Wrong values are reported through the table and yield the default.
[[nodiscard]] Config read_config(const config::DeviceConfig& device, config::Table& table);

} // namespace gatehouse::zkteco
