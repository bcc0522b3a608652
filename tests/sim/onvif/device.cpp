// The listening side of the device: connections, log-in, and how long a pull may wait.
#include "tests/sim/onvif/device.hpp"

#include "gateway/base/time_text.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cstdlib>

namespace gatehouse::sim::onvif {
namespace {

using namespace std::chrono_literals;
using namespace asio::experimental::awaitable_operators;

std::string decoded(const std::string& base64)
{
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    unsigned bits = 0;
    int count = 0;
    for (const char c : base64) {
        const auto value = alphabet.find(c);
        if (value == std::string_view::npos) break;
        bits = (bits << 6U | static_cast<unsigned>(value)) & 0xffffffU;
        count += 6;
        if (count < 8) continue;
        count -= 8;
        out += static_cast<char>(bits >> static_cast<unsigned>(count) & 0xffU);
    }
    return out;
}

std::string sha1(const std::string& text)
{
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
    unsigned size = 0;
    EVP_Digest(text.data(), text.size(), bytes.data(), &size, EVP_sha1(), nullptr);
    return std::string(reinterpret_cast<const char*>(bytes.data()), size);
}

// What stands in an element of that name, whatever its prefix.
std::string element(const std::string& text, const std::string& name)
{
    for (auto at = text.find(name); at != std::string::npos; at = text.find(name, at + 1)) {
        const auto end = at + name.size();
        if (at == 0 || (text[at - 1] != ':' && text[at - 1] != '<') || end >= text.size()) continue;
        if (text[end] != '>' && text[end] != ' ') continue; // another name that begins like it
        const auto open = text.find('>', at);
        if (open == std::string::npos) return {};
        return text.substr(open + 1, text.find('<', open) - open - 1);
    }
    return {};
}

std::string name_in_body(const std::string& body)
{
    auto at = body.find(":Body");
    if (at == std::string::npos) return {};
    at = body.find('<', body.find('>', at)); // clients declare namespaces there
    if (at == std::string::npos) return {};
    const auto end = body.find_first_of(" >/", at + 1);
    const auto name = body.substr(at + 1, end - at - 1);
    return name.substr(name.find(':') + 1);
}

} // namespace

Device::Device(const Ground& ground, DeviceConfig config)
    : config_(std::move(config)), clock_(ground.clock), oracle_(ground.oracle), random_(config_.seed),
      group_(ground.executor),
      server_(group_, config_.id, [this](Connection c) { return serve(std::move(c)); }),
      news_(ground.executor),
      guard_(clock_, random_, login_switches_, config_.username, config_.password, "ONVIF")
{
    login_switches_.lock_after = 0;
}

void Device::start()
{
    server_.open(config_.host, config_.port);
}

void Device::cancel()
{
    server_.close();
    group_.cancel();
}

Counts Device::counts() const
{
    auto counts = seen_;
    counts.streams = subscriptions_.size();
    for (const auto& [number, held] : subscriptions_)
        counts.pending += held.waiting.size();
    return counts;
}

// ---- connections ----

asio::awaitable<void> Device::serve(Connection connection)
{
    boost::system::error_code failure;
    const auto endpoint = connection->remote_endpoint(failure);
    const auto peer = fmt::format("{}:{}", endpoint.address().to_string(), endpoint.port());
    std::string buffer;
    Request request;
    for (;;) {
        while (moods_.half_open && connection->is_open())
            co_await pause(100ms);
        const bool read = co_await read_request(*connection, buffer, request);
        if (!read || moods_.half_open) co_return;
        ++seen_.requests;
        const bool go_on = co_await respond(connection, request, peer);
        if (!go_on) co_return;
    }
}

// Resumes when the caller has closed its end.
asio::awaitable<void> Device::hung_up(Connection connection)
{
    boost::system::error_code failure;
    for (;;) {
        co_await connection->async_wait(Tcp::socket::wait_read,
                                        asio::redirect_error(asio::use_awaitable, failure));
        if (failure || connection->available(failure) == 0) co_return;
        co_await pause(100ms); // the next request is there already
    }
}

asio::awaitable<bool> Device::respond(Connection connection, const Request& request, const std::string& peer)
{
    const auto name = name_in_body(request.body);
    Answer answer_;
    if (!admits(request, name, peer.substr(0, peer.rfind(':')))) {
        ++seen_.unauthorised;
        answer_.reply = refusal();
    } else {
        auto answering = answer(request, name, peer);
        auto leaving = hung_up(connection);
        auto first = co_await (std::move(answering) || std::move(leaving));
        if (first.index() == 1) co_return false; // what it was to be told waits for the next pull
        answer_ = std::get<0>(std::move(first));
    }
    if (answer_.none) {
        for (int n = 0; n < 300 && connection->is_open() && !down_; ++n)
            co_await pause(100ms); // for longer than anybody waits
        co_return false;
    }
    if (answer_.after > Span(0)) co_await pause(answer_.after);
    answer_.reply.type = "application/soap+xml; charset=utf-8";
    auto text = render(answer_.reply, request.keep_alive);
    bool whole = true;
    if (name == "PullMessages" && (moods_.garbage || moods_.truncate)) {
        whole = false;
        const bool duplicate = std::exchange(moods_.duplicate, false); // it means notifications
        const auto pieces = mangled(moods_, std::move(text));
        moods_.duplicate = duplicate;
        text.clear();
        for (const auto& piece : pieces)
            text += piece;
    }
    boost::system::error_code failure;
    co_await asio::async_write(*connection, asio::buffer(text),
                               asio::redirect_error(asio::use_awaitable, failure));
    for (const auto record : answer_.records) {
        const auto number = std::to_string(record);
        if (failure || !whole) {
            ++seen_.dropped;
            oracle_.dropped(config_.id, number);
        } else {
            ++seen_.acked;
            oracle_.acked(config_.id, number);
        }
    }
    co_return !failure && whole && request.keep_alive;
}

void Device::follow_network()
{
    const bool closed = moods_.cut || down_;
    if (closed && server_.is_open()) server_.close();
    if (!closed && !server_.is_open()) server_.open_again();
}

asio::awaitable<void> Device::restart(Span down)
{
    down_ = true;
    follow_network();
    subscriptions_.clear();
    guard_.reset();
    wrong_tokens_ = 0;
    co_await pause(down);
    down_ = false;
    follow_network();
}

// ---- log-in ----

bool Device::token_right(const std::string& body) const
{
    if (body.find("UsernameToken") == std::string::npos) return false;
    const auto created = element(body, "Created");
    const auto nonce = decoded(element(body, "Nonce"));
    if (element(body, "Username") != config_.username || nonce.size() > 20) return false;
    if (decoded(element(body, "Password")) != sha1(nonce + created + config_.password)) return false;
    if (habits_.token_window == Span(0)) return true;
    const auto time = base::parse_time(created, 0min);
    return time && std::chrono::abs(time->time - now()) <= habits_.token_window;
}

bool Device::admits(const Request& request, const std::string& name, const std::string& peer)
{
    if (config_.username.empty() || name == "GetSystemDateAndTime") return true;
    const bool picture = request.method == "GET";
    bool admitted = true;
    if (config_.login != "token" || picture)
        admitted = guard_.check(request.header("authorization"), request.method, request.target, peer) ==
                   isapi::Admission::admitted;
    if (config_.login == "digest" || picture) return admitted;
    if (lock_after_ > 0 && wrong_tokens_ >= lock_after_) return false;
    if (!token_right(request.body)) {
        if (request.body.find("UsernameToken") != std::string::npos) ++wrong_tokens_;
        return false;
    }
    wrong_tokens_ = 0;
    return admitted;
}

Reply Device::refusal()
{
    Reply reply;
    reply.status = 401;
    if (config_.login != "token") reply.headers = guard_.challenges(false);
    if (config_.login != "token") return reply;
    reply.status = 400;
    reply.body = "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\" "
                 "xmlns:ter=\"http://www.onvif.org/ver10/error\"><s:Body><s:Fault><s:Code><s:Value>s:Sender"
                 "</s:Value><s:Subcode><s:Value>ter:NotAuthorized</s:Value></s:Subcode></s:Code><s:Reason>"
                 "<s:Text xml:lang=\"en\">Sender not Authorized</s:Text></s:Reason></s:Fault></s:Body>"
                 "</s:Envelope>";
    return reply;
}

// ---- pulls ----

asio::awaitable<Device::Answer> Device::pull(std::string target, Span timeout, std::size_t limit)
{
    Answer out;
    if (habits_.pull_delay > Span(0)) co_await pause(habits_.pull_delay);
    const auto number = target.substr(target.find('=') + 1);
    const auto deadline = clock_.now() + timeout;
    for (;;) {
        const auto held = subscriptions_.find(number);
        if (held == subscriptions_.end() || held->second.until < clock_.now()) {
            out.reply.status = 400; // the caller's envelope names the fault
            co_return out;
        }
        const auto left = std::chrono::duration_cast<Span>(deadline - clock_.now());
        const bool due = !held->second.waiting.empty() || left <= Span(0) || habits_.impatient;
        if (due && !moods_.mute) break;
        co_await (news_.wait() || pause(moods_.mute ? Span(100) : left));
    }
    auto& held = subscriptions_[number];
    if (habits_.renew_fault) held.until = clock_.now() + habits_.granted;
    out.reply.body = lifetime("tev", held.until);
    for (std::size_t told = 0; told < limit && !held.waiting.empty(); ++told) {
        out.reply.body += held.waiting.front().xml;
        if (moods_.duplicate) out.reply.body += held.waiting.front().xml;
        if (held.waiting.front().record != 0) out.records.push_back(held.waiting.front().record);
        held.waiting.pop_front();
    }
    co_return out;
}

} // namespace gatehouse::sim::onvif
