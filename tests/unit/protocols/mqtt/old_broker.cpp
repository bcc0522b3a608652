#include "tests/unit/protocols/mqtt/old_broker.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include <array>

namespace gatehouse::mqtt_test {
namespace {

constexpr std::size_t level_at = 6; // of a CONNECT: behind the length and "MQTT" (3.1.1 §3.1.2.2)

} // namespace

// A client that hangs up ends its conversation by an exception, which is no failure here.
OldBroker::OldBroker()
    : acceptor_(io_, Tcp::endpoint(asio::ip::address_v4::loopback(), 0)),
      tasks_(io_.get_executor(), [](const std::string&, std::exception_ptr) {})
{
    tasks_.spawn("listen", listen());
    thread_ = std::thread([this] { io_.run(); });
}

OldBroker::~OldBroker()
{
    asio::post(io_, [this] { tasks_.cancel(); });
    thread_.join(); // nothing is left to run then
}

std::string OldBroker::url() const
{
    return "mqtt://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port());
}

asio::awaitable<void> OldBroker::listen()
{
    for (;;) {
        auto peer = co_await acceptor_.async_accept(asio::use_awaitable);
        tasks_.spawn("serve", serve(std::move(peer)));
    }
}

// Ends with the exception of a closed socket.
asio::awaitable<void> OldBroker::serve(Tcp::socket peer)
{
    for (;;) {
        unsigned char type = 0;
        co_await asio::async_read(peer, asio::buffer(&type, 1), asio::use_awaitable);
        std::size_t size = 0;
        unsigned char digit = 0x80;
        for (unsigned shift = 0; (digit & 0x80U) != 0; shift += 7) {
            co_await asio::async_read(peer, asio::buffer(&digit, 1), asio::use_awaitable);
            size |= static_cast<std::size_t>(digit & 0x7FU) << shift;
        }
        std::string body(size, '\0');
        co_await asio::async_read(peer, asio::buffer(body), asio::use_awaitable);
        std::string answer;
        switch (type & 0xF0U) {
        case 0x10: // CONNECT
            if (body.at(level_at) != 4) {
                ++refused_;
                answer.assign("\x20\x02\x00\x01", 4);
                co_await asio::async_write(peer, asio::buffer(answer), asio::use_awaitable);
                co_return;
            }
            ++accepted_;
            answer.assign("\x20\x02\x00\x00", 4);
            break;
        case 0x30: // PUBLISH, at QoS 1 with a packet id behind its topic
            if ((type & 0x06U) != 0) {
                const auto topic = static_cast<std::size_t>(static_cast<unsigned char>(body.at(0))) * 256 +
                                   static_cast<unsigned char>(body.at(1));
                answer = "\x40\x02" + body.substr(2 + topic, 2);
            }
            break;
        case 0x80: answer = "\x90\x03" + body.substr(0, 2) + "\x01"; break; // SUBSCRIBE
        case 0xC0: answer.assign("\xD0\x00", 2); break;                     // PINGREQ
        default: break;
        }
        co_await asio::async_write(peer, asio::buffer(answer), asio::use_awaitable);
    }
}

} // namespace gatehouse::mqtt_test
