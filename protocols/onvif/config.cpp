#include "protocols/onvif/config.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

namespace gatehouse::onvif {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view usual_path = "/onvif/device_service";

// "http://192.0.2.41", "http://192.0.2.41:8080/onvif/device_service".
void read_address(const std::string& address, config::Table& table, Config& config)
{
    config.path = usual_path;
    const auto parsed = boost::urls::parse_uri(address);
    if (!parsed || parsed->host().empty() || (parsed->scheme() != "http" && parsed->scheme() != "https")) {
        table.issue("address", "not the address of an ONVIF device; write http://192.0.2.41 or "
                               "http://192.0.2.41:8080/onvif/device_service");
        return;
    }
    if (!parsed->encoded_userinfo().empty())
        table.issue("address", "holds a user name or password; write them as username and password instead");
    config.target.tls = parsed->scheme() == "https";
    config.target.host = parsed->host_address();
    config.target.port = parsed->has_port() ? parsed->port_number() : (config.target.tls ? 443 : 80);
    if (parsed->encoded_path().size() > 1) config.path = std::string(parsed->encoded_path());
}

void read_login(config::Table& table, Config& config)
{
    const auto form = table.one_of("login", {"auto", "token", "digest", "both"}, "auto");
    config.find_form = form == "auto";
    if (form == "digest") config.form = Form::digest;
    if (form == "both") config.form = Form::both;
    config.soap_action = table.flag("soap_action", config.soap_action);
    config.target.verify_peer = table.flag("tls_verify", true);
    config.target.ca_file = table.text("tls_ca");
}

} // namespace

Config read_config(const config::DeviceConfig& device, config::Table& table)
{
    Config config;
    config.id = device.id;
    config.controller = device.kind == "controller";
    if (device.kind == "plate" || device.kind == "face")
        table.issue("kind", "ONVIF tells no plates and no faces; write camera, barrier or controller, or "
                            "take the device's own language");
    read_address(device.address, table, config);
    config.username = device.username;
    config.password = device.password;
    read_login(table, config);

    config.doors = table.texts("doors");
    config.inputs = table.texts("inputs");
    config.relays = table.texts("relays");
    config.relay_pulse = table.duration("relay_pulse", config.relay_pulse, 100ms, 10s);

    config.request_max = table.duration("request_max", config.request_max, 1s, 2min);
    config.pull = table.duration("pull", config.pull, 2s, 1min);
    config.subscription = table.duration("subscription", config.subscription, 30s, 10min);
    config.prove_every = table.duration("prove_every", config.prove_every, 0s, 24h);
    if (config.pull * 3 > config.subscription)
        table.issue("pull", "must be at most a third of subscription, which is renewed between two pulls");

    const auto clock = table.one_of("clock", {"measure", "correct", "take-over"}, "measure");
    config.correct_clock = clock != "measure";
    config.take_over_clock = clock == "take-over";
    config.clock_every = table.duration("clock_every", config.clock_every, 1min, 24h);
    config.clock_offset_max = table.duration("clock_offset_max", config.clock_offset_max, 500ms, 1h);

    config.camera = vision::read_camera(table, config.camera.wants);
    return config;
}

} // namespace gatehouse::onvif
