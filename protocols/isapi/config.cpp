#include "protocols/isapi/config.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

namespace gatehouse::isapi {
namespace {

using namespace std::chrono_literals;

Kind kind_of(const std::string& text)
{
    if (text == "face" || text == "controller") return Kind::face;
    if (text == "plate") return Kind::plate;
    if (text == "barrier") return Kind::barrier;
    return Kind::camera;
}

// "http://192.0.2.21", "https://192.0.2.21:8443". Names work but need a resolver; §10 advises addresses.
base::Target target_of(const std::string& address, config::Table& table)
{
    base::Target target;
    const auto parsed = boost::urls::parse_uri(address);
    if (!parsed || parsed->host().empty() || (parsed->scheme() != "http" && parsed->scheme() != "https")) {
        table.issue("address",
                    "not the address of an ISAPI device; write http://192.0.2.21 or https://192.0.2.21:8443");
        return target;
    }
    if (!parsed->encoded_userinfo().empty())
        table.issue("address", "holds a user name or password; write them as username and password instead");
    target.tls = parsed->scheme() == "https";
    target.host = parsed->host_address();
    target.port = parsed->has_port() ? parsed->port_number() : (target.tls ? 443 : 80);
    return target;
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
    config.push_target = "/push/" + device.id;

    const auto mode = table.one_of("mode", {"stream", "push", "both"}, "both");
    config.pull = mode != "push";
    config.accept = mode != "stream";
    config.channel = static_cast<int>(table.integer("channel", config.channel, 1, 512));
    config.outputs = static_cast<int>(table.integer("outputs", config.outputs, 1, 16));
    config.allow_basic = table.flag("allow_basic", config.allow_basic);
    config.target.verify_peer = table.flag("tls_verify", true);
    config.target.ca_file = table.text("tls_ca");
    if (config.allow_basic && !config.target.tls)
        table.warning("allow_basic",
                      "sends the password readable over the network; use https or leave Digest on");

    config.silence_max = table.duration("silence_max", config.silence_max, 5s, 10min);
    config.request_max = table.duration("request_max", config.request_max, 1s, 2min);
    config.picture_wait = table.duration("picture_wait", config.picture_wait, 0s, 10s);
    config.clear_after = table.duration("clear_after", config.clear_after, 2s, 5min);
    config.state_every = table.duration("state_every", config.state_every, 0s, 1h);

    config.backfill = table.flag("backfill", config.backfill);
    config.backfill_every = table.duration("backfill_every", config.backfill_every, 5s, 1h);
    config.backfill_first = table.duration("backfill_first", config.backfill_first, 0s, 720h);
    config.backfill_overlap = table.duration("backfill_overlap", config.backfill_overlap, 0s, 1h);
    config.unproven_max = table.duration("unproven_max", config.unproven_max, 5s, 10min);

    const auto clock = table.one_of("clock", {"measure", "correct-daily", "take-over"}, "measure");
    config.correct_clock = clock != "measure";
    config.take_over_clock = clock == "take-over";
    config.clock_every = table.duration("clock_every", config.clock_every, 10s, 24h);
    config.clock_offset_max = table.duration("clock_offset_max", config.clock_offset_max, 500ms, 1h);

    config.push_from = table.texts("push_from");
    config.arm_listening = table.one_of("listening", {"off", "arm"}, "off") == "arm";
    if (config.arm_listening && !config.accept)
        table.issue("listening",
                    "\"arm\" needs mode \"push\" or \"both\": with mode \"stream\" nothing is accepted");
    return config;
}

} // namespace gatehouse::isapi
