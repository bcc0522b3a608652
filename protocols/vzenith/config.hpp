#pragma once
#include "gateway/base/byte_stream.hpp"
#include "gateway/config/site.hpp"
#include "protocols/vzenith/event_map.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace gatehouse::vzenith {

using std::chrono::milliseconds;

// What one [[device]] with protocol = "vzenith" says, with the defaults an installer need not touch.
// sample.toml explains every key.
struct Config {
    std::string id;
    base::Target target;
    bool connect = true; // TCP 8131: commands, clock, records
    bool accept = true;  // HTTP push
    bool pictures = true;
    std::string serial; // empty: any
    std::vector<std::string> push_from;

    int outputs = 1;
    int close_output = 0; // its relay lowers the boom; 0: none
    milliseconds pulse{500};
    int open_input = 0; // an input that is active while the boom is up; 0: none
    milliseconds confirm_max{3'000};
    InputNumbers inputs = InputNumbers::of_2018;

    milliseconds reply_max{1'500}; // an answer later than this is of no use
    milliseconds reply_wait{0};    // for an order from elsewhere, once the record is on disk
    milliseconds disk_wait{200};   // of an answer that opens
    milliseconds same_car{5'000};
    milliseconds poll_hold{8'000};
    milliseconds push_silence{90'000};

    milliseconds connect_max{5'000};
    milliseconds request_max{3'000};
    milliseconds heartbeat_every{5'000};
    milliseconds silence_max{45'000}; // cameras register every 30 s
    milliseconds offline_check{0};

    bool backfill = true;
    milliseconds backfill_every{30'000};
    int backfill_first = 200;
    milliseconds unproven_max{10'000};

    bool correct_clock = false;
    milliseconds clock_every{600'000};
    milliseconds clock_offset_max{5'000};

    std::string board_port = "rs485-1";
    std::uint8_t board_address = 0;
    bool camera_speaks = false;
};

[[nodiscard]] Config read_config(const config::DeviceConfig& device, config::Table& table);

} // namespace gatehouse::vzenith
