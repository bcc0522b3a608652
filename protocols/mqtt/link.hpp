#pragma once
#include "gateway/base/asio.hpp"
#include "gateway/base/secret.hpp"
#include "protocols/mqtt/message.hpp"

#include <boost/asio/thread_pool.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace gatehouse::mqtt {

struct LinkOptions {
    std::string host;
    std::uint16_t port = 1883;
    bool tls = false;
    std::string ca;
    std::string certificate;
    std::string key;
    std::string client_id;
    std::string username;
    base::Secret password;
    bool v5 = true;
    std::chrono::seconds keepalive{60};
    std::chrono::seconds connect_timeout{10};
    std::string will_topic; // empty: no Will
    std::string will_payload;
    std::chrono::seconds will_delay{30};
    std::chrono::seconds session_expiry{86'400};
    bool clean = false;                         // 3.1.1: the broker keeps nothing for us while we are away
    int qos = 1;                                // of subscriptions
    std::size_t payload_max = payload_size_max; // a larger one is dropped before anything is copied
    std::size_t inbound_max = 64;               // messages on their way to the io thread; beyond: dropped
};

// All on the io thread, and none after the Link is gone.
struct LinkHandlers {
    std::function<void(Greeting)> greeted;
    std::function<void(int code)> subscribed; // < 0x80: granted
    std::function<void(std::uint64_t id, Answer)> answered;
    std::function<void(int code, std::string why)> lost; // code: reason of the broker's DISCONNECT, 0: none
    std::function<void(Incoming)> arrived;
    std::function<void(std::size_t count)> overflowed; // messages dropped because too many came at once
    std::function<void()> goodbye_done;
};

// One connection attempt and the connection that comes of it, over a Paho client of its own: nothing is
// re-sent behind our back and certificates are read anew. Used by MqttSink only, on the io thread. Everything
// that may block (Paho holds one lock over all its clients, also during name resolution) runs on `worker`;
// Paho's own threads only post.
class Link {
public:
    Link(asio::any_io_executor io, asio::thread_pool& worker, LinkOptions options, LinkHandlers handlers);
    // Takes the client apart on the worker. Returns at once.
    ~Link();
    Link(const Link&) = delete;
    Link& operator=(const Link&) = delete;

    void subscribe(std::string topic);
    // Answered once, unless the link is lost or dropped before.
    void publish(Outgoing message);
    // MQTT DISCONNECT 0x00, which discards the Will.
    void say_goodbye();

private:
    class Connection;
    struct Face; // what callbacks reach, as long as the Link lives
    void flush();

    asio::thread_pool& worker_;
    std::shared_ptr<Face> face_;
    std::shared_ptr<Connection> connection_;
    std::vector<Outgoing> batch_; // published since the worker was last woken; bounded by the window
    asio::any_io_executor io_;
    bool flushing_ = false;
};

} // namespace gatehouse::mqtt
