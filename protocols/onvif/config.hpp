#pragma once
#include "gateway/base/byte_stream.hpp"
#include "gateway/config/site.hpp"
#include "vision/link/camera_config.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace gatehouse::onvif {

using std::chrono::milliseconds;

// How we say who we are (sheet §3).
enum class Form { token, digest, both };

// What one [[device]] with protocol = "onvif" says, with the defaults an installer need not touch.
// sample.toml explains every key.
struct Config {
    std::string id;
    bool controller = false; // a door controller: without doors it is told so
    base::Target target;     // from the address
    std::string path;        // of the device service
    std::string username;
    base::Secret password;
    bool find_form = true; // login = "auto"
    Form form = Form::token;
    bool soap_action = false;

    std::vector<std::string> doors;  // tokens, in the order of their numbers; empty: as the device lists them
    std::vector<std::string> inputs; // the same
    std::vector<std::string> relays; // the same
    milliseconds relay_pulse{500};   // for an output that stays as it is set

    milliseconds request_max{10'000};
    milliseconds pull{20'000};         // how long the device may think about having nothing to tell
    milliseconds subscription{60'000}; // its life; short, so that a lost one frees its slot soon
    milliseconds prove_every{600'000}; // how often the device is asked to tell its states; 0: never

    bool correct_clock = false;
    bool take_over_clock = false; // also from a time server
    milliseconds clock_every{3'600'000};
    milliseconds clock_offset_max{5'000}; // beyond: time_trusted = false

    vision::CameraConfig camera; // how its pictures are looked at
};

// Reads the keys of one device. Wrong values are reported through the table and yield the default.
[[nodiscard]] Config read_config(const config::DeviceConfig& device, config::Table& table);

} // namespace gatehouse::onvif
