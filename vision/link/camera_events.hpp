#pragma once
#include "vision/link/messages.hpp"

namespace gatehouse::vision {

// What the worker says of a camera as events of its device. Pure.

// `key`: names this passage at its device.
[[nodiscard]] model::Event event_of(PlateRead read, std::string key);
// A state of the picture is a DeviceHealth with the word "picture_" before it, an occupied zone a Detection
// with the zone's number and name as its region. Both carry what the camera sees now and what it should see.
[[nodiscard]] model::Event event_of(Finding finding, const std::string& zone);
[[nodiscard]] model::Event event_of(Presence presence);

} // namespace gatehouse::vision
