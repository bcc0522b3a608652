#pragma once
#include <span>
#include <string>
#include <string_view>

namespace gatehouse::proof {

// One make of the scenario suite: a simulated device and what the gateway is told about it. In both texts
// {port} is the device's port, {listener} the gateway's listener, {broker} the broker.
struct Make {
    std::string_view protocol; // folder under protocols/; the device's id as well
    std::string_view estate;   // its table in the estate file
    std::string_view device;   // keys of its [[device]], without id, name and protocol
    std::string_view tables;   // tables below it, such as [[device.gate]]
    std::string_view pass;     // what "emit DEVICE pass" is given: a plate, a person or a card
    bool keyed = true;         // its events carry what the simulator knows them by
    std::string_view kind;     // of its lane: vehicle or pedestrian; empty: it moves no metal
    std::string_view password; // empty: it has none
    std::string_view lists;    // types of lists that it keeps, such as "person card"
};

[[nodiscard]] std::span<const Make> makes();

} // namespace gatehouse::proof
