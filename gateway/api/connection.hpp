#pragma once
#include "gateway/api/client_stream.hpp"
#include "gateway/api/deadline.hpp"
#include "gateway/api/message.hpp"
#include "gateway/api/server_shared.hpp"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <optional>
#include <string>

namespace gatehouse::api {

// One client, over TCP with or without TLS or over the control socket; Server owns it.
class Connection {
public:
    // `address`: of the other end, without port; empty on the control socket.
    Connection(ClientStream::Socket socket, ServerShared& shared, std::string address, bool control);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    // Answers requests until either side ends the connection.
    asio::awaitable<void> converse();
    // Closes when the time for what the client should do is over; called by the server's one sweeping timer.
    void expire();
    void close() { stream_.close(); }
    [[nodiscard]] bool is_control() const { return control_; }
    [[nodiscard]] const std::string& address() const { return address_; }

private:
    using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;
    using Message = boost::beast::http::request<boost::beast::http::string_body>;
    class FileBody;

    asio::awaitable<bool> secure();
    asio::awaitable<bool> first_bytes();
    asio::awaitable<bool> one_request();
    asio::awaitable<base::error_code> receive_head(Parser& parser);
    asio::awaitable<base::error_code> receive_body(Parser& parser);
    [[nodiscard]] std::optional<Response> refusal_of(Parser& parser, bool file);
    [[nodiscard]] bool may_send_file(Message& head) const;
    asio::awaitable<Response> answer(Message& message);
    asio::awaitable<bool> follow_events(Message& head);
    asio::awaitable<bool> refuse(base::error_code reason);
    asio::awaitable<bool> send(const Response& response, bool keep_alive, bool head);
    asio::awaitable<bool> send_pieces(const LongBody& body);
    asio::awaitable<void> linger();
    [[nodiscard]] Request request_of(Message& message) const;

    ClientStream stream_;
    ServerShared& shared_;
    std::string address_;
    bool control_;
    std::string peer_;
    boost::beast::flat_buffer buffer_;
    Deadline deadline_;
    bool idle_ = true; // between requests, where the end of the time is nobody's fault
};

} // namespace gatehouse::api
