#pragma once
#include "gateway/base/asio.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <map>
#include <string>
#include <string_view>

namespace gatehouse::sim {

using Tcp = asio::ip::tcp;

struct Request {
    std::string method;
    std::string target; // as sent, with the query
    std::string path;   // without the query
    std::string query;
    std::map<std::string, std::string> headers; // lower-case names
    std::string body;
    std::string protocol; // HTTP/1.1, HTTP/1.0 or RTSP/1.0
    bool keep_alive = true;

    [[nodiscard]] std::string_view header(const std::string& name) const;
};

// A small reader of our own: the gateway's HTTP comes from a library, and the simulator must not share its
// views. False at the end of the connection and on anything that is no request.
// Reads RTSP's requests too, which have the same shape.
[[nodiscard]] asio::awaitable<bool> read_request(Tcp::socket& socket, std::string& buffer, Request& request);

// Appends what comes next; false at the end of the connection.
[[nodiscard]] asio::awaitable<bool> read_more(Tcp::socket& socket, std::string& buffer);

struct Reply {
    int status = 200;
    std::string type = "application/xml; charset=\"UTF-8\"";
    std::string body;
    std::string headers; // further lines, each with CRLF
};

[[nodiscard]] std::string render(const Reply& reply, bool keep_alive);

} // namespace gatehouse::sim
