// What the estate and the control channel say to the board.
#include "tests/sim/uhppote/board.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace gatehouse::sim::uhppote {
namespace {

constexpr int decided_by_card = -1;

struct Row {
    std::string_view word;
    int type;
    int reason;
    bool granted;
};

constexpr std::array<Row, 14> rows{{
    {"pass", 1, 1, true},
    {"denied", 1, 6, false},
    {"swipe", 1, decided_by_card, false},
    {"alarm", 3, 38, false}, // forced open
    {"button", 2, 20, true},
    {"door_opened", 2, 23, true},
    {"door_closed", 2, 24, true},
    {"threat", 3, 34, false},
    {"held", 3, 37, false},
    {"forced", 3, 38, false},
    {"fire", 3, 39, false},
    {"password", 1, 25, true},
    {"power_on", 3, 28, false},
    {"reset", 3, 29, false},
}};

std::uint32_t number_of(const std::string& text)
{
    return static_cast<std::uint32_t>(std::strtoul(text.c_str(), nullptr, 10));
}

} // namespace

std::string Board::obey(const std::string& verb, std::vector<std::string> arguments)
{
    if (verb == "set" && !arguments.empty()) {
        const auto word = arguments[0];
        arguments.erase(arguments.begin());
        return obey(word, std::move(arguments));
    }
    if (verb == "emit") return emit_words(arguments);
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
    if (verb == "reset_serials") {
        memory_.events.clear();
        cleared_at_ = clock_.wall();
        return "ok";
    }
    if (verb == "lists") return fmt::format("cards {}", memory_.cards.count());
    if (verb == "password" || verb == "lock_after") return not_of_this_make("the board knows no password");
    if (verb == "gb18030") return not_of_this_make("its packets carry no names");
    if (verb == "picture") return not_of_this_make("the board has no camera");
    return trouble(verb, arguments);
}

// What this make alone gets wrong.
std::string Board::trouble(const std::string& word, const std::vector<std::string>& values)
{
    const auto on = values.empty() ? std::optional<bool>(true) : parse_flag(values[0]);
    if (word == "wrap") {
        memory_.events.drop_block();
    } else if (word == "empty_event") { // pushed without an event
        auto fields = status_fields();
        fields.replace(0, 20, 20, '\0');
        push(packet_of(0x20, config_.serial, fields));
    } else if (word == "code_ff") {
        push(packet_of(0xff, config_.serial, u32(0)));
    } else if (word == "start19" && on) {
        start19_ = *on;
    } else if (word == "bad_dates" && on) {
        bad_dates_ = *on;
    } else {
        return "error: unknown command or switch";
    }
    return "ok";
}

std::string Board::emit_words(const std::vector<std::string>& words)
{
    const auto emission = parse_emission(words);
    if (!emission) return "error: emit DEVICE TYPE [CARD] [door=N] [direction=1|2] [count=N]";
    const auto* row =
        std::find_if(rows.begin(), rows.end(), [&](const Row& r) { return r.word == emission->type; });
    if (row == rows.end()) return "error: unknown type " + emission->type;
    for (std::size_t n = 0; n < emission->count; ++n) {
        Event event;
        event.type = row->type;
        event.reason = row->reason;
        event.granted = row->granted;
        event.door = std::clamp(emission->number("door", 1), 1, 4);
        event.direction = emission->number("direction", 1);
        if (event.type == 1) {
            event.card = number_of(emission->text);
            if (event.card == 0 && !config_.texts.empty())
                event.card = number_of(config_.texts[random_.next() % config_.texts.size()]);
            if (event.card == 0)
                event.card = static_cast<std::uint32_t>((random_.next() % 255 + 1) * 100'000 +
                                                        random_.next() % 65'536);
        }
        if (event.reason == decided_by_card) {
            event.reason = memory_.cards.reason(event.card, event.door, day_of(now()));
            event.granted = event.reason == 1;
        }
        // The host is asked; when it has been silent for 30 s the board decides itself (section 7).
        const bool asks_host = memory_.pc_control && clock_.now() - heard_at_ < std::chrono::seconds(30);
        if (event.type == 1 && asks_host) {
            event.reason = 5;
            event.granted = false;
        }
        if (event.reason == 23 || event.reason == 24 || event.reason == 38)
            memory_.door_open.at(static_cast<std::size_t>(event.door) - 1) = event.reason != 24;
        happen(std::move(event), emission->type);
    }
    return "ok";
}

} // namespace gatehouse::sim::uhppote
