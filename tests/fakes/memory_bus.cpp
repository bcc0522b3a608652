#include "tests/fakes/memory_bus.hpp"

#include <algorithm>

namespace gatehouse::fakes {

using base::Errc;
using base::Result;

class MemoryBus final : public base::MessageBus {
public:
    MemoryBus(MemoryBroker& broker, std::shared_ptr<MemoryBroker::Client> client)
        : broker_(broker), client_(std::move(client))
    {
    }
    ~MemoryBus() override { client_->lost = true; }

    asio::awaitable<Result<void>> subscribe(std::string topic) override
    {
        if (client_->lost) co_return Errc::closed;
        broker_.topics.push_back(topic);
        client_->topics.push_back(std::move(topic));
        co_return Result<void>();
    }

    asio::awaitable<Result<void>> publish(std::string topic, std::string payload) override
    {
        if (client_->lost) co_return Errc::closed;
        base::BusMessage message;
        message.topic = std::move(topic);
        message.payload = std::move(payload);
        broker_.heard.push_back(message);
        if (broker_.answer) broker_.answer(message);
        co_return Result<void>();
    }

    asio::awaitable<Result<base::BusMessage>> receive() override
    {
        const auto client = client_;
        while (client->waiting.empty() && !client->lost)
            co_await client->changed.wait();
        if (client->waiting.empty()) co_return Errc::closed;
        auto message = std::move(client->waiting.front());
        client->waiting.pop_front();
        co_return message;
    }

private:
    MemoryBroker& broker_;
    std::shared_ptr<MemoryBroker::Client> client_;
};

base::OpenMessageBus MemoryBroker::opener()
{
    return [this](base::BusAddress address) { return open(std::move(address)); };
}

asio::awaitable<Result<std::unique_ptr<base::MessageBus>>> MemoryBroker::open(base::BusAddress address)
{
    if (!present) co_return Errc::unreachable;
    if (refuses) co_return Errc::unauthorised;
    connections.push_back(std::move(address));
    auto client = std::make_shared<Client>(executor_);
    clients_.push_back(client);
    std::unique_ptr<base::MessageBus> bus = std::make_unique<MemoryBus>(*this, std::move(client));
    co_return bus;
}

void MemoryBroker::say(const std::string& topic, const std::string& payload, bool retained)
{
    for (const auto& client : clients_) {
        const bool listens =
            std::find(client->topics.begin(), client->topics.end(), topic) != client->topics.end();
        if (client->lost || !listens) continue;
        base::BusMessage message;
        message.topic = topic;
        message.payload = payload;
        message.retained = retained;
        client->waiting.push_back(std::move(message));
        client->changed.notify();
    }
}

void MemoryBroker::cut()
{
    for (const auto& client : clients_) {
        client->lost = true;
        client->changed.notify();
    }
    clients_.clear();
}

} // namespace gatehouse::fakes
