#pragma once
#include "gateway/base/metrics.hpp"
#include "gateway/model/event.hpp"
#include "gateway/rules/rule.hpp"
#include "gateway/rules/site.hpp"

#include <chrono>
#include <memory>
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

// How many signals make a finding, for what means something only when it comes again and again.
struct Often {
    int count = 0; // 0: one is enough
    std::chrono::milliseconds within{0};
    bool places = false; // counts the different places of the whole site, not the signals of one
};

// A rule in one table row: which events begin and end its condition, and how long that may last; or how often
// something must happen.
struct RuleSpec {
    std::string_view name; // in the configuration: device-offline
    std::string_view kind; // in topics and the API: device_offline
    int severity = 3;
    std::chrono::milliseconds after{0}; // how long a condition lasts before it is an alert
    std::optional<Signal> (*classify)(const model::Event& event) = nullptr;
    // `place` is the device's (and lane's) name as the guard knows it.
    std::string (*sentence)(const std::string& place, const Signal& signal) = nullptr;
    bool enabled = true; // false: only where a [[rule]] names it, for most sites would hear too much
    Often often{};       // with a count `after` has no meaning
    // Whether it is this rule's when a device of this kind says it; null: always.
    bool (*concerns)(const model::Event& event, std::string_view device_kind) = nullptr;
    // For what needs a memory of its own; null: the machine for what lasts, or for what comes often.
    std::unique_ptr<Rule> (*make)(const RuleSpec& spec, const Site& site, base::Metrics& metrics) = nullptr;
    bool own_times = false;   // `after` has no meaning: each of what it watches has a time of its own
    bool while_armed = false; // what people do who are expected: calls nobody where its place is disarmed
};

// What the event means to the rule at this site.
[[nodiscard]] inline std::optional<Signal> meaning(const RuleSpec& spec, const Site& site,
                                                   const model::Event& event)
{
    auto signal = spec.classify(event);
    if (!signal || spec.concerns == nullptr) return signal;
    const auto kind = site.kind_of ? site.kind_of(event.device) : std::string();
    return spec.concerns(event, kind) ? signal : std::nullopt;
}

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
