#include "protocols/dahua/config.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

namespace gatehouse::dahua {
namespace {

using namespace std::chrono_literals;

Kind kind_of(const std::string& text)
{
    if (text == "face" || text == "controller") return Kind::face;
    if (text == "plate") return Kind::plate;
    if (text == "barrier") return Kind::barrier;
    return Kind::camera;
}

base::Target target_of(const std::string& address, config::Table& table)
{
    base::Target target;
    const auto parsed = boost::urls::parse_uri(address);
    if (!parsed || parsed->host().empty() || (parsed->scheme() != "http" && parsed->scheme() != "https")) {
        table.issue("address",
                    "not the address of a Dahua device; write http://192.0.2.21 or https://192.0.2.21");
        return target;
    }
    if (!parsed->encoded_userinfo().empty())
        table.issue("address", "holds a user name or password; write them as username and password instead");
    target.tls = parsed->scheme() == "https";
    target.host = parsed->host_address();
    target.port = parsed->has_port() ? parsed->port_number() : (target.tls ? 443 : 80);
    return target;
}

void read_ways(Config& config, config::Table& table)
{
    // Pictures of cars are what a plate camera is there for; doors and alarms come only without pictures.
    const std::string usual = config.kind == Kind::plate ? "pictures" : "events";
    const auto stream = table.one_of("stream", {"events", "pictures", "both", "off"}, usual);
    config.events_stream = stream == "events" || stream == "both";
    config.snap_stream = stream == "pictures" || stream == "both";
    config.accept = table.flag("push", config.accept);
    if (!config.accept && !config.streams())
        table.issue("stream", "\"off\" needs push = true: otherwise no event would come");
    config.push_from = table.texts("push_from");
    config.verdict_wait = table.duration("verdict_wait", config.verdict_wait, 0s, 3s);
    config.heartbeat = table.duration("heartbeat", config.heartbeat, 1s, 60s);
    config.request_max = table.duration("request_max", config.request_max, 1s, 2min);
    config.picture_wait = table.duration("picture_wait", config.picture_wait, 0s, 10s);
}

} // namespace

Config read_config(const config::DeviceConfig& device, config::Table& table)
{
    Config config;
    config.id = device.id;
    config.kind = kind_of(device.kind);
    config.target = target_of(device.address, table);
    config.username = device.username;
    config.password = device.password;
    config.target.verify_peer = table.flag("tls_verify", true);
    config.target.ca_file = table.text("tls_ca");
    config.allow_basic = table.flag("allow_basic", config.allow_basic);
    if (config.allow_basic && !config.target.tls)
        table.warning("allow_basic",
                      "sends the password readable over the network; use https or leave Digest on");
    read_ways(config, table);
    config.channel = static_cast<int>(table.integer("channel", config.channel, 1, 512));
    config.outputs = static_cast<int>(table.integer("outputs", config.outputs, 1, 16));
    config.door_base = static_cast<int>(table.integer("door_base", config.door_base, 0, 1));
    config.remote_user = table.text("remote_user", config.remote_user);
    config.state_every = table.duration("state_every", config.state_every, 0s, 1h);

    config.backfill = table.flag("backfill", config.backfill);
    config.backfill_every = table.duration("backfill_every", config.backfill_every, 5s, 1h);
    config.backfill_first = table.duration("backfill_first", config.backfill_first, 0s, 720h);
    config.unproven_max = table.duration("unproven_max", config.unproven_max, 5s, 10min);

    const auto clock = table.one_of("clock", {"measure", "correct-daily", "take-over"}, "measure");
    config.correct_clock = clock != "measure";
    config.take_over_clock = clock == "take-over";
    config.clock_every = table.duration("clock_every", config.clock_every, 10s, 24h);
    config.clock_offset_max = table.duration("clock_offset_max", config.clock_offset_max, 500ms, 1h);
    return config;
}

} // namespace gatehouse::dahua
