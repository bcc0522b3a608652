#include "tests/sim/facepush/terminal.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace gatehouse::sim::facepush {
namespace {

using namespace std::chrono_literals;
using namespace asio::experimental::awaitable_operators;

constexpr auto answer_max = 5s;
// FF D8 FF FF D9: begins and ends as a JPEG does.
constexpr const char* small_picture = "/9j//9k=";

struct Url {
    std::string host;
    std::uint16_t port = 80;
    std::string target = "/";
};

Url parse_url(const std::string& text)
{
    Url url;
    const auto from = text.starts_with("http://") ? 7U : 0U;
    const auto slash = std::min(text.find('/', from), text.size());
    auto authority = text.substr(from, slash - from);
    if (slash < text.size()) url.target = text.substr(slash);
    if (const auto colon = authority.find(':'); colon != std::string::npos) {
        std::from_chars(authority.data() + colon + 1, authority.data() + authority.size(), url.port);
        authority.resize(colon);
    }
    url.host = authority;
    return url;
}

} // namespace

Terminal::Terminal(const Ground& ground, TerminalConfig config)
    : config_(std::move(config)), clock_(ground.clock), oracle_(ground.oracle), random_(config_.seed),
      group_(ground.executor),
      server_(group_, config_.id, [this](Connection c) { return serve(std::move(c)); }),
      wakeup_(ground.executor)
{
}

void Terminal::start()
{
    server_.open(config_.host, config_.port);
    group_.spawn("callbacks " + config_.id, call_back());
    group_.spawn("heartbeat " + config_.id, beat());
}

void Terminal::cancel()
{
    server_.close();
    group_.cancel();
}

std::int64_t Terminal::now() const
{
    return clock_.wall().time_since_epoch().count() + moods_.clock_skew.count();
}

void Terminal::happen(const std::string& type, std::string person)
{
    Record record;
    record.time = std::max(now(), last_time_ + 1);
    if (record.time > now() + 60'000) record.time = now(); // its clock was set back
    last_time_ = record.time;
    record.type = type;
    record.person = std::move(person);
    ++seen_.created;
    oracle_.created(config_.id, std::to_string(record.time), record.type, true);
    log_.push_back(record);
    if (log_.size() > config_.log_size) log_.pop_front();
    if (moods_.mute) return;
    pending_.push_back(std::move(record));
    wakeup_.notify();
}

bool Terminal::emit_random()
{
    const bool stranger = random_.next() % 10 == 0;
    auto person = config_.texts.empty() ? std::to_string(10'000 + random_.next() % 500)
                                        : config_.texts[random_.next() % config_.texts.size()];
    happen(stranger ? "face_2" : "face_0", stranger ? "STRANGERBABY" : std::move(person));
    return true;
}

Counts Terminal::counts() const
{
    auto counts = seen_;
    counts.pending = pending_.size();
    return counts;
}

// ---- callbacks ----

std::string Terminal::address(const char* setting, const char* last) const
{
    if (const auto at = addresses_.find(setting); at != addresses_.end()) return at->second;
    return config_.push.empty() ? std::string() : config_.push + '/' + last;
}

// Each record until it is acknowledged, in order (fact sheet A2).
asio::awaitable<void> Terminal::call_back()
{
    for (;;) {
        while (pending_.empty())
            co_await wakeup_.wait();
        const auto record = pending_.front();
        const auto url = address("/setIdentifyCallBack", "identify");
        bool acknowledged = false;
        if (reachable() && !moods_.mute && !url.empty()) {
            const int times = moods_.duplicate ? 2 : 1;
            for (int n = 0; n < times; ++n) {
                auto fields = fields_of(record);
                acknowledged = co_await post(url, std::move(fields), true);
            }
        }
        if (acknowledged) {
            ++seen_.acked;
            oracle_.acked(config_.id, std::to_string(record.time));
            if (!pending_.empty()) pending_.pop_front();
            continue;
        }
        if (reachable()) ++seen_.retried;
        co_await pause(config_.retry);
    }
}

asio::awaitable<void> Terminal::beat()
{
    for (;;) {
        const auto url = address("/setDeviceHeartBeat", "heartbeat");
        if (reachable() && !url.empty()) {
            Form fields;
            fields["deviceKey"] = config_.device_key;
            fields["time"] = std::to_string(now());
            fields["ip"] = config_.host;
            fields["personCount"] = std::to_string(persons_.size());
            fields["faceCount"] = std::to_string(faces_.size());
            fields["version"] = "GD-V4.1";
            (void)co_await post(url, std::move(fields), false);
        }
        co_await pause(config_.heartbeat);
    }
}

Form Terminal::fields_of(const Record& record) const
{
    Form fields;
    fields["deviceKey"] = config_.device_key;
    fields["type"] = record.type;
    fields["personId"] = record.person;
    fields["time"] = std::to_string(record.time);
    fields["ip"] = config_.host;
    fields["idcardNum"] = "";
    fields["searchScore"] = "87.88905";
    fields["temperature"] = "-1.0";
    fields["mask"] = "-1";
    const auto known = persons_.find(record.person);
    const std::string name = known == persons_.end() ? "测试" : known->second;
    fields["personName"] = double_name_ ? escaped(name) : gb18030_ ? to_gb2312(name) : name;
    if (pictures_)
        fields["path"] = fmt::format("http://{}:{}/snapshot/{}.jpg", config_.host, port(), record.time);
    if (pictures_ && base64_) fields["base64"] = small_picture;
    return fields;
}

std::string Terminal::request_of(const std::string& url, const Form& fields, bool record) const
{
    const auto place = parse_url(url);
    const auto head = [&](const std::string& method, const std::string& target) {
        return fmt::format("{} {} HTTP/1.1\r\nHost: {}:{}\r\nUser-Agent: okhttp/3.9.0\r\n", method, target,
                           place.host, place.port);
    };
    std::string form;
    std::string json;
    for (const auto& [name, value] : fields) {
        form += (form.empty() ? "" : "&") + name + '=' + escaped(value);
        json += (json.empty() ? "{\"" : ",\"") + name + "\":\"" + json_escaped(value) + '"';
    }
    json += '}';
    if (record && config_.style == "query") return head("GET", place.target + '?' + form) + "\r\n";
    const bool as_json = record && config_.style == "json";
    const auto& body = as_json ? json : form;
    return head("POST", place.target) +
           fmt::format("Content-Type: {}\r\nContent-Length: {}\r\n\r\n{}",
                       as_json ? "application/json" : "application/x-www-form-urlencoded", body.size(), body);
}

asio::awaitable<bool> Terminal::post(std::string url, Form fields, bool record)
{
    const auto place = parse_url(url);
    boost::system::error_code failure;
    const auto host = asio::ip::make_address(place.host, failure);
    if (failure) co_return false;
    Tcp::socket socket(group_.executor());
    const Tcp::endpoint endpoint(host, place.port);
    co_await socket.async_connect(endpoint, asio::redirect_error(asio::use_awaitable, failure));
    if (failure) co_return false;
    const bool cut = record && moods_.truncate;
    std::vector<std::string> pieces;
    auto request = request_of(url, fields, record);
    if (record) {
        const bool twice = std::exchange(moods_.duplicate, false); // on connections of their own
        pieces = mangled(moods_, std::move(request));
        moods_.duplicate = twice;
    } else {
        pieces.push_back(std::move(request));
    }
    for (const auto& piece : pieces)
        co_await asio::async_write(socket, asio::buffer(piece),
                                   asio::redirect_error(asio::use_awaitable, failure));
    if (failure || cut) co_return false;
    std::string reply;
    std::array<char, 2048> chunk{};
    const auto buffer = asio::buffer(chunk);
    while (reply.find("success") == std::string::npos && reply.size() < 8192) {
        const auto got =
            co_await (socket.async_read_some(buffer, asio::redirect_error(asio::use_awaitable, failure)) ||
                      pause(answer_max));
        if (got.index() == 1 || failure) break;
        reply.append(chunk.data(), std::get<0>(got));
    }
    co_return reply.starts_with("HTTP/1.1 200") && reply.find("\"result\":1") != std::string::npos;
}

// ---- network ----

void Terminal::follow_network()
{
    const bool open = !down_ && !moods_.cut;
    if (open == server_.is_open()) return;
    if (open)
        server_.open_again();
    else
        server_.close();
}

void Terminal::reboot(Span down)
{
    down_ = true;
    follow_network();
    group_.spawn("restart " + config_.id, restart(down));
}

asio::awaitable<void> Terminal::restart(Span down)
{
    const int which = ++reboots_;
    co_await pause(down);
    if (which != reboots_) co_return;
    down_ = false;
    follow_network();
}

} // namespace gatehouse::sim::facepush
