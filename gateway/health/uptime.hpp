#pragma once
#include "gateway/base/clock.hpp"
#include "gateway/model/event.hpp"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace gatehouse::health {

using TimeSpan = std::pair<base::WallTime, base::WallTime>; // the end is not in it

// For how much of the planned time a device was on line (domain.md Q-04).
struct Uptime {
    std::string device;
    std::chrono::milliseconds planned{};
    std::chrono::milliseconds up{};
    [[nodiscard]] std::optional<double> rate() const; // nothing: no time was planned
};

// Counts it from what the journal tells of links. On line is what was seen to be: a link is up from the event
// that says so until one that says otherwise, or until the gateway stops; what nobody could reach then was
// not on line. Pure.
class UptimeTally {
public:
    UptimeTally(TimeSpan span, std::vector<std::string> devices) : span_(span), devices_(std::move(devices))
    {
    }

    // In the order of the journal, from before the span on: how a link was when it began counts too.
    void observe(const model::Event& event);
    // Work was planned then: it counts neither way.
    void exclude(const std::string& device, TimeSpan planned) { excluded_[device].push_back(planned); }
    [[nodiscard]] std::vector<Uptime> report() const;

private:
    void end(const std::string& device, base::WallTime at);
    [[nodiscard]] std::vector<TimeSpan> counted(const std::string& device) const;

    TimeSpan span_;
    std::vector<std::string> devices_;
    std::map<std::string, base::WallTime> up_since_; // of links that are up
    std::map<std::string, std::vector<TimeSpan>> up_;
    std::map<std::string, std::vector<TimeSpan>> excluded_;
};

} // namespace gatehouse::health
