// The listening side of a camera and its streams.
#include "tests/sim/rtsp/camera.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace gatehouse::sim::rtsp {

using namespace asio::experimental::awaitable_operators;

namespace {

constexpr std::size_t backlog_max = 4U << 20U; // bytes for one listener; then frames are dropped
constexpr std::string_view realm = "IP Camera";

std::string_view reason(int status)
{
    switch (status) {
    case 200: return "OK";
    case 401: return "Unauthorized";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 455: return "Method Not Valid in This State";
    default: return "Unsupported Transport";
    }
}

std::string rtsp_reply(const Request& request, int status, const std::string& headers = {},
                       const std::string& body = {})
{
    return fmt::format("RTSP/1.0 {} {}\r\nCSeq: {}\r\n{}{}\r\n{}", status, reason(status),
                       request.header("cseq"), headers,
                       body.empty() ? "" : fmt::format("Content-Length: {}\r\n", body.size()), body);
}

// Drops what the peer sends inside the connection between two requests, reports of its own; false at the end.
asio::awaitable<bool> skip_reports(Tcp::socket& socket, std::string& buffer)
{
    constexpr std::size_t head = 4; // '$', channel, length
    for (;;) {
        const bool report = buffer.starts_with('$');
        if (!buffer.empty() && !report) co_return true;
        const auto byte = [&buffer](std::size_t at) { return static_cast<unsigned char>(buffer[at]); };
        const std::size_t size = buffer.size() < head ? head : head + (byte(2) << 8U | byte(3));
        if (report && buffer.size() >= size && size > 0 && buffer.size() >= head) {
            buffer.erase(0, size);
            continue;
        }
        const bool more = co_await read_more(socket, buffer);
        if (!more) co_return false;
    }
}

// A JPEG whose frame header (ITU-T T.81, B.2.2: marker, length, precision, lines, samples) says 65500x65500.
std::string enlarged(std::string jpeg)
{
    constexpr std::string_view frame_header("\xff\xc0", 2);
    constexpr std::size_t behind = 5; // marker, length and precision
    constexpr std::string_view sides("\xff\xdc\xff\xdc", 4);
    const auto at = jpeg.find(frame_header);
    if (at != std::string::npos) jpeg.replace(at + behind, sides.size(), sides);
    return jpeg;
}

} // namespace

Camera::Camera(const Ground& ground, CameraConfig config, std::shared_ptr<Studio> studio)
    : config_(std::move(config)), studio_(std::move(studio)), clock_(ground.clock), oracle_(ground.oracle),
      random_(config_.seed), group_(ground.executor),
      server_(group_, config_.id, [this](Connection c) { return converse(std::move(c)); }),
      photo_(*studio_, config_.yard, config_.id, 0),
      guard_(clock_, random_, login_switches_, config_.username, config_.password, std::string(realm)),
      night_(config_.night)
{
    login_switches_.auth = config_.login;
    login_switches_.lock_after = 0;
    for (const auto* format : {&config_.main, &config_.sub}) {
        const bool sub = format == &config_.sub;
        if (sub && !config_.has_sub) continue;
        const auto loop = static_cast<std::size_t>(config_.loop.count() * format->rate / 1000);
        channels_.push_back(std::make_unique<Channel>(
            sub ? "sub" : "main", *format, Film(*studio_, config_.yard, config_.id, loop),
            static_cast<std::uint32_t>(random_.next()), ground.executor));
    }
}

void Camera::start()
{
    server_.open(config_.host, config_.port);
    for (auto& channel : channels_)
        group_.spawn("stream " + config_.id, stream(*channel));
}

void Camera::cancel()
{
    gone_ = true;
    server_.close();
    group_.cancel();
}

Counts Camera::counts() const
{
    auto counts = seen_;
    for (const auto& channel : channels_)
        counts.streams += channel->listeners.size();
    return counts;
}

// ---- streams ----

asio::awaitable<void> Camera::stream(Channel& channel)
{
    auto due = clock_.now();
    for (;;) {
        while (channel.listeners.empty())
            co_await channel.wanted.wait();
        const auto every = std::chrono::nanoseconds(1'000'000'000) / channel.format.rate;
        due = std::max(due + every, clock_.now() - std::chrono::seconds(1)); // after a stall no flood
        co_await clock_.sleep_until(due);
        if (moods_.mute || moods_.half_open) continue;
        auto now_showing = shot();
        const auto unit = co_await channel.film.next(channel.format, std::move(now_showing));
        broadcast(channel, unit, due);
    }
}

void Camera::broadcast(Channel& channel, const Unit& unit, base::MonoTime now)
{
    constexpr std::int64_t ticks = 90'000; // a second
    const auto since =
        channel.sent_at == base::MonoTime() ? base::MonoTime::duration(0) : now - channel.sent_at;
    const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(since).count();
    channel.sent_at = now;
    auto packets =
        channel.track.packets(channel.format, *unit, static_cast<std::uint32_t>(micros * ticks / 1'000'000));
    if (unit->key && habits_.no_key_frames) return;
    if (habits_.tear) packets.resize((packets.size() + 1) / 2);
    for (const auto& listener : channel.listeners)
        send_frame(*listener, packets, unit->key || habits_.no_key_frames);
}

void Camera::send_frame(Peer& peer, const std::vector<std::string>& packets, bool key)
{
    if (peer.wants_key && !key) return;
    peer.wants_key = peer.waiting > backlog_max;
    if (peer.wants_key) {
        ++seen_.dropped;
        return;
    }
    std::string bytes;
    for (const auto& packet : packets)
        bytes += interleaved(peer.interleave, packet);
    for (auto& piece : mangled(moods_, std::move(bytes)))
        queue(peer, std::move(piece));
}

Camera::Channel* Camera::channel_of(const std::string& url)
{
    for (auto& channel : channels_)
        if (url.find("/" + channel->name) != std::string::npos) return channel.get();
    return nullptr;
}

// ---- connections ----

asio::awaitable<void> Camera::converse(Connection connection)
{
    const auto peer = std::make_shared<Peer>(group_.executor());
    boost::system::error_code ignored;
    peer->address = connection->remote_endpoint(ignored).address().to_string();
    const std::shared_ptr<void> leave(nullptr, [this, peer](void*) {
        for (auto& channel : channels_)
            channel->listeners.erase(peer);
    });
    co_await (read(connection, peer) && write(connection, peer));
}

asio::awaitable<void> Camera::read(Connection connection, PeerPtr peer)
{
    std::string buffer;
    Request request;
    while (!peer->closing) {
        while (moods_.half_open && connection->is_open())
            co_await pause(Span(100));
        bool more = co_await skip_reports(*connection, buffer);
        if (more) more = co_await read_request(*connection, buffer, request);
        if (!more) peer->out.clear(); // nobody reads it
        if (!more || moods_.half_open) break;
        ++seen_.requests;
        if (habits_.slow > Span(0)) co_await pause(habits_.slow);
        auto bytes = co_await answer(request, peer);
        queue(*peer, std::move(bytes));
        if (request.method == "TEARDOWN" || !request.keep_alive) peer->closing = true;
    }
    peer->closing = true;
    peer->queued.notify();
}

asio::awaitable<void> Camera::write(Connection connection, PeerPtr peer)
{
    boost::system::error_code failure;
    while (!failure) {
        while (peer->out.empty() && !peer->closing)
            co_await peer->queued.wait();
        if (peer->out.empty()) break;
        const auto bytes = std::move(peer->out.front());
        peer->out.pop_front();
        peer->waiting -= bytes.size();
        const auto from = asio::buffer(bytes);
        co_await asio::async_write(*connection, from, asio::redirect_error(asio::use_awaitable, failure));
    }
    connection->close(failure); // which ends the reading
}

void Camera::queue(Peer& peer, std::string bytes)
{
    peer.waiting += bytes.size();
    peer.out.push_back(std::move(bytes));
    peer.queued.notify();
}

asio::awaitable<std::string> Camera::answer(const Request& request, PeerPtr peer)
{
    if (auto refused = refusal(request, peer); !refused.empty()) co_return refused;
    std::string bytes;
    if (request.protocol.starts_with("RTSP/"))
        bytes = co_await answer_rtsp(request, peer);
    else
        bytes = co_await answer_http(request);
    co_return bytes;
}

// Empty when the caller may ask this.
std::string Camera::refusal(const Request& request, const PeerPtr& peer)
{
    const auto login = request.header("authorization");
    if (config_.username.empty() || request.method == "OPTIONS") return {};
    std::string challenge;
    if (config_.login == "basic") {
        if (login == basic_login()) return {};
        challenge = fmt::format("WWW-Authenticate: Basic realm=\"{}\"\r\n", realm);
    } else {
        const auto admission = guard_.check(login, request.method, request.target, peer->address);
        if (admission == isapi::Admission::admitted) return {};
        challenge = guard_.challenges(admission == isapi::Admission::stale);
    }
    if (!login.empty()) ++seen_.unauthorised;
    if (request.protocol.starts_with("RTSP/")) return rtsp_reply(request, 401, challenge);
    Reply reply;
    reply.status = 401;
    reply.headers = challenge;
    return render(reply, request.keep_alive);
}

std::string Camera::basic_login() const
{
    return "Basic " + base64(config_.username + ":" + config_.password);
}

asio::awaitable<std::string> Camera::answer_rtsp(const Request& request, PeerPtr peer)
{
    constexpr auto methods =
        "Public: OPTIONS, DESCRIBE, SETUP, PLAY, GET_PARAMETER, SET_PARAMETER, TEARDOWN\r\n";
    const auto& method = request.method;
    if (method == "OPTIONS") co_return rtsp_reply(request, 200, methods);
    if (method == "GET_PARAMETER" || method == "SET_PARAMETER" || method == "TEARDOWN")
        co_return rtsp_reply(request, 200, session_of(*peer));
    auto* channel = channel_of(request.target);
    if (channel == nullptr) co_return rtsp_reply(request, 404);
    if (method == "DESCRIBE") {
        const auto headers = co_await channel->film.headers(channel->format);
        const auto where =
            fmt::format("Content-Base: {}/\r\nContent-Type: application/sdp\r\n", request.target);
        co_return rtsp_reply(request, 200, where, description(channel->format, headers));
    }
    if (method == "SETUP") co_return set_up(request, *peer);
    if (method != "PLAY") co_return rtsp_reply(request, 405);
    if (peer->session.empty()) co_return rtsp_reply(request, 455);
    peer->wants_key = true;
    channel->listeners.insert(peer);
    channel->wanted.notify();
    co_return rtsp_reply(request, 200, session_of(*peer) + "Range: npt=now-\r\n");
}

std::string Camera::set_up(const Request& request, Peer& peer)
{
    const std::string transport(request.header("transport"));
    const auto numbers = between(transport + ";", "interleaved=", "-");
    if (transport.find("RTP/AVP/TCP") == std::string::npos || numbers.empty())
        return rtsp_reply(request, 461);
    peer.interleave = static_cast<std::uint8_t>(std::atoi(numbers.c_str()));
    peer.session = fmt::format("{:08x}", ++session_);
    return rtsp_reply(request, 200,
                      fmt::format("{}Transport: RTP/AVP/TCP;unicast;interleaved={}-{}\r\n", session_of(peer),
                                  peer.interleave, peer.interleave + 1));
}

std::string Camera::session_of(const Peer& peer)
{
    return peer.session.empty() ? "" : fmt::format("Session: {};timeout=60\r\n", peer.session);
}

asio::awaitable<std::string> Camera::answer_http(const Request& request)
{
    Reply reply;
    reply.type = "image/jpeg";
    if (request.method != "GET" || request.path != "/snapshot.jpg" || habits_.snapshot == "none") {
        reply.status = 404;
        co_return render(reply, request.keep_alive);
    }
    constexpr int quality = 85;
    if (habits_.snapshot == "bomb") {
        reply.body = Canvas(7680, 4320).jpeg(quality);
    } else {
        auto showing = shot();
        reply.body = co_await photo_.photograph(config_.main, std::move(showing), quality);
    }
    if (habits_.snapshot == "giant") reply.body = enlarged(std::move(reply.body));
    auto bytes = render(reply, request.keep_alive);
    if (habits_.snapshot == "broken") bytes.resize(bytes.size() / 2);
    co_return bytes;
}

} // namespace gatehouse::sim::rtsp
