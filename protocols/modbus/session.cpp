#include "protocols/modbus/session.hpp"

#include "gateway/base/log.hpp"

#include <utility>

namespace gatehouse::modbus {

using base::kv;

namespace {

std::string_view word(model::LinkState state)
{
    if (state == model::LinkState::up) return "up";
    return state == model::LinkState::silent ? "silent" : "down";
}

} // namespace

Session::Session(Config config_, device::DriverContext context_)
    : config(std::move(config_)), context(std::move(context_)),
      line(config, context.executor, context.clock, context.metrics), delivery(context, config.id),
      reported_(context.executor)
{
    status.why = "not contacted yet";
}

void Session::report(model::Body body, bool measured)
{
    model::Event event;
    event.device = config.id;
    event.received_at = context.clock.wall();
    event.occurred_at = event.received_at;
    event.time_trusted = measured;
    event.body = std::move(body);
    status.last_event = event.received_at;
    waiting_.push_back(std::move(event));
    reported_.notify();
}

asio::awaitable<void> Session::bring()
{
    for (;;) {
        while (waiting_.empty())
            co_await reported_.wait();
        model::Event event = waiting_.front();
        co_await delivery.hand_over(std::move(event));
        waiting_.pop_front(); // not before: what is cut off here is offered at the end
    }
}

void Session::set_link(model::LinkState state, std::string why)
{
    status.why = state == model::LinkState::up ? std::string() : why;
    if (status.link == state) return;
    status.link = state;
    base::log::info("device link changed", kv("device", config.id), kv("state", word(state)), kv("why", why));
    model::DeviceLink link;
    link.state = state;
    link.why = std::move(why);
    report(std::move(link));
}

void Session::start()
{
    delivery.open();
    tasks_ = std::make_unique<base::TaskGroup>(context.executor);
    spawn("events", bring());
}

void Session::spawn(std::string name, asio::awaitable<void> task)
{
    if (tasks_) tasks_->spawn(std::move(name), std::move(task));
}

asio::awaitable<void> Session::stop_tasks()
{
    const auto tasks = std::move(tasks_);
    if (!tasks) co_return;
    tasks->cancel();
    co_await tasks->join();
}

asio::awaitable<void> Session::finish()
{
    co_await line.close();
    co_await delivery.close();
    while (!waiting_.empty()) {
        auto event = std::move(waiting_.front());
        waiting_.pop_front();
        (void)co_await delivery.offer(std::move(event)); // nobody is left to try again; offer() counts it
    }
}

base::Counter& Session::counter(const std::string& name, const std::string& help, const std::string& reason)
{
    base::Labels labels{{"device", config.id}};
    if (!reason.empty()) labels.emplace_back("reason", reason);
    return context.metrics.counter(name, help, labels);
}

void Session::tell_once(const std::string& kind, const std::string& sentence, const std::string& text)
{
    auto& told = told_[kind];
    if (told == text) return;
    told = text;
    base::log::warn(sentence, kv("device", config.id), kv("why", text));
}

} // namespace gatehouse::modbus
