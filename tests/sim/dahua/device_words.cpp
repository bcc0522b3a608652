#include "tests/sim/dahua/device.hpp"
#include "tests/sim/dahua/device_table.hpp"
#include "tests/sim/estate_node.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <functional>
#include <map>

namespace gatehouse::sim::dahua {
namespace {

// Habits that are on or off, in the estate file and on the control channel.
constexpr std::array<std::pair<std::string_view, bool DeviceConfig::*>, 10> habits{{
    {"no_length", &DeviceConfig::no_length},
    {"wrong_length", &DeviceConfig::wrong_length},
    {"blocks_port", &DeviceConfig::blocks_port},
    {"utc_local", &DeviceConfig::utc_local},
    {"closes_at_once", &DeviceConfig::closes_at_once},
    {"wrong_offsets", &DeviceConfig::wrong_offsets},
    {"group", &DeviceConfig::group},
    {"newest_first", &DeviceConfig::newest_first},
    {"no_seek", &DeviceConfig::no_seek},
    {"no_people", &DeviceConfig::no_people},
}};

const auto* habit_of(std::string_view name)
{
    const auto* found =
        std::find_if(habits.begin(), habits.end(), [&](const auto& habit) { return habit.first == name; });
    return found == habits.end() ? nullptr : found;
}

Kind kind_of(const toml::node& node)
{
    const auto name = text_of(node);
    if (name == "plate") return Kind::plate;
    if (name == "face") return Kind::face;
    if (name == "camera") return Kind::camera;
    fail(node, "the kind is plate, face or camera");
}

using Setter = std::function<void(const toml::node&, DeviceConfig&)>;

const std::map<std::string, Setter, std::less<>>& keys()
{
    static const std::map<std::string, Setter, std::less<>> keys{
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
        {"style", [](const auto& n, auto& d) { d.style = text_of(n); }},
        {"serial", [](const auto& n, auto& d) { d.serial = text_of(n); }},
        {"retry", [](const auto& n, auto& d) { d.retry = span_of(n); }},
        {"log_size", [](const auto& n, auto& d) { d.log_size = std::max<std::uint64_t>(1, number_of(n)); }},
        {"zone", [](const auto& n, auto& d) { d.zone = span_of(n); }},
        {"rate", [](const auto& n, auto& d) { d.rate = rate_of(n); }},
        {"seed", [](const auto& n, auto& d) { d.seed = number_of(n); }},
        {"events_max", [](const auto& n, auto& d) { d.events_max = number_of(n); }},
        {"start", [](const auto& n, auto& d) { d.start = span_of(n); }},
        {"texts", [](const auto& n, auto& d) { d.texts = texts_of(n); }},
    };
    return keys;
}

} // namespace

void add_devices(const toml::table& table, std::vector<MakeMachine>& machines)
{
    DeviceConfig model;
    std::uint64_t count = 1;
    for (const auto& [key, node] : table) {
        const auto setter = keys().find(key.str());
        const auto* habit = habit_of(key.str());
        if (key == "count")
            count = number_of(node);
        else if (setter != keys().end())
            setter->second(node, model);
        else if (habit != nullptr)
            model.*(habit->second) = flag_of(node);
        else
            fail(node, "no key of a dahua device is called " + std::string(key.str()));
    }
    if (model.id.empty()) fail(table, "every device needs an id");
    for (std::uint64_t n = 1; n <= count; ++n) {
        DeviceConfig device = model;
        device.id = replaced(model.id, "{n}", std::to_string(n));
        device.push = replaced(replaced(model.push, "{id}", device.id), "{n}", std::to_string(n));
        device.seed = model.seed + n - 1;
        if (model.port != 0) device.port = static_cast<std::uint16_t>(model.port + n - 1);
        machines.push_back([device](const Ground& ground) -> std::unique_ptr<Machine> {
            return std::make_unique<Device>(ground, device);
        });
    }
}

std::string Device::obey(const std::string& verb, std::vector<std::string> arguments)
{
    if (verb == "set" && !arguments.empty()) { // "set DEVICE WORD VALUE", or the word itself as the verb
        const auto word = arguments[0];
        arguments.erase(arguments.begin());
        return obey(word, std::move(arguments));
    }
    if (verb == "emit") return emit_words(arguments);
    if (verb == "reset_serials") {
        begin_anew();
        return "ok";
    }
    if (verb == "reboot") {
        const auto span = arguments.empty() ? std::optional<Span>(Span(2000)) : parse_span(arguments[0]);
        if (!span) return "error: reboot DEVICE SPAN";
        reboot(*span);
        return "ok";
    }
    if (auto said = set_mood(moods_, verb, arguments)) {
        follow_network();
        return *said;
    }
    return own_word(verb, arguments);
}

std::string Device::own_word(const std::string& word, const std::vector<std::string>& values)
{
    const std::string value = values.empty() ? "" : values[0];
    if (word == "password") {
        if (value.empty()) return "error: password DEVICE TEXT";
        guard_.set_password(value);
        return "ok";
    }
    if (word == "lock_after") {
        std::from_chars(value.data(), value.data() + value.size(), login_.lock_after);
        return "ok";
    }
    if (word == "lists") {
        std::string held;
        for (const auto& [name, rows] : lists_)
            held += fmt::format("{} {} ", name, rows.size());
        return held;
    }
    const auto flag = parse_flag(value);
    const auto* habit = habit_of(word);
    if (word != "gb18030" && word != "picture" && habit == nullptr) return "error: unknown command or switch";
    if (!flag) return "error: " + word + " DEVICE on|off";
    if (word == "gb18030")
        gb18030_ = *flag;
    else if (word == "picture")
        pictures_ = *flag;
    else
        config_.*(habit->second) = *flag;
    follow_network();
    return "ok";
}

std::string Device::emit_words(const std::vector<std::string>& words)
{
    const auto what = parse_emission(words);
    if (!what) return "error: emit DEVICE pass|alarm|plate|face|denied|motion [TEXT] [count=N]";
    auto type = what->type;
    if (type == "pass")
        type = config_.kind == Kind::plate ? "plate" : config_.kind == Kind::face ? "face" : "motion";
    for (std::size_t n = 0; n < what->count; ++n) {
        if (type == "plate")
            happen("TrafficJunction", what->text.empty() ? "沪A12345" : what->text, true);
        else if (type == "face")
            happen("AccessControl", what->text.empty() ? "29559" : what->text, true);
        else if (type == "denied")
            happen("AccessControl", what->text, false);
        else if (type == "motion")
            happen("CrossLineDetection", "", true);
        else if (type == "alarm")
            happen("ChassisIntruded", "", true);
        else
            return "error: unknown type " + what->type;
    }
    return "ok";
}

} // namespace gatehouse::sim::dahua
