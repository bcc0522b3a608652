#include "protocols/webhook-in/session.hpp"

namespace gatehouse::webhook_in {

using model::LinkState;

Session::Session(Config config_, device::DriverContext context_)
    : net::DeviceSession(config_.id, std::move(context_)), config(std::move(config_)),
      clock(config.clock_offset_max), recorder(config.mapping), news(context.executor)
{
    status.why = "no post has come yet";
}

asio::awaitable<void> Session::heard()
{
    status.last_heard = context.clock.wall();
    heard_at = context.clock.now();
    news.notify();
    co_await set_link(LinkState::up, "");
}

asio::awaitable<void> Session::measure(std::optional<base::WallTime> sent, base::WallTime received)
{
    if (!sent) co_return;
    const bool changed = clock.measured(*sent, received);
    const auto offset = clock.offset();
    if (!offset) co_return;
    status.clock_offset_ms = offset->count();
    status.clock_trusted = clock.trusted();
    if (!changed) co_return;
    model::DeviceClock body{offset->count(), clock.trusted(), false};
    co_await report(std::move(body));
}

void Session::stamp(model::Event& event, base::WallTime received) const
{
    event.device = config.id;
    event.received_at = received;
    event.occurred_at = received;
    event.time_trusted = false;
    if (!event.device_time) return; // it came just now, and nothing says otherwise
    const auto stamped = clock.stamp(*event.device_time, received);
    event.occurred_at = stamped.occurred_at;
    event.time_trusted = stamped.trusted;
    if (config.arrival_is_live) return;
    event.history = event.history || std::chrono::abs(stamped.age) > config.live_max;
}

void Session::stamp_untimely(model::Event& event, base::WallTime received) const
{
    event.device = config.id;
    event.received_at = received;
    event.occurred_at = received;
    event.time_trusted = false;
    event.history = true;
}

std::string Session::why_not_live() const
{
    if (credentials.stands()) return "posts come and are turned away: " + credentials.text;
    return timing.stands() ? "posts come and are only recorded: " + timing.text : "";
}

void Session::announce(const model::Event& event) const
{
    if (event.history || !context.early) return;
    const auto& body = event.body;
    if (std::holds_alternative<model::VehiclePassage>(body) ||
        std::holds_alternative<model::AccessAttempt>(body))
        context.early(event);
}

} // namespace gatehouse::webhook_in
