#pragma once
#include "gateway/base/task_group.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <atomic>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace gatehouse::mqtt_test {

// A broker that does what a test tells it: it speaks one version of MQTT and refuses any other with return
// code 1, as brokers from before 2019 do; it answers each PUBLISH with the reason wanted, names limits in its
// CONNACK, hangs up or says DISCONNECT. It keeps what it acknowledged and forwards nothing.
class SmallBroker {
public:
    enum Level { v311 = 4, v5 = 5 };
    explicit SmallBroker(Level level);
    ~SmallBroker();
    SmallBroker(const SmallBroker&) = delete;
    SmallBroker& operator=(const SmallBroker&) = delete;

    struct Taken {
        std::string topic;
        std::string payload;
    };
    // The PUBACK reason for a PUBLISH; hang_up: the connection is closed instead. Runs on the broker's
    // thread.
    using Judge = std::function<int(const Taken&)>;
    static constexpr int hang_up = -1;

    [[nodiscard]] std::string url() const;
    [[nodiscard]] int refused() const { return refused_; }
    [[nodiscard]] int accepted() const { return accepted_; }
    void judge(Judge judge);
    // Properties of every later CONNACK, as they stand on the wire (MQTT 5 §3.2.2.3).
    void announce(std::string properties);
    // DISCONNECT with this reason to every client, and the connections are closed.
    void disconnect(int reason);
    // A PUBLISH at QoS 0 to every client, `count` times in one write.
    void publish(const std::string& topic, const std::string& payload, int count = 1);
    // What was acknowledged with success, in the order of its coming.
    [[nodiscard]] std::vector<Taken> taken(const std::string& topic_part);
    // The properties of the newest CONNECT, as they stood on the wire.
    [[nodiscard]] std::string connect_properties();

private:
    using Tcp = asio::ip::tcp;
    using Peer = std::shared_ptr<Tcp::socket>;
    asio::awaitable<void> listen();
    asio::awaitable<void> serve(Peer peer);
    asio::awaitable<std::string> read_body(Peer peer);
    asio::awaitable<void> converse(Peer peer);
    asio::awaitable<void> say(Peer peer, std::string bytes, bool last);
    [[nodiscard]] std::string greeting(const std::string& connect);
    // Nothing: hang up. Empty: nothing is to be said.
    [[nodiscard]] std::optional<std::string> answer(unsigned type, const std::string& body);
    [[nodiscard]] std::optional<std::string> acknowledge(const std::string& body);

    const Level level_;
    asio::io_context io_{1};
    Tcp::acceptor acceptor_;
    base::TaskGroup tasks_;
    std::list<Peer> peers_;
    std::atomic<int> refused_{0};
    std::atomic<int> accepted_{0};
    std::mutex mutex_; // the broker's thread and the test's
    Judge judge_;
    std::string announced_;
    std::string connect_properties_;
    std::vector<Taken> taken_;
    std::thread thread_; // only it touches the sockets
};

} // namespace gatehouse::mqtt_test
