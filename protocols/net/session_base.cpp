#include "protocols/net/session_base.hpp"

#include "gateway/base/log.hpp"
#include "gateway/model/enum_text.hpp"

#include <boost/asio/this_coro.hpp>

#include <exception>

namespace gatehouse::net {

using base::kv;

SessionBase::SessionBase(std::string device, device::DriverContext context_)
    : context(std::move(context_)), delivery(context, device), device_(std::move(device))
{
    status.why = "not contacted yet";
}

void SessionBase::open()
{
    delivery.open();
    tasks_ = std::make_unique<base::TaskGroup>(context.executor);
}

void SessionBase::spawn(std::string name, asio::awaitable<void> task)
{
    if (tasks_) tasks_->spawn(std::move(name), std::move(task));
}

asio::awaitable<void> SessionBase::run_until_stopped(asio::awaitable<void> conversation, Leave leave)
{
    std::exception_ptr ended;
    try {
        co_await std::move(conversation);
    } catch (...) {
        ended = std::current_exception();
    }
    co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
    co_await leave();
    status.link = model::LinkState::unknown;
    status.why = "stopped";
    if (ended) std::rethrow_exception(ended);
}

asio::awaitable<void> SessionBase::stop_tasks()
{
    const auto tasks = std::move(tasks_);
    if (!tasks) co_return;
    tasks->cancel();
    co_await tasks->join();
}

base::Counter& SessionBase::counter(const std::string& name, const std::string& help,
                                    const std::string& reason)
{
    base::Labels labels{{"device", device_}};
    if (!reason.empty()) labels.emplace_back("reason", reason);
    return context.metrics.counter(name, help, labels);
}

void SessionBase::tell_once(const std::string& kind, const std::string& sentence, const std::string& text)
{
    auto& told = told_[kind];
    if (told == text) return;
    told = text;
    if (!text.empty()) base::log::warn(sentence, kv("device", device_), kv("why", text));
}

asio::awaitable<void> SessionBase::audit(std::string what, std::string detail, std::string result)
{
    base::log::info("device was written to", kv("device", device_), kv("what", what), kv("change", detail),
                    kv("result", result));
    if (!context.written) co_return;
    device::DeviceWrite write{std::move(what), std::move(detail), std::move(result)};
    co_await context.written(std::move(write));
}

model::Outcome SessionBase::outcome(model::Status how, std::string code, std::string text,
                                    base::MonoTime begun) const
{
    model::Outcome out;
    out.status = how;
    out.code = std::move(code);
    out.text = std::move(text);
    out.at = context.clock.wall();
    if (begun != base::MonoTime{})
        out.took_ms =
            std::chrono::duration_cast<std::chrono::milliseconds>(context.clock.now() - begun).count();
    return out;
}

model::Event SessionBase::own_event(model::Body body) const
{
    model::Event event;
    event.device = device_;
    event.received_at = context.clock.wall();
    event.occurred_at = event.received_at;
    event.body = std::move(body);
    return event;
}

std::optional<model::DeviceLink> SessionBase::changed_link(model::LinkState state, std::string why)
{
    status.why = state == model::LinkState::up ? std::string() : why;
    if (status.link == state) return std::nullopt;
    status.link = state;
    if (state == model::LinkState::up) link_is_up();
    base::log::info("device link changed", kv("device", device_), kv("state", model::to_string(state)),
                    kv("why", why));
    return model::DeviceLink{state, std::move(why)};
}

} // namespace gatehouse::net
