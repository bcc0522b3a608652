#pragma once
#include "gateway/base/message_bus.hpp"
#include "gateway/base/wakeup.hpp"

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace gatehouse::fakes {

// A broker in memory: gateways connect to it through opener(), and a test plays the devices behind it.
class MemoryBroker {
public:
    explicit MemoryBroker(asio::any_io_executor executor) : executor_(std::move(executor)) {}

    [[nodiscard]] base::OpenMessageBus opener();
    // A device says something; everybody who listens to the topic hears it.
    void say(const std::string& topic, const std::string& payload, bool retained = false);
    // Every connection is lost.
    void cut();

    bool present = true;
    bool refuses = false;                                // the password
    std::vector<base::BusAddress> connections;           // every one that was made
    std::vector<std::string> topics;                     // every one that was subscribed to
    std::vector<base::BusMessage> heard;                 // what gateways published
    std::function<void(const base::BusMessage&)> answer; // called for each of these

private:
    friend class MemoryBus;
    struct Client {
        explicit Client(const asio::any_io_executor& executor) : changed(executor) {}
        std::vector<std::string> topics;
        std::deque<base::BusMessage> waiting;
        bool lost = false;
        base::Wakeup changed;
    };
    asio::awaitable<base::Result<std::unique_ptr<base::MessageBus>>> open(base::BusAddress address);

    asio::any_io_executor executor_;
    std::vector<std::shared_ptr<Client>> clients_;
};

} // namespace gatehouse::fakes
