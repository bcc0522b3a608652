// What the estate and the control channel say to the board.
#include "tests/sim/modbus/relay_board.hpp"

#include <algorithm>
#include <array>

namespace gatehouse::sim::modbus {
namespace {

std::optional<std::size_t> channel(const std::vector<std::string>& values, std::size_t count)
{
    if (values.empty()) return std::nullopt;
    char* end = nullptr;
    const auto number = std::strtoul(values[0].c_str(), &end, 10);
    if (end == values[0].c_str() || *end != '\0' || number >= count) return std::nullopt;
    return number;
}

} // namespace

std::string RelayBoard::obey(const std::string& verb, std::vector<std::string> arguments)
{
    if (verb == "set" && !arguments.empty()) {
        const auto word = arguments[0];
        arguments.erase(arguments.begin());
        return obey(word, std::move(arguments));
    }
    if (verb == "emit") return emit_words(arguments);
    if (verb == "clock_skew") return not_of_this_make("the board has no clock");
    if (verb == "reset_serials") return not_of_this_make("inputs have no record numbers");
    if (verb == "password" || verb == "lock_after") return not_of_this_make("Modbus knows no password");
    if (verb == "gb18030") return not_of_this_make("Modbus carries no names");
    if (verb == "picture") return not_of_this_make("the board has no camera");
    if (auto done = set_mood(moods_, verb, arguments)) {
        follow_network();
        return *done;
    }
    if (verb == "reboot") {
        const auto span = arguments.empty() ? std::optional<Span>(Span(2000)) : parse_span(arguments[0]);
        if (!span) return "error: reboot DEVICE SPAN";
        reboot(*span);
        return "ok";
    }
    return trouble(verb, arguments);
}

std::string RelayBoard::emit_words(const std::vector<std::string>& words)
{
    const auto emission = parse_emission(words);
    if (!emission) return "error: emit DEVICE TYPE [gate=N] [count=N] [lasts=SPAN]";
    const auto gate = static_cast<std::size_t>(emission->number("gate", 1)) - 1;
    if (gate >= gates_.size()) return "error: the board has no such gate";
    const auto wish = emission->options.find("lasts");
    const auto lasts =
        wish == emission->options.end() ? Span(1000) : parse_span(wish->second).value_or(Span(0));
    const auto& type = emission->type;
    if (type == "pass") {
        arrive(gate, emission->count);
        return "ok";
    }
    if (type == "alarm") {
        group_.spawn("cabinet", hold_cabinet(lasts));
    } else if (type == "entry") {
        group_.spawn("loop", hold_input(&Gate::loop_entry, gate, lasts));
    } else if (type == "safety") {
        group_.spawn("loop", hold_input(&Gate::loop_safety, gate, lasts));
    } else if (type == "manual") { // a remote control opens without any order
        gates_[gate].press_open(clock_.now());
        group_.spawn("button", hold_input(&Gate::manual, gate, lasts));
    } else {
        return "error: unknown type " + type;
    }
    created(type);
    return "ok";
}

// What this make alone gets wrong.
std::string RelayBoard::trouble(const std::string& word, const std::vector<std::string>& values)
{
    if (word == "boom") { // of every gate
        const std::string value = values.empty() ? "" : values[0];
        if (value != "ok" && value != "stuck" && value != "off") return "error: boom DEVICE ok|stuck|off";
        move_on();
        for (auto& gate : gates_)
            gate.mood = value == "ok" ? BoomMood::ok : value == "off" ? BoomMood::off : BoomMood::stuck;
        move_on();
        return "ok";
    }
    if (word == "relay") return set_relay(values, false);
    if (word == "stuck_relay") return set_relay(values, true);
    if (word == "exception") {
        const auto code = channel(values, 256);
        if (!code) return "error: exception DEVICE CODE; 0: none";
        behaviour_.exception = static_cast<int>(*code);
        return "ok";
    }
    const auto on = values.empty() ? std::optional<bool>(true) : parse_flag(values[0]);
    constexpr std::array<std::pair<std::string_view, bool Behaviour::*>, 5> flags{
        {{"late_echo", &Behaviour::late_echo},
         {"echo", &Behaviour::echo},
         {"any_unit", &Behaviour::any_unit},
         {"bad_sum", &Behaviour::bad_sum},
         {"inverted", &Behaviour::inverted}}};
    const auto* flag =
        std::find_if(flags.begin(), flags.end(), [&](const auto& f) { return f.first == word; });
    if (word == "restore" && on)
        config_.restore = *on;
    else if (word == "reverses" && on)
        for (auto& gate : gates_)
            gate.reverses = *on;
    else if (flag != flags.end() && on)
        behaviour_.*(flag->second) = *on;
    else
        return "error: unknown command or switch";
    return "ok";
}

// "relay DEVICE N on|off": by its own doing; "stuck_relay DEVICE N on|off": it does not move any more.
std::string RelayBoard::set_relay(const std::vector<std::string>& values, bool stuck)
{
    const auto number = channel(values, relays_.size());
    const auto on = values.size() > 1 ? parse_flag(values[1]) : std::nullopt;
    if (!number || !on) return "error: relay DEVICE NUMBER on|off";
    auto& relay = relays_[*number];
    if (stuck)
        relay.stuck = *on;
    else
        switch_relay({static_cast<int>(*number), *on, Span(0)});
    return "ok";
}

} // namespace gatehouse::sim::modbus
