#include "gateway/cli/control_client.hpp"

#include "gateway/config/listen_address.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/json/parse.hpp>
#include <fmt/format.h>

namespace gatehouse::cli {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

using Request = http::request<http::string_body>;
using Local = asio::local::stream_protocol;

// One request and its answer. Every step blocks, but for no longer than the patience without progress: a
// daemon that is stopped or stuck must not hold up whoever asks how it does.
class Exchange {
public:
    explicit Exchange(Patience patience) : patience_(patience) {}

    base::error_code connect(const std::string& path)
    {
        // A longer path than sockaddr_un takes throws in the endpoint's constructor.
        if (path.size() > config::socket_path_size_max) return base::Errc::too_large;
        const Local::endpoint where(path);
        return step([&](auto done) { stream_.async_connect(where, done); });
    }

    base::error_code send(const Request& request)
    {
        http::request_serializer<http::string_body> serializer(request);
        base::error_code failed;
        while (!failed && !serializer.is_done())
            failed = step([&](auto done) { http::async_write_some(stream_, serializer, done); });
        return failed;
    }

    template <class Parser>
    base::error_code receive_head(Parser& parser)
    {
        parser.body_limit(boost::none);
        return step([&](auto done) { http::async_read_header(stream_, buffer_, parser, done); });
    }

    template <class Parser>
    base::error_code receive_some(Parser& parser)
    {
        return step([&](auto done) { http::async_read_some(stream_, buffer_, parser, done); });
    }

private:
    template <class Start>
    base::error_code step(Start start)
    {
        base::error_code outcome;
        stream_.expires_after(patience_);
        start([&outcome](base::error_code failed, auto...) { outcome = failed; });
        io_.restart();
        io_.run();
        return outcome == beast::error::timeout ? make_error_code(base::Errc::timed_out) : outcome;
    }

    asio::io_context io_;
    beast::basic_stream<Local> stream_{io_};
    beast::flat_buffer buffer_;
    Patience patience_;
};

using Head = http::response_parser<http::empty_body>;

base::error_code ask(Exchange& exchange, const std::string& socket, const Request& request, Head& head)
{
    auto failed = exchange.connect(socket);
    if (!failed) failed = exchange.send(request);
    if (!failed) failed = exchange.receive_head(head);
    return failed;
}

// The answer with its body in memory, when the head has been read.
base::Result<ControlReply> rest_of(Exchange& exchange, Head& head)
{
    http::response_parser<http::string_body> parser(std::move(head));
    while (!parser.is_done())
        if (const auto failed = exchange.receive_some(parser)) return failed;
    auto response = parser.release();
    return ControlReply{response.result_int(), std::move(response.body())};
}

base::Result<ControlReply> round_trip(const std::string& socket, const Request& request, Patience patience)
{
    Exchange exchange(patience);
    Head head;
    if (const auto failed = ask(exchange, socket, request, head)) return failed;
    return rest_of(exchange, head);
}

Request make_request(http::verb verb, const std::string& target)
{
    Request request(verb, target, 11);
    request.set(http::field::host, "localhost");
    request.set(http::field::connection, "close");
    return request;
}

Request make_request(Order order)
{
    auto request = make_request(http::verb::post, order.target);
    request.set(http::field::content_type, order.type);
    request.body() = std::move(order.body);
    request.prepare_payload();
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

base::Result<ControlReply> ControlClient::get(const std::string& target, Patience limit) const
{
    return round_trip(socket_, make_request(http::verb::get, target), limit);
}

base::Result<ControlReply> ControlClient::post(Order order) const
{
    const auto patience = order.patience;
    return round_trip(socket_, make_request(std::move(order)), patience);
}

base::Result<ControlReply> ControlClient::remove(const std::string& target) const
{
    return round_trip(socket_, make_request(http::verb::delete_, target), usual_patience);
}

base::Result<ControlReply> ControlClient::download(Order order, const Take& take) const
{
    Exchange exchange(order.patience);
    Head head;
    if (const auto failed = ask(exchange, socket_, make_request(std::move(order)), head)) return failed;
    const ControlReply reply{head.get().result_int(), {}};
    if (!reply.ok()) return rest_of(exchange, head);
    http::response_parser<http::buffer_body> parser(std::move(head));
    std::vector<char> piece(64U * 1024);
    while (!parser.is_done()) {
        auto& body = parser.get().body();
        body.data = piece.data();
        body.size = piece.size();
        auto failed = exchange.receive_some(parser);
        if (failed == http::error::need_buffer) failed = {}; // the piece is full
        if (!failed) failed = take(std::string_view(piece.data(), piece.size() - body.size));
        if (failed) return failed;
    }
    return reply;
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
