#pragma once
#include "gateway/base/clock.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::model {

// Something a person must answer for. One alert per (kind, device, lane) is open at a time; a repeat is
// counted.
struct Alert {
    enum class State { raised, acknowledged, cleared, closed };

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
    base::WallTime due_ack{};   // epoch: none
    base::WallTime due_clear{}; // epoch: none
    std::string actor;          // who acknowledged or closed
    std::string result;         // real | false | test, when closed
    std::string note;
};

[[nodiscard]] std::string_view to_string(Alert::State state);

} // namespace gatehouse::model
