#pragma once
#include "gateway/base/task_group.hpp"
#include "gateway/model/ulid.hpp"
#include "gateway/upstream/sink.hpp"
#include "protocols/mqtt/config.hpp"
#include "protocols/mqtt/documents.hpp"
#include "protocols/mqtt/order.hpp"

#include <deque>
#include <functional>
#include <memory>

namespace gatehouse::mqtt {

// Takes orders from the command topics, has them carried out and answers each one. io thread only.
class OrderDesk {
public:
    // Publishes one reply and says whether the broker took it.
    using Publish = std::function<void(std::string topic, std::string payload, std::string correlation,
                                       std::function<void(bool taken)>)>;

    OrderDesk(upstream::SinkContext& context, const Config& config, std::string name, model::UlidSource& ids,
              Publish publish);
    ~OrderDesk();

    void take(Incoming incoming);
    // Messages that were dropped before they came here.
    void overflowed(std::size_t count);
    // Sends what was kept for want of a link.
    void link_up();
    // Waits for the orders in progress, at most `limit`, then cancels them. Their outcome stays the command
    // service's.
    asio::awaitable<void> stop(std::chrono::milliseconds limit);

private:
    struct Progress;
    struct Answered {
        std::string topic;
        std::string payload;
        std::string correlation;
        base::MonoTime until{}; // the order's deadline: nobody waits for the answer after that
    };
    void refuse(const Order& order);
    asio::awaitable<void> carry_out(Order order);
    asio::awaitable<void> announce_if_slow(std::shared_ptr<Progress> progress, Order order);
    void reply(const Order& order, const model::Outcome& outcome, bool final);
    void hand_over(Answered answer);
    void keep(Answered answer);

    upstream::SinkContext& context_;
    const Config& config_;
    std::string name_;
    model::UlidSource& ids_;
    Publish publish_;
    Topics topics_;
    base::TaskGroup tasks_;
    base::Counter& taken_;
    base::Counter& refused_;
    base::Counter& overflowed_;
    base::Counter& replies_dropped_;
    std::size_t running_ = 0;
    std::deque<Answered> kept_; // the newest replies that found no link; the outcome is in the journal anyway
};

} // namespace gatehouse::mqtt
