#include "protocols/zkteco/session.hpp"

namespace gatehouse::zkteco {

using namespace std::chrono_literals;
using model::DoorPosition;
using model::LinkState;

namespace {

constexpr std::size_t at_once_max = 64;      // events of one post
constexpr std::size_t announced_max = 4'096; // a batch comes twice now and then (sheet §6)

} // namespace

Session::Session(Config config_, device::DriverContext context_)
    : net::DeviceSession(config_.id, std::move(context_)), config(std::move(config_)),
      commands(context, config.id), clock(config.clock_offset_max, config.live_max), dialect(config.dialect),
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
        if (!running() || batch->refused) co_return false;
        ++batch->open;
        spawn("event", offer(batch, std::move(event)));
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
    open();
    for (int door = 1; door <= config.doors; ++door)
        doors[door] = Door{};
}

} // namespace gatehouse::zkteco
