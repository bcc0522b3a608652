#pragma once
#include <cstdint>
#include <string_view>

namespace gatehouse::uhppote {

// What a reason number of the board means (sheet §4). `word`: the model's reason of a refusal, or the name of
// what was seen; empty where there is nothing to say.
struct Reason {
    enum class Kind {
        card_let_in,
        card_refused,
        password, // the super password let somebody in
        button,   // a push button let somebody out
        button_refused,
        remote, // somebody opened by command
        door_opened,
        door_closed,
        held_open,
        forced_open,
        forced_close,
        threat,
        detection, // word: what
        restart,   // text says which
        unknown
    };
    std::uint8_t number = 0;
    Kind kind = Kind::unknown;
    std::string_view word;
    std::string_view text;
};

// total: any number.
[[nodiscard]] const Reason& reason_of(std::uint8_t number);

} // namespace gatehouse::uhppote
