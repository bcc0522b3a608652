#include "protocols/zkteco/commands.hpp"

#include "protocols/zkteco/times.hpp"

#include <fmt/format.h>

namespace gatehouse::zkteco {

using namespace std::chrono_literals;
using model::DoorPosition;
using model::Outcome;
using model::Status;

namespace {

constexpr auto confirm_max = 4s;
constexpr auto clock_confirm_max = 10s;
constexpr auto sync_span = 24h;
constexpr auto set_to_within = 5s;
constexpr int already_held = -28;

// AA 01 output, BB door, CC 01 door contact, DD seconds, FF hold, 00 restore (sheet §3).
std::string control(int door, int time)
{
    return fmt::format("CONTROL DEVICE 01{:02X}01{:02X}", door, time);
}

} // namespace

Outcome Commands::not_done(const Answer& answer, base::MonoTime begun) const
{
    switch (answer.fate) {
    case Answer::Fate::not_fetched:
        return session_.outcome(Status::failed, "unreachable", answer.why(), begun);
    case Answer::Fate::no_answer: return session_.outcome(Status::unknown, "no_answer", answer.why(), begun);
    case Answer::Fate::done: break;
    }
    // The device does not know this command at all.
    const bool unknown = answer.code == -13 || answer.code == -708;
    return session_.outcome(unknown ? Status::rejected : Status::failed,
                            unknown ? "unsupported" : "device_refused", answer.why(), begun);
}

asio::awaitable<Outcome> Commands::move(std::string id, int door, Move move)
{
    if (door < 1 || door > session_.config.doors)
        co_return session_.outcome(
            Status::rejected, "unsupported",
            fmt::format("there is no door {}; doors = {}", door, session_.config.doors));
    if (session_.dialect == Dialect::unknown)
        co_return session_.outcome(Status::failed, "unreachable", "the device has never called");
    if (!session_.access() && move != Move::open)
        co_return session_.outcome(Status::rejected, "unsupported",
                                   "an attendance terminal can only open its door for its own time");
    const auto begun = session_.context.clock.now();
    std::string text = "AC_UNLOCK";
    if (session_.access())
        text = control(door, move == Move::open   ? session_.config.open_seconds
                             : move == Move::hold ? 0xFF
                                                  : 0);
    const auto answer = co_await session_.send(std::move(text));
    const bool held_before = move == Move::hold && answer.code == already_held;
    if (!answer.ok() && !held_before) co_return not_done(answer, begun);
    if (session_.context.taken) session_.context.taken(id);
    if (held_before)
        co_return session_.outcome(Status::confirmed, "", "the door was held open already", begun);
    // Attendance terminals tell nothing of it.
    const bool confirmed = session_.access() && co_await seen(door, move, begun);
    co_return confirmed ? session_.outcome(Status::confirmed, "", "the door was seen to obey", begun)
                        : session_.outcome(Status::accepted, "", "accepted but not confirmed", begun);
}

// By the event, by the relay, or by a door contact that moved.
asio::awaitable<bool> Commands::seen(int door, Move move, base::MonoTime begun)
{
    const auto& clock = session_.context.clock;
    const auto until = clock.now() + confirm_max;
    const bool was_open = session_.doors[door].contact == DoorPosition::opened;
    for (;;) {
        const auto& now = session_.doors[door];
        const bool open_event = now.opened_remotely && *now.opened_remotely >= begun;
        const bool opened = now.relay || open_event || (!was_open && now.contact == DoorPosition::opened);
        if (move == Move::open && opened) co_return true;
        if (move == Move::hold && now.held) co_return true;
        if (move == Move::close && (now.closed_remotely && *now.closed_remotely >= begun)) co_return true;
        if (clock.now() >= until) co_return false;
        co_await session_.context.clock.wait(session_.moved, until);
    }
}

asio::awaitable<Answer> Commands::ask_identity()
{
    const bool access = session_.access();
    std::string text = access ? "GET OPTIONS ~SerialNumber,FirmVer,~DeviceName,LockCount" : "INFO";
    return session_.send(std::move(text), access);
}

asio::awaitable<Outcome> Commands::ping()
{
    const auto begun = session_.context.clock.now();
    const auto answer = co_await ask_identity();
    if (!answer.ok()) co_return not_done(answer, begun);
    co_return session_.outcome(Status::confirmed, "", "the device answered", begun);
}

asio::awaitable<Outcome> Commands::synchronise()
{
    if (session_.access()) co_return co_await set_clock();
    const auto begun = session_.context.clock.now();
    const auto now = session_.context.clock.wall();
    const auto answer = co_await log_.query(now - sync_span, now + sync_span);
    if (!answer.ok()) co_return not_done(answer, begun);
    co_return session_.outcome(Status::confirmed, "",
                               "the device sends the records of the last day again; its clock it asks us "
                               "for itself where clock = \"correct\"",
                               begun);
}

asio::awaitable<Outcome> Commands::set_clock()
{
    const auto begun = session_.context.clock.now();
    const auto& synced = session_.context.clock_synced;
    if (synced && !synced())
        co_return session_.outcome(Status::failed, "clock_unsynced",
                                   "our own clock is not kept by a time service, so it may be the wrong one");
    const auto zone = session_.config.number_in_utc ? std::chrono::minutes(0) : session_.context.utc_offset;
    const auto now = session_.context.clock.wall();
    std::string detail = "becomes " + write_time(now, session_.context.utc_offset);
    if (session_.clock.offset())
        detail = std::to_string(session_.clock.offset()->count()) + " ms away, " + detail;
    // The vendor's own examples contradict each other: only the device's next state shows what it took.
    session_.clock.forget();
    std::string text = "SET OPTIONS DateTime=" + std::to_string(to_number(now, zone));
    const auto answer = co_await session_.send(std::move(text));
    std::string result = answer.ok() ? std::string("ok") : answer.why();
    co_await session_.audit("clock", std::move(detail), std::move(result));
    if (!answer.ok()) co_return not_done(answer, begun);
    const auto right = [this] {
        const auto offset = session_.clock.offset();
        return offset && std::chrono::abs(*offset) <= set_to_within;
    };
    const auto until = session_.context.clock.now() + clock_confirm_max;
    while (!right() && session_.context.clock.now() < until)
        co_await session_.context.clock.wait(session_.moved, until);
    if (!session_.clock.offset())
        co_return session_.outcome(Status::accepted, "", "accepted but not confirmed", begun);
    if (!right())
        co_return session_.outcome(
            Status::failed, "device_refused",
            "the device took the time but its clock is still wrong: change time_number", begun);
    co_return session_.outcome(Status::confirmed, "", "the device's clock is set", begun);
}

} // namespace gatehouse::zkteco
