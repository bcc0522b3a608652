#include "protocols/onvif/commands.hpp"

#include <fmt/format.h>

namespace gatehouse::onvif {

using namespace std::chrono_literals;
using model::Outcome;
using model::Status;

namespace {

constexpr auto confirm_max = 3s;
constexpr auto confirm_step = 500ms;
constexpr int let_go_tries = 3;

bool can(const Door& door, std::string_view order)
{
    if (order == "AccessDoor") return door.can_access;
    if (order == "UnlockDoor") return door.can_unlock;
    return order == "BlockDoor" ? door.can_block : door.can_lock;
}

std::string order_of(model::Command& command)
{
    if (command.action == model::Action::door_open)
        return command.args["mode"] == "hold" ? "UnlockDoor" : "AccessDoor";
    return command.args["mode"] == "locked" ? "BlockDoor" : "LockDoor";
}

// Whether the state that was read shows that the order was carried out.
bool shows(const DoorReport& report, std::string_view order)
{
    if (order == "AccessDoor")
        return report.mode == "Accessed" || report.lock == "Unlocked" || report.contact == "Open";
    if (order == "UnlockDoor") return report.mode == "Unlocked";
    if (order == "BlockDoor") return report.mode == "Blocked";
    return report.mode == "Locked" || report.lock == "Locked";
}

} // namespace

// What ended an order before it was carried out; nothing when the device took it.
std::optional<Outcome> Commands::not_done(const Answer& answer, base::MonoTime begun) const
{
    if (answer.ok()) return std::nullopt;
    const bool silent = answer.error == base::Errc::locked_out;
    if (answer.refused() || silent)
        return session_.outcome(Status::failed, "not_authorised", answer.why(), begun);
    if (answer.not_sent())
        return session_.outcome(Status::failed, "unreachable", "not sent: " + answer.why(), begun);
    if (answer.error)
        return session_.outcome(
            Status::unknown, "no_answer",
            "the command was sent but the device's answer did not come; it is not repeated", begun);
    return session_.outcome(Status::failed, "device_refused", answer.why(), begun);
}

// ---- doors ----

asio::awaitable<Outcome> Commands::door(model::Command command)
{
    if (!session_.offers(ns::tdc) && command.action == model::Action::door_open &&
        command.args["mode"] != "hold") {
        auto pressed = co_await press(std::move(command));
        co_return pressed;
    }
    if (session_.status.link == model::LinkState::down)
        co_return session_.outcome(Status::failed, "unreachable", "not sent: " + session_.status.why);
    const auto number = command.output;
    const auto& doors = session_.names.doors;
    if (number < 1 || static_cast<std::size_t>(number) > doors.size())
        co_return session_.outcome(
            Status::rejected, "unsupported",
            fmt::format("there is no door {}; the device has {}", number, doors.size()));
    auto order = order_of(command);
    if (!can(doors[static_cast<std::size_t>(number) - 1], order))
        co_return session_.outcome(Status::rejected, "unsupported",
                                   "the device says that this door cannot do that; look at its settings / "
                                   "设备声明此门不支持该操作；请检查设备上的门设置");
    auto outcome = co_await door_order(std::move(command.id), number, std::move(order));
    co_return outcome;
}

asio::awaitable<Outcome> Commands::door_order(std::string id, int number, std::string name)
{
    const auto token = session_.names.doors[static_cast<std::size_t>(number) - 1].token;
    // What already is so shows nothing of the order.
    auto question = door_request("GetDoorState", token);
    const auto before = co_await session_.ask(ns::tdc, std::move(question));
    const bool was_so = before.ok() && name == "AccessDoor" && shows(read_door(before.body()), name);
    const auto begun = session_.context.clock.now();
    auto message = door_request(name, token);
    const auto answer = co_await session_.order(ns::tdc, std::move(message));
    if (auto ended = not_done(answer, begun)) co_return std::move(*ended);
    if (session_.context.taken) session_.context.taken(id);
    if (was_so)
        co_return session_.outcome(Status::accepted, "", "accepted; the door was open or unlocked before",
                                   begun);
    const bool seen = co_await door_seen(number, token, name, begun);
    co_return seen ? session_.outcome(Status::confirmed, "", "the door's state shows it", begun)
                   : session_.outcome(Status::accepted, "", "accepted but not confirmed", begun);
}

// By an event, or by the state.
asio::awaitable<bool> Commands::door_seen(int number, std::string token, std::string order,
                                          base::MonoTime begun)
{
    auto& clock = session_.context.clock;
    const auto until = clock.now() + confirm_max;
    const bool opens = order == "AccessDoor" || order == "UnlockDoor";
    for (;;) {
        const auto seen = session_.door_seen.find(number);
        if (opens && seen != session_.door_seen.end() && seen->second >= begun) co_return true;
        auto question = door_request("GetDoorState", token);
        const auto state = co_await session_.ask(ns::tdc, std::move(question));
        if (state.ok() && shows(read_door(state.body()), order)) co_return true;
        if (clock.now() >= until) co_return false;
        co_await clock.wait(session_.moved, clock.now() + confirm_step);
    }
}

// ---- relay outputs ----

asio::awaitable<Outcome> Commands::press(model::Command command)
{
    const auto number = command.output;
    const auto& relays = session_.names.relays;
    if (!session_.running() || session_.status.link == model::LinkState::down)
        co_return session_.outcome(Status::failed, "unreachable", "not sent: " + session_.status.why);
    if (number < 1 || static_cast<std::size_t>(number) > relays.size())
        co_return session_.outcome(
            Status::rejected, "unsupported",
            fmt::format("there is no relay output {}; the device has {}", number, relays.size()));
    const auto relay = relays[static_cast<std::size_t>(number) - 1];
    const auto begun = session_.context.clock.now();
    if (relay.bistable) pressed_.insert(relay.token);
    auto message = set_relay(relay.token, true);
    const auto answer = co_await session_.order(ns::tds, std::move(message));
    // Also when the answer did not come: it may be pressed all the same.
    const bool may_be_pressed = answer.ok() || (answer.error && !answer.refused() && !answer.not_sent());
    if (relay.bistable && may_be_pressed)
        session_.spawn("relay", let_go_after_pulse(relay.token));
    else
        pressed_.erase(relay.token);
    if (auto ended = not_done(answer, begun)) co_return std::move(*ended);
    if (session_.context.taken) session_.context.taken(command.id);
    const bool seen = co_await relay_seen(relay.token, begun);
    co_return seen ? session_.outcome(Status::confirmed, "",
                                      "the relay was seen active; nothing shows whether a gate moved", begun)
                   : session_.outcome(Status::accepted, "", "accepted but not confirmed", begun);
}

asio::awaitable<bool> Commands::relay_seen(std::string token, base::MonoTime begun)
{
    auto& clock = session_.context.clock;
    const auto until = clock.now() + confirm_max;
    for (;;) {
        const auto seen = session_.relay_seen.find(token);
        if (seen != session_.relay_seen.end() && seen->second >= begun) co_return true;
        if (clock.now() >= until) co_return false;
        co_await clock.wait(session_.moved, until);
    }
}

asio::awaitable<void> Commands::let_go_after_pulse(std::string token)
{
    co_await session_.context.clock.sleep_for(session_.config.relay_pulse);
    co_await let_go(std::move(token));
}

// May be said again: it moves nothing that was not pressed.
asio::awaitable<void> Commands::let_go(std::string token)
{
    Answer answer;
    for (int tries = 0; tries < let_go_tries; ++tries) {
        auto message = set_relay(token, false);
        answer = co_await session_.order(ns::tds, std::move(message));
        if (answer.ok()) break;
        co_await session_.context.clock.sleep_for(1s);
    }
    pressed_.erase(token);
    if (answer.ok()) co_return;
    model::DeviceHealth stuck;
    stuck.what = "relay " + token;
    stuck.ok = false;
    stuck.detail = "the output was pressed and could not be let go: " + answer.why();
    co_await session_.report(std::move(stuck));
}

asio::awaitable<void> Commands::let_go_all()
{
    const auto left = pressed_;
    for (const auto& token : left) {
        auto message = set_relay(token, false);
        (void)co_await session_.order(ns::tds, std::move(message)); // the last thing that we can do
    }
}

} // namespace gatehouse::onvif
