// What the estate file and the control channel say to the device, and what happens at it.
#include "tests/sim/onvif/device.hpp"
#include "tests/sim/onvif/device_table.hpp"

#include "tests/sim/estate_node.hpp"

#include <charconv>

namespace gatehouse::sim::onvif {
namespace {

using Setter = std::function<void(const toml::node&, DeviceConfig&)>;

const std::map<std::string, Setter, std::less<>>& keys()
{
    static const std::map<std::string, Setter, std::less<>> keys{
        {"id", [](const auto& n, auto& d) { d.id = text_of(n); }},
        {"listen",
         [](const auto& n, auto& d) {
             const auto listen = listen_of(n);
             d.host = listen.host;
             d.port = listen.port;
         }},
        {"kind",
         [](const auto& n, auto& d) {
             const auto kind = text_of(n);
             if (kind != "camera" && kind != "controller") fail(n, "the kind is camera or controller");
             d.controller = kind == "controller";
         }},
        {"username", [](const auto& n, auto& d) { d.username = text_of(n); }},
        {"password", [](const auto& n, auto& d) { d.password = text_of(n); }},
        {"login",
         [](const auto& n, auto& d) {
             d.login = text_of(n);
             if (d.login != "token" && d.login != "digest" && d.login != "both")
                 fail(n, "the login is token, digest or both");
         }},
        {"xaddr", [](const auto& n, auto& d) { d.xaddr = text_of(n); }},
        {"video", [](const auto& n, auto& d) { d.video = text_of(n); }},
        {"rate", [](const auto& n, auto& d) { d.rate = rate_of(n); }},
        {"seed", [](const auto& n, auto& d) { d.seed = number_of(n); }},
        {"events_max", [](const auto& n, auto& d) { d.events_max = number_of(n); }},
        {"start", [](const auto& n, auto& d) { d.start = span_of(n); }},
        {"texts", [](const auto& n, auto& d) { d.texts = texts_of(n); }},
    };
    return keys;
}

std::string item(const std::string& name, const std::string& value)
{
    return "<tt:SimpleItem Name=\"" + name + "\" Value=\"" + value + "\"/>";
}

Property tamper(bool active)
{
    return {"RuleEngine/TamperDetector/Tamper", item("VideoSourceToken", "source_1"),
            item("IsTamper", active ? "true" : "false")};
}

Property loop(bool active)
{
    return {"Device/Trigger/DigitalInput", item("InputToken", "input_1"),
            item("LogicalState", active ? "true" : "false")};
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
            fail(node, "no key of an ONVIF device is called " + std::string(key.str()));
    }
    if (model.id.empty()) fail(table, "every device needs an id");
    for (std::uint64_t n = 1; n <= count; ++n) {
        DeviceConfig device = model;
        device.id = replaced(model.id, "{n}", std::to_string(n));
        device.seed = model.seed + n - 1;
        if (model.port != 0) device.port = static_cast<std::uint16_t>(model.port + n - 1);
        machines.push_back([device](const Ground& ground) -> std::unique_ptr<Machine> {
            return std::make_unique<Device>(ground, device);
        });
    }
}

// ---- what happens ----

void Device::queue(const Message& message)
{
    if (habits_.hollow || subscriptions_.empty()) {
        if (message.record == 0) return;
        ++seen_.dropped;
        oracle_.dropped(config_.id, std::to_string(message.record)); // no backlog
        return;
    }
    for (auto& [number, held] : subscriptions_)
        held.waiting.push_back(message);
    news_.notify();
}

void Device::happen(const std::string& type, const Property& what, const std::string& operation)
{
    ++seen_.created;
    ++record_;
    oracle_.created(config_.id, std::to_string(record_), type, false);
    queue({record_, message_of(what, operation)});
}

void Device::set(const std::string& type, const Property& what)
{
    std::erase_if(properties_,
                  [&](const Property& one) { return one.topic == what.topic && one.source == what.source; });
    properties_.push_back(what);
    happen(type, what, "Changed");
}

void Device::attempt(const std::string& topic, const std::string& text, const std::string& reason)
{
    Property what;
    what.topic = "AccessControl/" + topic;
    what.source = item("AccessPointToken", "point_1");
    what.data = item("Card", text) + item("CredentialHolderName", "\xE7\x8E\x8B" + text);
    if (!reason.empty()) what.data += item("Reason", reason);
    happen(reason.empty() ? "granted" : "denied", what, "");
}

// A card at a controller, a vehicle over the loop at a camera.
void Device::pass(const std::string& text)
{
    if (config_.controller) {
        attempt("AccessGranted/Credential", text, "");
        return;
    }
    set("input", loop(true));
    set("input", loop(false));
}

bool Device::emit_random()
{
    const auto drawn = config_.texts.empty() ? std::to_string(10'000 + random_.next() % 500)
                                             : config_.texts[random_.next() % config_.texts.size()];
    pass(drawn);
    return true;
}

// ---- words ----

std::string Device::emit_words(const std::vector<std::string>& words)
{
    const auto emission = parse_emission(words);
    const std::string usage =
        "error: emit DEVICE pass|denied|unknown|alarm|calm|motion|forced|shut [TEXT] [count=N]";
    if (!emission) return usage;
    const auto text = emission->text.empty() ? std::string("4711") : emission->text;
    const auto door = item("DoorToken", "door_1");
    for (std::size_t n = 0; n < emission->count; ++n) {
        if (emission->type == "pass") {
            pass(text);
        } else if (emission->type == "denied") {
            attempt("AccessDenied/Credential", text, "ter:CredentialExpired");
        } else if (emission->type == "unknown") {
            attempt("AccessDenied/CredentialNotFound/Card", text, "ter:Other");
        } else if (emission->type == "alarm") {
            if (n > 0) set("tamper", tamper(false));
            set("tamper", tamper(true));
        } else if (emission->type == "calm") {
            set("tamper", tamper(false));
        } else if (emission->type == "motion") {
            for (const auto* state : {"true", "false"})
                set("motion", {"RuleEngine/CellMotionDetector/Motion",
                               item("VideoSourceConfigurationToken", "source_1"), item("IsMotion", state)});
        } else if (emission->type == "forced") {
            set("door", {"Door/State/DoorAlarm", door, item("State", "DoorForcedOpen")});
        } else if (emission->type == "shut") {
            set("door", {"Door/State/DoorAlarm", door, item("State", "Normal")});
        } else {
            return usage;
        }
    }
    return "ok";
}

std::string Device::obey(const std::string& verb, std::vector<std::string> arguments)
{
    if (verb == "set" && !arguments.empty()) {
        const auto word = arguments[0];
        arguments.erase(arguments.begin());
        return obey(word, std::move(arguments));
    }
    if (verb == "emit") return emit_words(arguments);
    if (auto answer = set_mood(moods_, verb, arguments)) {
        follow_network();
        return *answer;
    }
    if (verb == "reboot") {
        const auto span = arguments.empty() ? std::optional<Span>(Span(2000)) : parse_span(arguments[0]);
        if (!span) return "error: reboot DEVICE SPAN";
        group_.spawn("restart " + config_.id, restart(*span));
        return "ok";
    }
    if (verb == "reset_serials") return not_of_this_make("its events have no numbers");
    if (verb == "picture") return not_of_this_make("its events carry no pictures");
    return own_word(verb, arguments);
}

// What this make alone knows: password, lock_after, and the habits.
std::string Device::own_word(const std::string& word, const std::vector<std::string>& values)
{
    const std::string value = values.empty() ? "" : values[0];
    if (word == "password") {
        config_.password = value;
        guard_.set_password(value);
        return "ok";
    }
    if (word == "lock_after" || word == "slots") {
        std::size_t number = 0;
        const auto end = value.data() + value.size();
        if (std::from_chars(value.data(), end, number).ptr != end || value.empty())
            return "error: " + word + " DEVICE N";
        (word == "slots" ? habits_.slots : lock_after_) = number;
        if (word == "lock_after") login_switches_.lock_after = number;
        return "ok";
    }
    const std::map<std::string, Span Habits::*> spans{{"token_window", &Habits::token_window},
                                                      {"granted", &Habits::granted},
                                                      {"pull_delay", &Habits::pull_delay}};
    if (const auto found = spans.find(word); found != spans.end()) {
        const auto span = parse_span(value);
        if (!span) return "error: " + word + " DEVICE SPAN";
        habits_.*(found->second) = *span;
        return "ok";
    }
    const std::map<std::string, bool Habits::*> flags{{"renew_fault", &Habits::renew_fault},
                                                      {"pull_error", &Habits::pull_error},
                                                      {"strange_prefix", &Habits::strange_prefix},
                                                      {"impatient", &Habits::impatient},
                                                      {"hollow", &Habits::hollow},
                                                      {"gb18030", &Habits::gb18030}};
    const auto found = flags.find(word);
    const auto flag = parse_flag(value);
    if (found == flags.end() || !flag) return "error: unknown command or switch";
    habits_.*(found->second) = *flag;
    return "ok";
}

} // namespace gatehouse::sim::onvif
