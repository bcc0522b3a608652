#include "gateway/cli/control_client.hpp"

#include "gateway/config/listen_address.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/json/parse.hpp>
#include <fmt/format.h>

namespace gatehouse::cli {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;

using Request = http::request<http::string_body>;

base::Result<ControlReply> round_trip(const std::string& socket_path, const Request& request)
{
    asio::io_context io;
    asio::local::stream_protocol::socket socket(io);
    base::error_code failed;
    // A path longer than sockaddr_un takes throws in the endpoint's constructor.
    if (socket_path.size() > config::socket_path_size_max) return base::Errc::too_large;
    socket.connect(asio::local::stream_protocol::endpoint(socket_path), failed);
    if (failed) return failed;
    http::write(socket, request, failed);
    if (failed) return failed;
    boost::beast::flat_buffer buffer;
    http::response_parser<http::string_body> parser;
    parser.body_limit(boost::none);
    http::read(socket, buffer, parser, failed);
    if (failed) return failed;
    auto response = parser.release();
    return ControlReply{response.result_int(), std::move(response.body())};
}

Request make_request(http::verb verb, const std::string& target)
{
    Request request(verb, target, 11);
    request.set(http::field::host, "localhost");
    request.set(http::field::connection, "close");
    return request;
}

} // namespace

boost::json::value ControlReply::json() const
{
    boost::system::error_code failed;
    auto value = boost::json::parse(body, failed);
    return failed ? boost::json::value() : value;
}

std::string ControlReply::problem() const
{
    const auto value = json();
    if (const auto* object = value.if_object()) {
        for (const char* key : {"detail", "title"}) {
            const auto* text = object->if_contains(key);
            if (text != nullptr && text->is_string()) return std::string(text->as_string());
        }
    }
    return fmt::format("the gateway answered with status {}", status);
}

base::Result<ControlReply> ControlClient::get(const std::string& target) const
{
    return round_trip(socket_, make_request(http::verb::get, target));
}

base::Result<ControlReply> ControlClient::post(const std::string& target, std::string body,
                                               const std::string& content_type) const
{
    auto request = make_request(http::verb::post, target);
    request.set(http::field::content_type, content_type);
    request.body() = std::move(body);
    request.prepare_payload();
    return round_trip(socket_, request);
}

std::string encoded(std::string_view text)
{
    std::string out;
    for (const char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                           c == '-' || c == '_' || c == '.';
        if (plain)
            out += c;
        else
            out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return out;
}

} // namespace gatehouse::cli
