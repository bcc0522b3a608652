#include "protocols/uhppote/session.hpp"

#include "gateway/base/log.hpp"

namespace gatehouse::uhppote {

using namespace std::chrono_literals;
using base::kv;
using model::DoorPosition;

namespace {

std::string_view word(model::LinkState state)
{
    switch (state) {
    case model::LinkState::up: return "up";
    case model::LinkState::silent: return "silent";
    case model::LinkState::down: return "down";
    case model::LinkState::unknown: break;
    }
    return "unknown";
}

} // namespace

Session::Session(Config config_, device::DriverContext context_)
    : config(std::move(config_)), context(std::move(context_)), board(config, context),
      delivery(context, config.id), clock(config.clock_offset_max), moved(context.executor),
      look_now(context.executor)
{
    status.why = "not contacted yet";
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

model::Event Session::own_event(model::Body body) const
{
    model::Event event;
    event.device = config.id;
    event.received_at = context.clock.wall();
    event.occurred_at = event.received_at;
    event.body = std::move(body);
    return event;
}

asio::awaitable<void> Session::report(model::Body body)
{
    auto event = own_event(std::move(body));
    co_await delivery.hand_over(std::move(event));
}

asio::awaitable<void> Session::report_door(int door, DoorPosition position)
{
    model::DoorState body{door, position};
    co_await report(std::move(body));
}

asio::awaitable<void> Session::set_link(model::LinkState state, std::string why)
{
    status.why = state == model::LinkState::up ? std::string() : why;
    if (status.link == state) co_return;
    status.link = state;
    base::log::info("device link changed", kv("device", config.id), kv("state", word(state)), kv("why", why));
    model::DeviceLink link{state, std::move(why)};
    co_await report(std::move(link));
}

asio::awaitable<void> Session::audit(std::string what, std::string detail, std::string result)
{
    base::log::info("device was written to", kv("device", config.id), kv("what", what), kv("change", detail),
                    kv("result", result));
    if (!context.written) co_return;
    device::DeviceWrite write{std::move(what), std::move(detail), std::move(result)};
    co_await context.written(std::move(write));
}

void Session::start()
{
    delivery.open();
    for (int door = 1; door <= config.doors; ++door)
        doors[door] = Door{};
    tasks_ = std::make_unique<base::TaskGroup>(context.executor);
}

void Session::spawn(std::string name, asio::awaitable<void> task)
{
    if (tasks_) tasks_->spawn(std::move(name), std::move(task));
}

asio::awaitable<void> Session::stop()
{
    if (!tasks_) co_return;
    const auto tasks = std::move(tasks_);
    tasks->cancel();
    co_await tasks->join();
    co_await delivery.close();
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

model::Outcome Session::outcome(model::Status status_, std::string code, std::string text,
                                base::MonoTime begun) const
{
    model::Outcome out;
    out.status = status_;
    out.code = std::move(code);
    out.text = std::move(text);
    out.at = context.clock.wall();
    if (begun != base::MonoTime{})
        out.took_ms = std::chrono::duration_cast<milliseconds>(context.clock.now() - begun).count();
    return out;
}

} // namespace gatehouse::uhppote
