#include "protocols/uhppote/session.hpp"

namespace gatehouse::uhppote {

using model::DoorPosition;

Session::Session(Config config_, device::DriverContext context_)
    : net::DeviceSession(config_.id, std::move(context_)), config(std::move(config_)), board(config, context),
      clock(config.clock_offset_max), moved(context.executor), look_now(context.executor)
{
    board.heard = [this](const Packet& answer) { heard(answer); };
}

void Session::heard(const Packet& answer)
{
    status.last_heard = context.clock.wall();
    recorder.take(answer);
}

// ---- events ----

void Session::stamp(model::Event& event)
{
    event.device = config.id;
    event.received_at = context.clock.wall();
    event.occurred_at = event.received_at;
    event.time_trusted = false;
    // Whatever way it came: only its own time can say that it happened just now.
    event.history = true;
    if (!event.device_time) return;
    const auto stamped = clock.stamp(*event.device_time, event.received_at);
    event.occurred_at = stamped.occurred_at;
    event.time_trusted = stamped.trusted;
    const auto age = clock.age(*event.device_time, event.received_at);
    event.history = !age || *age > config.live_max || *age < -config.live_max;
}

void Session::announce(const model::Event& event)
{
    if (event.history || !context.early) return;
    if (std::holds_alternative<model::AccessAttempt>(event.body)) context.early(event);
}

void Session::observe(const model::Event& event)
{
    if (event.history) return;
    if (const auto* state = std::get_if<model::DoorState>(&event.body)) {
        const bool open = state->position != DoorPosition::closed;
        if (state->position != DoorPosition::remain_closed && doors.contains(state->door))
            doors[state->door].contact = open ? DoorPosition::opened : DoorPosition::closed;
    }
    const auto* attempt = std::get_if<model::AccessAttempt>(&event.body);
    if (attempt != nullptr && attempt->credential == "remote" && doors.contains(attempt->door))
        doors[attempt->door].opened_remotely = context.clock.now();
    moved.notify();
}

// ---- what we observe ourselves ----

asio::awaitable<void> Session::report_door(int door, DoorPosition position)
{
    model::DoorState body{door, position};
    co_await report(std::move(body));
}

void Session::start()
{
    open();
    for (int door = 1; door <= config.doors; ++door)
        doors[door] = Door{};
}

} // namespace gatehouse::uhppote
