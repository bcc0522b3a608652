#include "tests/sim/http.hpp"

#include "tests/sim/text.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <fmt/format.h>

#include <array>
#include <charconv>

namespace gatehouse::sim {
namespace {

constexpr std::size_t head_max = 64U << 10U;
constexpr std::size_t body_max = 8U << 20U;

bool parse_head(std::string_view head, Request& request)
{
    const auto line_end = std::min(head.find("\r\n"), head.size());
    const auto line = head.substr(0, line_end);
    const auto first = line.find(' ');
    const auto last = line.rfind(' ');
    if (first == std::string_view::npos || last <= first) return false;
    request.protocol = line.substr(last + 1);
    if (!request.protocol.starts_with("HTTP/") && !request.protocol.starts_with("RTSP/")) return false;
    request.method = line.substr(0, first);
    request.target = line.substr(first + 1, last - first - 1);
    const auto mark = request.target.find('?');
    request.path = request.target.substr(0, mark);
    if (mark != std::string::npos) request.query = request.target.substr(mark + 1);
    request.keep_alive = request.protocol != "HTTP/1.0";
    head.remove_prefix(std::min(line_end + 2, head.size()));
    while (!head.empty()) {
        const auto end = std::min(head.find("\r\n"), head.size());
        const auto field = head.substr(0, end);
        if (const auto colon = field.find(':'); colon != std::string_view::npos) {
            auto value = field.substr(colon + 1);
            value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
            request.headers[lower(field.substr(0, colon))] = value;
        }
        head.remove_prefix(std::min(end + 2, head.size()));
    }
    const auto connection = lower(request.header("connection"));
    if (connection == "close") request.keep_alive = false;
    if (connection == "keep-alive") request.keep_alive = true;
    return true;
}

// Takes whole chunks off the front of `buffer`; true when the last one was seen.
bool take_chunks(std::string& buffer, std::string& body)
{
    for (;;) {
        const auto line = buffer.find("\r\n");
        if (line == std::string::npos) return false;
        std::size_t size = 0;
        std::from_chars(buffer.data(), buffer.data() + line, size, 16);
        if (size > body_max || buffer.size() < line + 2 + size + 2) return false;
        body.append(buffer, line + 2, size);
        buffer.erase(0, line + 2 + size + 2);
        if (size == 0) return true;
    }
}

asio::awaitable<bool> read_body(Tcp::socket& socket, std::string& buffer, Request& request)
{
    if (lower(request.header("transfer-encoding")) == "chunked") {
        while (!take_chunks(buffer, request.body)) {
            const bool more = co_await read_more(socket, buffer);
            if (!more || request.body.size() > body_max) co_return false;
        }
        co_return true;
    }
    const auto text = request.header("content-length");
    std::size_t size = 0;
    std::from_chars(text.data(), text.data() + text.size(), size);
    if (size > body_max) co_return false;
    while (buffer.size() < size) {
        const bool more = co_await read_more(socket, buffer);
        if (!more) co_return false;
    }
    request.body = buffer.substr(0, size);
    buffer.erase(0, size);
    co_return true;
}

std::string_view reason(int status)
{
    switch (status) {
    case 200: return "OK";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 503: return "Service Unavailable";
    default: return "Error";
    }
}

} // namespace

std::string_view Request::header(const std::string& name) const
{
    const auto at = headers.find(name);
    return at == headers.end() ? std::string_view() : std::string_view(at->second);
}

asio::awaitable<bool> read_more(Tcp::socket& socket, std::string& buffer)
{
    std::array<char, 8192> chunk{};
    boost::system::error_code failure;
    const auto size = co_await socket.async_read_some(asio::buffer(chunk),
                                                      asio::redirect_error(asio::use_awaitable, failure));
    if (failure) co_return false;
    buffer.append(chunk.data(), size);
    co_return true;
}

asio::awaitable<bool> read_request(Tcp::socket& socket, std::string& buffer, Request& request)
{
    auto end = buffer.find("\r\n\r\n");
    while (end == std::string::npos) {
        const bool more = co_await read_more(socket, buffer);
        if (!more || buffer.size() > head_max) co_return false;
        end = buffer.find("\r\n\r\n");
    }
    request = Request();
    if (!parse_head(std::string_view(buffer).substr(0, end), request)) co_return false;
    buffer.erase(0, end + 4);
    const bool whole = co_await read_body(socket, buffer, request);
    co_return whole;
}

std::string render(const Reply& reply, bool keep_alive)
{
    return fmt::format("HTTP/1.1 {} {}\r\nServer: App-webs/\r\n{}Content-Type: {}\r\nContent-Length: {}\r\n"
                       "Connection: {}\r\n\r\n{}",
                       reply.status, reason(reply.status), reply.headers, reply.type, reply.body.size(),
                       keep_alive ? "keep-alive" : "close", reply.body);
}

} // namespace gatehouse::sim
