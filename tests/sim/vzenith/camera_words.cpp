// What a camera is told over the control channel, and its table in the estate file.
#include "tests/sim/estate_node.hpp"
#include "tests/sim/vzenith/camera.hpp"

#include <fmt/format.h>

#include <functional>
#include <map>

namespace gatehouse::sim::vzenith {

std::string Camera::obey(const std::string& given_verb, std::vector<std::string> arguments)
{
    std::string verb = given_verb;
    if (verb == "emit") return emit(arguments);
    if (verb == "set") {
        if (arguments.empty()) return "error: set DEVICE WORD VALUE";
        verb = arguments.front();
        arguments.erase(arguments.begin());
    }
    const std::string value = arguments.empty() ? "" : arguments[0];
    if (verb == "reboot") return reboot(arguments);
    if (verb == "reset_serials") {
        plate_id_ = 0;
        record_ = 0;
        records_.clear();
        return "ok";
    }
    if (verb == "password" || verb == "lock_after") return not_of_this_make("it knows no log-in");
    if (verb == "lists") return fmt::format("plates {}", list_.size());
    if (verb == "picture" || verb == "gb18030" || verb == "comet" || verb == "retransmit") {
        const auto flag = parse_flag(value);
        if (!flag) return "error: " + verb + " DEVICE on|off";
        if (verb == "picture") picture_ = *flag;
        if (verb == "gb18030") gb18030_ = *flag;
        if (verb == "comet") config_.comet = *flag;
        if (verb == "retransmit") config_.retransmit = *flag;
        if (verb == "retransmit" && !*flag) stored_.clear(); // sheet section 3
        return "ok";
    }
    const auto done = set_mood(moods_, verb, arguments);
    if (!done) return "error: unknown command or switch";
    if (verb == "cut") follow_cut();
    if (verb == "half_open" && moods_.half_open) drop_posts();
    seen_.notify();
    return *done;
}

std::string Camera::emit(const std::vector<std::string>& arguments)
{
    const auto what = parse_emission(arguments);
    if (!what) return "error: emit DEVICE pass|alarm [TEXT] [count=N]";
    for (std::size_t n = 0; n < what->count; ++n) {
        if (what->type == "pass" || what->type == "plate")
            see(what->text == "none" ? ""
                : what->text.empty() ? random_plate()
                                     : what->text,
                what->number("trigger", 1));
        else if (what->type == "alarm" || what->type == "input")
            input(what->number("port", 1), what->number("value", 1) != 0);
        else
            return "error: unknown type " + what->type;
    }
    return "ok";
}

bool Camera::emit_random()
{
    if (live_.size() >= 100) return false;
    see(random_plate());
    return true;
}

std::string Camera::random_plate()
{
    if (!config_.texts.empty()) return config_.texts[random_.next() % config_.texts.size()];
    constexpr std::string_view letters = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789";
    std::string plate = "沪";
    plate += letters[random_.next() % 24];
    for (int i = 0; i < 5; ++i)
        plate += letters[random_.next() % letters.size()];
    return plate;
}

void Camera::follow_cut()
{
    if (moods_.cut) {
        server_.close();
        drop_posts();
    } else if (!server_.is_open() && !gone_) {
        server_.open_again();
    }
}

std::string Camera::reboot(const std::vector<std::string>& arguments)
{
    const auto span = arguments.empty() ? std::optional<Span>(Span(2000)) : parse_span(arguments[0]);
    if (!span) return "error: reboot DEVICE SPAN";
    gone_ = true;
    server_.close();
    drop_posts();
    group_.spawn("reboot " + config_.id, come_back(*span));
    return "ok";
}

asio::awaitable<void> Camera::come_back(Span span)
{
    co_await pause(span);
    gone_ = false;
    if (!moods_.cut) server_.open_again();
    seen_.notify();
}

// ---- the table ----

namespace {

using Setter = std::function<void(const toml::node&, CameraConfig&)>;

const std::map<std::string, Setter, std::less<>>& keys()
{
    static const std::map<std::string, Setter, std::less<>> keys{
        {"id", [](const auto& n, auto& c) { c.id = text_of(n); }},
        {"listen",
         [](const auto& n, auto& c) {
             const auto listen = listen_of(n);
             c.host = listen.host;
             c.port = listen.port;
         }},
        {"serial", [](const auto& n, auto& c) { c.serial = text_of(n); }},
        {"push",
         [](const auto& n, auto& c) {
             c.push = text_of(n);
             if (!c.push.starts_with("http://")) fail(n, "write http://127.0.0.1:8090/push/ID");
         }},
        {"retries", [](const auto& n, auto& c) { c.retries = static_cast<int>(number_of(n)); }},
        {"patience", [](const auto& n, auto& c) { c.patience = span_of(n); }},
        {"heartbeat", [](const auto& n, auto& c) { c.heartbeat = span_of(n); }},
        {"retransmit", [](const auto& n, auto& c) { c.retransmit = flag_of(n); }},
        {"comet", [](const auto& n, auto& c) { c.comet = flag_of(n); }},
        {"boom_input", [](const auto& n, auto& c) { c.boom_input = static_cast<int>(number_of(n)); }},
        {"stays_up", [](const auto& n, auto& c) { c.stays_up = span_of(n); }},
        {"records_max", [](const auto& n, auto& c) { c.records_max = number_of(n); }},
        {"rate", [](const auto& n, auto& c) { c.rate = rate_of(n); }},
        {"seed", [](const auto& n, auto& c) { c.seed = number_of(n); }},
        {"events_max", [](const auto& n, auto& c) { c.events_max = number_of(n); }},
        {"start", [](const auto& n, auto& c) { c.start = span_of(n); }},
        {"texts", [](const auto& n, auto& c) { c.texts = texts_of(n); }},
    };
    return keys;
}

} // namespace

void add_cameras(const toml::table& table, std::vector<MakeMachine>& machines)
{
    CameraConfig model;
    std::uint64_t count = 1;
    for (const auto& [key, node] : table) {
        const auto setter = keys().find(key.str());
        if (key == "count")
            count = number_of(node);
        else if (setter != keys().end())
            setter->second(node, model);
        else
            fail(node, "no key of a VZ camera is called " + std::string(key.str()));
    }
    if (model.id.empty()) fail(table, "every device needs an id");
    for (std::uint64_t n = 1; n <= count; ++n) {
        CameraConfig camera = model;
        camera.id = replaced(model.id, "{n}", std::to_string(n));
        camera.push = replaced(replaced(model.push, "{id}", camera.id), "{n}", std::to_string(n));
        camera.seed = model.seed + n - 1;
        if (model.port != 0) camera.port = static_cast<std::uint16_t>(model.port + n - 1);
        machines.push_back([camera](const Ground& ground) -> std::unique_ptr<Machine> {
            return std::make_unique<Camera>(ground, camera);
        });
    }
}

} // namespace gatehouse::sim::vzenith
