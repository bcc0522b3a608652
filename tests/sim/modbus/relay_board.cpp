#include "tests/sim/modbus/relay_board.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>

#include <array>

namespace gatehouse::sim::modbus {

RelayBoard::RelayBoard(const Ground& ground, BoardConfig config)
    : config_(std::move(config)), clock_(ground.clock), oracle_(ground.oracle), group_(ground.executor),
      tcp_(group_, config_.id, [this](Connection connection) { return serve(std::move(connection)); }),
      relays_(static_cast<std::size_t>(config_.relays)), gates_(config_.gates), waiting_(config_.gates),
      pulses_(static_cast<std::size_t>(config_.inputs)),
      inputs_before_(static_cast<std::size_t>(config_.inputs))
{
    for (auto& gate : gates_) {
        gate.travel = config_.travel;
        gate.move_on(clock_.now());
    }
    for (int n = 0; n < config_.inputs; ++n)
        inputs_before_[static_cast<std::size_t>(n)] = input(n);
}

void RelayBoard::start()
{
    tcp_.open(config_.host, config_.port);
    move_on();
}

void RelayBoard::cancel()
{
    tcp_.close();
    group_.cancel();
}

void RelayBoard::follow_network()
{
    const bool reachable = !down_ && !moods_.cut;
    if (reachable == tcp_.is_open()) return;
    if (reachable)
        tcp_.open_again();
    else
        tcp_.close();
}

asio::awaitable<void> RelayBoard::serve(Connection connection)
{
    boost::system::error_code failure;
    const auto endpoint = connection->remote_endpoint(failure);
    const auto peer = fmt::format("{}:{}", endpoint.address().to_string(), endpoint.port());
    std::string buffer;
    std::array<char, 512> chunk{};
    while (connection->is_open()) {
        while (moods_.half_open && connection->is_open())
            co_await clock_.sleep_for(std::chrono::milliseconds(100));
        const auto size = co_await connection->async_read_some(
            asio::buffer(chunk), asio::redirect_error(asio::use_awaitable, failure));
        if (failure) co_return;
        buffer.append(chunk.data(), size);
        while (auto question = take_question(config_.framing, buffer)) {
            ++seen_.requests;
            auto said = answer(*question, peer);
            const bool alive = co_await reply(connection, std::move(*question), std::move(said));
            if (!alive) co_return;
        }
    }
}

asio::awaitable<bool> RelayBoard::reply(Connection connection, Question question, Answer answer)
{
    std::string bytes;
    if (behaviour_.echo && config_.framing == Framing::rtu)
        bytes = frame(config_.framing, question, question.pdu, false);
    if (answer.after.count() > 0) co_await clock_.sleep_for(answer.after);
    if (!answer.pdu.empty() && !moods_.half_open) {
        auto whole = frame(config_.framing, question, answer.pdu, std::exchange(behaviour_.bad_sum, false));
        for (const auto& piece : mangled(moods_, std::move(whole)))
            bytes += piece;
    }
    boost::system::error_code failure;
    if (!bytes.empty())
        co_await asio::async_write(*connection, asio::buffer(bytes),
                                   asio::redirect_error(asio::use_awaitable, failure));
    co_return !failure;
}

// ---- time goes by ----

void RelayBoard::move_on()
{
    const auto now = clock_.now();
    for (std::size_t n = 0; n < relays_.size(); ++n) {
        auto& relay = relays_[n];
        if (!relay.off_at || now < *relay.off_at) continue;
        relay.off_at.reset();
        if (relay.stuck) continue;
        relay.on = false;
        press(static_cast<int>(n), false);
    }
    int hits = 0;
    for (auto& gate : gates_) {
        gate.move_on(now);
        hits += gate.hits();
    }
    for (; hits_ < hits; ++hits_)
        created("hit");
    for (std::size_t n = 0; n < inputs_before_.size(); ++n) {
        const bool on = input(static_cast<int>(n));
        if (on && !inputs_before_[n]) ++pulses_[n];
        inputs_before_[n] = on;
    }
}

void RelayBoard::created(std::string_view type)
{
    ++seen_.created;
    // Inputs carry no number of their own.
    oracle_.created(config_.id, fmt::format("{}-{}", type, ++records_), type, false);
}

void RelayBoard::arrive(std::size_t gate, std::size_t vehicles)
{
    const bool alone = waiting_.at(gate) == 0;
    waiting_.at(gate) += vehicles;
    if (alone) group_.spawn("vehicles", drive(gate));
}

// Up to the loop before the gate, under the boom, away; one after the other. Who finds the boom down opens it
// by a remote control, of which no contact tells; the gate's own controller lowers it behind the last one,
// also where it was opened by an order if it `lowers`.
asio::awaitable<void> RelayBoard::drive(std::size_t gate)
{
    constexpr auto step = std::chrono::milliseconds(400);
    auto& way = gates_.at(gate);
    bool by_remote = false;
    for (; waiting_.at(gate) > 0; --waiting_.at(gate)) {
        way.loop_entry = true;
        move_on();
        co_await clock_.sleep_for(step);
        if (!way.up()) {
            by_remote = true;
            way.press_open(clock_.now());
            co_await clock_.sleep_for(way.travel + step);
            move_on();
        }
        way.loop_safety = way.up(); // else it backs off
        if (way.loop_safety) created("pass");
        move_on();
        co_await clock_.sleep_for(step);
        way.loop_entry = false;
        move_on();
        co_await clock_.sleep_for(step);
        way.loop_safety = false;
        move_on();
        co_await clock_.sleep_for(step);
    }
    if (by_remote || config_.lowers) way.press_close(clock_.now());
}

asio::awaitable<void> RelayBoard::hold_input(bool Gate::*input, std::size_t gate, Span lasts)
{
    gates_.at(gate).*input = true;
    move_on();
    co_await clock_.sleep_for(lasts);
    gates_.at(gate).*input = false;
    move_on();
}

asio::awaitable<void> RelayBoard::hold_cabinet(Span lasts)
{
    cabinet_ = true;
    move_on();
    co_await clock_.sleep_for(lasts);
    cabinet_ = false;
    move_on();
}

bool RelayBoard::emit_random()
{
    return emit_words({"pass"}) == "ok";
}

void RelayBoard::reboot(Span down)
{
    move_on();
    down_ = true;
    follow_network();
    group_.spawn("restart " + config_.id, restart(down));
}

asio::awaitable<void> RelayBoard::restart(Span down)
{
    const int mine = ++reboots_;
    std::vector<bool> before;
    for (auto& relay : relays_) {
        before.push_back(relay.on);
        relay.on = false;
        relay.off_at.reset();
    }
    co_await clock_.sleep_for(down);
    if (mine != reboots_) co_return;
    // Such a board restores the state and has forgotten that it was a pulse.
    for (std::size_t n = 0; n < relays_.size() && config_.restore; ++n)
        if (before[n]) {
            relays_[n].on = true;
            press(static_cast<int>(n), true);
        }
    std::fill(pulses_.begin(), pulses_.end(), 0);
    down_ = false;
    follow_network();
}

} // namespace gatehouse::sim::modbus
