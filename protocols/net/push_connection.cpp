#include "protocols/net/push_connection.hpp"

#include "gateway/base/cancellation.hpp"
#include "protocols/net/raw_scanner.hpp"
#include "protocols/net/remote_address.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <optional>

namespace gatehouse::net {
namespace {

namespace http = boost::beast::http;

constexpr std::size_t buffer_small = 4096;
constexpr std::size_t buffer_large = 64U * 1024;
constexpr std::size_t linger_bytes_max = 8U * 1024 * 1024;
constexpr std::chrono::milliseconds linger_time{2'000};

base::Counter& refused(base::Metrics& metrics, const char* reason)
{
    return metrics.counter("gatehouse_push_refused_total", "what the push listener refused",
                           {{"reason", reason}});
}

// The {device-id} of /push/{device-id}[/...][?query], or empty.
std::string_view device_of_target(std::string_view target)
{
    constexpr std::string_view root = "/push/";
    if (!target.starts_with(root)) return {};
    target.remove_prefix(root.size());
    target = target.substr(0, target.find_first_of("/?"));
    const auto allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
    if (target.size() > 32 || !std::all_of(target.begin(), target.end(), allowed)) return {};
    return target;
}

std::string response_text(const device::PushReply& reply, bool keep_alive, bool http_1_0)
{
    std::string text;
    text.reserve(192 + reply.body.size() + reply.www_authenticate.size());
    text += "HTTP/1.1 " + std::to_string(reply.status) + ' ';
    text += std::string_view(http::obsolete_reason(static_cast<http::status>(reply.status)));
    text += "\r\nContent-Length: " + std::to_string(reply.body.size()) + "\r\n";
    if (!reply.content_type.empty()) text += "Content-Type: " + reply.content_type + "\r\n";
    if (!reply.www_authenticate.empty()) text += "WWW-Authenticate: " + reply.www_authenticate + "\r\n";
    if (!reply.date.empty()) text += "Date: " + reply.date + "\r\n";
    if (!keep_alive) text += "Connection: close\r\n";
    if (keep_alive && http_1_0) text += "Connection: keep-alive\r\n";
    text += "\r\n";
    text += reply.body;
    return text;
}

} // namespace

PushShared::PushShared(base::Clock& the_clock, base::Metrics& metrics, PushListenerOptions the_options,
                       PushHandler the_handler)
    : clock(the_clock), options(std::move(the_options)), handler(std::move(the_handler)),
      requests(
          metrics.counter("gatehouse_push_requests_total", "requests of devices handed to their driver")),
      bytes(metrics.counter("gatehouse_push_bytes_total", "bytes received from pushing devices")),
      refused_connections(refused(metrics, "connections")), refused_too_large(refused(metrics, "too_large")),
      refused_overloaded(refused(metrics, "overloaded")), refused_malformed(refused(metrics, "malformed")),
      refused_unknown(refused(metrics, "unknown_path")), timed_out(refused(metrics, "timed_out"))
{
}

// The share of one body in the bytes all connections may hold.
class PushConnection::Charge {
public:
    explicit Charge(PushShared& shared) : shared_(shared) {}
    ~Charge() { shared_.bytes_in_flight -= held_; }
    Charge(const Charge&) = delete;
    Charge& operator=(const Charge&) = delete;

    // False when that would be too much for all together.
    bool grow_to(std::size_t size)
    {
        if (size <= held_) return true;
        if (shared_.bytes_in_flight + (size - held_) > shared_.options.bytes_in_flight_max) return false;
        shared_.bytes_in_flight += size - held_;
        held_ = size;
        return true;
    }

private:
    PushShared& shared_;
    std::size_t held_ = 0;
};

PushConnection::PushConnection(asio::ip::tcp::socket socket, PushShared& shared)
    : socket_(std::move(socket)), shared_(shared), remote_(remote_address(socket_))
{
    allow(shared_.options.idle_timeout);
}

void PushConnection::close()
{
    base::error_code ignored; // it is going away either way
    socket_.close(ignored);
}

void PushConnection::expire(base::MonoTime now)
{
    if (now < deadline_ || expired_) return;
    expired_ = true;
    close();
}

asio::awaitable<void> PushConnection::converse()
{
    for (bool again = true; again;) {
        allow(shared_.options.idle_timeout);
        skip_blanks();
        while (buffer_.size() == 0) {
            const bool received = co_await receive(buffer_small);
            if (!received) co_return;
            skip_blanks();
        }
        allow(shared_.options.request_timeout);
        const char first = *static_cast<const char*>(buffer_.cdata().data());
        if (first == '<' || first == '{')
            again = co_await raw_message(first == '<');
        else
            again = co_await one_request();
        if (expired_) shared_.timed_out.add();
        if (buffer_.capacity() > 2 * buffer_small) buffer_.shrink_to_fit();
    }
}

// False at the end of the connection, whatever ended it.
asio::awaitable<bool> PushConnection::receive(std::size_t size)
{
    const auto room = buffer_.prepare(size);
    const auto [reason, received] =
        co_await socket_.async_read_some(room, asio::as_tuple(asio::use_awaitable));
    if (reason) {
        co_await base::throw_if_cancelled();
        co_return false;
    }
    buffer_.commit(received);
    shared_.bytes.add(received);
    co_return true;
}

asio::awaitable<bool> PushConnection::send(std::string_view text)
{
    while (!text.empty()) {
        const auto source = asio::buffer(text.data(), text.size());
        const auto [reason, sent] =
            co_await socket_.async_write_some(source, asio::as_tuple(asio::use_awaitable));
        if (reason) {
            co_await base::throw_if_cancelled();
            co_return false;
        }
        text.remove_prefix(sent);
    }
    co_return true;
}

// Line ends and blanks between messages (RFC 9112 §2.2, and devices that end their XML with a line feed).
void PushConnection::skip_blanks()
{
    constexpr std::string_view blanks = " \t\r\n";
    const auto bytes = buffer_.cdata();
    const std::string_view text(static_cast<const char*>(bytes.data()), bytes.size());
    buffer_.consume(std::min(text.find_first_not_of(blanks), text.size()));
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (text.starts_with(byte_order_mark)) buffer_.consume(byte_order_mark.size());
}

// Parses what has been received: 0, or the status that refuses it.
unsigned PushConnection::put(Parser& parser)
{
    base::error_code reason;
    buffer_.consume(parser.put(buffer_.cdata(), reason));
    if (!reason || reason == http::error::need_more) return 0;
    if (reason == http::error::body_limit) return 413;
    if (reason == http::error::header_limit || reason == http::error::buffer_overflow) return 431;
    return 400;
}

asio::awaitable<bool> PushConnection::one_request()
{
    Parser parser;
    parser.header_limit(static_cast<std::uint32_t>(shared_.options.header_max));
    parser.body_limit(shared_.options.body_max);
    for (;;) {
        const unsigned flaw = put(parser);
        if (flaw != 0) co_return co_await refuse(flaw);
        if (parser.is_header_done()) break;
        const bool received = co_await receive(buffer_small);
        if (!received) co_return false;
    }
    const bool ours = !device_of_target(parser.get().target()).empty();
    if (!ours && !shared_.options.claimed_by) co_return co_await refuse(404);
    Charge charge(shared_);
    if (!parser.is_done()) {
        const unsigned flaw = co_await receive_body(parser, charge);
        if (flaw != 0) co_return co_await refuse(flaw);
        if (!parser.is_done()) co_return false;
    }
    co_return co_await answer(parser);
}

// 0 with the parser done, 0 with it not done when the peer hung up, or the status that refuses the body.
asio::awaitable<unsigned> PushConnection::receive_body(Parser& parser, Charge& charge)
{
    const std::size_t announced = parser.content_length().value_or(0);
    if (!charge.grow_to(announced)) co_return 503;
    if (boost::beast::iequals(parser.get()[http::field::expect], "100-continue") && buffer_.size() == 0) {
        const bool sent = co_await send("HTTP/1.1 100 Continue\r\n\r\n");
        if (!sent) co_return 0;
    }
    parser.eager(true);
    for (;;) {
        if (buffer_.size() > 0) {
            const unsigned flaw = put(parser);
            if (flaw != 0) co_return flaw;
        }
        if (!charge.grow_to(parser.get().body().size())) co_return 503;
        if (parser.is_done()) co_return 0;
        const std::size_t missing = parser.content_length_remaining().value_or(buffer_large);
        const bool received = co_await receive(std::clamp(missing, buffer_small, buffer_large));
        if (!received) co_return 0;
    }
}

asio::awaitable<bool> PushConnection::answer(Parser& parser)
{
    auto& message = parser.get();
    const bool keep_alive = parser.keep_alive();
    const bool http_1_0 = message.version() == 10;
    device::PushRequest request;
    request.method = std::string_view(message.method_string());
    request.target = std::string_view(message.target());
    request.remote = remote_;
    request.content_type = std::string_view(message[http::field::content_type]);
    request.authorization = std::string_view(message[http::field::authorization]);
    for (const auto& field : message)
        request.headers.emplace_back(std::string_view(field.name_string()), std::string_view(field.value()));
    request.body = std::move(message.body());
    std::string device(device_of_target(request.target));
    if (device.empty() && shared_.options.claimed_by) device = shared_.options.claimed_by(request);
    if (device.empty()) co_return co_await refuse(404);
    shared_.requests.add();
    deadline_ = base::MonoTime::max(); // now it is our turn; the driver bounds its own time
    const auto reply = co_await shared_.handler(std::move(device), std::move(request));
    allow(shared_.options.request_timeout);
    const std::string text = response_text(reply, keep_alive, http_1_0);
    const bool sent = co_await send(text);
    co_return sent&& keep_alive;
}

asio::awaitable<bool> PushConnection::raw_message(bool xml)
{
    std::string device = shared_.options.device_of ? shared_.options.device_of(remote_) : std::string();
    if (device.empty()) {
        shared_.refused_unknown.add();
        co_return false;
    }
    RawScanner scanner(xml ? RawScanner::Kind::xml : RawScanner::Kind::json);
    Charge charge(shared_);
    device::PushRequest request;
    for (bool open = true; open;) {
        const auto bytes = buffer_.cdata();
        const std::string_view text(static_cast<const char*>(bytes.data()), bytes.size());
        const auto used = scanner.feed(text);
        request.body.append(text.substr(0, used));
        buffer_.consume(used);
        if (request.body.size() > shared_.options.body_max) {
            shared_.refused_too_large.add();
            co_return false;
        }
        if (!charge.grow_to(request.body.size())) {
            shared_.refused_overloaded.add();
            co_return false;
        }
        // A document cut off by the peer's end still goes to its driver, which knows how to read half of one.
        open = !scanner.done() && co_await receive(buffer_large);
    }
    if (expired_) co_return false;
    request.method = "POST";
    request.target = "/push/" + device;
    request.remote = remote_;
    request.content_type = xml ? "application/xml" : "application/json";
    shared_.requests.add();
    deadline_ = base::MonoTime::max();
    const auto reply = co_await shared_.handler(std::move(device), std::move(request));
    // There is no answer to give; hanging up is all that tells such a device "not taken".
    co_return reply.status >= 200 && reply.status < 300;
}

// Says no and ends the connection: what the peer still sends is not worth parsing. Reads on for a moment,
// because closing with bytes unread would reset the connection and take our answer with it.
asio::awaitable<bool> PushConnection::refuse(unsigned status)
{
    base::Counter& counter = status == 404   ? shared_.refused_unknown
                             : status == 503 ? shared_.refused_overloaded
                             : status == 400 ? shared_.refused_malformed
                                             : shared_.refused_too_large;
    counter.add();
    allow(linger_time);
    device::PushReply reply;
    reply.status = status;
    const std::string text = response_text(reply, false, false);
    const bool sent = co_await send(text);
    base::error_code gone;
    socket_.shutdown(asio::socket_base::shutdown_send, gone);
    std::size_t dropped = 0;
    bool open = sent && !gone;
    while (open && dropped < linger_bytes_max) {
        buffer_.clear();
        open = co_await receive(buffer_large);
        dropped += buffer_.size();
    }
    expired_ = false; // the end of the grace is no timeout of a request
    co_return false;
}

} // namespace gatehouse::net
