#include "tests/sim/isapi/device_table.hpp"

#include "tests/sim/estate_node.hpp"
#include "tests/sim/isapi/device.hpp"

#include <functional>
#include <map>

namespace gatehouse::sim::isapi {
namespace {

Kind kind_of(const toml::node& node)
{
    const auto name = text_of(node);
    if (name == "plate") return Kind::plate;
    if (name == "face") return Kind::face;
    if (name == "camera") return Kind::camera;
    if (name == "barrier") return Kind::barrier;
    fail(node, "the kind is plate, face, camera or barrier");
}

using DeviceSetter = std::function<void(const toml::node&, DeviceConfig&)>;

const std::map<std::string, DeviceSetter, std::less<>>& device_keys()
{
    static const std::map<std::string, DeviceSetter, std::less<>> keys{
        {"id", [](const auto& n, auto& d) { d.id = text_of(n); }},
        {"kind", [](const auto& n, auto& d) { d.kind = kind_of(n); }},
        {"listen",
         [](const auto& n, auto& d) {
             const auto listen = listen_of(n);
             d.host = listen.host;
             d.port = listen.port;
         }},
        {"username", [](const auto& n, auto& d) { d.username = text_of(n); }},
        {"password", [](const auto& n, auto& d) { d.password = text_of(n); }},
        {"push", [](const auto& n, auto& d) { d.push = text_of(n); }},
        {"connections", [](const auto& n, auto& d) { d.connections = number_of(n); }},
        {"keep_alive", [](const auto& n, auto& d) { d.keep_alive = flag_of(n); }},
        {"log_size", [](const auto& n, auto& d) { d.log_size = std::max<std::uint64_t>(1, number_of(n)); }},
        {"outputs", [](const auto& n, auto& d) { d.outputs = number_of(n); }},
        {"rate", [](const auto& n, auto& d) { d.rate = rate_of(n); }},
        {"seed", [](const auto& n, auto& d) { d.seed = number_of(n); }},
        {"events_max", [](const auto& n, auto& d) { d.events_max = number_of(n); }},
        {"start", [](const auto& n, auto& d) { d.start = span_of(n); }},
        {"texts", [](const auto& n, auto& d) { d.texts = texts_of(n); }},
    };
    return keys;
}

} // namespace

// `count = 500` makes 500 devices of one table: {n} in id and push becomes 1, 2, ...; a given port counts up.
std::vector<DeviceConfig> devices_of(const toml::table& table)
{
    std::vector<DeviceConfig> devices;
    DeviceConfig model;
    std::uint64_t count = 1;
    for (const auto& [key, node] : table) {
        if (key == "count") {
            count = number_of(node);
        } else if (const auto setter = device_keys().find(key.str()); setter != device_keys().end()) {
            setter->second(node, model);
        } else if (auto why = set_switch(model.switches, key.str(), text_of(node))) {
            fail(node, *why);
        }
    }
    if (model.id.empty()) fail(table, "every device needs an id");
    for (std::uint64_t n = 1; n <= count; ++n) {
        DeviceConfig device = model;
        device.id = replaced(model.id, "{n}", std::to_string(n));
        device.push = replaced(replaced(model.push, "{id}", device.id), "{n}", std::to_string(n));
        device.seed = model.seed + n - 1;
        if (model.port != 0) device.port = static_cast<std::uint16_t>(model.port + n - 1);
        devices.push_back(std::move(device));
    }
    return devices;
}

void add_devices(const toml::table& table, std::vector<MakeMachine>& machines)
{
    for (auto& config : devices_of(table))
        machines.push_back([config = std::move(config)](const Ground& ground) -> std::unique_ptr<Machine> {
            return std::make_unique<Device>(ground, config);
        });
}

} // namespace gatehouse::sim::isapi
