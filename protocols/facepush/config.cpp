#include "protocols/facepush/config.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

namespace gatehouse::facepush {
namespace {

using namespace std::chrono_literals;

bool over_http(Family family)
{
    return family == Family::uface || family == Family::haiqing_http;
}

constexpr std::uint16_t terminal_port = 8090;
constexpr std::uint16_t camera_port = 80;
constexpr std::uint16_t broker_port = 1883;
constexpr std::uint16_t broker_tls_port = 8883;

Family family_of(const std::string& word)
{
    if (word == "haiqing") return Family::haiqing;
    if (word == "haiqing-http") return Family::haiqing_http;
    if (word == "yld") return Family::yld;
    return word == "hiot" ? Family::hiot : Family::uface;
}

void read_address(const std::string& address, config::Table& table, Config& config)
{
    const bool http = over_http(config.family);
    const auto parsed = boost::urls::parse_uri(address);
    const std::string scheme = parsed ? std::string(parsed->scheme()) : std::string();
    const bool fits = http ? scheme == "http" : scheme == "mqtt" || scheme == "mqtts";
    if (!fits || parsed->host().empty()) {
        table.issue("address", http ? "not the address of a terminal; write http://192.0.2.41:8090"
                                    : "not the site's broker; write mqtt://192.0.2.5 or "
                                      "mqtts://192.0.2.5:8883");
        return;
    }
    if (!parsed->encoded_userinfo().empty())
        table.issue("address", "holds a user name or password; write them as username and password instead");
    config.target.host = parsed->host_address();
    config.target.tls = scheme == "mqtts";
    auto usual = config.target.tls ? broker_tls_port : broker_port;
    if (http) usual = config.family == Family::uface ? terminal_port : camera_port;
    config.target.port = parsed->has_port() ? parsed->port_number() : usual;
}

void read_terminal(config::Table& table, Config& config)
{
    config.reverse = table.one_of("way", {"direct", "reverse"}, "direct") == "reverse";
    config.tdx_reply = table.one_of("reply", {"standard", "tdx"}, "standard") == "tdx";
    config.push_from = table.texts("push_from");
    config.arm_listening = table.one_of("listening", {"off", "arm"}, "off") == "arm";
    config.picture_wait = table.duration("picture_wait", config.picture_wait, 0s, 30s);
    config.poll_every = table.duration("poll_every", config.poll_every, 5s, 10min);
    config.backfill = table.flag("backfill", config.backfill);
    config.backfill_every = table.duration("backfill_every", config.backfill_every, 10s, 24h);
    config.backfill_first = table.duration("backfill_first", config.backfill_first, 0s, 720h);
    config.unproven_max = table.duration("unproven_max", config.unproven_max, 10s, 1h);
    config.correct_clock = table.one_of("clock", {"measure", "correct"}, "measure") == "correct";
    if (config.reverse && config.arm_listening)
        table.issue("listening", "a terminal that fetches its orders cannot be told where to: enter our "
                                 "addresses on it");
}

void read_broker(const config::DeviceConfig& device, config::Table& table, Config& config)
{
    config.username = device.username;
    config.target.ca_file = table.text("tls_ca");
    if (config.serial.empty())
        table.issue("serial", "is missing: on a broker a terminal is known by its device id or sn");
    if (config.serial.find_first_of("/+#") != std::string::npos)
        table.issue("serial", "holds a sign that topics cannot: / + or #");
    if (config.family == Family::haiqing) config.acknowledge = table.flag("acknowledge", false);
}

} // namespace

Config read_config(const config::DeviceConfig& device, config::Table& table)
{
    Config config;
    config.id = device.id;
    config.password = device.password;
    if (device.kind != "face") table.issue("kind", "these terminals are of kind \"face\"");
    config.family =
        family_of(table.one_of("family", {"uface", "haiqing-http", "haiqing", "yld", "hiot"}, "uface"));
    config.serial = table.text("serial");
    read_address(device.address, table, config);
    config.pictures = table.flag("pictures", config.pictures);
    config.request_max = table.duration("request_max", config.request_max, 1s, 1min);
    config.heartbeat_every = table.duration("heartbeat_every", config.heartbeat_every, 5s, 10min);
    config.live_max = table.duration("live_max", config.live_max, 3s, 10min);
    config.clock_offset_max = table.duration("clock_offset_max", config.clock_offset_max, 500ms, 1h);
    if (config.family == Family::uface) {
        read_terminal(table, config);
        if (!device.username.empty())
            table.warning("username", "has no effect: these terminals know a password only");
    } else if (config.family == Family::haiqing_http) {
        config.username = device.username;
        config.push_from = table.texts("push_from");
        if (config.serial.empty())
            table.issue("serial", "is missing: each order names the camera's device id");
    } else {
        read_broker(device, table, config);
    }
    return config;
}

} // namespace gatehouse::facepush
