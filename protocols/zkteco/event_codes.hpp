#pragma once
#include "gateway/model/event.hpp"

#include <cstdint>
#include <string_view>

namespace gatehouse::zkteco {

// What a number of the access dialect's event field means.
struct EventCode {
    enum class Kind {
        unknown,
        unwanted, // understood, worth no event
        let_in,   // word: the credential, or empty: as verifytype says
        refused,  // word: the reason
        button_refused,
        code_refused,
        door, // position
        tamper,
        duress,
        fault, // word: what
        cured,
        input_on,
        input_off,
        doorbell,
        barrier // word: the fault
    };
    std::int64_t code = 0;
    Kind kind = Kind::unknown;
    std::string_view word;
    std::string_view text;
    model::DoorPosition position = model::DoorPosition::unknown;
};

// total: numbers that nobody knows yield a row of their own.
[[nodiscard]] const EventCode& event_code(std::int64_t code);

} // namespace gatehouse::zkteco
