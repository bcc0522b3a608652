#include "protocols/uhppote/commands.hpp"

#include "protocols/uhppote/device_messages.hpp"
#include "protocols/uhppote/event_messages.hpp"

#include <fmt/format.h>

namespace gatehouse::uhppote {

using namespace std::chrono_literals;
using model::DoorPosition;
using model::Outcome;
using model::Status;

namespace {

constexpr auto confirm_max = 3s;
constexpr auto confirm_step = 300ms;

std::string memory_key(int door)
{
    return fmt::format("door/{}/before hold", door);
}

} // namespace

std::optional<Outcome> Commands::no_such_door(int door) const
{
    if (door >= 1 && door <= session_.config.doors) return std::nullopt;
    return session_.outcome(Status::rejected, "unsupported",
                            fmt::format("there is no door {}; doors = {}", door, session_.config.doors));
}

std::optional<Outcome> Commands::not_done(const Reply& reply, base::MonoTime begun) const
{
    if (!reply.ok() && !reply.sent) return session_.outcome(Status::failed, "unreachable", reply.why());
    if (!reply.ok())
        return session_.outcome(
            Status::unknown, "no_answer",
            "the command was sent but the board's answer did not come; it is not repeated", begun);
    return std::nullopt;
}

asio::awaitable<Outcome> Commands::open(std::string id, int door)
{
    if (auto refused = no_such_door(door)) co_return std::move(*refused);
    const auto begun = session_.context.clock.now();
    const auto request = open_door(session_.config.serial, static_cast<std::uint8_t>(door));
    const auto reply = co_await session_.board.order(request);
    if (auto failed = not_done(reply, begun)) co_return std::move(*failed);
    if (!succeeded(reply.packet))
        co_return session_.outcome(Status::failed, "device_refused",
                                   "the board refused to open the door; check the door's number and its "
                                   "control mode / 控制器拒绝开门；请核对门号和门的控制方式",
                                   begun);
    if (session_.context.taken) session_.context.taken(id);
    const bool seen = co_await seen_open(door, begun);
    co_return seen ? session_.outcome(Status::confirmed, "", "the door was seen to open", begun)
                   : session_.outcome(Status::accepted, "", "accepted but not confirmed", begun);
}

// By the event, by the relay, or by a door contact that moved.
asio::awaitable<bool> Commands::seen_open(int door, base::MonoTime begun)
{
    const auto& clock = session_.context.clock;
    const auto until = clock.now() + confirm_max;
    const bool was_open = session_.doors[door].contact == DoorPosition::opened;
    for (;;) {
        session_.look_now.notify();
        co_await session_.context.clock.wait(session_.moved, session_.context.clock.now() + confirm_step);
        const auto& seen = session_.doors[door];
        if (seen.unlocked || (seen.opened_remotely && *seen.opened_remotely >= begun)) co_return true;
        if (!was_open && seen.contact == DoorPosition::opened) co_return true;
        if (clock.now() >= until) co_return false;
    }
}

asio::awaitable<Outcome> Commands::hold(std::string id, int door)
{
    return set_mode(std::move(id), door, DoorMode::normally_open);
}

asio::awaitable<Outcome> Commands::close(std::string id, int door, bool locked)
{
    return set_mode(std::move(id), door, locked ? DoorMode::normally_closed : mode_before(door));
}

DoorMode Commands::mode_before(int door) const
{
    const auto kept = session_.context.memory.find(memory_key(door));
    return kept == "2" ? DoorMode::normally_closed : DoorMode::controlled;
}

asio::awaitable<Outcome> Commands::set_mode(std::string id, int door, DoorMode mode)
{
    if (auto refused = no_such_door(door)) co_return std::move(*refused);
    const auto begun = session_.context.clock.now();
    const auto before = co_await doors_.read_mode(door);
    if (before.mode == DoorMode::unknown)
        co_return session_.outcome(Status::failed, "unreachable",
                                   "the door's control mode cannot be read; nothing was changed");
    // What a hold replaces is what closing brings back.
    if (before.mode != DoorMode::normally_open && mode == DoorMode::normally_open) {
        auto kept = std::to_string(static_cast<int>(before.mode));
        auto key = memory_key(door);
        const auto saved = co_await session_.context.memory.put(std::move(key), std::move(kept));
        if (!saved)
            co_return session_.outcome(Status::failed, "not_saved",
                                       "what was there could not be saved; nothing was changed");
    }
    auto wanted = before;
    wanted.mode = mode;
    const auto request = set_door_control(session_.config.serial, wanted);
    const auto reply = co_await session_.board.order(request);
    if (auto failed = not_done(reply, begun)) co_return std::move(*failed);
    if (session_.context.taken) session_.context.taken(id);
    const auto after = co_await doors_.read_mode(door);
    if (after.mode == mode)
        co_return session_.outcome(Status::confirmed, "", "the door's control mode was read back", begun);
    if (after.mode == DoorMode::unknown)
        co_return session_.outcome(Status::accepted, "", "accepted but not confirmed", begun);
    co_return session_.outcome(Status::failed, "device_refused",
                               "the board kept the door's control mode; try again, or set it with the "
                               "vendor's software / 控制器没有改变门的控制方式；请重试，或用厂家软件设置",
                               begun);
}

} // namespace gatehouse::uhppote
