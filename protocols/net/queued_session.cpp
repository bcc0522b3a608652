#include "protocols/net/queued_session.hpp"

namespace gatehouse::net {

QueuedSession::QueuedSession(std::string device, device::DriverContext context_)
    : SessionBase(std::move(device), std::move(context_)), queued_(context.executor)
{
}

void QueuedSession::start()
{
    open();
    spawn("events", bring());
}

void QueuedSession::queue(model::Event event)
{
    status.last_event = event.received_at;
    waiting_.push_back(std::move(event));
    queued_.notify();
}

asio::awaitable<void> QueuedSession::bring()
{
    for (;;) {
        while (waiting_.empty())
            co_await queued_.wait();
        model::Event event = waiting_.front();
        co_await delivery.hand_over(std::move(event));
        waiting_.pop_front(); // not before: what is cut off here is offered at the end
    }
}

void QueuedSession::set_link(model::LinkState state, std::string why)
{
    auto link = changed_link(state, std::move(why));
    if (link) queue(own_event(std::move(*link)));
}

asio::awaitable<void> QueuedSession::close_journal()
{
    co_await delivery.close();
    while (!waiting_.empty()) {
        auto event = std::move(waiting_.front());
        waiting_.pop_front();
        (void)co_await delivery.offer(std::move(event)); // nobody is left to try again; offer() counts it
    }
}

} // namespace gatehouse::net
