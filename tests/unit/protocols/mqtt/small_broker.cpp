#include "tests/unit/protocols/mqtt/small_broker.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include <array>

namespace gatehouse::mqtt_test {
namespace {

constexpr std::size_t level_at = 6; // of a CONNECT: behind the length and "MQTT" (3.1.1 §3.1.2.2)
constexpr std::size_t connect_properties_at = 10; // of an MQTT 5 CONNECT (§3.1.2)

std::size_t byte_at(const std::string& body, std::size_t at)
{
    return static_cast<unsigned char>(body.at(at));
}

std::string two_bytes(std::size_t value)
{
    return {static_cast<char>(value >> 8U), static_cast<char>(value & 0xFFU)};
}

std::string length_of(std::size_t size)
{
    std::string digits;
    do {
        const auto digit = size % 128;
        size /= 128;
        digits += static_cast<char>(size > 0 ? digit | 0x80U : digit);
    } while (size > 0);
    return digits;
}

} // namespace

// A client that hangs up ends its conversation by an exception, which is no failure here.
SmallBroker::SmallBroker(Level level)
    : level_(level), acceptor_(io_, Tcp::endpoint(asio::ip::address_v4::loopback(), 0)),
      tasks_(io_.get_executor(), [](const std::string&, std::exception_ptr) {})
{
    tasks_.spawn("listen", listen());
    thread_ = std::thread([this] { io_.run(); });
}

SmallBroker::~SmallBroker()
{
    asio::post(io_, [this] { tasks_.cancel(); });
    thread_.join(); // nothing is left to run then
}

std::string SmallBroker::url() const
{
    return "mqtt://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port());
}

void SmallBroker::judge(Judge judge)
{
    const std::lock_guard lock(mutex_);
    judge_ = std::move(judge);
}

void SmallBroker::announce(std::string properties)
{
    const std::lock_guard lock(mutex_);
    announced_ = std::move(properties);
}

void SmallBroker::disconnect(int reason)
{
    asio::post(io_, [this, reason] {
        const std::string bytes{'\xE0', '\x02', static_cast<char>(reason), '\x00'};
        for (const auto& peer : peers_)
            tasks_.spawn("disconnect", say(peer, bytes, true));
    });
}

void SmallBroker::publish(const std::string& topic, const std::string& payload, int count)
{
    auto body = two_bytes(topic.size()) + topic;
    if (level_ == v5) body += '\0'; // no properties
    body += payload;
    std::string bytes;
    for (int i = 0; i < count; ++i)
        bytes += "\x30" + length_of(body.size()) + body;
    asio::post(io_, [this, bytes] {
        for (const auto& peer : peers_)
            tasks_.spawn("publish", say(peer, bytes, false));
    });
}

std::vector<SmallBroker::Taken> SmallBroker::taken(const std::string& topic_part)
{
    const std::lock_guard lock(mutex_);
    std::vector<Taken> found;
    for (const auto& message : taken_)
        if (message.topic.find(topic_part) != std::string::npos) found.push_back(message);
    return found;
}

std::string SmallBroker::connect_properties()
{
    const std::lock_guard lock(mutex_);
    return connect_properties_;
}

asio::awaitable<void> SmallBroker::listen()
{
    for (;;) {
        auto peer = co_await acceptor_.async_accept(asio::use_awaitable);
        tasks_.spawn("serve", serve(std::make_shared<Tcp::socket>(std::move(peer))));
    }
}

asio::awaitable<void> SmallBroker::say(Peer peer, std::string bytes, bool last)
{
    co_await asio::async_write(*peer, asio::buffer(bytes), asio::use_awaitable);
    if (last) peer->close();
}

asio::awaitable<void> SmallBroker::serve(Peer peer)
{
    peers_.push_back(peer);
    std::exception_ptr ended;
    try {
        co_await converse(peer);
    } catch (...) {
        ended = std::current_exception();
    }
    peers_.remove(peer);
    if (ended) std::rethrow_exception(ended);
}

asio::awaitable<std::string> SmallBroker::read_body(Peer peer)
{
    std::size_t size = 0;
    unsigned char digit = 0x80;
    for (unsigned shift = 0; (digit & 0x80U) != 0; shift += 7) {
        co_await asio::async_read(*peer, asio::buffer(&digit, 1), asio::use_awaitable);
        size |= static_cast<std::size_t>(digit & 0x7FU) << shift;
    }
    std::string body(size, '\0');
    co_await asio::async_read(*peer, asio::buffer(body), asio::use_awaitable);
    co_return body;
}

// Ends with the exception of a closed socket, or after a CONNECT or a PUBLISH that is not wanted.
asio::awaitable<void> SmallBroker::converse(Peer peer)
{
    for (;;) {
        unsigned char type = 0;
        co_await asio::async_read(*peer, asio::buffer(&type, 1), asio::use_awaitable);
        const auto body = co_await read_body(peer);
        if ((type & 0xF0U) == 0x10 && byte_at(body, level_at) != level_) {
            ++refused_;
            co_await say(peer, std::string("\x20\x02\x00\x01", 4), true);
            co_return;
        }
        auto bytes = answer(type, body);
        if (!bytes) peer->close();
        if (!bytes) co_return;
        co_await say(peer, std::move(*bytes), false);
    }
}

std::optional<std::string> SmallBroker::answer(unsigned type, const std::string& body)
{
    switch (type & 0xF0U) {
    case 0x10: return greeting(body);
    case 0x30: return (type & 0x06U) != 0 ? acknowledge(body) : std::string();
    case 0x80: // SUBSCRIBE
        return level_ == v5 ? "\x90\x04" + body.substr(0, 2) + std::string("\x00\x01", 2)
                            : "\x90\x03" + body.substr(0, 2) + "\x01";
    case 0xC0: return std::string("\xD0\x00", 2); // PINGREQ
    default: return std::string();
    }
}

std::string SmallBroker::greeting(const std::string& connect)
{
    ++accepted_;
    if (level_ == v311) return {"\x20\x02\x00\x00", 4};
    const std::lock_guard lock(mutex_);
    connect_properties_ = connect.substr(connect_properties_at + 1, byte_at(connect, connect_properties_at));
    const auto properties = static_cast<char>(announced_.size());
    return "\x20" + length_of(3 + announced_.size()) + std::string{'\0', '\0', properties} + announced_;
}

// The PUBACK of a PUBLISH at QoS 1, with a packet id behind its topic.
std::optional<std::string> SmallBroker::acknowledge(const std::string& body)
{
    const auto topic = byte_at(body, 0) * 256 + byte_at(body, 1);
    const auto packet_id = body.substr(2 + topic, 2);
    auto at = 4 + topic;
    if (level_ == v5) at += 1 + byte_at(body, at); // our properties are shorter than 128 bytes
    const Taken message{body.substr(2, topic), body.substr(at)};
    const std::lock_guard lock(mutex_);
    const int code = judge_ ? judge_(message) : 0;
    if (code == hang_up) return std::nullopt;
    if (code < 0x80) taken_.push_back(message);
    if (level_ == v311 || code == 0) return "\x40\x02" + packet_id;
    return "\x40\x03" + packet_id + static_cast<char>(code);
}

} // namespace gatehouse::mqtt_test
