#include "protocols/vzenith/config.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <algorithm>

namespace gatehouse::vzenith {
namespace {

using namespace std::chrono_literals;

constexpr std::uint16_t camera_port = 8131;
constexpr int outputs_max = 4;

void read_address(const std::string& address, config::Table& table, Config& config)
{
    const auto parsed = boost::urls::parse_uri(address);
    if (!parsed || parsed->host().empty() || parsed->scheme() != "tcp" || parsed->has_query() ||
        !parsed->encoded_path().empty()) {
        table.issue("address",
                    "not the address of a VZ camera; write tcp://192.0.2.41, and with mode = \"push\" too");
        return;
    }
    config.target.host = parsed->host_address();
    config.target.port = parsed->has_port() ? parsed->port_number() : camera_port;
}

// Eight hexadecimal digits, a dash, eight more.
bool is_serial(const std::string& text)
{
    if (text.size() != 17 || text[8] != '-') return false;
    return std::count_if(text.begin(), text.end(), [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
           }) == 16;
}

void read_outputs(config::Table& table, Config& config)
{
    const auto number = [&](std::string_view key, int fallback, int min) {
        return static_cast<int>(table.integer(key, fallback, min, outputs_max));
    };
    config.outputs = number("outputs", config.outputs, 1);
    config.close_output = number("close_output", config.close_output, 0);
    config.open_input = number("open_input", config.open_input, 0);
    if (config.close_output != 0 && config.close_output <= config.outputs)
        table.issue("close_output",
                    "is one of the outputs that raise a boom; give it a higher number than outputs");
    config.pulse = table.duration("pulse", config.pulse, 100ms, 5s);
    config.confirm_max = table.duration("confirm_max", config.confirm_max, 500ms, 20s);
    const auto edition = table.one_of("input_numbers", {"2018", "2023"}, "2018");
    config.inputs = edition == "2018" ? InputNumbers::of_2018 : InputNumbers::of_2023;
}

void read_pushes(config::Table& table, Config& config)
{
    config.push_from = table.texts("push_from");
    config.reply_max = table.duration("reply_max", config.reply_max, 200ms, 5s);
    config.reply_wait = table.duration("reply_wait", config.reply_wait, 0ms, 5s);
    config.disk_wait = table.duration("disk_wait", config.disk_wait, 0ms, 2s);
    config.same_car = table.duration("same_car", config.same_car, 0ms, 1min);
    config.poll_hold = table.duration("poll_hold", config.poll_hold, 0ms, 30s);
    config.push_silence = table.duration("push_silence", config.push_silence, 10s, 1h);
    if (config.reply_wait > config.reply_max)
        table.issue("reply_wait", "is longer than reply_max, after which the camera has given up");
}

} // namespace

Config read_config(const config::DeviceConfig& device, config::Table& table)
{
    Config config;
    config.id = device.id;
    if (device.kind != "plate" && device.kind != "barrier" && device.kind != "camera")
        table.issue("kind", "a VZ camera is a \"plate\", a \"barrier\" or a \"camera\"");
    if (!device.username.empty())
        table.warning("username",
                      "has no effect: TCP 8131 and pushes know no log-in; keep cameras on a network of "
                      "their own");
    read_address(device.address, table, config);
    const auto mode = table.one_of("mode", {"both", "tcp", "push"}, "both");
    config.connect = mode != "push";
    config.accept = mode != "tcp";
    config.pictures = table.flag("pictures", config.pictures);
    config.serial = table.text("serial");
    if (!config.serial.empty() && !is_serial(config.serial))
        table.issue("serial", "not a serial number of a VZ camera; it looks like d85b1269-8f942256");
    read_outputs(table, config);
    read_pushes(table, config);

    config.connect_max = table.duration("connect_max", config.connect_max, 500ms, 30s);
    config.request_max = table.duration("request_max", config.request_max, 200ms, 30s);
    config.heartbeat_every = table.duration("heartbeat_every", config.heartbeat_every, 1s, 1min);
    config.silence_max = table.duration("silence_max", config.silence_max, 3s, 10min);
    if (config.silence_max <= config.heartbeat_every)
        table.issue("silence_max", "must be longer than heartbeat_every, at which the camera answers");
    config.offline_check = table.duration("offline_check", config.offline_check, 0ms, 1min);

    config.backfill = table.flag("backfill", config.backfill);
    config.backfill_every = table.duration("backfill_every", config.backfill_every, 5s, 1h);
    config.backfill_first =
        static_cast<int>(table.integer("backfill_first", config.backfill_first, 0, 9'000));
    config.unproven_max = table.duration("unproven_max", config.unproven_max, 2s, 10min);

    config.correct_clock = table.one_of("clock", {"measure", "correct"}, "measure") == "correct";
    config.clock_every = table.duration("clock_every", config.clock_every, 10s, 24h);
    config.clock_offset_max = table.duration("clock_offset_max", config.clock_offset_max, 500ms, 1h);

    config.board_port = table.one_of("board_port", {"rs485-1", "rs485-2"}, config.board_port);
    config.board_address = static_cast<std::uint8_t>(table.integer("board_address", 0, 0, 255));
    config.camera_speaks = table.one_of("voice", {"board", "camera"}, "board") == "camera";
    return config;
}

} // namespace gatehouse::vzenith
