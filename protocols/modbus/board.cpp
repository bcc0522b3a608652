#include "protocols/modbus/board.hpp"

#include <fmt/format.h>

namespace gatehouse::modbus {

using namespace std::chrono_literals;
using base::Errc;

namespace {

constexpr int tries_of_a_read = 3;
constexpr auto busy_pause = 100ms;
constexpr int tries_of_a_release = 5; // each after reading back that the relay is still on
constexpr auto release_pause = 200ms;
constexpr auto momentary_time = 1s; // of boards with a command word: their own, about a second
constexpr auto release_slack = 300ms;
constexpr std::uint16_t pulse_on_address = 0x0200;
constexpr std::uint16_t mode_address = 0x1000;
constexpr std::uint16_t version_address = 0x8000;
constexpr std::uint16_t momentary_off = 0x0200;

bool worth_repeating(const Answer& answer)
{
    if (answer.error == Errc::timed_out || answer.error == Errc::bad_input) return true;
    return !answer.error && answer.reply.exception == Exception::busy;
}

Function function_of(Place place)
{
    if (place == Place::holding) return Function::read_holding;
    return place == Place::input ? Function::read_input_registers : Function::read_inputs;
}

Request request_of(Function function, std::uint16_t address, std::uint16_t value)
{
    Request request;
    request.function = function;
    request.address = address;
    request.value = value;
    return request;
}

} // namespace

Board::Board(Session& session) : session_(session)
{
    for (const auto& gate : session.config.gates) {
        pressed_names_[gate.open] = fmt::format("open of gate {}", gate.output);
        if (gate.close) pressed_names_[*gate.close] = fmt::format("close of gate {}", gate.output);
        if (gate.stop) pressed_names_[*gate.stop] = fmt::format("stop of gate {}", gate.output);
    }
}

// ---- reading ----

asio::awaitable<Answer> Board::read(Request request)
{
    Answer answer;
    for (int i = 0; i < tries_of_a_read; ++i) {
        if (i > 0) {
            session_.counter("gatehouse_modbus_retries_total", "Reads that were asked again").add();
            if (!answer.error) co_await session_.context.clock.sleep_for(busy_pause);
        }
        answer = co_await session_.line.ask(request, session_.config.answer_max);
        if (!worth_repeating(answer) || !session_.line.connected()) break;
    }
    if (!answer.error && answer.reply.exception != Exception::none)
        session_
            .counter("gatehouse_modbus_exceptions_total", "Questions that a board refused, by exception",
                     fmt::to_string(static_cast<unsigned>(answer.reply.exception)))
            .add();
    co_return answer;
}

asio::awaitable<Answer> Board::read_inputs()
{
    const auto& config = session_.config;
    const auto request = request_of(function_of(config.inputs_as), config.inputs_first,
                                    static_cast<std::uint16_t>(config.inputs));
    auto answer = co_await read(request);
    for (const auto value : answer.reply.registers)
        answer.reply.bits.push_back(value != 0);
    co_return answer;
}

asio::awaitable<Answer> Board::read_counters()
{
    const auto& config = session_.config;
    const auto request = request_of(function_of(config.counters_as), config.counters_first.value_or(0),
                                    static_cast<std::uint16_t>(config.inputs));
    co_return co_await session_.line.ask(request, config.answer_max);
}

Request Board::relays_request() const
{
    return request_of(Function::read_coils, session_.config.relays_first,
                      static_cast<std::uint16_t>(session_.config.relays));
}

asio::awaitable<Answer> Board::read_relays()
{
    auto answer = co_await read(relays_request());
    if (answer.ok()) note(answer.reply.bits);
    co_return answer;
}

asio::awaitable<bool> Board::seen_on(int number)
{
    const auto answer = co_await session_.line.ask(relays_request(), session_.config.answer_max);
    if (answer.ok()) note(answer.reply.bits);
    co_return answer.ok() && relay(number) == true;
}

void Board::note(const std::vector<bool>& relays)
{
    relays_ = relays;
    for (const auto& gate : session_.config.gates)
        if (gate.hold)
            session_.fact(fmt::format("hold of gate {}", gate.output),
                          relay(*gate.hold) == true ? "on" : "off");
}

std::optional<bool> Board::relay(int number) const
{
    const auto at = static_cast<std::size_t>(number);
    return at < relays_.size() ? std::optional<bool>(relays_[at]) : std::nullopt;
}

void Board::forget()
{
    relays_.clear();
    suspects_.clear();
}

// ---- pressing ----

Request Board::press_request(int relay) const
{
    const auto number = static_cast<std::uint16_t>(relay);
    const auto& config = session_.config;
    switch (config.board) {
    case BoardKind::waveshare:
        return request_of(Function::write_coil,
                          static_cast<std::uint16_t>(pulse_on_address + config.relays_first + number),
                          static_cast<std::uint16_t>(config.pulse / 100ms));
    case BoardKind::momentary:
        return request_of(Function::write_register,
                          static_cast<std::uint16_t>(config.momentary_register + number),
                          config.momentary_value);
    case BoardKind::coil: break;
    }
    return request_of(Function::write_coil, static_cast<std::uint16_t>(config.relays_first + number),
                      coil_on);
}

asio::awaitable<Pressed> Board::press(int relay, bool prove, const Line::Wanted* wanted)
{
    Pressed pressed;
    // Some boards answer only when the pulse is over.
    const auto limit = std::max(session_.config.answer_max, session_.config.pulse + 200ms);
    const auto request = press_request(relay);
    pressed.answer = co_await session_.line.ask(request, limit, wanted);
    if (!pressed.answer.sent) co_return pressed;
    // "Acknowledge": accepted, and the answer takes longer than the board wants us to wait.
    if (pressed.answer.reply.exception == Exception::acknowledge)
        pressed.answer.reply.exception = Exception::none;
    const bool refused = !pressed.answer.error && !pressed.answer.ok();
    if (refused) co_return pressed;
    // Also when the answer was lost: the relay may be on.
    if (releasing_.insert(relay).second)
        session_.spawn("release relay", release(relay, pressed.answer.asked_at));
    if (prove || pressed.answer.error) pressed.seen_on = co_await seen_on(relay);
    co_return pressed;
}

milliseconds Board::release_after() const
{
    switch (session_.config.board) {
    case BoardKind::waveshare: return session_.config.pulse + release_slack;
    case BoardKind::momentary: return momentary_time + release_slack;
    case BoardKind::coil: break;
    }
    return session_.config.pulse;
}

asio::awaitable<void> Board::release(int relay, base::MonoTime pressed_at)
{
    struct Done {
        std::set<int>& releasing;
        int relay;
        ~Done() { releasing.erase(relay); }
    };
    Done done{releasing_, relay};
    co_await session_.context.clock.sleep_until(pressed_at + release_after());
    if (session_.config.board == BoardKind::coil) {
        co_await switch_off(relay);
        co_return;
    }
    const auto relays = co_await read_relays();
    if (relays.ok() && this->relay(relay) == true) co_await switch_off(relay);
}

// Off is what a relay must be: it may be said again, after a look whether it is.
asio::awaitable<void> Board::switch_off(int relay)
{
    for (int i = 0; i < tries_of_a_release; ++i) {
        if (i > 0) co_await session_.context.clock.sleep_for(release_pause);
        (void)co_await write_off(relay); // the look that follows is what counts
        const auto relays = co_await read_relays();
        if (relays.ok() && this->relay(relay) == false) {
            tell_stuck(relay, false);
            co_return;
        }
        if (!session_.line.connected()) co_return; // looked after when the board is back
    }
    tell_stuck(relay, true);
}

asio::awaitable<Answer> Board::write_off(int relay)
{
    const auto number = static_cast<std::uint16_t>(relay);
    auto request = request_of(Function::write_coil,
                              static_cast<std::uint16_t>(session_.config.relays_first + number), coil_off);
    if (session_.config.board == BoardKind::momentary)
        request = request_of(Function::write_register,
                             static_cast<std::uint16_t>(session_.config.momentary_register + number),
                             momentary_off);
    return session_.line.ask(request, session_.config.answer_max);
}

asio::awaitable<Answer> Board::set(int relay, bool on)
{
    if (!on) return write_off(relay);
    const auto address = static_cast<std::uint16_t>(session_.config.relays_first + relay);
    const auto request = request_of(Function::write_coil, address, coil_on);
    return session_.line.ask(request, session_.config.answer_max);
}

// ---- looking after relays ----

asio::awaitable<Answer> Board::release_all(bool found)
{
    auto answer = co_await read_relays();
    if (!answer.ok()) co_return answer;
    for (const auto& [number, name] : pressed_names_) {
        if (relay(number) != true || (found && releasing_.contains(number))) continue;
        if (found) tell_stuck(number, true);
        co_await switch_off(number);
    }
    co_return answer;
}

asio::awaitable<void> Board::watch()
{
    for (;;) {
        co_await session_.context.clock.sleep_for(session_.config.relays_every);
        co_await look_at_relays();
    }
}

asio::awaitable<void> Board::look_at_relays()
{
    const auto answer = co_await read_relays();
    if (!answer.ok()) {
        session_.tell_once("relays", "relays cannot be read back", answer.why());
        suspects_.clear();
        co_return;
    }
    const auto before = std::exchange(suspects_, {});
    for (const auto& [number, name] : pressed_names_) {
        if (releasing_.contains(number)) continue;
        if (relay(number) == false) tell_stuck(number, false);
        if (relay(number) != true) continue;
        suspects_.insert(number);
        // Seen once it may be somebody else's pulse.
        if (!before.contains(number)) continue;
        tell_stuck(number, true);
        co_await switch_off(number);
    }
}

void Board::tell_stuck(int relay, bool stuck)
{
    if (stuck_.contains(relay) == stuck) return;
    model::DeviceHealth health;
    health.what = fmt::format("relay {}", relay);
    health.ok = !stuck;
    const auto& name = pressed_names_[relay];
    if (stuck) {
        stuck_.insert(relay);
        health.detail = name + " was on though nobody pressed it, or did not release; it is switched off";
        session_
            .counter("gatehouse_modbus_relays_found_on_total", "Relays that were on and should have been off")
            .add();
    } else {
        stuck_.erase(relay);
        health.detail = name + " is off";
    }
    session_.report(std::move(health));
}

asio::awaitable<void> Board::identify()
{
    if (session_.config.board != BoardKind::waveshare) co_return;
    const auto version_request = request_of(Function::read_holding, version_address, 1);
    const auto version = co_await session_.line.ask(version_request, session_.config.answer_max);
    if (version.ok())
        session_.status.firmware =
            fmt::format("{}.{:02}", version.reply.registers[0] / 100, version.reply.registers[0] % 100);
    const auto mode_request =
        request_of(Function::read_holding, mode_address, static_cast<std::uint16_t>(session_.config.relays));
    const auto modes = co_await session_.line.ask(mode_request, session_.config.answer_max);
    if (!modes.ok()) co_return;
    linked_.clear();
    for (std::size_t i = 0; i < modes.reply.registers.size(); ++i)
        if (modes.reply.registers[i] != 0) linked_ += fmt::format("{}{}", linked_.empty() ? "" : ", ", i);
    if (!linked_.empty())
        session_.tell_once("linked", "the board switches relays by its own inputs", "relays " + linked_);
    session_.fact("relays switched by the board itself", linked_.empty() ? "none" : linked_);
}

} // namespace gatehouse::modbus
