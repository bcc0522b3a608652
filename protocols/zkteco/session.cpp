#include "protocols/zkteco/session.hpp"

#include "gateway/base/log.hpp"

namespace gatehouse::zkteco {

using namespace std::chrono_literals;
using base::kv;
using model::DoorPosition;
using model::LinkState;

namespace {

constexpr std::size_t at_once_max = 64;      // events of one post
constexpr std::size_t announced_max = 4'096; // a batch comes twice now and then (sheet §6)

std::string_view word(LinkState state)
{
    switch (state) {
    case LinkState::up: return "up";
    case LinkState::silent: return "silent";
    case LinkState::down: return "down";
    case LinkState::unknown: break;
    }
    return "unknown";
}

} // namespace

Session::Session(Config config_, device::DriverContext context_)
    : config(std::move(config_)), context(std::move(context_)), commands(context, config.id),
      delivery(context, config.id), clock(config.clock_offset_max, config.live_max), dialect(config.dialect),
      moved(context.executor), announced_(announced_max)
{
    status.why = "has not called yet";
    status.serial = config.serial;
}

Reading Session::reading() const
{
    return Reading{context.utc_offset, config.punch_direction, config.old_verify};
}

// ---- events ----

void Session::stamp(model::Event& event)
{
    event.device = config.id;
    event.received_at = context.clock.wall();
    event.occurred_at = event.received_at;
    event.time_trusted = false;
    // Devices resend from their store as they send live: only its own time can say that it just happened.
    event.history = true;
    if (!event.device_time) return;
    const auto stamped = clock.stamp(*event.device_time, event.received_at);
    event.occurred_at = stamped.occurred_at;
    event.time_trusted = stamped.trusted;
    event.history = !stamped.fresh;
}

void Session::observe(const model::Event& event)
{
    if (event.history) return;
    if (const auto* state = std::get_if<model::DoorState>(&event.body);
        state && doors.contains(state->door)) {
        auto& door = doors[state->door];
        if (state->position == DoorPosition::remain_open) door.held = true;
        if (state->position == DoorPosition::normal || state->position == DoorPosition::locked) {
            door.held = false;
            door.closed_remotely = context.clock.now();
        }
        if (state->position == DoorPosition::opened || state->position == DoorPosition::closed)
            door.contact = state->position;
    }
    if (const auto* attempt = std::get_if<model::AccessAttempt>(&event.body)) {
        last_live = context.clock.now();
        if (attempt->credential == "remote" && doors.contains(attempt->door))
            doors[attempt->door].opened_remotely = last_live;
    }
    moved.notify();
}

asio::awaitable<bool> Session::keep(std::vector<model::Event> events)
{
    const auto batch = std::make_shared<Batch>(context.executor);
    for (auto& event : events) {
        stamp(event);
        const bool news = announced_.insert(event.device_key);
        const bool person = std::holds_alternative<model::AccessAttempt>(event.body);
        if (news && person && !event.history && context.early) context.early(event);
        if (news) observe(event);
    }
    for (auto& event : events) {
        while (batch->open >= at_once_max)
            co_await batch->changed.wait();
        if (!tasks_ || batch->refused) co_return false;
        ++batch->open;
        tasks_->spawn("event", offer(batch, std::move(event)));
    }
    while (batch->open > 0)
        co_await batch->changed.wait();
    if (!batch->refused) status.last_event = context.clock.wall();
    co_return !batch->refused;
}

asio::awaitable<void> Session::offer(std::shared_ptr<Batch> batch, model::Event event)
{
    struct Done {
        std::shared_ptr<Batch> batch;
        bool kept = false;
        ~Done()
        {
            --batch->open;
            batch->refused = batch->refused || !kept;
            batch->changed.notify();
        }
    };
    Done done{std::move(batch)};
    const auto taken = co_await delivery.offer(std::move(event));
    done.kept = taken || taken.error() == base::Errc::bad_input;
}

void Session::refused(const Mapped& mapped)
{
    const std::string reason(to_string(mapped.refusal));
    counter("gatehouse_zkteco_records_refused_total", "Records of a device that brought no event", reason)
        .add();
    if (mapped.refusal == Refusal::unknown_event)
        tell_once("unknown event", "device sent an event that is not known", mapped.text);
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

asio::awaitable<void> Session::set_link(LinkState state, std::string why)
{
    status.why = state == LinkState::up ? std::string() : why;
    if (status.link == state) co_return;
    status.link = state;
    base::log::info("device link changed", kv("device", config.id), kv("state", word(state)), kv("why", why));
    model::DeviceLink link{state, std::move(why)};
    co_await report(std::move(link));
}

asio::awaitable<void> Session::heard()
{
    last_heard = context.clock.now();
    status.last_heard = context.clock.wall();
    if (status.link != LinkState::up && status.link != LinkState::silent)
        co_await set_link(LinkState::up, "");
}

milliseconds Session::quiet_max() const
{
    return 3 * config.poll_every + 10s;
}

milliseconds Session::fetch_max() const
{
    return 2 * config.poll_every + 2s;
}

asio::awaitable<void> Session::clock_shown(base::WallTime shown, bool of_now)
{
    const auto now = context.clock.wall();
    const bool changed = of_now ? clock.measured(shown, now) : clock.hinted(shown, now);
    if (!clock.offset()) co_return;
    status.clock_offset_ms = clock.offset()->count();
    status.clock_trusted = clock.trusted();
    if (!changed) co_return;
    model::DeviceClock body{clock.offset()->count(), clock.trusted(), false};
    co_await report(std::move(body));
}

asio::awaitable<void> Session::audit(std::string what, std::string detail, std::string result)
{
    base::log::info("device was written to", kv("device", config.id), kv("what", what), kv("change", detail),
                    kv("result", result));
    if (!context.written) co_return;
    device::DeviceWrite write{std::move(what), std::move(detail), std::move(result)};
    co_await context.written(std::move(write));
}

asio::awaitable<Answer> Session::send(std::string text, bool query)
{
    auto order = commands.post(std::move(text), query);
    return commands.answer(std::move(order), fetch_max(), config.command_max);
}

asio::awaitable<void> Session::remember(std::string key, std::string value)
{
    if (context.memory.find(key) == value) co_return;
    const auto saved = co_await context.memory.put(std::move(key), std::move(value));
    if (!saved) tell_once("memory", "what is known of the device is not saved", saved.error().message());
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

} // namespace gatehouse::zkteco
