#pragma once
#include "gateway/base/datagram_port.hpp"
#include "gateway/base/random.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::device {

// A device that answered when the local network was asked who is there.
struct Found {
    std::string protocol; // folder under protocols/; empty: none speaks its language
    std::string kind;     // of the configuration, when the answer tells
    std::string address;  // as `address` of the configuration: http://192.0.2.21
    std::string host;     // IPv4 literal that it claims for itself
    std::string make;
    std::string model;
    std::string serial;
    std::string firmware;
    std::string mac; // aa:bb:cc:dd:ee:ff
    std::string name;
    std::optional<bool> activated; // false: as it left the factory, wants a first password
};

// One way of asking the local network who is there. Read-only: it changes nothing and never tries a password.
// An adapter offers it as a constant beside its driver; its row in the registry names it.
struct FindMethod {
    std::string_view name; // of the protocol: "SADP"
    // The multicast group or 255.255.255.255 to which the probe goes, and its port.
    std::string_view group;
    std::uint16_t port = 0;
    // Where answers come to: 0 is any port of ours. Devices that answer to the group need the group's port.
    std::uint16_t local_port = 0;
    // The datagrams to send, in this order; random for an id that must not repeat.
    std::vector<std::string> (*probes)(base::Random& random) = nullptr;
    // The device that sent this answer, or nothing for anything else: a stranger's, our own probe, garbage.
    // total.
    std::optional<Found> (*read)(std::string_view datagram, const base::Endpoint& from) = nullptr;
};

} // namespace gatehouse::device
