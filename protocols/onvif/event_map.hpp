#pragma once
#include "gateway/model/event.hpp"
#include "protocols/onvif/messages.hpp"
#include "protocols/onvif/notification.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::onvif {

// What a device calls its parts; numbers are places in these lists, from 1.
struct Names {
    std::vector<Door> doors;
    std::vector<AccessPoint> access_points;
    std::vector<std::string> inputs;
    std::vector<Relay> relays;

    [[nodiscard]] int door(std::string_view token) const; // 0: not known
    // Of the list, else the number that the token ends with: AlarmIn_2.
    [[nodiscard]] int input(std::string_view token) const;
};

// Why a notification is no event.
enum class Refusal {
    none,
    unknown_topic,
    no_value,    // nothing in it that we can read
    state_only,  // how things stood when we came; nothing happened
    setting,     // statistics and settings
    told_before, // another message tells the same
    asks,        // asks us to let somebody in
    relay,       // an output moved
};
[[nodiscard]] std::string_view to_string(Refusal refusal);

// A thing that lasts, and what this message says of it. Several topics may tell of the same thing, each from
// a source of its own.
struct Condition {
    std::string meaning; // empty: the event is momentary
    std::string source;  // topic and sources
    std::string value;
    std::string resting;       // the value that is no news at the start
    bool at_start = false;     // told also when it is found so: whoever tampers does it before we come
    bool history_only = false; // only another value than the last known one is news
};

struct Mapped {
    Refusal refusal = Refusal::none;
    std::string text;   // what it is, for `device replay`; holds no personal data
    model::Event event; // body, device_time, direction, device_key without epoch
    Condition condition;
    Operation operation = Operation::none;
    std::string relay; // token, for Refusal::relay
    bool relay_active = false;
};

// total.
[[nodiscard]] Mapped map(const Notification& notification, const Names& names);

} // namespace gatehouse::onvif
