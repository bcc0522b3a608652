#include "protocols/uhppote/config.hpp"

#include "protocols/uhppote/packet.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <array>
#include <limits>

namespace gatehouse::uhppote {
namespace {

using namespace std::chrono_literals;

bool is_address(const std::string& text)
{
    std::array<std::uint8_t, 4> address{};
    return parse_address(text, address);
}

void read_address(const std::string& address, Config& config, config::Table& table)
{
    const auto parsed = boost::urls::parse_uri(address);
    if (!parsed || parsed->host().empty() || (parsed->scheme() != "udp" && parsed->scheme() != "tcp")) {
        table.issue("address",
                    "not the address of a UT0311 board; write udp://192.0.2.31 or tcp://192.0.2.31");
        return;
    }
    config.udp = parsed->scheme() == "udp";
    config.target.host = parsed->host_address();
    config.target.port = parsed->has_port() ? parsed->port_number() : board_port;
    // Answers and events are believed only from this address.
    if (!is_address(config.target.host))
        table.issue("address", "is a name; write the board's IPv4 address, by which its packets are known");
}

void read_listening(Config& config, config::Table& table)
{
    config.listen_port = static_cast<std::uint16_t>(table.integer("listen_port", 0, 0, 65535));
    if (config.listen_port == board_port)
        table.issue("listen_port", "60000 is the boards' own port; take another one, such as 60001");
    config.listen_address = table.text("listen_address");
    if (!config.listen_address.empty() && !is_address(config.listen_address))
        table.issue("listen_address", "not an IPv4 address");
    config.arm_listening = table.one_of("listening", {"off", "arm"}, "off") == "arm";
    if (config.arm_listening && config.listen_port == 0)
        table.issue("listening", "\"arm\" needs a listen_port that the board can be pointed at");
    config.record_special_events = table.one_of("special_events", {"keep", "record"}, "keep") == "record";
}

} // namespace

Config read_config(const config::DeviceConfig& device, config::Table& table)
{
    Config config;
    config.id = device.id;
    if (device.kind != "controller") table.issue("kind", "a UT0311 board is a \"controller\"");
    if (!device.username.empty())
        table.warning("username",
                      "has no effect: these boards know no log-in; keep them on a network of their own");
    read_address(device.address, config, table);
    if (!table.has("serial"))
        table.issue("", "serial is missing: the number on the board, such as serial = 405419896; it selects "
                        "the board");
    config.serial =
        static_cast<std::uint32_t>(table.integer("serial", 0, 1, std::numeric_limits<std::uint32_t>::max()));
    config.doors = static_cast<int>(table.integer("doors", config.doors, 1, 4));

    config.request_max = table.duration("request_max", config.request_max, 500ms, 30s);
    config.poll_every = table.duration("poll_every", config.poll_every, 500ms, 1min);
    config.backfill_every = table.duration("backfill_every", config.backfill_every, 5s, 1h);
    config.backfill_first = table.duration("backfill_first", config.backfill_first, 0s, 720h);
    config.live_max = table.duration("live_max", config.live_max, 3s, 1min);
    config.unproven_max = table.duration("unproven_max", config.unproven_max, 5s, 10min);
    config.modes_every = table.duration("modes_every", config.modes_every, 0s, 1h);
    read_listening(config, table);

    config.correct_clock = table.one_of("clock", {"measure", "correct"}, "measure") == "correct";
    config.clock_offset_max = table.duration("clock_offset_max", config.clock_offset_max, 500ms, 1h);
    return config;
}

} // namespace gatehouse::uhppote
