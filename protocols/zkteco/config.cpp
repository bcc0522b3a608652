#include "protocols/zkteco/config.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <algorithm>

namespace gatehouse::zkteco {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t serial_max = 32;

bool is_serial(const std::string& text)
{
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
               c == '_';
    };
    return !text.empty() && text.size() <= serial_max && std::all_of(text.begin(), text.end(), allowed);
}

void read_address(const config::DeviceConfig& device, Config& config, config::Table& table)
{
    const auto parsed = boost::urls::parse_uri(device.address);
    if (!parsed || parsed->host().empty() || parsed->scheme() != "http") {
        table.issue("address", "not the address of a device; write http://192.0.2.41: its requests are "
                               "believed only from there");
        return;
    }
    config.host = parsed->host_address();
    config.push_from = table.texts("push_from");
}

void read_clock(Config& config, config::Table& table)
{
    config.correct_clock = table.one_of("clock", {"measure", "correct"}, "measure") == "correct";
    config.clock_offset_max = table.duration("clock_offset_max", config.clock_offset_max, 2s, 1h);
    const auto form = table.one_of("time_zone", {"off", "hours", "minutes", "offset"}, "off");
    if (form == "hours") config.zone_form = ZoneForm::hours;
    if (form == "minutes") config.zone_form = ZoneForm::minutes;
    if (form == "offset") config.zone_form = ZoneForm::offset;
    if (config.zone_form != ZoneForm::none && !config.correct_clock)
        table.issue("time_zone", "shifts the device's clock, so it needs clock = \"correct\"; look at "
                                 "`device test` first, which shows both clocks");
    config.number_in_utc = table.one_of("time_number", {"utc", "local"}, "utc") == "utc";
}

} // namespace

Config read_config(const config::DeviceConfig& device, config::Table& table)
{
    Config config;
    config.id = device.id;
    if (device.kind != "face" && device.kind != "controller" && device.kind != "barrier")
        table.issue("kind", "a terminal is a \"face\", a panel a \"controller\", a turnstile a \"barrier\"");
    if (!device.username.empty())
        table.warning("username", "has no effect: these devices are clients and know no log-in at our side");
    read_address(device, config, table);
    config.serial = table.required_text("serial");
    if (!config.serial.empty() && !is_serial(config.serial))
        table.issue("serial", "not a serial number as the device shows it under \"Device info\"");
    const auto dialect = table.one_of("dialect", {"auto", "attendance", "access"}, "auto");
    if (dialect == "attendance") config.dialect = Dialect::attendance;
    if (dialect == "access") config.dialect = Dialect::access;
    config.doors = static_cast<int>(table.integer("doors", config.doors, 1, 16));

    config.poll_every = table.duration("poll_every", config.poll_every, 1s, 1min);
    config.command_max = table.duration("command_max", config.command_max, 2s, 2min);
    config.live_max = table.duration("live_max", config.live_max, 3s, 10min);
    config.unproven_max = table.duration("unproven_max", config.unproven_max, 5s, 1h);
    config.punch_direction = table.one_of("punch_direction", {"unknown", "status"}, "unknown") == "status";
    config.old_verify = table.one_of("verify", {"old", "new"}, "old") == "old";
    config.require_token = table.one_of("token", {"require", "ignore"}, "require") == "require";
    config.open_seconds = static_cast<int>(table.integer("open_seconds", config.open_seconds, 1, 254));
    read_clock(config, table);
    return config;
}

} // namespace gatehouse::zkteco
