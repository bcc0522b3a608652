// What the board answers, function by function (fact sheet sections 2 and 3).
#include "tests/sim/modbus/relay_board.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace gatehouse::sim::modbus {
namespace {

constexpr int bad_function = 1;
constexpr int bad_address = 2;
constexpr int bad_value = 3;
constexpr int device_failure = 4;
constexpr std::size_t inputs_a_gate = 8;
constexpr int relays_a_gate = 4;
constexpr int cabinet_input = 6;
constexpr std::array<const char*, relays_a_gate> buttons{"open", "close", "stop", "hold"};

int function_of(const std::string& pdu)
{
    return pdu.empty() ? 0 : static_cast<unsigned char>(pdu[0]);
}

std::string refusal(const std::string& pdu, int exception)
{
    return {static_cast<char>(function_of(pdu) | 0x80), static_cast<char>(exception)};
}

} // namespace

bool RelayBoard::input(int number) const
{
    const auto at = static_cast<std::size_t>(number);
    bool on = false;
    if (at / inputs_a_gate < gates_.size()) {
        const auto& gate = gates_[at / inputs_a_gate];
        const std::array<bool, 6> contacts{gate.up(),        gate.down(),  gate.loop_entry,
                                           gate.loop_safety, gate.fault(), gate.manual};
        const auto contact = at % inputs_a_gate;
        if (contact < contacts.size()) on = contacts.at(contact);
    }
    if (number == cabinet_input) on = cabinet_;
    return on != (config_.normally_closed.contains(number) != behaviour_.inverted);
}

RelayBoard::Answer RelayBoard::answer(const Question& question, const std::string& peer)
{
    Answer said;
    const auto& pdu = question.pdu;
    const bool ours =
        question.unit == config_.unit || (config_.framing == Framing::tcp && behaviour_.any_unit);
    if (!ours || pdu.size() < 5) return said;
    move_on();
    const int function = function_of(pdu);
    // Muted it still switches, and no longer tells what it sees.
    if (moods_.mute && function >= 2 && function <= 4) return said;
    switch (function) {
    case 1:
    case 2: said.pdu = read_bits(pdu); break;
    case 3:
    case 4: said.pdu = read_registers(pdu); break;
    case 5:
    case 6:
    case 0x0f:
    case 0x10: said = write(pdu, peer); break;
    default: said.pdu = refusal(pdu, bad_function);
    }
    return said;
}

std::string RelayBoard::read_bits(const std::string& pdu)
{
    if (behaviour_.exception != 0) return refusal(pdu, behaviour_.exception);
    const int first = word_at(pdu, 1);
    const int count = word_at(pdu, 3);
    const bool coils = function_of(pdu) == 1;
    if (count < 1 || count > 2000) return refusal(pdu, bad_value);
    if (first + count > (coils ? config_.relays : config_.inputs)) return refusal(pdu, bad_address);
    std::string bits(static_cast<std::size_t>((count + 7) / 8), '\0');
    for (int n = 0; n < count; ++n) {
        const int at = first + n;
        const bool on = coils ? relays_[static_cast<std::size_t>(at)].on : input(at);
        auto& byte = bits[static_cast<std::size_t>(n / 8)];
        if (on) byte = static_cast<char>(byte | 1 << n % 8);
    }
    return pdu.substr(0, 1) + static_cast<char>(bits.size()) + bits;
}

std::string RelayBoard::read_registers(const std::string& pdu)
{
    if (behaviour_.exception != 0) return refusal(pdu, behaviour_.exception);
    const int first = word_at(pdu, 1);
    const int count = word_at(pdu, 3);
    if (count < 1 || count > 125) return refusal(pdu, bad_value);
    std::string values;
    for (int at = first; at < first + count; ++at) {
        const bool counter =
            config_.counters >= 0 && at >= config_.counters && at < config_.counters + config_.inputs;
        if (counter)
            values += word(pulses_[static_cast<std::size_t>(at - config_.counters)] & 0xffff);
        else if (at < config_.inputs)
            values += word(input(at) ? 1 : 0); // inputs as registers, where a board has them so
        else if (at >= 0x1000 && at < 0x1000 + config_.relays)
            values += word(0); // control mode: normal
        else if (at == 0x4000)
            values += word(config_.unit);
        else if (at == 0x8000)
            values += word(200); // version 2.00
        else
            return refusal(pdu, bad_address);
    }
    return pdu.substr(0, 1) + static_cast<char>(values.size()) + values;
}

// ---- writes ----

RelayBoard::Wanted RelayBoard::all(bool on) const
{
    Wanted wanted;
    for (int n = 0; n < config_.relays; ++n)
        wanted.wishes.push_back({n, on, Span(0)});
    return wanted;
}

RelayBoard::Wanted RelayBoard::coil_wish(int address, int value) const
{
    const bool waveshare = config_.board == BoardKind::waveshare;
    const bool on_or_off = value == 0xff00 || value == 0;
    const int relay = address & 0xff;
    if (waveshare && relay == 0xff && on_or_off) return all(value != 0);
    const bool pulse = waveshare && address >= 0x0200 && address < 0x0300;
    if (relay >= config_.relays || (address != relay && !pulse)) return {{}, bad_address};
    Wish wish;
    wish.relay = relay;
    if (pulse && value <= 0x7fff) {
        wish.on = true;
        wish.pulse = Span(100 * value);
    } else if (!pulse && on_or_off) {
        wish.on = value != 0;
    } else if (!pulse && waveshare && value == 0x5500) {
        wish.on = !relays_[static_cast<std::size_t>(relay)].on;
    } else {
        return {{}, bad_value};
    }
    return {{wish}};
}

RelayBoard::Wanted RelayBoard::register_wish(int address, int value) const
{
    if (config_.board != BoardKind::momentary || address < 1 || address > config_.relays)
        return {{}, bad_address};
    Wish wish;
    wish.relay = address - 1;
    const int command = value >> 8;
    switch (command) {
    case 1: wish.on = true; break;
    case 2: break;
    case 3: wish.on = !relays_[static_cast<std::size_t>(wish.relay)].on; break;
    case 5:
        wish.on = true;
        wish.pulse = Span(1000);
        break;
    case 6:
        wish.on = true;
        wish.pulse = Span(1000 * (value & 0xff));
        break;
    case 7:
    case 8: return all(command == 7);
    default: return {{}, bad_value};
    }
    return {{wish}};
}

RelayBoard::Wanted RelayBoard::wanted_by(const std::string& pdu) const
{
    const int address = word_at(pdu, 1);
    const int value = word_at(pdu, 3);
    if (function_of(pdu) == 5) return coil_wish(address, value);
    if (function_of(pdu) == 6) return register_wish(address, value);
    Wanted wanted;
    for (int n = 0; n < value; ++n) {
        const int offset = 6 + (function_of(pdu) == 0x0f ? n / 8 : 2 * n);
        const auto at = static_cast<std::size_t>(offset);
        const auto byte = at < pdu.size() ? static_cast<unsigned char>(pdu[at]) : 0U;
        auto one = function_of(pdu) == 0x0f ? coil_wish(address + n, (byte >> n % 8 & 1U) != 0 ? 0xff00 : 0)
                                            : register_wish(address + n, word_at(pdu, at));
        if (one.exception != 0) return one;
        wanted.wishes.insert(wanted.wishes.end(), one.wishes.begin(), one.wishes.end());
    }
    return wanted;
}

RelayBoard::Answer RelayBoard::write(const std::string& pdu, const std::string& peer)
{
    Answer said;
    const auto wanted = wanted_by(pdu);
    if (wanted.exception != 0) {
        said.pdu = refusal(pdu, wanted.exception);
        return said;
    }
    const auto& wishes = wanted.wishes;
    // Letting go moves nothing and is never refused.
    const bool moves = std::any_of(wishes.begin(), wishes.end(), [](const Wish& w) { return w.on; });
    const bool refused = moves && moods_.command == CommandMood::refuse;
    for (const auto& wish : wishes) {
        note(wish, !refused, peer, function_of(pdu));
        if (refused) continue;
        switch_relay(wish);
        if (behaviour_.late_echo) said.after = std::max(said.after, wish.pulse);
    }
    if (refused) {
        said.pdu = refusal(pdu, device_failure);
        return said;
    }
    if (moves && moods_.command == CommandMood::silent) return said;
    if (moves && moods_.command == CommandMood::late) said.after = late_answer;
    said.pdu = pdu.substr(0, 5);
    return said;
}

void RelayBoard::switch_relay(const Wish& wish)
{
    auto& relay = relays_[static_cast<std::size_t>(wish.relay)];
    relay.off_at.reset();
    if (wish.pulse.count() > 0) relay.off_at = clock_.now() + wish.pulse;
    if (relay.stuck || relay.on == wish.on) return;
    relay.on = wish.on;
    press(wish.relay, wish.on);
}

void RelayBoard::press(int relay, bool on)
{
    const auto at = static_cast<std::size_t>(relay / relays_a_gate);
    if (at >= gates_.size()) return;
    auto& gate = gates_[at];
    const auto now = clock_.now();
    switch (relay % relays_a_gate) {
    case 0:
        if (on) gate.press_open(now);
        break;
    case 1:
        if (on) gate.press_close(now);
        break;
    case 2:
        if (on) gate.press_stop(now);
        break;
    default: gate.hold(on, now);
    }
}

void RelayBoard::note(const Wish& wish, bool done, const std::string& peer, int function)
{
    const auto at = static_cast<std::size_t>(wish.relay / relays_a_gate);
    const std::string button = buttons.at(static_cast<std::size_t>(wish.relay % relays_a_gate));
    if (!wish.on && button != "hold") return; // letting go of a button is no order
    const bool moved = done && at < gates_.size() && gates_[at].mood == BoomMood::ok;
    if (moved) ++seen_.moves;
    oracle_.command({config_.id, fmt::format("barrier/{}", at + 1), wish.on ? button : "un" + button, moved,
                     peer, fmt::format("{:02x} relay {}", function, wish.relay)});
}

} // namespace gatehouse::sim::modbus
