#pragma once
#include "gateway/model/event.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::rules {

// What one event means to one rule.
struct Signal {
    enum class Kind {
        begins,  // a condition that lasts until it ends
        ends,    // that condition is over
        happens, // worth an alert, and has no duration
    };
    Kind kind = Kind::happens;
    std::string part;   // which of several at the device: output, door, zone, fault
    std::string why;    // goes into the sentence; never a plate, card or person
    std::string device; // empty: the event's
    std::string lane;   // empty: the event's
};

// A rule in one table row: which events begin and end its condition, and how long that may last.
struct RuleSpec {
    std::string_view name; // in the configuration: device-offline
    std::string_view kind; // in topics and the API: device_offline
    int severity = 3;
    std::chrono::milliseconds after{0}; // how long a condition lasts before it is an alert
    std::optional<Signal> (*classify)(const model::Event& event) = nullptr;
    // `place` is the device's (and lane's) name as the guard knows it.
    std::string (*sentence)(const std::string& place, const Signal& signal) = nullptr;
};

// The common shapes of classify().
[[nodiscard]] inline std::optional<Signal> lasting(bool active, std::string part, std::string why)
{
    Signal signal;
    signal.kind = active ? Signal::Kind::begins : Signal::Kind::ends;
    signal.part = std::move(part);
    signal.why = std::move(why);
    return signal;
}

} // namespace gatehouse::rules
