#include "protocols/modbus/config.hpp"

#include "protocols/net/serial_line.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace gatehouse::modbus {
namespace {

using namespace std::chrono_literals;

constexpr std::uint16_t tcp_port = 502;
constexpr std::uint16_t serial_server_port = 4196;
constexpr int channels_max = 64;

void read_address(const std::string& address, config::Table& table, Config& config)
{
    if (address.starts_with("serial:")) {
        const auto line = net::parse_serial(address);
        if (!line)
            table.issue("address", "not a serial line; write serial:///dev/ttyUSB0?baud=9600&parity=none");
        config.target.serial = line ? *line : base::SerialLine();
        config.framing = Framing::rtu;
        config.serial = true;
        return;
    }
    const auto parsed = boost::urls::parse_uri(address);
    const bool known = parsed && (parsed->scheme() == "tcp" || parsed->scheme() == "rtu+tcp");
    if (!known || parsed->host().empty() || parsed->has_query() || !parsed->encoded_path().empty()) {
        table.issue("address", "not the address of a Modbus board; write tcp://192.0.2.31 for Modbus TCP, "
                               "rtu+tcp://192.0.2.31:4196 for a serial server, or serial:///dev/ttyUSB0");
        return;
    }
    config.framing = parsed->scheme() == "tcp" ? Framing::tcp : Framing::rtu;
    config.target.host = parsed->host_address();
    const auto usual = config.framing == Framing::tcp ? tcp_port : serial_server_port;
    config.target.port = parsed->has_port() ? parsed->port_number() : usual;
}

// Reads one [[device.gate]] and what must hold among its keys.
class GateReader {
public:
    GateReader(config::Table& table, const Config& config) : table_(table), config_(config)
    {
        for (auto& name : table.texts("normally_closed"))
            normally_closed_.insert(std::move(name));
    }

    GateConfig read()
    {
        GateConfig gate;
        gate.output = static_cast<int>(table_.integer("output", gate.output, 1, channels_max));
        const auto open = relay("open");
        if (!open) table_.issue("open", "is missing: the relay that presses the gate's UP button");
        gate.open = open.value_or(0);
        gate.close = relay("close");
        gate.stop = relay("stop");
        gate.hold = relay("hold");
        gate.up = contact("up");
        gate.down = contact("down");
        gate.loop_entry = contact("loop_entry");
        gate.loop_safety = contact("loop_safety");
        gate.fault = contact("fault");
        gate.manual = contact("manual");
        gate.fault_means = table_.one_of("fault_means", {"blocked", "boom_off"}, gate.fault_means);
        gate.passages = table_.flag("passages", gate.passages);
        gate.follow_through = table_.flag("follow_through", gate.follow_through);
        if (gate.close && !gate.loop_safety)
            table_.issue("close", "needs loop_safety: nothing else shows that nobody is under the boom");
        if (gate.passages && !gate.loop_safety)
            table_.issue("passages", "needs loop_safety: a vehicle that passes is seen under the boom");
        check_names();
        table_.finish();
        return gate;
    }

private:
    std::optional<int> number(const char* key, int count, const char* what)
    {
        table_.expect(key);
        if (!table_.has(key)) return std::nullopt;
        const auto value = table_.integer(key, 0, 0, channels_max - 1);
        if (value >= count)
            table_.issue(key, fmt::format("the board has {} {}, numbered from 0", count, what));
        return static_cast<int>(value);
    }

    std::optional<int> relay(const char* key) { return number(key, config_.relays, "relays"); }

    std::optional<Wired> contact(const char* key)
    {
        contacts_.insert(key);
        const auto input = number(key, config_.inputs, "inputs");
        if (!input) return std::nullopt;
        Wired wired;
        wired.input = *input;
        wired.normally_closed = normally_closed_.contains(key);
        return wired;
    }

    void check_names()
    {
        for (const auto& name : normally_closed_)
            if (!contacts_.contains(name))
                table_.issue("normally_closed", "\"" + name + "\" is no contact of a gate");
    }

    config::Table& table_;
    const Config& config_;
    std::set<std::string> normally_closed_;
    std::set<std::string> contacts_;
};

// Two gates, or two buttons of one, must not share a relay, an input or a number.
void check_shared(const Config& config, config::Table& table)
{
    std::set<int> relays;
    std::set<int> inputs;
    std::set<int> outputs;
    const auto once = [&](std::set<int>& seen, std::optional<int> number, const char* what) {
        if (number && !seen.insert(*number).second)
            table.issue("gate", fmt::format("{} {} is named twice", what, *number));
    };
    const auto input = [&](const std::optional<Wired>& wired) {
        once(inputs, wired ? std::optional(wired->input) : std::nullopt, "input");
    };
    input(config.cabinet);
    for (const auto& gate : config.gates) {
        once(outputs, gate.output, "output");
        for (const auto& relay : {std::optional(gate.open), gate.close, gate.stop, gate.hold})
            once(relays, relay, "relay");
        for (const auto& wired :
             {gate.up, gate.down, gate.loop_entry, gate.loop_safety, gate.fault, gate.manual})
            input(wired);
    }
}

BoardKind board_of(const std::string& text)
{
    if (text == "momentary") return BoardKind::momentary;
    return text == "coil" ? BoardKind::coil : BoardKind::waveshare;
}

Place place_of(const std::string& text)
{
    if (text == "holding") return Place::holding;
    return text == "input" ? Place::input : Place::discrete;
}

void read_board(config::Table& table, Config& config)
{
    const auto number = [&](std::string_view key, std::uint16_t fallback) {
        return static_cast<std::uint16_t>(table.integer(key, fallback, 0, 0xffff));
    };
    config.board = board_of(table.one_of("board", {"waveshare", "momentary", "coil"}, "waveshare"));
    config.unit = static_cast<std::uint8_t>(table.integer("unit", config.unit, 1, 247));
    config.relays = static_cast<int>(table.integer("relays", config.relays, 1, channels_max));
    config.inputs = static_cast<int>(table.integer("inputs", config.inputs, 0, channels_max));
    config.relays_first = number("relays_first", config.relays_first);
    config.inputs_first = number("inputs_first", config.inputs_first);
    config.inputs_as = place_of(table.one_of("inputs_as", {"discrete", "holding", "input"}, "discrete"));
    config.counters_as = place_of(table.one_of("counters_as", {"holding", "input"}, "input"));
    table.expect("counters_first");
    if (table.has("counters_first")) config.counters_first = number("counters_first", 0);
    config.momentary_register = number("momentary_register", config.momentary_register);
    config.momentary_value = number("momentary_value", config.momentary_value);
    config.echo = table.flag("echo", config.echo);
    if (config.echo && config.framing == Framing::tcp)
        table.issue("echo", "only a serial line echoes; this address is Modbus TCP");
    table.expect("cabinet");
    const bool closed = table.flag("cabinet_normally_closed", false);
    if (!table.has("cabinet")) return;
    config.cabinet.emplace();
    config.cabinet->input = static_cast<int>(table.integer("cabinet", 0, 0, std::max(config.inputs - 1, 0)));
    config.cabinet->normally_closed = closed;
}

void read_times(config::Table& table, Config& config)
{
    const auto duration = [&](std::string_view key, milliseconds& value, milliseconds min, milliseconds max) {
        value = table.duration(key, value, min, max);
    };
    if (config.serial) config.answer_max = 200ms;
    duration("pulse", config.pulse, 100ms, 5s);
    duration("poll_every", config.poll_every, 50ms, 1s);
    duration("relays_every", config.relays_every, 1s, 60s);
    duration("answer_max", config.answer_max, 50ms, 5s);
    duration("spacing", config.spacing, 0ms, 500ms);
    duration("connect_max", config.connect_max, 1s, 30s);
    duration("rise_max", config.rise_max, 1s, 20s);
    duration("fall_max", config.fall_max, 1s, 20s);
    duration("stuck_after", config.stuck_after, 2s, 2min);
    duration("clear_min", config.clear_min, 1s, 30s);
    duration("debounce_limits", config.debounce_limits, 0ms, 2s);
    duration("debounce_loops", config.debounce_loops, 0ms, 2s);
    duration("debounce_cabinet", config.debounce_cabinet, 0ms, 10s);
}

} // namespace

Config read_config(const config::DeviceConfig& device, config::Table& table)
{
    Config config;
    config.id = device.id;
    if (device.kind != "barrier" && device.kind != "controller")
        table.issue("kind", "a relay board is a \"barrier\" or a \"controller\"");
    read_address(device.address, table, config);
    read_board(table, config);
    read_times(table, config);
    for (auto& gate : table.tables("gate"))
        config.gates.push_back(GateReader(gate, config).read());
    if (config.gates.empty())
        table.issue("gate",
                    "is missing: a [[device.gate]] says which relay opens, and which input tells what");
    check_shared(config, table);
    return config;
}

} // namespace gatehouse::modbus
