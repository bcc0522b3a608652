#include "protocols/net/delivery.hpp"

#include "gateway/base/backoff.hpp"

namespace gatehouse::net {

using namespace std::chrono_literals;
using base::Errc;

Delivery::Delivery(const device::DriverContext& context, const std::string& device)
    : clock_(context.clock), random_(context.random), sink_(context.sink),
      taken_(context.metrics.counter("gatehouse_device_events_total",
                                     "Events a device brought and the journal took", {{"device", device}})),
      retried_(context.metrics.counter("gatehouse_device_event_retries_total",
                                       "Events offered again because the journal could not take them",
                                       {{"device", device}})),
      refused_(context.metrics.counter("gatehouse_device_events_refused_total",
                                       "Events the journal will never take", {{"device", device}})),
      changed_(context.executor), executor_(context.executor)
{
}

void Delivery::open()
{
    on_way_.clear();
    retrying_ = 0;
    group_ = std::make_unique<base::TaskGroup>(executor_);
}

asio::awaitable<void> Delivery::close()
{
    if (!group_) co_return;
    group_->cancel();
    co_await group_->join();
    group_.reset();
    changed_.notify();
}

asio::awaitable<std::uint64_t> Delivery::hand_over(model::Event event)
{
    while (group_ && (on_way_.size() >= window || retrying_ > 0))
        co_await changed_.wait();
    if (!group_) {
        (void)co_await offer(std::move(event)); // nobody is left to try again; offer() counts it
        co_return last_;
    }
    const auto number = ++last_;
    on_way_.insert(number);
    group_->spawn("event", keep(number, std::move(event)));
    co_return number;
}

asio::awaitable<bool> Delivery::wait_taken(std::uint64_t number)
{
    while (group_ && !all_taken(number))
        co_await changed_.wait();
    co_return all_taken(number);
}

asio::awaitable<base::Result<void>> Delivery::offer(model::Event event)
{
    auto taken = co_await sink_(std::move(event));
    if (taken)
        taken_.add();
    else if (taken.error() == Errc::bad_input)
        refused_.add();
    else
        retried_.add();
    co_return taken;
}

asio::awaitable<void> Delivery::keep(std::uint64_t number, model::Event event)
{
    base::Backoff backoff(100ms, 10s);
    bool retrying = false;
    for (;;) {
        model::Event copy = event;
        const auto taken = co_await offer(std::move(copy));
        if (taken || taken.error() == Errc::bad_input) break;
        if (!retrying) ++retrying_;
        retrying = true;
        co_await clock_.sleep_for(backoff.next(random_));
    }
    if (retrying) --retrying_;
    on_way_.erase(number);
    changed_.notify();
}

} // namespace gatehouse::net
