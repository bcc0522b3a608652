#include "gateway/api/connection.hpp"

#include "gateway/api/admission.hpp"
#include "gateway/api/event_stream.hpp"
#include "gateway/api/response_head.hpp"
#include "gateway/api/routes.hpp"
#include "gateway/base/cancellation.hpp"
#include "gateway/base/log.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/read.hpp>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <sys/socket.h>

namespace gatehouse::api {
namespace {

namespace http = boost::beast::http;

constexpr std::uint32_t header_max = 16U * 1024;
constexpr std::size_t first_read = 4096;
constexpr std::size_t linger_bytes_max = 32U * 1024 * 1024;
constexpr std::chrono::milliseconds linger_time{2'000};

unsigned status_of_flaw(base::error_code flaw)
{
    if (flaw == http::error::body_limit) return 413;
    if (flaw == http::error::header_limit || flaw == http::error::buffer_overflow) return 431;
    return 400;
}

// The kernel's word, not the client's.
std::string peer_of(ClientStream::Socket& socket, bool control)
{
    ucred peer{};
    socklen_t size = sizeof peer;
    if (!control || ::getsockopt(socket.native_handle(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0)
        return control ? "control" : "tcp";
    return "uid " + std::to_string(peer.uid);
}

Response busy(unsigned status, std::string_view why, std::chrono::seconds wait)
{
    auto response = problem(status, why);
    response.headers.emplace_back("Retry-After", std::to_string(wait.count()));
    return response;
}

bool is_for_events(const http::request<http::string_body>& head)
{
    const auto target = std::string_view(head.target());
    return boost::beast::websocket::is_upgrade(head) &&
           target.substr(0, target.find('?')) == "/api/v1/events/stream";
}

bool is_plain_http(base::error_code reason)
{
    return reason.category() == asio::error::get_ssl_category() &&
           ERR_GET_REASON(static_cast<unsigned long>(reason.value())) == SSL_R_HTTP_REQUEST;
}

} // namespace

// The place of one large body among all that are received or worked on.
class Connection::FileBody {
public:
    explicit FileBody(ServerShared& shared) : shared_(shared) { ++shared_.large_bodies; }
    ~FileBody() { --shared_.large_bodies; }
    FileBody(const FileBody&) = delete;
    FileBody& operator=(const FileBody&) = delete;

private:
    ServerShared& shared_;
};

Connection::Connection(ClientStream::Socket socket, ServerShared& shared, std::string address, bool control)
    : stream_(std::move(socket)), shared_(shared), address_(std::move(address)), control_(control),
      peer_(peer_of(stream_.socket(), control)), deadline_(shared.context.clock)
{
    deadline_.allow(shared_.options.idle_timeout);
}

Connection::~Connection()
{
    if (!control_) shared_.callers.leave(address_);
}

void Connection::expire()
{
    if (!deadline_.has_passed()) return;
    deadline_.lift();
    if (!idle_) shared_.timed_out.add();
    close();
}

asio::awaitable<void> Connection::converse()
{
    if (shared_.certificate && !control_) {
        const bool secured = co_await secure();
        if (!secured) co_return;
    }
    for (bool again = true; again;) {
        again = co_await one_request();
        if (buffer_.size() == 0) buffer_.shrink_to_fit();
    }
}

asio::awaitable<bool> Connection::secure()
{
    if (shared_.handshakes >= shared_.options.handshakes_max) {
        shared_.refused_overloaded.add();
        co_return false;
    }
    idle_ = false;
    deadline_.allow(shared_.options.handshake_timeout);
    ++shared_.handshakes;
    const auto reason = co_await stream_.shake_hands(shared_.certificate->pair().context);
    --shared_.handshakes;
    if (!reason) co_return true;
    co_await base::throw_if_cancelled();
    shared_.failed_handshakes.add();
    if (!is_plain_http(reason)) co_return false;
    auto refusal = problem(400, "this port speaks HTTPS");
    const bool sent = co_await send(refusal, false, false);
    if (sent) co_await linger();
    co_return false;
}

// False at the end of the connection, whatever ended it. Until the first byte the client is idle; from then
// on it has the time of one request.
asio::awaitable<bool> Connection::first_bytes()
{
    idle_ = true;
    deadline_.allow(shared_.options.idle_timeout);
    if (buffer_.size() == 0) {
        const auto room = buffer_.prepare(first_read);
        const auto [reason, size] =
            co_await stream_.async_read_some(room, asio::as_tuple(asio::use_awaitable));
        if (reason) co_await base::throw_if_cancelled();
        if (reason) co_return false;
        buffer_.commit(size);
    }
    idle_ = false;
    deadline_.allow(shared_.options.request_timeout);
    co_return true;
}

asio::awaitable<base::error_code> Connection::receive_head(Parser& parser)
{
    const auto [reason, size] =
        co_await http::async_read_header(stream_, buffer_, parser, asio::as_tuple(asio::use_awaitable));
    co_return reason;
}

asio::awaitable<base::error_code> Connection::receive_body(Parser& parser)
{
    const auto [reason, size] =
        co_await http::async_read(stream_, buffer_, parser, asio::as_tuple(asio::use_awaitable));
    co_return reason;
}

asio::awaitable<bool> Connection::one_request()
{
    const bool begun = co_await first_bytes();
    if (!begun) co_return false;
    Parser parser;
    parser.header_limit(header_max);
    parser.body_limit(boost::none); // until we know what is asked
    auto reason = co_await receive_head(parser);
    if (reason) co_return co_await refuse(reason);
    const auto& head = parser.get();
    const bool is_head = head.method() == http::verb::head;
    const bool file = may_send_file(parser.get());
    if (auto refusal = refusal_of(parser, file)) {
        const bool keep_alive = head.keep_alive() && parser.is_done();
        const bool sent = co_await send(*refusal, keep_alive, is_head);
        if (sent && !keep_alive) co_await linger();
        co_return sent&& keep_alive;
    }
    if (is_for_events(parser.get())) co_return co_await follow_events(parser.get());
    std::optional<FileBody> file_body;
    if (file && !control_) file_body.emplace(shared_);
    if (file) deadline_.allow(shared_.options.file_timeout);
    parser.body_limit(file ? shared_.options.file_body_max : shared_.options.read_body_max);
    reason = co_await receive_body(parser);
    if (reason) co_return co_await refuse(reason);
    auto& message = parser.get();
    const bool keep_alive = message.keep_alive();
    deadline_.lift(); // now it is our turn; services bound their own time
    const auto response = co_await answer(message);
    deadline_.allow(shared_.options.request_timeout);
    const bool sent = co_await send(response, keep_alive, is_head);
    co_return sent&& keep_alive;
}

// Whoever may do nothing with a file shall not fill our memory with one.
bool Connection::may_send_file(Message& head) const
{
    if (control_) return true;
    if (head.method() == http::verb::get || head.method() == http::verb::head) return false;
    const auto needed = file_permission(std::string_view(head.target()));
    return needed && !admit(shared_.context, request_of(head), needed).refusal;
}

// What the head alone forbids: nothing more is read of it.
std::optional<Response> Connection::refusal_of(Parser& parser, bool file)
{
    if (control_) return std::nullopt;
    const auto& head = parser.get();
    if (!shared_.is_us(std::string_view(head[http::field::host]))) {
        shared_.refused_host.add();
        return problem(421, "the Host header names nobody here; add the name to api.names if it is ours");
    }
    if (const auto wait = shared_.callers.ask(address_, shared_.context.clock.now())) {
        shared_.refused_rate.add();
        return busy(429, "too many requests from this address", *wait);
    }
    const auto most = file ? shared_.options.file_body_max : shared_.options.read_body_max;
    if (parser.content_length().value_or(0) > most) {
        shared_.refused_too_large.add();
        return problem(413, "the body is larger than this resource takes");
    }
    if (file && shared_.large_bodies >= shared_.options.file_bodies_max) {
        shared_.refused_overloaded.add();
        return busy(503, "other files are being received; try again", std::chrono::seconds(5));
    }
    return std::nullopt;
}

asio::awaitable<bool> Connection::refuse(base::error_code reason)
{
    co_await base::throw_if_cancelled();
    // Only what the peer wrote is worth an answer; a connection that ended is not.
    const bool ours = reason.category() == http::make_error_code(http::error::bad_method).category();
    if (!ours || reason == http::error::end_of_stream || reason == http::error::partial_message)
        co_return false;
    const auto status = status_of_flaw(reason);
    (status == 400 ? shared_.refused_malformed : shared_.refused_too_large).add();
    const auto refusal = problem(status, "the request could not be read: " + reason.message());
    const bool sent = co_await send(refusal, false, false);
    if (sent) co_await linger();
    co_return false;
}

Request Connection::request_of(Message& message) const
{
    const auto field = [&message](auto name) { return std::string(std::string_view(message[name])); };
    Request request;
    request.method = std::string_view(message.method_string());
    request.path = std::string_view(message.target());
    request.body = std::move(message.body());
    request.control = control_;
    request.peer = peer_;
    request.address = address_;
    request.host = field(http::field::host);
    request.origin = field(http::field::origin);
    request.cookie = field(http::field::cookie);
    request.authorization = field(http::field::authorization);
    request.csrf = field("X-CSRF-Token");
    request.background = field("X-Background") == "1";
    request.secure = stream_.secure();
    return request;
}

asio::awaitable<Response> Connection::answer(Message& message)
{
    const bool reads = message.method() == http::verb::get || message.method() == http::verb::head;
    const auto field = [&](http::field name) { return std::string(message[name]); };
    const auto known = field(http::field::if_none_match);
    std::optional<Response> response;
    if (reads && !control_) {
        const StaticFiles::Wants wants{
            .html = field(http::field::accept).find("text/html") != std::string::npos,
            .gzip = field(http::field::accept_encoding).find("gzip") != std::string::npos};
        response = shared_.console.answer(std::string_view(message.target()), wants);
    }
    if (!response) {
        auto request = request_of(message);
        response = co_await respond(shared_.context, std::move(request));
        if (reads) tag(*response);
    }
    if (is_known_to_client(*response, known)) {
        response->status = 304;
        response->body.clear();
        response->long_body.reset();
    }
    co_return std::move(*response);
}

// A WebSocket ends with its connection.
asio::awaitable<bool> Connection::follow_events(Message& head)
{
    auto request = request_of(head);
    if (!read_target(request)) co_return false;
    if (auto refusal = EventStream::refusal(shared_, request)) {
        const bool sent = co_await send(*refusal, head.keep_alive(), false);
        co_return sent&& head.keep_alive();
    }
    idle_ = true; // the stream itself tells who is slow
    EventStream events(stream_, shared_, deadline_, std::move(request));
    co_await events.run(head);
    co_return false;
}

asio::awaitable<bool> Connection::send(const Response& response, bool keep_alive, bool head)
{
    const ResponseFacts facts{
        .keep_alive = keep_alive, .secure = stream_.secure(), .now = shared_.context.clock.wall()};
    const std::string front = head_of(response, facts);
    std::vector<asio::const_buffer> pieces{asio::buffer(front)};
    if (!head) pieces.emplace_back(asio::buffer(response.body));
    const auto [reason, size] =
        co_await asio::async_write(stream_, pieces, asio::as_tuple(asio::use_awaitable));
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
        deadline_.allow(shared_.options.request_timeout);
        const auto [reason, size] =
            co_await asio::async_write(stream_, asio::buffer(*piece), asio::as_tuple(asio::use_awaitable));
        if (reason) co_await base::throw_if_cancelled();
        if (reason) co_return false;
        sent += size;
    }
    co_return true;
}

// Closing with bytes unread would reset the connection and take our answer with it.
asio::awaitable<void> Connection::linger()
{
    deadline_.allow(linger_time);
    base::error_code gone;
    stream_.socket().shutdown(asio::socket_base::shutdown_send, gone);
    std::vector<char> dropped(16U * 1024);
    for (std::size_t total = 0; !gone && total < linger_bytes_max;) {
        const auto [reason, size] = co_await stream_.socket().async_read_some(
            asio::buffer(dropped), asio::as_tuple(asio::use_awaitable));
        if (reason) co_await base::throw_if_cancelled();
        gone = reason;
        total += size;
    }
}

} // namespace gatehouse::api
