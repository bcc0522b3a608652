#include "gateway/api/connection.hpp"

#include "gateway/api/routes.hpp"
#include "gateway/base/cancellation.hpp"
#include "gateway/base/log.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <cstring>

#include <sys/socket.h>

namespace gatehouse::api {
namespace {

namespace http = boost::beast::http;
using Parser = http::request_parser<http::string_body>;

constexpr std::uint32_t header_max = 16U * 1024;
constexpr std::size_t linger_bytes_max = 32U * 1024 * 1024;
constexpr std::chrono::milliseconds linger_time{2'000};

std::string head_of(const Response& response, bool keep_alive)
{
    std::string text = "HTTP/1.1 " + std::to_string(response.status) + ' ';
    text += std::string_view(http::obsolete_reason(static_cast<http::status>(response.status)));
    text += "\r\nContent-Type: " + response.content_type;
    const auto size = response.long_body ? response.long_body->size : response.body.size();
    text += "\r\nContent-Length: " + std::to_string(size);
    text += "\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n";
    if (!response.allow.empty()) text += "Allow: " + response.allow + "\r\n";
    for (const auto& [name, value] : response.headers)
        text += name + ": " + value + "\r\n";
    if (!keep_alive) text += "Connection: close\r\n";
    return text + "\r\n";
}

unsigned status_of_flaw(base::error_code flaw)
{
    if (flaw == http::error::body_limit) return 413;
    if (flaw == http::error::header_limit || flaw == http::error::buffer_overflow) return 431;
    return 400;
}

Request request_of(http::request<http::string_body>& message, bool control)
{
    const auto field = [&message](auto name) { return std::string(std::string_view(message[name])); };
    Request request;
    request.host = field(http::field::host);
    request.origin = field(http::field::origin);
    request.cookie = field(http::field::cookie);
    request.authorization = field(http::field::authorization);
    request.csrf = field("X-CSRF-Token");
    request.method = std::string_view(message.method_string());
    request.path = std::string_view(message.target());
    request.body = std::move(message.body());
    request.control = control;
    return request;
}

// The kernel's word, not the client's.
std::string peer_of(Connection::Socket& socket, bool control)
{
    ucred peer{};
    socklen_t size = sizeof peer;
    if (!control || ::getsockopt(socket.native_handle(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0)
        return control ? "control" : "tcp";
    return "uid " + std::to_string(peer.uid);
}

std::string address_of(const Connection::Socket& socket, bool control)
{
    base::error_code gone;
    const auto remote = socket.remote_endpoint(gone);
    if (control || gone) return {};
    asio::ip::tcp::endpoint endpoint;
    if (remote.size() > endpoint.capacity()) return {};
    std::memcpy(endpoint.data(), remote.data(), remote.size());
    endpoint.resize(remote.size());
    return endpoint.address().to_string();
}

} // namespace

bool is_our_host(std::string_view host)
{
    const auto bracket = host.starts_with('[') ? host.find(']') : std::string_view::npos;
    const bool v6 = bracket != std::string_view::npos;
    const auto end = v6 ? bracket + 1 : std::min(host.find(':'), host.size());
    const auto port = host.substr(end);
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    if (!port.empty() &&
        (port.size() == 1 || port.front() != ':' || !std::all_of(port.begin() + 1, port.end(), digit)))
        return false;
    if (boost::beast::iequals(host.substr(0, end), "localhost")) return true;
    base::error_code no_address;
    const auto address =
        asio::ip::make_address(v6 ? host.substr(1, end - 2) : host.substr(0, end), no_address);
    return !no_address && address.is_loopback();
}

Connection::Connection(Socket socket, const Context& context, ConnectionLimits limits, bool control)
    : socket_(std::move(socket)), context_(context), limits_(limits), control_(control),
      peer_(peer_of(socket_, control)), address_(address_of(socket_, control))
{
    allow(limits_.idle_timeout);
}

void Connection::close()
{
    base::error_code ignored; // it is going away either way
    socket_.close(ignored);
}

void Connection::expire(base::MonoTime now)
{
    if (now >= deadline_) close();
}

asio::awaitable<void> Connection::converse()
{
    for (bool again = true; again;) {
        again = co_await one_request();
        if (buffer_.size() == 0) buffer_.shrink_to_fit();
    }
}

asio::awaitable<bool> Connection::one_request()
{
    Parser parser;
    parser.header_limit(header_max);
    parser.body_limit(limits_.body_max);
    allow(limits_.idle_timeout);
    const auto [flaw, size] =
        co_await http::async_read_header(socket_, buffer_, parser, asio::as_tuple(asio::use_awaitable));
    auto reason = flaw;
    if (!reason) {
        allow(limits_.request_timeout);
        const auto [body_flaw, body_size] =
            co_await http::async_read(socket_, buffer_, parser, asio::as_tuple(asio::use_awaitable));
        reason = body_flaw;
    }
    if (reason) {
        co_await base::throw_if_cancelled();
        // Only what the peer wrote is worth an answer; a connection that ended is not.
        const bool ours = reason.category() == http::make_error_code(http::error::bad_method).category();
        if (!ours || reason == http::error::end_of_stream || reason == http::error::partial_message)
            co_return false;
        const auto refusal =
            problem(status_of_flaw(reason), "the request could not be read: " + reason.message());
        const bool sent = co_await send(refusal, false, false);
        if (sent) co_await linger();
        co_return false;
    }
    auto& message = parser.get();
    const bool keep_alive = message.keep_alive();
    const bool head = message.method() == http::verb::head;
    if (!control_ && !is_our_host(std::string_view(message[http::field::host]))) {
        const auto refusal = problem(403, "the Host header must be localhost or a loopback address");
        const bool sent = co_await send(refusal, keep_alive, head);
        co_return sent&& keep_alive;
    }
    deadline_ = base::MonoTime::max(); // now it is our turn; services bound their own time
    auto request = request_of(message, control_);
    request.peer = peer_;
    request.address = address_;
    const auto response = co_await respond(context_, std::move(request));
    allow(limits_.request_timeout);
    const bool sent = co_await send(response, keep_alive, head);
    co_return sent&& keep_alive;
}

asio::awaitable<bool> Connection::send(const Response& response, bool keep_alive, bool head)
{
    const std::string front = head_of(response, keep_alive);
    std::vector<asio::const_buffer> pieces{asio::buffer(front)};
    if (!head) pieces.emplace_back(asio::buffer(response.body));
    const auto [reason, size] =
        co_await asio::async_write(socket_, pieces, asio::as_tuple(asio::use_awaitable));
    if (reason) co_await base::throw_if_cancelled();
    if (reason || head || !response.long_body) co_return !reason;
    const bool whole = co_await send_pieces(*response.long_body);
    co_return whole;
}

// When a piece cannot be read, the connection ends before its Content-Length: the client sees that.
asio::awaitable<bool> Connection::send_pieces(const LongBody& body)
{
    for (std::uint64_t sent = 0; sent < body.size;) {
        auto next = body.next();
        const auto piece = co_await std::move(next);
        if (!piece) co_return false;
        allow(limits_.request_timeout);
        const auto [reason, size] =
            co_await asio::async_write(socket_, asio::buffer(*piece), asio::as_tuple(asio::use_awaitable));
        if (reason) co_await base::throw_if_cancelled();
        if (reason) co_return false;
        sent += size;
    }
    co_return true;
}

// Closing with bytes unread would reset the connection and take our answer with it.
asio::awaitable<void> Connection::linger()
{
    allow(linger_time);
    base::error_code gone;
    socket_.shutdown(asio::socket_base::shutdown_send, gone);
    std::vector<char> dropped(16U * 1024);
    for (std::size_t total = 0; !gone && total < linger_bytes_max;) {
        const auto [reason, size] =
            co_await socket_.async_read_some(asio::buffer(dropped), asio::as_tuple(asio::use_awaitable));
        if (reason) co_await base::throw_if_cancelled();
        gone = reason;
        total += size;
    }
}

} // namespace gatehouse::api
