#pragma once
#include <optional>
#include <string_view>

namespace gatehouse::onvif {

// What a topic stands for (sheet §5 and §6).
struct Topic {
    enum class Becomes {
        detection,
        tamper,
        health,  // true means: broken
        enabled, // a health whose true means: in order
        input,
        relay, // an output of the device: no event, but what a command waits for
        granted,
        denied,
        duress,
        door_contact,
        door_lock,
        door_mode,
        door_alarm,
        door_tamper,
        door_fault,
        restarted,
        setting,  // statistics, and settings that follow the light: nobody waits for them
        repeated, // what another message tells already
        asks      // wants us to decide; doors decide by themselves here
    };
    std::string_view pattern; // canonical topic; a '*' at its end stands for anything
    Becomes becomes = Becomes::setting;
    std::string_view word;   // what, part or credential
    std::string_view target; // of a detection: human | vehicle | others
};

// Nothing when no row fits and its words say nothing. total.
[[nodiscard]] std::optional<Topic> topic_of(std::string_view canonical);
// By words such as IsMotion or HumanShapeDetect, for the analytics that every maker names otherwise.
[[nodiscard]] std::optional<Topic> topic_by_words(std::string_view text);

} // namespace gatehouse::onvif
