#include "tests/sim/isapi/outputs.hpp"

#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>

namespace gatehouse::sim::isapi {
namespace {

constexpr int accepted = 1;
constexpr int busy = 2;
constexpr int device_error = 3;
constexpr int bad_content = 6;
constexpr int closed = 1;
constexpr int open = 2;

} // namespace

Outputs::Outputs(std::string device, const Switches& switches, const Moods& moods, Oracle& oracle,
                 base::TaskGroup& group, Emit emit)
    : device_(std::move(device)), switches_(switches), moods_(moods), oracle_(oracle), group_(group),
      emit_(std::move(emit))
{
}

int Outputs::barrier(int number, const std::string& action, const Caller& caller)
{
    const auto output = fmt::format("barrier/{}", number);
    const bool known = action == "open" || action == "close" || action == "lock" || action == "unlock";
    const bool refuses = moods_.command == CommandMood::refuse || switches_.barrier == "error";
    if (!known || switches_.barrier == "busy" || refuses) {
        note(output, action, false, caller);
        return !known ? bad_content : refuses ? device_error : busy;
    }
    Barrier& gate = barriers_[number];
    const bool stuck = switches_.barrier == "locked" || gate.locked;
    if (action == "lock") gate.locked = true;
    if (action == "unlock") gate.locked = false;
    const bool moves = !stuck && (action == "open" || action == "close");
    note(output, action, moves, caller);
    if (moves) {
        ++gate.generation;
        group_.spawn("barrier", travel(number, gate.generation, action == "open" ? open : closed));
    }
    return accepted; // accepted, not moved: a locked gate answers the same
}

void Outputs::raise(int number)
{
    Barrier& gate = barriers_[number];
    if (gate.locked || switches_.barrier == "locked") return;
    ++gate.generation;
    group_.spawn("barrier", travel(number, gate.generation, open));
}

asio::awaitable<void> Outputs::travel(int number, int generation, int target)
{
    asio::steady_timer timer(group_.executor());
    timer.expires_after(switches_.barrier_travel);
    co_await timer.async_wait(asio::use_awaitable);
    Barrier& gate = barriers_[number];
    if (gate.generation != generation) co_return;
    gate.position = target;
    if (target == closed || switches_.barrier_auto_close.count() == 0) co_return;
    timer.expires_after(switches_.barrier_auto_close);
    co_await timer.async_wait(asio::use_awaitable);
    if (gate.generation == generation) gate.position = closed;
}

int Outputs::barrier_position(int number) const
{
    if (!switches_.barrier_wired) return 0;
    const auto gate = barriers_.find(number);
    return gate == barriers_.end() ? closed : gate->second.position;
}

int Outputs::door(int number, const std::string& action, const Caller& caller)
{
    const bool common = action == "open" || action == "alwaysOpen" || action == "resume";
    const bool known = common || (!switches_.door_limited && (action == "close" || action == "alwaysClose"));
    const bool refuses = moods_.command == CommandMood::refuse || switches_.door == "error";
    const bool moves = known && !refuses && switches_.door == "ok";
    note(fmt::format("door/{}", number), action, moves, caller);
    if (!known) return bad_content;
    if (switches_.door == "busy") return busy;
    if (refuses) return device_error;
    if (!moves) return accepted;
    const bool opens = action == "open" || action == "alwaysOpen";
    emit_({opens ? Type::unlocked : Type::locked, "", number, true});
    if (action == "open") group_.spawn("relock", relock(number));
    return accepted;
}

asio::awaitable<void> Outputs::relock(int number)
{
    asio::steady_timer timer(group_.executor());
    timer.expires_after(switches_.door_relock);
    co_await timer.async_wait(asio::use_awaitable);
    emit_({Type::locked, "", number, true});
}

int Outputs::relay(int number, const std::string& action, const Caller& caller)
{
    const bool known = action == "high" || action == "low";
    const bool refuses = moods_.command == CommandMood::refuse;
    note(fmt::format("io/{}", number), action, known && !refuses, caller);
    if (!known) return bad_content;
    if (refuses) return device_error;
    relays_[number] = action == "high";
    return accepted;
}

bool Outputs::relay_active(int number) const
{
    const auto relay = relays_.find(number);
    return relay != relays_.end() && relay->second;
}

void Outputs::note(const std::string& output, const std::string& action, bool moved, const Caller& caller)
{
    ++orders_;
    if (moved) ++moves_;
    Oracle::Command command{device_, output, action, moved, caller.peer, caller.path};
    oracle_.command(command);
}

} // namespace gatehouse::sim::isapi
