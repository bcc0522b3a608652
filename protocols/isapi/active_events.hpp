#pragma once
#include "gateway/model/event.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace gatehouse::isapi {

// The life of an active event (sheet §4): devices repeat it about once per second and many never say that it
// is over. Only the first becomes an event; silence for a while ends it. Pure: no I/O, no clock of its own.
class ActiveEvents {
public:
    explicit ActiveEvents(std::chrono::milliseconds clear_after) : clear_after_(clear_after) {}

    // first and over are to be reported; a repeat and an idle "inactive" are not.
    enum class Seen { first, repeat, over, idle };
    // `key` names the condition: channel, type and input or region.
    Seen observe(const std::string& key, bool active, const model::Event& event, base::MonoTime now);
    // "Still going on", said in another way; false when nothing is.
    bool prolong(const std::string& key, base::MonoTime now);
    // The conditions not repeated in time, as events with active = false. The caller stamps them.
    std::vector<model::Event> expire(base::MonoTime now);
    // The first report could not be kept: the device's next repeat is a first one again.
    void forget(const std::string& key) { active_.erase(key); }
    [[nodiscard]] bool empty() const { return active_.empty(); }

    // Sets the `active` member of bodies that have one; false for all others.
    static bool set_active(model::Body& body, bool active);
    // Whether the body has an `active` member, and its value.
    static std::optional<bool> active_of(const model::Body& body);

private:
    struct Life {
        model::Event event; // without pictures
        base::MonoTime seen;
    };
    std::chrono::milliseconds clear_after_;
    std::map<std::string, Life> active_; // bounded by conditions_max
};

} // namespace gatehouse::isapi
