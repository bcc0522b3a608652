#include "protocols/mqtt/bus.hpp"

#include "gateway/base/wakeup.hpp"
#include "protocols/mqtt/link.hpp"
#include "protocols/mqtt/reason.hpp"

#include <deque>
#include <map>
#include <optional>
#include <utility>

namespace gatehouse::mqtt {
namespace {

using base::Errc;
using base::Result;

// Terminals send a face with each record: up to 1 MB, as base64.
constexpr std::size_t bus_payload_max = 3U << 20;
constexpr std::size_t bus_inbound_max = 16;
constexpr std::size_t waiting_max = 64; // taken from the link, not yet received

// The worker outlives every link, and every link's end runs on it.
struct Worker {
    asio::thread_pool pool{1};
    ~Worker() { pool.join(); }
};

LinkOptions options_of(const base::BusAddress& address)
{
    LinkOptions options;
    options.host = address.host;
    options.port = address.port;
    options.tls = address.tls;
    options.ca = address.ca_file;
    options.client_id = address.client_id;
    options.username = address.username;
    options.password = address.password;
    options.v5 = false; // terminals and their brokers
    options.clean = true;
    options.qos = 0;
    options.keepalive = address.keepalive;
    options.payload_max = bus_payload_max;
    options.inbound_max = bus_inbound_max;
    return options;
}

// A Link with calls to wait for in place of handlers. Its handlers run on the io thread and end with it.
class LinkBus final : public base::MessageBus {
public:
    LinkBus(asio::any_io_executor io, std::shared_ptr<Worker> worker, const base::BusAddress& address)
        : worker_(std::move(worker)), changed_(io)
    {
        LinkHandlers handlers;
        handlers.greeted = [this](Greeting greeting) {
            greeting_ = std::move(greeting);
            changed_.notify();
        };
        handlers.subscribed = [this](int code) {
            subscribed_ = code;
            changed_.notify();
        };
        handlers.answered = [this](std::uint64_t id, Answer answer) {
            if (const auto at = answers_.find(id); at != answers_.end()) at->second = answer;
            changed_.notify();
        };
        handlers.lost = [this](int, std::string) {
            lost_ = true;
            changed_.notify();
        };
        handlers.arrived = [this](Incoming incoming) { take(std::move(incoming)); };
        handlers.overflowed = [](std::size_t) {};
        handlers.goodbye_done = [] {};
        link_ =
            std::make_unique<Link>(std::move(io), worker_->pool, options_of(address), std::move(handlers));
    }

    asio::awaitable<Result<void>> greeted()
    {
        while (!greeting_ && !lost_)
            co_await changed_.wait();
        if (!greeting_) co_return Errc::closed;
        if (greeting_->accepted) co_return Result<void>();
        const auto why = is_auth_failure(*greeting_) ? Errc::unauthorised : Errc::unreachable;
        co_return why;
    }

    // One after the other: the link answers without saying which.
    asio::awaitable<Result<void>> subscribe(std::string topic) override
    {
        subscribed_.reset();
        link_->subscribe(std::move(topic));
        while (!subscribed_ && !lost_)
            co_await changed_.wait();
        if (!subscribed_) co_return Errc::closed;
        if (*subscribed_ >= 0x80) co_return Errc::unauthorised;
        co_return Result<void>();
    }

    asio::awaitable<Result<void>> publish(std::string topic, std::string payload) override
    {
        if (lost_) co_return Errc::closed;
        Outgoing message;
        message.id = ++last_id_;
        message.topic = std::move(topic);
        message.payload = std::move(payload);
        message.qos = 0;
        const auto id = message.id;
        // Gone with this frame: an answer that nobody waits for is forgotten.
        struct Wait {
            std::map<std::uint64_t, std::optional<Answer>>& answers;
            std::uint64_t id;
            ~Wait() { answers.erase(id); }
        };
        answers_[id] = std::nullopt;
        const Wait wait{answers_, id};
        link_->publish(std::move(message));
        while (!answers_[id] && !lost_)
            co_await changed_.wait();
        const auto answer = answers_[id];
        if (!answer || !answer->from_broker) co_return Errc::closed;
        co_return Result<void>();
    }

    asio::awaitable<Result<base::BusMessage>> receive() override
    {
        while (waiting_.empty() && !lost_)
            co_await changed_.wait();
        if (waiting_.empty()) co_return Errc::closed;
        auto message = std::move(waiting_.front());
        waiting_.pop_front();
        co_return message;
    }

private:
    // QoS 0 promises nothing: what nobody receives in time is dropped, the oldest first.
    void take(Incoming incoming)
    {
        if (incoming.too_large) return;
        base::BusMessage message;
        message.topic = std::move(incoming.topic);
        message.payload = std::move(incoming.payload);
        message.retained = incoming.retained;
        waiting_.push_back(std::move(message));
        if (waiting_.size() > waiting_max) waiting_.pop_front();
        changed_.notify();
    }

    std::shared_ptr<Worker> worker_;
    base::Wakeup changed_;
    std::optional<Greeting> greeting_;
    std::optional<int> subscribed_;
    std::map<std::uint64_t, std::optional<Answer>> answers_;
    std::deque<base::BusMessage> waiting_;
    std::uint64_t last_id_ = 0;
    bool lost_ = false;
    std::unique_ptr<Link> link_; // last: its handlers use the members above
};

asio::awaitable<Result<std::unique_ptr<base::MessageBus>>>
open_bus(asio::any_io_executor io, std::shared_ptr<Worker> worker, base::BusAddress address)
{
    auto bus = std::make_unique<LinkBus>(std::move(io), std::move(worker), address);
    const auto greeted = co_await bus->greeted();
    if (!greeted) co_return greeted.error();
    std::unique_ptr<base::MessageBus> opened = std::move(bus);
    co_return opened;
}

} // namespace

base::OpenMessageBus bus_opener(asio::any_io_executor io)
{
    auto worker = std::make_shared<Worker>();
    return [io = std::move(io), worker = std::move(worker)](base::BusAddress address) {
        return open_bus(io, worker, std::move(address));
    };
}

} // namespace gatehouse::mqtt
