#include "protocols/uhppote/door_watch.hpp"

#include <utility>

namespace gatehouse::uhppote {

using namespace std::chrono_literals;
using model::DoorPosition;

namespace {

constexpr int force_lock_input = 5; // 1 to 4 are the buttons

DoorPosition position_of(DoorMode mode)
{
    switch (mode) {
    case DoorMode::normally_open: return DoorPosition::remain_open;
    case DoorMode::normally_closed: return DoorPosition::remain_closed;
    default: return DoorPosition::normal;
    }
}

std::string_view word(DoorMode mode)
{
    switch (mode) {
    case DoorMode::normally_open: return "normally open";
    case DoorMode::normally_closed: return "normally closed";
    case DoorMode::controlled: return "controlled";
    case DoorMode::unknown: break;
    }
    return "unknown";
}

} // namespace

asio::awaitable<void> DoorWatch::observe(BoardStatus status, bool contacts)
{
    for (int door = 1; door <= session_.config.doors; ++door) {
        const auto at = static_cast<std::size_t>(door) - 1;
        if (contacts) co_await compare_contact(door, status.door_open[at]);
        co_await compare_relay(door, status.unlocked[at]);
        co_await compare_button(door, status.button[at]);
    }
    co_await compare_inputs(status.fire, status.force_lock);
    seen_ = true;
    session_.fact("system error", std::to_string(status.system_error));
}

// Only what contradicts the last event is news. An open contact that was never seen moving is most likely not
// wired, and says nothing.
asio::awaitable<void> DoorWatch::compare_contact(int door, bool open)
{
    auto& seen = session_.doors[door].contact;
    const auto now = open ? DoorPosition::opened : DoorPosition::closed;
    if (seen == now || (open && seen == DoorPosition::unknown)) co_return;
    seen = now;
    session_.moved.notify();
    co_await session_.report_door(door, now);
}

asio::awaitable<void> DoorWatch::compare_relay(int door, bool unlocked)
{
    const bool before = std::exchange(session_.doors[door].unlocked, unlocked);
    // Locked is how a door is found; nobody needs to be told.
    if (before == unlocked) co_return;
    session_.moved.notify();
    co_await session_.report_door(door, unlocked ? DoorPosition::unlocked : DoorPosition::locked);
}

asio::awaitable<void> DoorWatch::compare_button(int door, bool pressed)
{
    const bool before = std::exchange(buttons_[door], pressed);
    if (before == pressed || !seen_) co_return;
    model::InputChanged body{door, pressed};
    co_await session_.report(std::move(body));
}

asio::awaitable<void> DoorWatch::compare_inputs(bool fire, bool force_lock)
{
    if (std::exchange(fire_, fire) != fire) {
        model::Detection body;
        body.what = "fire";
        body.active = fire;
        co_await session_.report(std::move(body));
    }
    if (std::exchange(force_lock_, force_lock) != force_lock) {
        model::InputChanged body{force_lock_input, force_lock};
        co_await session_.report(std::move(body));
    }
}

asio::awaitable<void> DoorWatch::run()
{
    const auto every = session_.config.modes_every;
    for (;;) {
        for (int door = 1; every > 0ms && door <= session_.config.doors; ++door)
            (void)co_await read_mode(door); // a board that is gone shows in the status
        co_await session_.context.clock.sleep_for(every > 0ms ? every : milliseconds(1h));
    }
}

asio::awaitable<DoorControl> DoorWatch::read_mode(int door)
{
    const DoorControl control;
    const auto request = get_door_control(session_.config.serial, static_cast<std::uint8_t>(door));
    const auto reply = co_await session_.board.ask(request);
    if (!reply.ok()) co_return control;
    const auto answered = read_door_control(reply.packet);
    if (answered.door != door) co_return control;
    co_await note_mode(answered);
    co_return answered;
}

asio::awaitable<void> DoorWatch::note_mode(DoorControl control)
{
    if (control.mode == DoorMode::unknown) co_return;
    session_.fact("door " + std::to_string(control.door), std::string(word(control.mode)));
    const auto before = std::exchange(modes_[control.door], control.mode);
    const bool usual = before == DoorMode::unknown && control.mode == DoorMode::controlled;
    if (before == control.mode || usual) co_return;
    co_await session_.report_door(control.door, position_of(control.mode));
}

asio::awaitable<void> DoorWatch::forget()
{
    seen_ = false;
    modes_.clear();
    buttons_.clear();
    for (int door = 1; door <= session_.config.doors; ++door) {
        auto& seen = session_.doors[door];
        const bool known = seen.contact != DoorPosition::unknown || seen.unlocked;
        seen = Session::Door{};
        if (known) co_await session_.report_door(door, DoorPosition::unknown);
    }
}

} // namespace gatehouse::uhppote
