// What the estate file and the control channel say to a simulated device.
#include "tests/sim/zkteco/device.hpp"
#include "tests/sim/zkteco/device_table.hpp"

#include "tests/sim/estate_node.hpp"

#include <fmt/format.h>

#include <functional>
#include <map>

namespace gatehouse::sim::zkteco {
namespace {

using Setter = std::function<void(const toml::node&, DeviceConfig&)>;

const std::map<std::string, Setter, std::less<>>& keys()
{
    static const std::map<std::string, Setter, std::less<>> keys{
        {"id", [](const auto& n, auto& d) { d.id = text_of(n); }},
        {"serial", [](const auto& n, auto& d) { d.serial = text_of(n); }},
        {"server", [](const auto& n, auto& d) { d.server = text_of(n); }},
        {"dialect",
         [](const auto& n, auto& d) {
             const auto word = text_of(n);
             if (word != "attendance" && word != "access") fail(n, "the dialect is attendance or access");
             d.access = word == "access";
         }},
        {"doors", [](const auto& n, auto& d) { d.doors = static_cast<int>(number_of(n)); }},
        {"retry", [](const auto& n, auto& d) { d.retry = span_of(n); }},
        {"zone_form", [](const auto& n, auto& d) { d.zone_form = text_of(n); }},
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
        if (key == "count")
            count = number_of(node);
        else if (setter != keys().end())
            setter->second(node, model);
        else
            fail(node, "no key of a zkteco device is called " + std::string(key.str()));
    }
    if (model.id.empty()) fail(table, "every device needs an id");
    for (std::uint64_t n = 1; n <= count; ++n) {
        DeviceConfig device = model;
        device.id = replaced(model.id, "{n}", std::to_string(n));
        device.serial = replaced(model.serial, "{n}", std::to_string(n));
        device.seed = model.seed + n - 1;
        machines.push_back([device](const Ground& ground) -> std::unique_ptr<Machine> {
            return std::make_unique<Device>(ground, device);
        });
    }
}

std::string Device::obey(const std::string& verb, std::vector<std::string> arguments)
{
    if (verb == "set" && !arguments.empty()) {
        const auto word = arguments[0];
        arguments.erase(arguments.begin());
        return obey(word, std::move(arguments));
    }
    const std::string value = arguments.empty() ? "" : arguments[0];
    if (verb == "emit") return emit_words(arguments);
    if (verb == "lock_after") return not_of_this_make("it lets nobody log in");
    if (auto answer = set_mood(moods_, verb, arguments)) {
        wakeup_.notify();
        return *answer;
    }
    if (verb == "reset_serials") {
        index_ = 0;
        log_.clear();
        return "ok";
    }
    if (verb == "password") { // what its token is made of
        if (!config_.access) return not_of_this_make("the attendance dialect knows no secret");
        registry_code_ = value;
        return "ok";
    }
    if (verb == "lists") return fmt::format("persons {} rights {}", users_.size(), rights_.size());
    if (verb == "reboot") {
        const auto span = arguments.empty() ? std::optional<Span>(Span(2000)) : parse_span(value);
        if (!span) return "error: reboot DEVICE SPAN";
        reboot(*span);
        return "ok";
    }
    return set_switch(verb, parse_flag(value));
}

std::string Device::set_switch(const std::string& name, std::optional<bool> on)
{
    if (name == "picture" && config_.access)
        return not_of_this_make("the access dialect sends no photographs here");
    const std::map<std::string, bool*> switches{
        {"gb18030", &gb18030_}, {"picture", &pictures_}, {"withhold", &withholds_}};
    const auto row = switches.find(name);
    if (row == switches.end() || !on) return "error: unknown command or switch";
    *row->second = *on;
    return "ok";
}

std::string Device::emit_words(const std::vector<std::string>& words)
{
    const auto emission = parse_emission(words);
    if (!emission) return "error: emit DEVICE pass|refuse|alarm|event [PERSON] [card=N] [code=N] [count=N]";
    const auto text = emission->text.empty() ? std::string("1001") : emission->text;
    const auto card = emission->options.find("card");
    const std::string number = card == emission->options.end() ? "" : card->second;
    for (std::size_t n = 0; n < emission->count; ++n) {
        if (emission->type == "pass")
            person(text, number, 0);
        else if (emission->type == "alarm")
            alarm();
        else if (emission->type == "refuse" && config_.access)
            person("", number.empty() ? text : number, 27);
        else if (emission->type == "event" && config_.access)
            access_event(emission->number("code", 202), emission->number("door", 1), "", "", "event");
        else
            return config_.access ? "error: no event is called " + emission->type
                                  : not_of_this_make("an attendance terminal tells of passes and alarms");
    }
    return "ok";
}

} // namespace gatehouse::sim::zkteco
