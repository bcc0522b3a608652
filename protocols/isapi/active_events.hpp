#pragma once
#include "gateway/model/event.hpp"

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::isapi {

// The life of an active event (sheet §4): devices repeat it about once per second and many never say that it
// is over. Only the first becomes an event; silence for a while ends it. Pure: no I/O, no clock of its own.
class ActiveEvents {
public:
    explicit ActiveEvents(std::chrono::milliseconds clear_after) : clear_after_(clear_after) {}

    // first and over are to be reported; a repeat and an idle "inactive" are not. The end of something whose
    // begin we missed is reported once where an alert may wait for it.
    enum class Seen { first, repeat, over, idle };
    // `key` names the condition: channel, type and input or region.
    Seen observe(const std::string& key, bool active, const model::Event& event, base::MonoTime now);
    // "Still going on", said in another way; false when nothing is.
    bool prolong(const std::string& key, base::MonoTime now);
    // Whether a condition had not been repeated in time by then.
    [[nodiscard]] bool due(base::MonoTime then) const;
    // The conditions that had not been repeated in time when the device was last heard, as events with
    // active = false. The caller stamps them.
    std::vector<model::Event> expire(base::MonoTime heard);
    // The device could not be heard until now: whatever went on may still go on.
    void resume(base::MonoTime now);
    // What observe() reported could not be kept: the device's next word counts as if this had not been said.
    void forget(const std::string& key, bool active, const model::Event& event, base::MonoTime now);
    [[nodiscard]] bool empty() const { return active_.empty(); }

    // Whether an alert may wait for the end, so that it has to outlive a restart of ours.
    [[nodiscard]] static bool outlives(const model::Body& body);
    // Those conditions as text, and back. What is loaded is reported again when the device repeats it,
    // because it is not known whether its begin was kept.
    [[nodiscard]] std::string save() const;
    void load(std::string_view text, base::MonoTime now);

private:
    struct Life {
        model::Event event; // without pictures
        base::MonoTime seen;
        bool reported = true;
    };
    void begin(const std::string& key, const model::Event& event, base::MonoTime now);

    std::chrono::milliseconds clear_after_;
    std::map<std::string, Life> active_; // bounded by conditions_max
    std::set<std::string> idle_;         // reported to be over; bounded by conditions_max
};

} // namespace gatehouse::isapi
