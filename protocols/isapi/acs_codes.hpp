#pragma once
#include "gateway/model/event.hpp"

#include <string_view>

namespace gatehouse::isapi {

// What a pair majorEventType/subEventType becomes (sheet §6).
struct AcsMeaning {
    enum class Kind {
        granted,       // word: credential
        denied,        // word: credential, reason: why
        door,          // position
        barrier_fault, // word: fault
        tamper,        // word: part
        duress,
        input,
        detection, // word: what
        health,    // word: what; active = fault
        routine,   // known and of no interest to a gate: steps of a verification, relays, released buttons
        operation, // the device's operation log: log-ins, settings, remote commands
        custom,    // a number the installer defined himself
        unknown,
    };
    Kind kind = Kind::unknown;
    std::string_view word{};
    std::string_view reason{};
    model::DoorPosition position = model::DoorPosition::unknown;
    bool active = true;
};

// Total: a pair nobody listed is `unknown`.
[[nodiscard]] AcsMeaning acs_meaning(int major, int minor);

} // namespace gatehouse::isapi
