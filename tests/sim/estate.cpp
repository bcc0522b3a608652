#include "tests/sim/estate.hpp"

#include "tests/sim/text.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <charconv>
#include <fstream>
#include <functional>
#include <sstream>
#include <stdexcept>

namespace gatehouse::sim {
namespace {

[[noreturn]] void fail(const toml::node& node, const std::string& what)
{
    const auto& source = node.source();
    throw std::runtime_error(fmt::format("{}:{}:{}: {}", source.path ? *source.path : "estate",
                                         source.begin.line, source.begin.column, what));
}

std::string text_of(const toml::node& node)
{
    if (const auto* text = node.as_string()) return text->get();
    if (const auto* flag = node.as_boolean()) return flag->get() ? "true" : "false";
    if (const auto* number = node.as_integer()) return std::to_string(number->get());
    fail(node, "a text, a number or true/false belongs here");
}

std::uint64_t number_of(const toml::node& node)
{
    const auto* number = node.as_integer();
    if (number == nullptr || number->get() < 0) fail(node, "a number from 0 belongs here");
    return static_cast<std::uint64_t>(number->get());
}

Span span_of(const toml::node& node)
{
    const auto span = parse_span(text_of(node));
    if (!span) fail(node, "a span such as \"250ms\", \"2s\" or \"5m\" belongs here");
    return *span;
}

bool flag_of(const toml::node& node)
{
    const auto* flag = node.as_boolean();
    if (flag == nullptr) fail(node, "true or false belongs here");
    return flag->get();
}

std::vector<std::string> texts_of(const toml::node& node)
{
    const auto* array = node.as_array();
    if (array == nullptr) fail(node, "a list of texts belongs here");
    std::vector<std::string> out;
    for (const auto& element : *array)
        out.push_back(text_of(element));
    return out;
}

Kind kind_of(const toml::node& node)
{
    const auto name = text_of(node);
    if (name == "plate") return Kind::plate;
    if (name == "face") return Kind::face;
    if (name == "camera") return Kind::camera;
    if (name == "barrier") return Kind::barrier;
    fail(node, "the kind is plate, face, camera or barrier");
}

void set_listen(const toml::node& node, DeviceConfig& device)
{
    const auto text = text_of(node);
    const auto colon = text.rfind(':');
    if (colon == std::string::npos) fail(node, "listen is ADDRESS:PORT");
    device.host = text.substr(0, colon);
    const char* end = text.data() + text.size();
    if (std::from_chars(text.data() + colon + 1, end, device.port).ptr != end)
        fail(node, "listen is ADDRESS:PORT");
}

double rate_of(const toml::node& node)
{
    const auto rate = parse_rate(text_of(node));
    if (!rate) fail(node, "a rate such as \"100/s\" belongs here");
    return *rate;
}

using DeviceSetter = std::function<void(const toml::node&, DeviceConfig&)>;

const std::map<std::string, DeviceSetter, std::less<>>& device_keys()
{
    static const std::map<std::string, DeviceSetter, std::less<>> keys{
        {"id", [](const auto& n, auto& d) { d.id = text_of(n); }},
        {"kind", [](const auto& n, auto& d) { d.kind = kind_of(n); }},
        {"listen", [](const auto& n, auto& d) { set_listen(n, d); }},
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

// `count = 500` makes 500 devices of one table: {n} in id and push becomes 1, 2, ...; a given port counts up.
void add_devices(const toml::table& table, std::vector<DeviceConfig>& devices)
{
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
}

ScriptedEvent scripted(const toml::table& table)
{
    ScriptedEvent event;
    for (const auto& [key, node] : table) {
        if (key == "device")
            event.device = text_of(node);
        else if (key == "at")
            event.at = span_of(node);
        else if (key == "every")
            event.every = span_of(node);
        else if (key == "count")
            event.count = number_of(node);
        else if (key == "lasts")
            event.lasts = span_of(node);
        else if (key == "text")
            event.what.text = text_of(node);
        else if (key == "port")
            event.what.port = static_cast<int>(number_of(node));
        else if (key == "type") {
            const auto type = parse_type(text_of(node));
            if (!type) fail(node, "unknown type of event");
            event.what.type = *type;
        } else {
            fail(node, "unknown key " + std::string(key.str()));
        }
    }
    return event;
}

} // namespace

Estate parse_estate(std::string_view text, const std::string& name)
{
    Estate estate;
    try {
        const toml::table root = toml::parse(text, name);
        for (const auto& [key, node] : root) {
            const auto* list = node.as_array();
            const bool known = key == "camera" || key == "event";
            if (!known || list == nullptr) fail(node, "only [[camera]] and [[event]] belong here");
            for (const auto& element : *list) {
                const auto* table = element.as_table();
                if (table == nullptr) fail(element, "a table belongs here");
                if (key == "camera")
                    add_devices(*table, estate.devices);
                else
                    estate.script.push_back(scripted(*table));
            }
        }
    } catch (const toml::parse_error& error) {
        throw std::runtime_error(fmt::format("{}:{}:{}: {}", name, error.source().begin.line,
                                             error.source().begin.column, error.description()));
    }
    return estate;
}

Estate load_estate(const std::string& path)
{
    std::ifstream file(path, std::ios::binary);
    if (!file) throw std::runtime_error("cannot read " + path);
    std::stringstream text;
    text << file.rdbuf();
    return parse_estate(text.str(), path);
}

} // namespace gatehouse::sim
