#include "tests/sim/webhook-in/pusher.hpp"

#include "tests/sim/tcp_server.hpp"
#include "tests/sim/text.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/write.hpp>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace gatehouse::sim::webhook_in {
namespace {

using namespace std::chrono_literals;
using namespace asio::experimental::awaitable_operators;

constexpr auto answer_max = 5s;

struct Url {
    std::string host;
    std::uint16_t port = 80;
    std::string target;
};

Url parse_url(const std::string& text)
{
    Url url;
    const auto from = text.starts_with("http://") ? 7U : 0U;
    const auto slash = std::min(text.find('/', from), text.size());
    url.target = text.substr(slash);
    url.host = text.substr(from, slash - from);
    if (const auto colon = url.host.find(':'); colon != std::string::npos) {
        std::from_chars(url.host.data() + colon + 1, url.host.data() + url.host.size(), url.port);
        url.host.resize(colon);
    }
    return url;
}

std::string sha256(const std::string& bytes)
{
    std::array<unsigned char, 32> out{};
    unsigned size = 0;
    EVP_Digest(bytes.data(), bytes.size(), out.data(), &size, EVP_sha256(), nullptr);
    return {reinterpret_cast<const char*>(out.data()), out.size()};
}

// RFC 2104, written out: H(K xor opad, H(K xor ipad, text)).
std::string hmac(std::string key, const std::string& text)
{
    constexpr std::size_t block = 64;
    if (key.size() > block) key = sha256(key);
    key.resize(block, '\0');
    std::string inner = key, outer = key;
    for (auto& c : inner)
        c = static_cast<char>(c ^ 0x36);
    for (auto& c : outer)
        c = static_cast<char>(c ^ 0x5c);
    return hex(sha256(outer + sha256(inner + text)));
}

// A whole answer: its head, and as much after it as the head announces.
bool is_whole(const std::string& reply)
{
    const auto end = reply.find("\r\n\r\n");
    if (end == std::string::npos) return false;
    const auto length = between(lower(reply.substr(0, end + 2)), "content-length: ", "\r\n");
    std::size_t body = 0;
    std::from_chars(length.data(), length.data() + length.size(), body);
    return reply.size() >= end + 4 + body;
}

} // namespace

Pusher::Pusher(const Ground& ground, PusherConfig config)
    : config_(std::move(config)), clock_(ground.clock), oracle_(ground.oracle), random_(config_.seed),
      group_(ground.executor), wakeup_(ground.executor)
{
}

void Pusher::start()
{
    group_.spawn("posts " + config_.id, tell());
    if (config_.heartbeat > 0ms) group_.spawn("heartbeat " + config_.id, beat());
}

std::int64_t Pusher::now() const
{
    return (clock_.wall().time_since_epoch() + moods_.clock_skew).count();
}

std::string Pusher::filled(std::string text, const std::string& word) const
{
    const auto ms = now();
    const std::chrono::sys_seconds seconds{std::chrono::seconds(ms / 1000)};
    text = replaced(std::move(text), "{serial}", std::to_string(serial_));
    text = replaced(std::move(text), "{ms}", std::to_string(ms));
    text = replaced(std::move(text), "{s}", std::to_string(ms / 1000));
    text = replaced(std::move(text), "{iso}", fmt::format("{:%Y-%m-%dT%H:%M:%S}Z", seconds));
    text = replaced(std::move(text), "{picture}", pictures_ ? config_.picture : "");
    return replaced(std::move(text), "{text}", gb18030_ ? to_gb2312(word) : word);
}

// False for a word without a template.
bool Pusher::happen(const std::string& type, const std::string& text)
{
    const auto known = config_.templates.find(type);
    if (known == config_.templates.end()) return false;
    ++serial_;
    Record record{std::to_string(serial_), filled(known->second, text)};
    ++seen_.created;
    const bool keyed = known->second.find("{serial}") != std::string::npos;
    oracle_.created(config_.id, record.serial, type, keyed);
    pending_.push_back(std::move(record));
    wakeup_.notify();
    return true;
}

bool Pusher::emit_random()
{
    const auto text = config_.texts.empty() ? std::to_string(10'000 + random_.next() % 500)
                                            : config_.texts[random_.next() % config_.texts.size()];
    return happen("pass", text);
}

Counts Pusher::counts() const
{
    auto counts = seen_;
    counts.pending = pending_.size();
    return counts;
}

// ---- what it says ----

asio::awaitable<void> Pusher::tell()
{
    for (;;) {
        while (pending_.empty())
            co_await wakeup_.wait();
        const auto count = std::min(std::max<std::size_t>(config_.batch, 1), pending_.size());
        std::string events;
        for (std::size_t n = 0; n < count; ++n)
            events += (n > 0 ? "," : "") + pending_[n].event;
        bool acknowledged = false;
        if (speaks()) {
            auto body = replaced(config_.body, "{events}", events);
            acknowledged = co_await post(config_.path, std::move(body), true);
        }
        for (std::size_t n = 0; acknowledged && n < count && !pending_.empty(); ++n) {
            ++seen_.acked;
            oracle_.acked(config_.id, pending_.front().serial);
            pending_.pop_front();
        }
        if (acknowledged) continue;
        if (speaks()) ++seen_.retried;
        co_await pause(config_.retry);
    }
}

asio::awaitable<void> Pusher::beat()
{
    for (;;) {
        if (speaks()) {
            auto body = filled(config_.heartbeat_body, "");
            (void)co_await post(config_.heartbeat_path, std::move(body), false);
        }
        co_await pause(config_.heartbeat);
    }
}

std::string Pusher::request_of(const std::string& path, const std::string& body) const
{
    const auto place = parse_url(config_.push + path);
    auto target = place.target;
    std::string headers;
    if (config_.auth == "hmac") {
        const auto stamp = std::to_string(now() / 1000);
        headers = fmt::format("{}: {}\r\n{}: {}\r\n", config_.timestamp_header, stamp,
                              config_.signature_header, hmac(config_.secret, stamp + "." + body));
    }
    if (config_.auth == "bearer") headers = fmt::format("Authorization: Bearer {}\r\n", config_.secret);
    if (config_.auth == "url") target += "?token=" + config_.secret;
    return fmt::format("POST {} HTTP/1.1\r\nHost: {}:{}\r\n{}Content-Type: {}\r\nContent-Length: {}\r\n"
                       "Connection: close\r\n\r\n{}",
                       target, place.host, place.port, headers, config_.content_type, body.size(), body);
}

asio::awaitable<bool> Pusher::post(std::string path, std::string body, bool event)
{
    const auto place = parse_url(config_.push);
    boost::system::error_code failure;
    const auto host = asio::ip::make_address(place.host, failure);
    if (failure) co_return false; // no DNS
    std::vector<std::string> pieces;
    const bool cut = event && moods_.truncate;
    const bool twice = event && moods_.duplicate;
    if (event) {
        moods_.duplicate = false; // on connections of their own
        pieces = mangled(moods_, request_of(path, body));
        moods_.duplicate = twice;
    } else {
        pieces.push_back(request_of(path, body));
    }
    if (twice) pieces.push_back(pieces.back());
    bool acknowledged = false;
    for (const auto& piece : pieces) {
        ++seen_.requests;
        Tcp::socket socket(group_.executor());
        const Tcp::endpoint endpoint(host, place.port);
        co_await socket.async_connect(endpoint, asio::redirect_error(asio::use_awaitable, failure));
        if (failure) co_return false;
        co_await asio::async_write(socket, asio::buffer(piece),
                                   asio::redirect_error(asio::use_awaitable, failure));
        if (cut && &piece == &pieces.back()) co_return false; // and hangs up
        std::string reply;
        std::array<char, 2048> chunk{};
        const auto buffer = asio::buffer(chunk);
        while (!failure && !is_whole(reply) && reply.size() < 65'536) {
            const auto got = co_await (
                socket.async_read_some(buffer, asio::redirect_error(asio::use_awaitable, failure)) ||
                pause(answer_max));
            if (got.index() == 1 || failure) break;
            reply.append(chunk.data(), std::get<0>(got));
        }
        if (reply.starts_with("HTTP/1.1 401")) ++seen_.unauthorised;
        if (reply.starts_with("HTTP/1.1 4")) ++seen_.refused;
        acknowledged =
            speaks() && reply.starts_with("HTTP/1.1 2") && reply.find(config_.ack) != std::string::npos;
    }
    co_return acknowledged;
}

// ---- network ----

void Pusher::reboot(Span down)
{
    down_ = true;
    group_.spawn("restart " + config_.id, restart(down));
}

asio::awaitable<void> Pusher::restart(Span down)
{
    const int which = ++reboots_;
    co_await pause(down);
    if (which == reboots_) down_ = false;
}

} // namespace gatehouse::sim::webhook_in
