#pragma once
#include <optional>
#include <string_view>

namespace gatehouse::isapi {

// What an eventType becomes (sheet §4).
struct CameraType {
    enum class Becomes {
        heartbeat,
        detection,
        tamper,
        input,
        health,
        plate,
        access,
        duration,
        statistics,
        face
    };
    std::string_view name; // in the spelling of the sheet, lower case
    Becomes becomes = Becomes::detection;
    std::string_view word; // what is seen, which part, what is ill
};

// Whatever the case of its letters. Nothing: not in the table.
[[nodiscard]] std::optional<CameraType> camera_type(std::string_view event_type);

} // namespace gatehouse::isapi
