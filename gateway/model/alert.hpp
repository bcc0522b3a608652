#pragma once
#include "gateway/base/clock.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::model {

// Something a person must answer for. One alert per (kind, device, lane) is open at a time; a repeat is
// counted.
struct Alert {
    // domain.md §6 calls the first two detected and accepted; they are published under the words that stood
    // before. The store keeps the numbers: new states go to the end.
    enum class State {
        raised,       // found, nobody has answered
        acknowledged, // a named person takes it on
        cleared,      // the device says that the condition is over; no person has
        closed,
        suppressed,  // kept, but nobody is called: silence, maintenance, a device that is down, a burst
        verified,    // a person has seen that it is real
        rejected,    // a false alarm
        dispatched,  // a channel has delivered it to somebody
        handling,    // the first action was taken
        escalated,   // nobody answered in time
        transferred, // the centre's, as a work order
        resolved,    // a person says that the condition is over, and what was done
        reopened,    // the condition came back, or the check failed
        suspended    // its clock stands still, for a reason somebody has given
    };

    // Defined once, as those of Command and Event: else each file that moves one compiles them anew.
    Alert();
    Alert(const Alert& other);
    Alert(Alert&& other) noexcept;
    Alert& operator=(const Alert& other);
    Alert& operator=(Alert&& other) noexcept;
    ~Alert();

    std::string id;   // ULID, constant over all transitions
    std::string kind; // device_offline | device_silent | clock_out_of_policy | command_failed | tamper | ...
    std::string device; // device id or "gateway"
    std::string lane;   // may be empty
    int severity = 3;   // 1 most urgent .. 4
    State state = State::raised;
    int count = 1;                     // how often the condition was seen while open
    std::string text;                  // one sentence for the guard (Chinese)
    std::vector<std::string> evidence; // event ids
    base::WallTime raised_at{};
    base::WallTime changed_at{};
    base::WallTime due_ack{};         // epoch: none
    base::WallTime due_clear{};       // epoch: none
    std::string actor;                // who was the last person to do something about it
    std::string role;                 // as what
    std::string result;               // real | false | test, when it has ended
    std::string note;                 // of the last transition that had one
    int steps = 0;                    // transitions so far; the number of the last one
    base::WallTime acknowledged_at{}; // the first time; epoch: nobody has
    int level = 0;                    // how often it was escalated
    std::string assigned;             // whose it is now: guard | maintenance | manager | duty | centre
    std::string parent;       // the alert that keeps this one suppressed: the device that is down, the burst
    std::string order_number; // the centre's, once it has given one
    bool lasts = true;        // the condition has not ended yet
};

// Who may do something about an alert, and who does.
enum class Role { guard, maintenance, manager, duty, centre, system };

// One transition, append-only.
struct AlertStep {
    std::string alert;
    int seq = 0;                      // 1, 2, 3 ... per alert
    std::optional<Alert::State> from; // nothing: the alert is made
    Alert::State to = Alert::State::raised;
    base::WallTime at{};
    std::string actor;
    std::string role;
    std::string channel; // control | mqtt:NAME | a staff channel | empty for the gateway's own
    std::string note;
    std::string result; // real | false | test, for the step that ends it
};

// "Nobody is called for these until then": by a person, for a reason. Empty kind, device or lane: any.
struct Silence {
    std::string id; // ULID
    std::string kind;
    std::string device;
    std::string lane;
    std::string author;
    std::string reason;
    base::WallTime from{};
    base::WallTime until{};
};

// What one shift tells the next.
struct Handover {
    std::string id; // ULID
    base::WallTime at{};
    std::string author;
    std::string text;
    int open_alerts = 0; // how many were open then
};

[[nodiscard]] std::string_view to_string(Alert::State state);
[[nodiscard]] std::string_view to_string(Role role); // guard | maintenance | manager | duty | centre | system

} // namespace gatehouse::model
