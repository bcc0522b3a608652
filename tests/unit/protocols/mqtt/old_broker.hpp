#pragma once
#include "gateway/base/task_group.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <atomic>
#include <string>
#include <thread>

namespace gatehouse::mqtt_test {

// A broker that speaks MQTT 3.1.1 alone and refuses any other version with return code 1, as brokers from
// before 2019 do. It acknowledges everything and forwards nothing.
class OldBroker {
public:
    OldBroker();
    ~OldBroker();
    OldBroker(const OldBroker&) = delete;
    OldBroker& operator=(const OldBroker&) = delete;

    [[nodiscard]] std::string url() const;
    [[nodiscard]] int refused() const { return refused_; }
    [[nodiscard]] int accepted() const { return accepted_; }

private:
    using Tcp = asio::ip::tcp;
    asio::awaitable<void> listen();
    asio::awaitable<void> serve(Tcp::socket peer);

    asio::io_context io_{1};
    Tcp::acceptor acceptor_;
    base::TaskGroup tasks_;
    std::atomic<int> refused_{0};
    std::atomic<int> accepted_{0};
    std::thread thread_; // only it touches the sockets
};

} // namespace gatehouse::mqtt_test
