#include "protocols/osdp/config.hpp"

#include "protocols/net/serial_line.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

namespace gatehouse::osdp {
namespace {

using namespace std::chrono_literals;

constexpr std::uint16_t serial_server_port = 4196;
constexpr int readers_max = 16; // beyond, a turn on the line takes too long
constexpr int channels_max = 31;

const std::vector<std::string> colors{"none", "red", "green", "amber", "blue", "magenta", "cyan", "white"};

void read_address(const std::string& address, config::Table& table, Config& config)
{
    if (address.starts_with("serial:")) {
        const auto line = net::parse_serial(address);
        constexpr std::array<unsigned, 6> rates{9600, 19200, 38400, 57600, 115200, 230400};
        if (!line)
            table.issue("address", "not a serial line; write serial:///dev/ttyUSB0?baud=9600");
        else if (std::find(rates.begin(), rates.end(), line->baud) == rates.end() || line->stop_bits != 1 ||
                 line->parity != base::SerialLine::Parity::none)
            table.issue("address", "OSDP is 8N1 at 9600, 19200, 38400, 57600, 115200 or 230400 baud");
        config.target.serial = line ? *line : base::SerialLine();
        config.answer_max = 250ms;
        return;
    }
    const auto parsed = boost::urls::parse_uri(address);
    const bool known = parsed && parsed->scheme() == "tcp";
    if (!known || parsed->host().empty() || parsed->has_query() || !parsed->encoded_path().empty()) {
        table.issue("address",
                    "not the address of a line of readers; write tcp://192.0.2.31:4196 for a serial "
                    "server, or serial:///dev/ttyUSB0?baud=9600");
        return;
    }
    config.target.host = parsed->host_address();
    config.target.port = parsed->has_port() ? parsed->port_number() : serial_server_port;
}

// Reads one [[device.reader]] and what must hold among its keys.
class ReaderReader {
public:
    explicit ReaderReader(config::Table& table) : table_(table) {}

    ReaderConfig read(int number, int lane_door)
    {
        ReaderConfig reader;
        reader.number = whole("number", number, 1, readers_max);
        reader.address = static_cast<std::uint8_t>(whole("address", 0, 0, 126));
        reader.crc = table_.one_of("check", {"crc", "checksum"}, "crc") == "crc";
        read_security(reader);
        reader.door = whole("door", 1, 1, readers_max);
        reader.decided_here = reader.door == lane_door;
        reader.door_output = channel("door_output");
        reader.door_contact = channel("door_contact");
        reader.contact_normally_closed = table_.flag("contact_normally_closed", false);
        const auto way = table_.one_of("direction", {"unknown", "in", "out"}, "unknown");
        if (way != "unknown") reader.direction = way == "in" ? model::Direction::in : model::Direction::out;
        const auto card = table_.one_of("card", {"number", "facility", "bits"}, "number");
        if (card != "number") reader.card = card == "bits" ? CardFormat::bits : CardFormat::facility;
        const auto keypad = table_.one_of("keypad", {"told", "as_card", "ignored"}, "told");
        if (keypad != "told") reader.keypad = keypad == "ignored" ? Keypad::ignored : Keypad::as_card;
        const auto idle = table_.one_of("idle", colors, "none");
        const auto color = std::find(colors.begin(), colors.end(), idle) - colors.begin();
        if (color > 0) reader.idle = static_cast<Color>(color);
        reader.signal = table_.flag("signal", true);
        table_.finish();
        return reader;
    }

private:
    int whole(const char* key, int fallback, int min, int max)
    {
        return static_cast<int>(table_.integer(key, fallback, min, max));
    }

    std::optional<int> channel(const char* key)
    {
        table_.expect(key);
        if (!table_.has(key)) return std::nullopt;
        return whole(key, 0, 0, channels_max);
    }

    std::optional<Block> key(const char* name)
    {
        table_.expect(name);
        if (!table_.has(name)) return std::nullopt;
        const auto secret = table_.secret(name);
        if (!secret) return std::nullopt;
        auto text = secret->expose();
        while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' '))
            text.pop_back();
        const auto parsed = parse_key(text);
        if (!parsed) table_.issue(name, "a key is 32 hexadecimal digits");
        if (parsed && equal(*parsed, default_key()))
            table_.issue(
                name, "this is the public key of the standard; make one of your own: openssl rand -hex 16");
        return parsed;
    }

    void read_security(ReaderConfig& reader)
    {
        reader.key = key("key");
        reader.master_key = key("master_key");
        const bool keyed = table_.has("key") || table_.has("master_key");
        if (table_.has("key") && table_.has("master_key"))
            table_.issue("key", "either the reader's own key or the master key it is derived from");
        const auto word =
            table_.one_of("security", {"off", "install_key", "own_key"}, keyed ? "own_key" : "off");
        if (word == "own_key") reader.security = Security::own_key;
        if (word == "install_key") reader.security = Security::install_key;
        if (word == "own_key" && !keyed) table_.issue("security", "own_key needs key or master_key");
        if (word != "own_key" && keyed)
            table_.issue("security", "a key is given: security is \"own_key\", or leave the key out");
        reader.install = table_.flag("install", false);
        if (reader.install && word != "own_key") table_.issue("install", "there is no key to be installed");
    }

    config::Table& table_;
};

void check_shared(const Config& config, config::Table& table)
{
    std::set<int> numbers;
    std::set<int> addresses;
    std::set<int> doors;
    const auto once = [&](std::set<int>& seen, int number, const char* what) {
        if (!seen.insert(number).second)
            table.issue("reader", fmt::format("{} {} is named twice", what, number));
    };
    for (const auto& reader : config.readers) {
        once(numbers, reader.number, "number");
        once(addresses, reader.address, "address");
        if (reader.door_output) once(doors, reader.door, "an output for door");
    }
}

} // namespace

Config read_config(const config::DeviceConfig& device, config::Table& table)
{
    Config config;
    config.id = device.id;
    if (device.kind != "controller" && device.kind != "barrier")
        table.issue("kind",
                    "a line of readers is a \"controller\", or a \"barrier\" when its output opens one");
    read_address(device.address, table, config);
    const auto duration = [&](std::string_view key, milliseconds& value, milliseconds min, milliseconds max) {
        value = table.duration(key, value, min, max);
    };
    duration("poll_every", config.poll_every, 20ms, 1s);
    duration("answer_max", config.answer_max, 200ms, 2s);
    duration("spacing", config.spacing, 0ms, 100ms);
    duration("connect_max", config.connect_max, 1s, 30s);
    duration("open_for", config.open_for, 100ms, 60s);
    duration("keys_within", config.keys_within, 1s, 30s);
    const auto lane_door = static_cast<int>(table.integer("lane_door", 1, 1, readers_max));
    int number = 0;
    for (auto& reader : table.tables("reader"))
        config.readers.push_back(ReaderReader(reader).read(++number, lane_door));
    if (config.readers.empty() || config.readers.size() > readers_max)
        table.issue("reader", fmt::format("a line has 1 to {} [[device.reader]]", readers_max));
    check_shared(config, table);
    return config;
}

} // namespace gatehouse::osdp
