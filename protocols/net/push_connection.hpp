#pragma once
#include "gateway/base/clock.hpp"
#include "gateway/base/metrics.hpp"
#include "protocols/net/push_options.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <string>
#include <string_view>

namespace gatehouse::net {

// What all connections of one listener share: limits, handler, counters.
struct PushShared {
    PushShared(base::Clock& the_clock, base::Metrics& metrics, PushListenerOptions the_options,
               PushHandler the_handler);

    base::Clock& clock;
    PushListenerOptions options;
    PushHandler handler;
    std::size_t bytes_in_flight = 0;
    base::Counter& requests;
    base::Counter& bytes;
    base::Counter& refused_connections;
    base::Counter& refused_too_large;
    base::Counter& refused_overloaded;
    base::Counter& refused_malformed;
    base::Counter& refused_unknown;
    base::Counter& timed_out;
};

// One connection of one device, from accept to the end; PushListener owns it. Keeps about 4 kB while idle.
class PushConnection {
public:
    PushConnection(asio::ip::tcp::socket socket, PushShared& shared);

    // Answers requests until either side ends the connection.
    asio::awaitable<void> converse();
    // Closes when the time for what the peer should do is over; called by the listener's one sweeping timer.
    void expire(base::MonoTime now);
    void close();

private:
    using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;
    class Charge;

    asio::awaitable<bool> receive(std::size_t size);
    asio::awaitable<bool> send(std::string_view text);
    asio::awaitable<bool> one_request();
    asio::awaitable<unsigned> receive_body(Parser& parser, Charge& charge);
    asio::awaitable<bool> answer(Parser& parser);
    asio::awaitable<bool> raw_message(bool xml);
    asio::awaitable<bool> refuse(unsigned status);
    unsigned put(Parser& parser);
    void skip_blanks();
    void allow(std::chrono::milliseconds span) { deadline_ = shared_.clock.now() + span; }

    asio::ip::tcp::socket socket_;
    PushShared& shared_;
    std::string remote_;
    boost::beast::flat_buffer buffer_;
    base::MonoTime deadline_ = base::MonoTime::max();
    bool expired_ = false;
};

} // namespace gatehouse::net
