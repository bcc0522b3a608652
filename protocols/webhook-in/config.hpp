#pragma once
#include "gateway/config/site.hpp"
#include "protocols/webhook-in/gatekeeper.hpp"
#include "protocols/webhook-in/mapping.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace gatehouse::webhook_in {

using std::chrono::milliseconds;

// What a device wants to hear when its post was taken.
struct ReplyConfig {
    unsigned status = 200;
    std::string content_type = "application/json";
    std::string body = "{\"result\":1,\"success\":true}";
};

// What one [[device]] with protocol = "webhook-in" says. sample.toml explains every key.
struct Config {
    std::string id;
    std::string host;                   // of the address; empty: posts may come from anywhere
    std::vector<std::string> push_from; // further addresses; "*": any
    AuthConfig auth;
    ReplyConfig reply;
    Mapping mapping;

    milliseconds silent_after{300'000};
    milliseconds live_max{10'000};
    bool arrival_is_live = false; // the device's time does not decide whether an event is live
    milliseconds clock_offset_max{5'000};
};

// Reads the keys of one device. Wrong values are reported through the table and yield the default.
// `utc_offset`: the site's, for local time without a zone.
[[nodiscard]] Config read_config(const config::DeviceConfig& device, config::Table& table,
                                 std::chrono::minutes utc_offset);
// [device.body] and the [[device.event]].
[[nodiscard]] Mapping read_mapping(config::Table& table, std::chrono::minutes utc_offset);

} // namespace gatehouse::webhook_in
