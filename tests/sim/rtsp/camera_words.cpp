// What happens in front of a camera, what it is told over the control channel, and its table in the estate
// file.
#include "tests/sim/estate_node.hpp"
#include "tests/sim/rtsp/camera.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>
#include <map>

namespace gatehouse::sim::rtsp {
namespace {

constexpr std::chrono::hours local_time{8}; // China's
constexpr std::size_t visits_max = 100;     // then random traffic waits

} // namespace

// ---- what stands at the gate ----

void Camera::drive_up(std::string plate, Span stay)
{
    ++seen_.created;
    oracle_.created(config_.id, plate, "plate", false);
    visits_.add(std::move(plate), stay, clock_.now());
}

Shot Camera::shot()
{
    Shot shot;
    shot.frame = ++frame_;
    shot.at = clock_.wall() + moods_.clock_skew + local_time;
    shot.night = night_;
    shot.fault = fault_;
    if (auto car = visits_.at(clock_.now())) {
        shot.plate = std::move(car->plate);
        shot.driven = car->driven;
    }
    if (fault_.sight != Sight::frozen) {
        frozen_.reset();
        return shot;
    }
    if (!frozen_) frozen_ = shot;
    return *frozen_;
}

bool Camera::emit_random()
{
    (void)visits_.at(clock_.now()); // those that are gone make room
    if (visits_.size() >= visits_max) return false;
    drive_up(random_plate(), Visits::stay_usual);
    return true;
}

std::string Camera::random_plate()
{
    if (!config_.texts.empty()) return config_.texts[random_.next() % config_.texts.size()];
    constexpr std::string_view letters = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789";
    std::string plate = "沪";
    plate += letters[random_.next() % 24];
    for (int n = 0; n < 5; ++n)
        plate += letters[random_.next() % letters.size()];
    return plate;
}

// ---- words ----

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
    if (verb == "password") {
        config_.password = value;
        guard_.set_password(value);
        return "ok";
    }
    if (verb == "lists" || verb == "picture" || verb == "gb18030" || verb == "command" ||
        verb == "reset_serials")
        return not_of_this_make("it recognises nothing and moves nothing");
    if (auto shown = show(verb, arguments)) return *shown;
    if (auto changed = change_habit(verb, value)) return *changed;
    const auto done = set_mood(moods_, verb, arguments);
    if (!done) return "error: unknown command or switch";
    follow_network();
    return *done;
}

// Words about what stands before the camera and how it shows it.
std::optional<std::string> Camera::show(const std::string& word, const std::vector<std::string>& values)
{
    const std::string value = values.empty() ? "" : values[0];
    if (word == "pass") {
        auto words = values;
        words.insert(words.begin(), word);
        return emit(words);
    }
    if (word == "light") {
        if (value != "day" && value != "night") return "error: light DEVICE day|night";
        night_ = value == "night";
        return "ok";
    }
    if (word != "fault") return std::nullopt;
    const auto fault = parse_fault(value, values.size() > 1 ? values[1] : "");
    if (!fault)
        return "error: fault DEVICE off|freeze|black|blur|cover [N]|move [N]|over_expose|low_contrast|"
               "colour_cast|noise|stripes";
    fault_ = *fault;
    return "ok";
}

// Words about how it sends.
std::optional<std::string> Camera::change_habit(const std::string& word, const std::string& value)
{
    if (word == "tear" || word == "no_key_frames") {
        const auto flag = parse_flag(value);
        if (!flag) return "error: " + word + " DEVICE on|off";
        (word == "tear" ? habits_.tear : habits_.no_key_frames) = *flag;
        return "ok";
    }
    if (word == "codec") {
        const auto codec = parse_codec(value);
        if (!codec) return "error: codec DEVICE h264|h265|mjpeg|svac";
        for (auto& channel : channels_)
            channel->format.codec = *codec;
        server_.drop_connections(); // as cameras do when their settings change
        return "ok";
    }
    if (word == "slow") {
        const auto span = parse_span(value);
        if (!span) return "error: slow DEVICE SPAN";
        habits_.slow = *span;
        return "ok";
    }
    if (word != "snapshot") return std::nullopt;
    constexpr std::array<std::string_view, 5> kinds{"normal", "none", "broken", "bomb", "giant"};
    if (std::find(kinds.begin(), kinds.end(), value) == kinds.end())
        return "error: snapshot DEVICE normal|none|broken|bomb|giant";
    habits_.snapshot = value;
    return "ok";
}

std::string Camera::emit(const std::vector<std::string>& arguments)
{
    const auto what = parse_emission(arguments);
    if (!what || (what->type != "pass" && what->type != "plate"))
        return "error: emit DEVICE pass [TEXT] [stays=4s] [count=N]";
    const auto stays = what->options.find("stays");
    const auto stay = stays == what->options.end() ? Visits::stay_usual : parse_span(stays->second);
    if (!stay || *stay < Span(0)) return "error: stays=4s";
    if (visits_.size() + what->count > visits_max) return "error: too many cars wait already";
    for (std::size_t n = 0; n < what->count; ++n)
        drive_up(what->text.empty() ? random_plate() : what->text, *stay);
    return "ok";
}

std::string Camera::reboot(const std::vector<std::string>& arguments)
{
    const auto span = arguments.empty() ? std::optional<Span>(Span(2000)) : parse_span(arguments[0]);
    if (!span) return "error: reboot DEVICE SPAN";
    group_.spawn("reboot " + config_.id, come_back(*span));
    return "ok";
}

asio::awaitable<void> Camera::come_back(Span span)
{
    gone_ = true;
    follow_network();
    guard_.reset();
    co_await pause(span);
    gone_ = false;
    follow_network();
}

void Camera::follow_network()
{
    const bool closed = moods_.cut || gone_;
    if (closed && server_.is_open()) server_.close();
    if (!closed && !server_.is_open()) server_.open_again();
}

// ---- the table ----

namespace {

using Setter = std::function<void(const toml::node&, CameraConfig&)>;

// "1280x720"; both even, as 4:2:0 needs them.
void read_size(const toml::node& node, Format& format)
{
    const auto text = text_of(node);
    const auto* const end = text.data() + text.size();
    const auto width = std::from_chars(text.data(), end, format.width);
    const bool cross = width.ec == std::errc() && width.ptr != end && *width.ptr == 'x';
    const auto height = cross ? std::from_chars(width.ptr + 1, end, format.height) : width;
    const bool fits = [&] { return format.width >= 160 && format.height >= 90 && format.width <= 7680; }();
    if (!cross || height.ec != std::errc() || height.ptr != end || !fits || format.width % 16 != 0 ||
        format.height % 2 != 0)
        fail(node, "a size is WIDTHxHEIGHT, such as 1280x720: multiples of 16 and 2");
}

int rate_within(const toml::node& node)
{
    const auto rate = number_of(node);
    if (rate < 1 || rate > 60) fail(node, "1 to 60 frames a second");
    return static_cast<int>(rate);
}

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
        {"username", [](const auto& n, auto& c) { c.username = text_of(n); }},
        {"password", [](const auto& n, auto& c) { c.password = text_of(n); }},
        {"login",
         [](const auto& n, auto& c) {
             c.login = text_of(n);
             if (c.login != "md5" && c.login != "sha256" && c.login != "digest" && c.login != "basic")
                 fail(n, "the login is md5, sha256, digest (both) or basic");
         }},
        {"codec",
         [](const auto& n, auto& c) {
             const auto codec = parse_codec(text_of(n));
             if (!codec) fail(n, "the codec is h264, h265, mjpeg or svac");
             c.main.codec = c.sub.codec = *codec;
         }},
        {"size", [](const auto& n, auto& c) { read_size(n, c.main); }},
        {"fps", [](const auto& n, auto& c) { c.main.rate = rate_within(n); }},
        {"kbits", [](const auto& n, auto& c) { c.main.kbits = static_cast<int>(number_of(n)); }},
        {"sub_size",
         [](const auto& n, auto& c) {
             c.has_sub = text_of(n) != "none";
             if (c.has_sub) read_size(n, c.sub);
         }},
        {"sub_fps", [](const auto& n, auto& c) { c.sub.rate = rate_within(n); }},
        {"sub_kbits", [](const auto& n, auto& c) { c.sub.kbits = static_cast<int>(number_of(n)); }},
        {"qp_min",
         [](const auto& n, auto& c) {
             if (number_of(n) > 51) fail(n, "a quantiser is 0 to 51");
             c.main.qp_min = c.sub.qp_min = static_cast<int>(number_of(n));
         }},
        {"gop", [](const auto& n, auto& c) { c.gop = span_of(n); }},
        {"loop", [](const auto& n, auto& c) { c.loop = span_of(n); }},
        {"yard", [](const auto& n, auto& c) { c.yard = number_of(n); }},
        {"light", [](const auto& n, auto& c) { c.night = text_of(n) == "night"; }},
        {"rate", [](const auto& n, auto& c) { c.rate = rate_of(n); }},
        {"seed", [](const auto& n, auto& c) { c.seed = number_of(n); }},
        {"events_max", [](const auto& n, auto& c) { c.events_max = number_of(n); }},
        {"start", [](const auto& n, auto& c) { c.start = span_of(n); }},
        {"texts", [](const auto& n, auto& c) { c.texts = texts_of(n); }},
    };
    return keys;
}

int frames_in(Span span, int rate)
{
    return std::max(1, static_cast<int>(span.count() * rate / 1000));
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
            fail(node, "no key of an RTSP camera is called " + std::string(key.str()));
    }
    if (model.id.empty()) fail(table, "every device needs an id");
    for (auto* format : {&model.main, &model.sub})
        format->gop = frames_in(model.gop, format->rate);
    const auto studio = std::make_shared<Studio>();
    for (std::uint64_t n = 1; n <= count; ++n) {
        CameraConfig camera = model;
        camera.id = replaced(model.id, "{n}", std::to_string(n));
        camera.seed = model.seed + n - 1;
        if (model.port != 0) camera.port = static_cast<std::uint16_t>(model.port + n - 1);
        machines.push_back([camera, studio](const Ground& ground) -> std::unique_ptr<Machine> {
            return std::make_unique<Camera>(ground, camera, studio);
        });
    }
}

} // namespace gatehouse::sim::rtsp
